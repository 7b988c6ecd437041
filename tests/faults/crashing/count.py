"""The count: of everything that was to be told, how often it arrived, and whether that may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.faults.crashing.receivers import Arrival
from tests.faults.crashing.trial import STANDS_IN, Result

ONCE = "told once"
KILLED = "twice with one id: killed between sending and recording"
DOUBTFUL = "twice with one id: taken, and the answer lost"
ELSEWHERE = "twice: in one of these windows, and then by the channel that stands in"
LOST = "lost"
RECORDED = "twice: sent again after it was recorded"
TWICE = "twice: by one life, and answered well"
OTHER_ID = "twice with different ids"
FALSE = "told, though nothing called for it"
CUT = "cut short by the service's limit"

DONE = "done once"
PERHAPS = "perhaps done, not repeated, and said so"
REFUSED = "not done, and said so"
UNDONE = "not done, and nobody told of it"
REDONE = "done twice, or told not to be done"

FINE = (ONCE, KILLED, DOUBTFUL, ELSEWHERE)
ACTED = (DONE, PERHAPS, REFUSED)
FAULTS = (LOST, RECORDED, TWICE, OTHER_ID, FALSE, CUT, UNDONE, REDONE)


class Count:
    """What came of each event on each channel that was to tell of it.

    Attributes:
        found: How many, by what came of them; one that came three times counts for each repeat.
        listed: How often something was listed again among what a channel's limit had held back, as it should be.
        worst: The first few of each fault, for whoever has to find out why.
    """

    def __init__(self, result: Result) -> None:
        self._recorded = result.recorded
        self._arrivals = sorted(result.receivers.arrivals, key=lambda arrival: arrival.at)
        self._by_event: dict[tuple[str, str], list[Arrival]] = {}
        for arrival in self._arrivals:
            for event in arrival.events:
                self._by_event.setdefault((arrival.channel, event), []).append(arrival)
        self.found = Counter(dict.fromkeys((*FINE, *ACTED, *FAULTS), 0))
        self.listed = 0
        self.worst: dict[str, list[str]] = {}
        for event, channels in result.owed.items():
            for channel in channels:
                self._count(event, channel)
        self._count_acts(result)
        self._count_unasked(result)

    @property
    def is_right(self) -> bool:
        return not any(self.found[name] for name in FAULTS)

    @property
    def messages(self) -> int:
        return len({(arrival.channel, arrival.id) for arrival in self._arrivals})

    def _count(self, event: str, channel: str) -> None:
        instead = self._by_event.get((STANDS_IN.get(channel, ""), event), [])
        arrivals = sorted([*self._by_event.get((channel, event), []), *instead], key=lambda arrival: arrival.at)
        copies = [copy for copy in arrivals if not _lists_again(copy, arrivals)]
        self.listed += len(arrivals) - len(copies)
        outcomes = [self._repeat(*pair) for pair in pairwise(copies)] or [ONCE if copies else LOST]
        for outcome in outcomes:
            self._note(outcome, f"{event} to {channel}: {list(_shown(copies))}")

    def _count_acts(self, result: Result) -> None:
        said = {event: head for arrival in self._arrivals for head, event in arrival.of_actions}
        for event, times in result.acts.items():
            self._note(_came_of_action(times, said.get(event)), f"the action for {event}")

    def _count_unasked(self, result: Result) -> None:
        """Count what should not have come, and repeats of what the agent says of itself."""
        owed = {(channel, event) for event, channels in result.owed.items() for channel in channels}
        owed |= {(STANDS_IN[channel], event) for channel, event in owed if channel in STANDS_IN}
        for arrival in self._arrivals:
            for event in [event for event in arrival.events if (arrival.channel, event) not in owed]:
                self._note(FALSE, f"{event} on {arrival.channel}")
            for event in arrival.false:
                self._note(FALSE, f"{event} on {arrival.channel}")
            if arrival.is_cut:
                self._note(CUT, f"{arrival.id} on {arrival.channel}")
        notices: dict[tuple[str, str], list[Arrival]] = {}
        for arrival in self._arrivals:
            if not arrival.events:
                notices.setdefault((arrival.channel, arrival.id), []).append(arrival)
        for copies in notices.values():
            for outcome in [self._repeat(*pair) for pair in pairwise(copies)]:
                self._note(outcome, f"a notice: {list(_shown(copies))}")

    def _repeat(self, first: Arrival, second: Arrival) -> str:
        """Return why something may have come twice, or that it may not."""
        recorded_at = self._recorded.get((first.channel, first.id))
        if recorded_at is not None and recorded_at < second.at:
            return RECORDED
        if first.channel != second.channel:
            return ELSEWHERE
        if first.id != second.id:
            return OTHER_ID
        if first.answer != "well":
            return DOUBTFUL
        return KILLED if first.life != second.life else TWICE

    def _note(self, outcome: str, what: str) -> None:
        self.found[outcome] += 1
        if outcome in FAULTS:
            self.worst.setdefault(outcome, []).append(what)


def _came_of_action(times: int, said: str | None) -> str:
    if times > 1 or (times and said == "Not done"):
        return REDONE
    if said is None:
        return DONE if times else UNDONE
    return REFUSED if said == "Not done" else PERHAPS


def _lists_again(copy: Arrival, arrivals: Sequence[Arrival]) -> bool:
    """Return whether a message lists what was told before because that used the channel's limit up."""
    return copy.is_folded and any(other.id != copy.id and other.at < copy.at for other in arrivals)


def _shown(copies: Sequence[Arrival]) -> Iterator[str]:
    return (f"{copy.channel} {copy.id} by life {copy.life}, {copy.answer}" for copy in copies)


def table(result: Result, count: Count) -> str:
    """Return what a person reads."""
    kills = ", ".join(f"{number:,} {what}" for what, number in result.kills.items())
    tellings = sum(len(channels) for channels in result.owed.values())
    lines = [
        f"killed with SIGKILL: {kills}",
        f"lived through: {result.hours:.0f} hours in {result.seconds:.0f} seconds",
        f"to tell: {len(result.owed):,} events, {tellings:,} with each channel; arrived as {count.messages:,} messages",
        "",
        *(f"  {count.found[name]:>7,}  {name}" for name in FINE),
        *(f"  {count.found[name]:>7,}  {name}" for name in ACTED),
        *(f"  {count.found[name]:>7,}  {name}{'  ◀' if count.found[name] else ''}" for name in FAULTS),
        f"  {count.listed:>7,}  (told, and listed again in the message that a limit folds, as it says)",
        "",
        *(f"{name}: {what}" for name, found in count.worst.items() for what in found[:5]),
        *(f"fault: {fault}" for fault in result.faults[:10]),
    ]
    if result.unreached:
        missed = ", ".join(f"{step} ({times})" for step, times in sorted(Counter(result.unreached).items()))
        lines.append(f"killed at a random moment, since the step did not come in time: {missed}")
    return "\n".join(lines).rstrip()
