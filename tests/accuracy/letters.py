"""Letters: who they are from, what about, and when."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from tests.accuracy.cases import Case, Judged
from watchers.reading.letter import ReadLetter, read_letter


def letter(case: Case) -> Judged:
    """A letter as a program saved it: subject, sender and date, against what Python's library reads."""
    read = read_letter(case.body)
    answer = {
        "subject": read.subject,
        "from": read.sender,
        "date": read.date.isoformat() if read.date else None,
        "attachments": read.attachments,
    }
    if "subject" not in case.truth:
        return Judged(case, answer, "not judged")
    verdicts = [
        _subject(case.truth["subject"], read),
        _sender(case.truth["from"], read),
        _date(case.truth["date"], read),
    ]
    verdict = "wrong" if "wrong" in verdicts else "unknown" if "unknown" in verdicts else "right"
    return Judged(case, answer, verdict, f"{answer}, not {[case.truth[name] for name in ('subject', 'from', 'date')]}")


def _subject(wanted: str | None, read: ReadLetter) -> str:
    if not wanted:
        return "wrong" if read.subject else "right"
    # Where the library gave up on a letter, any is as good.
    pattern = re.escape(" ".join(wanted.split())).replace("\ufffd", ".")
    return "right" if re.fullmatch(pattern, read.subject) else "unknown" if not read.subject else "wrong"


def _sender(wanted: str | None, read: ReadLetter) -> str:
    place, name = read.sender
    if wanted is None:
        return "wrong" if place or name else "right"
    stated = parseaddr(wanted)
    if place in wanted and (name == stated[0] or (not name and stated[0] in ("", stated[1]))):
        return "right"
    return "wrong" if place else "unknown"


def _date(wanted: Any, read: ReadLetter) -> str:
    if wanted is None:
        return "wrong" if read.date else "right"
    if read.date is None:
        return "unknown"
    stated = parsedate_to_datetime(wanted)
    at = read.date if stated.tzinfo else read.date.replace(tzinfo=None)
    return "right" if abs((stated - at).total_seconds()) <= 1 else "wrong"


KINDS: dict[str, Callable[[Case], Judged]] = {"mail": letter}
