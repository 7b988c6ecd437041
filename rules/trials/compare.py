"""Whether a rule told what was expected, all of it and nothing else; and where not, what differs and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.trials.case import Case, Expected
from rules.trials.live import Found, Lived, Told


@dataclass(frozen=True, slots=True)
class Missing:
    """What was expected and not told; `why` says what was seen instead, one thing a line."""

    expected: Expected
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surplus:
    """What was told and not expected."""

    told: Told


@dataclass(frozen=True, slots=True)
class Unlike:
    """What was told when it was expected, but otherwise: by name, what was expected and what came."""

    expected: Expected
    told: Told
    differs: tuple[tuple[str, str, str], ...]


Difference = Missing | Surplus | Unlike


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case came to."""

    case: Case
    told: tuple[Told, ...]
    differences: tuple[Difference, ...]

    @property
    def has_passed(self) -> bool:
        """Whether all that was expected was told, and nothing else."""
        return not self.differences


def compare(case: Case, lived: Lived) -> Outcome:
    """Return how what was told differs from what was expected.

    Each expectation takes the firing that fits it best, and those that fit one wholly are taken first; so one that is
    told late is one difference, and shifts no others.
    """
    left = list(lived.told)
    pairs: list[tuple[Expected, Told | None]] = []
    waiting = []
    for expected in case.expected:
        whole = next((told for told in left if _is_then(expected, told) and not _differs(expected, told)), None)
        if whole is None:
            waiting.append(expected)
        else:
            left.remove(whole)
    for expected in waiting:
        near = min(
            (told for told in left if _is_then(expected, told)),
            key=lambda told: len(_differs(expected, told)),
            default=None,
        )
        if near is not None:
            left.remove(near)
        pairs.append((expected, near))
    found: list[Difference] = [
        Missing(expected, _why_not(expected, lived))
        if told is None
        else Unlike(expected, told, _differs(expected, told))
        for expected, told in pairs
    ]
    found += [Surplus(told) for told in left]
    return Outcome(case, tuple(lived.told), tuple(sorted(found, key=poll_of)))


def poll_of(difference: Difference) -> int:
    """Return the number of the poll that a difference is about."""
    return difference.told.poll if isinstance(difference, Surplus) else difference.expected.poll


def _is_then(expected: Expected, told: Told) -> bool:
    if expected.begin is None or expected.end is None:
        return told.poll == expected.poll
    return expected.begin <= told.at < expected.end


def _differs(expected: Expected, told: Told) -> tuple[tuple[str, str, str], ...]:
    found = []
    if expected.reason not in ("", told.firing.reason):
        found.append(("reason", expected.reason, told.firing.reason))
    if expected.of and expected.of not in (told.firing.title, told.firing.observation):
        found.append(("of", expected.of, told.firing.title or told.firing.observation))
    if expected.message not in ("", told.message):
        found.append(("message", expected.message, told.message))
    found += [("contains", piece, told.message) for piece in expected.contains if piece not in told.message]
    return tuple(found)


# Why nothing was told.


def _why_not(expected: Expected, lived: Lived) -> tuple[str, ...]:
    number = expected.poll
    if number in lived.troubles:
        return (f"{lived.troubles[number]}: unknown tells nothing",)
    if number not in lived.found:
        return ("there was no poll then",)
    found = list(lived.found[number].values())
    about = [each for each in found if expected.of and each.key == expected.of] or found
    return tuple(_said(each, lived.told) for each in about) or ("the poll showed nothing",)


def _said(found: Found, told: Sequence[Told]) -> str:
    finding = found.finding
    if finding.holds is None:
        return f"unknown: {finding.because}"
    if not finding.holds:
        return finding.because
    if found.state == "pending":
        return f"{finding.because}, but not yet for as long as `for` asks"
    before = next((each for each in told if each.at == found.told_at), None)
    if before is not None:
        return f"{finding.because}; that was told at poll {before.poll} and has been true since"
    return f"{finding.because}; it was so when the rule first looked, which is only taken note of"
