"""A page that a browser has to build first, as a door sees it."""

from __future__ import annotations

from dataclasses import dataclass

from watchers.api import Request


@dataclass(frozen=True, slots=True)
class Rendering(Request):
    """The question what a page shows once its scripts have run."""

    @classmethod
    def of(cls, request: Request) -> Request:
        """Return a request as one for the rendered page; one that sends something stays what it is."""
        if request.method != "GET" or request.body is not None:
            return request
        return cls(request.url, headers=request.headers, whole=request.whole)
