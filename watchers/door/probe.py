"""A question about a host instead of for a page: whether it answers at all, how soon, and who vouches for it.

Probe ▶ Fetcher ▶ Probed        any status is an answer to it, and where this machine is online, silence is one too
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from socket import EAI_NONAME, gaierror

from watchers.api import Page, Request, SourceRefused, SourceUnavailable, WatchError
from watchers.door.answers import MOVED
from watchers.door.attempt import Attempt
from watchers.door.exchange import Answer, Ask


@dataclass(frozen=True, slots=True)
class Probe(Request):
    """A request whose every answer is good to know, also none.

    Attributes:
        check: An address that is asked where this one gives no answer, to see whether this machine is online.
    """

    check: str = ""


@dataclass(frozen=True, slots=True)
class Probed(Page):
    """What became of a probe.

    Attributes:
        status: 0 where no answer came.
        fault: Why there is no answer to the end, as a sentence; empty where there is one.
        took: From the beginning of the question, looking the name up included, until an answer began; on the way over
            redirects that of all of them. None where none came.
        trusted: Whether every certificate was accepted; None where there was none.
        certificates: In DER, of each host on the way that showed one; also those that were not accepted.
        addresses: What the name was found to stand for, in the order of their text.
        unread: Why a good answer has no body here; else empty.
    """

    fault: str = ""
    took: timedelta | None = None
    trusted: bool | None = None
    certificates: tuple[bytes, ...] = ()
    addresses: tuple[str, ...] = ()
    unread: str = ""


def answered(answer: Answer, attempts: Sequence[Attempt]) -> Probed:
    """Return what an answer, whatever its status, says of a host."""
    return _probed(str(answer.address), answer.status, attempts, answer=answer)


def unanswered(ask: Ask, attempts: Sequence[Attempt], trouble: WatchError) -> Probed:
    """Return what is known of a host that gave no answer, or none that leads anywhere."""
    status = (attempts[-1].status if attempts else None) or 0
    if status in MOVED and isinstance(trouble, SourceUnavailable):
        status = 0  # it is the host behind that redirect that did not answer
    return _probed(str(ask.address), status, attempts, fault=trouble.reason)


def is_of_the_host(trouble: WatchError, ask: Ask, attempts: Sequence[Attempt]) -> bool:
    """Whether a trouble says something of the host that was probed, not of the way to it or of what may be asked."""
    last = attempts[-1] if attempts else None
    if ask.proxy is not None and (last is None or last.status is None):
        return False  # the proxy may be what fails
    return not isinstance(trouble, SourceRefused) or (last is not None and last.distrusted)


def own_fault(trouble: WatchError, last: Attempt | None, *, is_online: bool | None) -> SourceUnavailable | None:
    """Return why it may be this machine that fails where a host gives no answer, or None where it is the host.

    Args:
        trouble: What became of the question.
        last: The last request that left; None where the name was not even found.
        is_online: Other hosts answer; None where there is none to be asked.
    """
    if is_online is False:
        return SourceUnavailable(f"this machine seems offline: {trouble.reason}, and no other host answers either")
    error = trouble.__cause__
    is_reached = last.reached if last else isinstance(error, gaierror) and error.errno == EAI_NONAME
    if is_online or is_reached:
        return None
    return SourceUnavailable(
        f"{trouble.reason}; whether that is its fault or this machine is offline cannot be told: name an address that "
        "always answers under `check:`, or for all rules under `network: check:`"
    )


def _probed(
    url: str, status: int, attempts: Sequence[Attempt], *, answer: Answer | None = None, fault: str = ""
) -> Probed:
    took = [attempt.took for attempt in attempts if attempt.took is not None]
    is_encrypted = any(attempt.certificate or attempt.distrusted for attempt in attempts)
    return Probed(
        url=url,
        status=status,
        body=answer.body if answer is not None else b"",
        headers=answer.headers if answer is not None else {},
        fault=fault,
        took=timedelta(seconds=sum(took)) if status else None,
        trusted=not any(attempt.distrusted for attempt in attempts) if is_encrypted else None,
        certificates=tuple(attempt.certificate for attempt in attempts if attempt.certificate),
        addresses=tuple(sorted(attempts[0].found)) if attempts else (),
        unread=attempts[-1].unread if attempts else "",
    )
