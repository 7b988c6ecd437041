"""The outside of rule tests: saved answers from the disk, read by the rule's real watcher, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.schedule import next_poll_at
from rules.file.files import FileTrouble
from rules.rule import Rule, WatchSpec
from rules.trials.case import Answer
from watchers.api import (
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Unchanged,
    WatchError,
)
from watchers.door.address import NotAnAddress, read_address
from watchers.door.answers import trouble_in
from watchers.door.exchange import Answer as Answered
from watchers.door.probe import Probe, Probed
from watchers.testing import CannedContext

# As much as a poll takes of one answer.
MOST_BYTES = 20_000_000

_TROUBLES = {each.__name__: each for each in (SourceUnavailable, SourceRefused, SourceGone, SourceChanged)}


class Rehearsal:
    """The `rules.trials.case.World` of a real machine.

    Args:
        address: Blanks an address as it was blanked when its answer was saved.
    """

    def __init__(self, address: Callable[[str], str] = str) -> None:
        self._address = address

    def saved(self, beside: str, name: str) -> bytes:
        """Return the content of a saved answer."""
        path = Path(beside).parent / name
        try:
            if path.stat().st_size > MOST_BYTES:
                raise FileTrouble(f"{path} is longer than {MOST_BYTES:,} bytes, more than a poll takes")
            return path.read_bytes()
        except FileNotFoundError as error:
            raise FileTrouble(f"there is no file {path}", "trusted-agent record saves answers") from error
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise FileTrouble(f"{path} cannot be read: {reason}") from error

    def look(
        self, spec: WatchSpec, answers: tuple[Answer, ...], at: datetime, zone: ZoneInfo, cursor: str | None
    ) -> Poll | Unchanged:
        """Let the real watcher look at saved answers."""
        context = CannedContext(_Saved(answers, self._address, at), cursor=cursor, now=at, zone=zone)
        return asyncio.run(spec.watcher.poll(context))

    def next_poll(self, rule: Rule, now: datetime, zone: ZoneInfo) -> datetime:
        """Return when a rule that looks by the clock looks next."""
        return next_poll_at(rule, "", now, zone)


class _Saved:
    """Answers requests: those to one address in the order in which they were saved, the last one again and again."""

    def __init__(self, answers: Sequence[Answer], address: Callable[[str], str], at: datetime) -> None:
        self._left = list(answers)
        self._address = address
        self._at = at

    def __call__(self, request: Request) -> Page | WatchError:
        fitting = [answer for answer in self._left if self._fits(answer, request)]
        if not fitting:
            return SourceUnavailable(f"no answer is saved for {request.method} {self._address(request.url)}")
        if len(fitting) > 1:
            self._left.remove(fitting[0])
        return self._page(fitting[0], request)

    def _fits(self, answer: Answer, request: Request) -> bool:
        asked = self._address(request.url)
        return answer.url in ("", request.url, asked) and answer.method in ("", request.method.upper())

    def _page(self, answer: Answer, request: Request) -> Page | WatchError:
        is_probe = isinstance(request, Probe)
        if is_probe and answer.trouble == SourceUnavailable.__name__:
            return Probed(request.url, b"", status=0, fault="there was no answer")
        if answer.trouble:
            return _TROUBLES[answer.trouble]("the source gave nothing when its answer was saved")
        headers = {"content-type": answer.content_type} if answer.content_type else {}
        digest = sha256(answer.body).hexdigest() if answer.body else ""
        landed = answer.landed or request.url
        if is_probe:  # to the question whether a host answers, every status is an answer
            return Probed(landed, answer.body, headers, answer.status, digest=digest)
        try:
            # What the door makes of such a status and such a page.
            trouble = trouble_in(Answered(read_address(landed), answer.status, headers, answer.body, digest), self._at)
        except NotAnAddress as error:
            trouble = SourceRefused(f"the address cannot be asked: {error}")
        return trouble or Page(landed, answer.body, headers, answer.status, digest=digest)
