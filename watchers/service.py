"""What kinds share that ask one service: its host, and how it wants to be asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from watchers.api import HttpWatcher


class ServiceWatcher(HttpWatcher):
    """A watch of a service at its public address, or of another server like it.

    Attributes:
        public_host: The host, with all below it, whose operators want a second between two requests and to know whom to
            write to; empty where they ask for nothing. Another server has no such rule of its own.
        server: The address of the service: an option of each kind, declared where it stands among its others.
    """

    public_host: ClassVar[str] = ""

    if TYPE_CHECKING:
        server: str

    @property
    def hosts(self) -> frozenset[str]:
        """The server alone."""
        return frozenset({self._host})

    @property
    def host_every(self) -> timedelta | None:
        """The pause between two requests that the public service asks for."""
        return timedelta(seconds=1) if self._is_public else None

    @property
    def asks_for_contact(self) -> bool:
        """Whether it is the public service, which may shut out who does not say whom to write to."""
        return self._is_public

    @property
    def _host(self) -> str:
        return urlsplit(self.server).hostname or ""

    @property
    def _is_public(self) -> bool:
        return bool(self.public_host) and f".{self._host}".endswith(f".{self.public_host}")
