"""The summary: what was watched, what was told, what could not be seen, in as few lines as that takes.

Every argument is free of secrets and every instant is in UTC; `zone` is the owner's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rules.headline import SENTENCE_LIMIT, TITLE_LIMIT
from rules.letter import Line, Paragraph, one_line
from rules.message import Words, lay_out
from rules.spoken import written_time

MOST = 10

# How a message that did not go out as it came is called, in the order in which the summary names them.
KEPT_BACK = {
    "calmed": "calmed, for coming true too often",
    "muted": "muted by you",
    "expired": "too late to be told, by the rule's own word",
    "undeliverable": "given up with a channel that is gone",
    "spoilt": "unreadable",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened from `since` to `until`, as the store has it.

    Attributes:
        rules, sources: How many are watched, and `asleep` how many rules the file lets sleep.
        requests: How many requests went out, to so many `hosts`.
        told: By the name of a rule, how often it came true and was told, the most first.
        kept_back: By the state of a message, how many came true and were not told.
        seen_again: What was blind and sees again, as it was told then.
        blind: What is blind now.
        wavering: The names of rules that come true too often.
        held: How many values are looked at twice before they count.
        failing: What channels fail, or failed.
        questions: How many questions to the owner are open.
        waiting: By channel, how many messages wait.
    """

    since: datetime
    until: datetime
    rules: int
    sources: int
    asleep: int = 0
    requests: int = 0
    hosts: int = 0
    told: Mapping[str, int] = field(default_factory=dict)
    kept_back: Mapping[str, int] = field(default_factory=dict)
    seen_again: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    wavering: tuple[str, ...] = ()
    held: int = 0
    failing: tuple[str, ...] = ()
    questions: int = 0
    waiting: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say but that all was watched."""
        said = (self.told, self.kept_back, self.seen_again, self.blind, self.wavering, self.failing, self.waiting)
        return not any(said) and not self.held and not self.questions


def summary_notice(summary: Summary, zone: str) -> Words:
    """Return a summary in words; of a time in which nothing happened, one line."""
    period = f"{written_time(summary.since, zone)} to {written_time(summary.until, zone)}"
    if summary.is_empty:
        return lay_out(f"Nothing to tell: {_watching(summary)}", [[Line(f"{_watched(summary)}. {period}.")]])
    parts: list[Paragraph] = [
        [Line(f"{_watched(summary)}.", "Watched"), Line(period, "From", tone="fine")],
        list(_told(summary)),
        list(_unseen(summary)),
        list(_open(summary)),
    ]
    return lay_out(one_line(_title(summary), TITLE_LIMIT), parts)


def _title(summary: Summary) -> str:
    said = [f"{_counted(sum(summary.told.values()), 'time')} told"] if summary.told else ["nothing told"]
    if summary.blind:
        said.append(f"{len(summary.blind)} blind")
    if summary.failing:
        said.append("a channel failed")
    if summary.questions:
        said.append(f"{_counted(summary.questions, 'question')} open")
    return f"Summary: {', '.join(said)}"


def _watching(summary: Summary) -> str:
    return f"{_counted(summary.rules, 'rule')} watching {_counted(summary.sources, 'source')}"


def _watched(summary: Summary) -> str:
    asleep = f", {_counted(summary.asleep, 'rule')} asleep" if summary.asleep else ""
    asked = f"; {_counted(summary.requests, 'request')} to {_counted(summary.hosts, 'host')}"
    return _watching(summary) + asleep + (asked if summary.requests else "")


def _told(summary: Summary) -> Iterator[Line]:
    ranked = sorted(summary.told.items(), key=lambda one: (-one[1], one[0]))
    for number, (name, times) in enumerate(ranked[:MOST]):
        yield Line(f"{one_line(name, TITLE_LIMIT)}: {_counted(times, 'time')}", "Told" if not number else "")
    if len(ranked) > MOST:
        rest = sum(times for _, times in ranked[MOST:])
        yield Line(f"and {_counted(len(ranked) - MOST, 'rule')} more, {_counted(rest, 'time')}: trusted-agent firings")
    if not ranked:
        yield Line("nothing", "Told")
    for state, meaning in KEPT_BACK.items():
        if count := summary.kept_back.get(state):
            yield Line(f"{_counted(count, 'message')} {meaning}", "Not told")


def _unseen(summary: Summary) -> Iterator[Line]:
    yield from _listed(summary.blind, "Could not see")
    yield from _listed(summary.seen_again, "Saw again")
    yield from _listed(summary.wavering, "Wavers")
    if summary.held:
        counts = "it counts" if summary.held == 1 else "they count"
        yield Line(f"{_counted(summary.held, 'value')} looked at twice before {counts}", "Held")


def _open(summary: Summary) -> Iterator[Line]:
    yield from _listed(summary.failing, "Channels")
    if summary.questions:
        yield Line(f"{_counted(summary.questions, 'question')} to you", "Open")
    if summary.waiting:
        waits = ", ".join(f"{count} for {name}" for name, count in summary.waiting.items())
        yield Line(f"{waits} (trusted-agent status)", "Waiting")


def _listed(entries: Sequence[str], label: str) -> Iterator[Line]:
    for number, entry in enumerate(entries[:MOST]):
        yield Line(one_line(entry, SENTENCE_LIMIT), label if not number else "")
    if len(entries) > MOST:
        yield Line(f"and {len(entries) - MOST} more: trusted-agent status")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
