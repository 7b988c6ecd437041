"""Why a poll gave nothing, named by what to do next.

WatchError                what to do next
├── SourceUnavailable     try later
│   └── NotAsked          nobody was asked: its host wants to be left alone
├── SourceRefused         ask a person: blocked, login wall, consent page, captcha
├── SourceGone            it no longer exists
└── SourceChanged         mend the watcher: the answer is no longer understood
"""

from __future__ import annotations

from datetime import timedelta


class WatchError(Exception):
    """A named trouble: why a poll gave nothing, said to the owner in one sentence."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        """Name the trouble.

        Args:
            reason: What happened and, where it is known, what the owner can do. No secrets, no markup.
            retry_after: How long the source asks to be left alone.
        """
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class SourceUnavailable(WatchError):
    """The source does not answer now; it may do so later."""


class NotAsked(SourceUnavailable):
    """The source was not asked: it wants to be left alone, because of somebody else's question. No failure of ours."""


class SourceRefused(WatchError):
    """The source answers, but not to us: a person has to look."""


class SourceGone(WatchError):
    """What was watched no longer exists there."""


class SourceChanged(WatchError):
    """The source answers with something that this watcher does not understand."""
