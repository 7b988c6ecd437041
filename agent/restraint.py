"""What Apprise's plugins do on their own that nobody asked for, and that no parameter of an address turns off.

Read from apprise 2.2, and held against the one that is installed by tests with servers of their forms.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from agent.services import MATRIX, WEB_PUSH, Service, parameters

# How long a push service is to keep a message for a phone that is off or out of reach: RFC 8030, 5.2. The largest that
# all of them take is four weeks; Apprise asks for nothing at all by default, and for a minute at most.
WEB_PUSH_KEPT = timedelta(weeks=4)


def restrain(plugin: Any, service: Service, url: str, *, pictures_alone: bool) -> None:
    """Have a plugin do what is asked of it and no more.

    Args:
        plugin: Apprise's, for one send.
        service: What it declares.
        url: The channel's address as its owner wrote it.
        pictures_alone: Pictures are sent without words.
    """
    if service.schema in MATRIX:
        # A wrong password would sign up somebody new, and a misspelt room make one in which nobody reads: both succeed.
        plugin._register = plugin._room_create = _refuse
        if pictures_alone:
            _say_nothing(plugin)
    elif service.schema in WEB_PUSH and "ttl" not in parameters(url):
        plugin.ttl = int(WEB_PUSH_KEPT.total_seconds())


def _refuse(*_: object) -> None:
    """Do nothing, which Apprise takes for a failure."""


def _say_nothing(plugin: Any) -> None:
    """Keep a Matrix room from an empty message after each picture, as if that had been delivered already."""
    is_delivered = plugin.is_delivered

    def has(key: Any, **how: Any) -> bool:
        return (isinstance(key, tuple) and key[0] == "message") or bool(is_delivered(key, **how))

    plugin.is_delivered = has
