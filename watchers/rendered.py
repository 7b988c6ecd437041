"""What kinds share that read web pages: `browser: true` lets Chromium build the page first."""

from __future__ import annotations

from pydantic import Field

from watchers.api import HttpWatcher, Request
from watchers.door.rendering import Rendering


class RenderedWatcher(HttpWatcher):
    """A watch of web pages, which may need a browser to be built."""

    browser: bool = Field(
        default=False,
        description="Let the system's Chromium build the page first, for one that is empty without its scripts: much "
        "slower, and the page then asks other hosts by itself, each of which is in the ledger.",
    )

    def asking(self, request: Request) -> Request:
        """Return a request as the owner wants it asked."""
        return Rendering.of(request) if self.browser else request
