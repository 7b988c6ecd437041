"""A failed case for a person: the series with marks under its polls, and below it what differs and why.

poll       1       2    3
price    160  149.50  149
told               !        `*` as expected · `?` expected, not told · `!` told, not expected · `~` otherwise
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from rules.trials.case import Case
from rules.trials.compare import Difference, Missing, Outcome, Surplus, poll_of
from rules.words import written_time

AS_EXPECTED, NOT_TOLD, NOT_EXPECTED, OTHERWISE = "*", "?", "!", "~"
LEGEND = {
    AS_EXPECTED: "told as expected",
    NOT_TOLD: "expected, not told",
    NOT_EXPECTED: "told, not expected",
    OTHERWISE: "told otherwise",
}
MOST_REASONS = 5
_GAP = 2


def shown(outcome: Outcome, width: int) -> Iterator[str]:
    """Yield the lines of a failed case, the series no wider than `width`."""
    yield from _series(outcome, width)
    for difference in outcome.differences:
        yield ""
        yield from _difference(difference, outcome.case)


# The series.


def _series(outcome: Outcome, width: int) -> Iterator[str]:
    case = outcome.case
    marks = _marks(outcome)
    numbers = [str(number) for number in range(1, len(case.turns) + 1)]
    told = [marks.get(number, "") for number in range(1, len(case.turns) + 1)]
    rows = [("poll", numbers), *((row.name, list(row.cells)) for row in case.rows), ("told", told)]
    margin = max(len(name) for name, _ in rows)
    widths = [max(len(cells[column]) for _, cells in rows) + _GAP for column in range(len(numbers))]
    first, last = _window(widths, min(map(poll_of, outcome.differences), default=1) - 1, width - margin - 4)
    for name, cells in rows:
        line = "".join(f"{cells[column]:>{widths[column]}}" for column in range(first, last))
        before, after = (" …" if first else "  "), (" …" if last < len(numbers) and name != "told" else "")
        yield f"{name:<{margin}}{before}{line}{after}".rstrip()
    used = [mark for mark in LEGEND if mark in "".join(told)]
    yield f"{'':<{margin}}  {' · '.join(f'{mark} {LEGEND[mark]}' for mark in used)}"


def _marks(outcome: Outcome) -> dict[int, str]:
    marks = {told.poll: AS_EXPECTED for told in outcome.told}
    for difference in outcome.differences:
        poll = poll_of(difference)
        mark = _mark(difference)
        kept = marks.get(poll, "").replace(AS_EXPECTED, "")
        marks[poll] = kept if mark in kept else kept + mark
    return marks


def _mark(difference: Difference) -> str:
    if isinstance(difference, Missing):
        return NOT_TOLD
    return NOT_EXPECTED if isinstance(difference, Surplus) else OTHERWISE


def _window(widths: Sequence[int], middle: int, room: int) -> tuple[int, int]:
    """Return the columns around one that fit: from which one, and before which one."""
    first = last = middle
    last += 1
    taken = widths[middle]
    while True:
        grown = False
        if last < len(widths) and taken + widths[last] <= room:
            taken, last, grown = taken + widths[last], last + 1, True
        if first > 0 and taken + widths[first - 1] <= room:
            taken, first, grown = taken + widths[first - 1], first - 1, True
        if not grown:
            return first, last


# What differs.


def _difference(difference: Difference, case: Case) -> Iterator[str]:
    zone = case.zone.key
    if isinstance(difference, Missing):
        expected = difference.expected
        at = f", {written_time(case.turns[expected.poll - 1].at, zone)}" if expected.begin is None else ""
        wanted = " ".join(
            filter(None, (expected.reason and f"`{expected.reason}`", expected.of and f"of {expected.of}"))
        )
        yield f"{expected.written}{at}: expected a message{f' ({wanted})' if wanted else ''}, and none was told"
        for why in difference.why[:MOST_REASONS]:
            yield f"  why not: {why}"
        if len(difference.why) > MOST_REASONS:
            yield f"  and {len(difference.why) - MOST_REASONS} more"
        return
    told = difference.told
    when = f"poll {told.poll}, {written_time(told.at, zone)}"
    what = f" of {told.firing.title}" if told.firing.title else ""
    if isinstance(difference, Surplus):
        yield f"{when}: told `{told.firing.reason}`{what}, which was not expected"
        yield f"  why: {told.firing.because}"
        return
    yield f"{when}: told otherwise than expected{what}"
    for name, wanted, came in difference.differs:
        yield from _both(name, wanted, came)


def _both(name: str, wanted: str, came: str) -> Iterator[str]:
    if name == "contains":
        yield f"  the message does not contain: {wanted}"
        yield from (f"    {line}" for line in came.splitlines())
    elif name == "message":
        yield "  the message differs (- expected, + told):"
        for line in difflib.ndiff(wanted.splitlines(), came.splitlines()):
            if not line.startswith("?"):
                yield f"    {line}".rstrip()
    else:
        yield f"  {name}: expected `{wanted}`, told `{came}`"
