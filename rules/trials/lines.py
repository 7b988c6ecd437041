"""Facts poll by poll: a line for each fact, `price: 160 149 _ x`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.contest import Contest
from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.nodes import Entry
from rules.file.validation import did_you_mean
from rules.rule import Rule, WatchSpec
from rules.trials.case import BLIND, Look, Looks, Row, Shown
from rules.trials.series import BadSeries, Slot, read_series
from rules.trials.settings import KEYS
from rules.when.quantities import Misread
from watchers.api import Fact, FactSpec, Flag, Observation

LONGEST_CELL = 14


@dataclass(frozen=True, slots=True)
class _Line:
    entry: Entry
    spec: FactSpec
    fact: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Reads the lines of a test.

    Attributes:
        source: The watch that shows a fact, unless its name says otherwise.
        value: Reads a value of a fact.
    """

    rule: Rule
    source: WatchSpec
    value: Callable[[str, FactSpec], Fact]
    faults: Faults

    def looks(self, facts: Mapping[str, Entry]) -> Looks | None:
        """Return what each poll showed, or None where a line is wrong, which is noted."""
        lines = [self._line(key, entry) for key, entry in facts.items()]
        found = [line for line in lines if line is not None]
        if len(found) != len(lines):
            return None
        count = max(len(line.slots) for line in found)
        first = next(line for line in found if len(line.slots) == count)
        for line in found:
            if len(line.slots) not in (1, count):
                said = f"`{line.entry.key.text}` has {len(line.slots)} polls, `{first.entry.key.text}` has {count}"
                self.faults.add(line.entry.key, said, "write as many values, or a single one for all polls")
                return None
        turns = [self._look(found, number) for number in range(count)]
        if any(turn is None for turn in turns):
            return None
        rows = tuple(Row(line.entry.key.text, tuple(_cells(line, count))) for line in found)
        return Looks(tuple(turn for turn in turns if turn is not None), rows)

    def _line(self, key: str, entry: Entry) -> _Line | None:
        spec = self.rule.kind.fact(key)
        if spec is None:
            names = [fact.name for fact in self.rule.kind.facts]
            meant = nearest(key, [*names, *KEYS])
            said = f"`{key}` is no fact of the kind {self.rule.kind.name}"
            self.faults.add(entry.key, said, did_you_mean(meant, names))
            return None
        try:
            slots = read_series(entry.value)
        except BadSeries as bad:
            self.faults.add(bad.spot, bad.message, bad.hint)
            return None
        # A joined rule's facts are named after its sources: `shop.price`.
        return _Line(entry, spec, key.rpartition(".")[2] if self.rule.joint else key, slots)

    def _watches_of(self, line: _Line) -> tuple[WatchSpec, ...]:
        """Return the watches that show a fact: of several that compete, all of them show the same."""
        if self.rule.joint is None:
            return (self.source,)
        if isinstance(self.rule.joint, Contest):
            return self.rule.watches
        name = line.spec.name.partition(".")[0]
        watch_id = dict(self.rule.joint.sources)[name]
        return tuple(spec for spec in self.rule.watches if spec.id == watch_id)

    def _look(self, lines: Sequence[_Line], number: int) -> Look | None:
        by_watch: dict[str, list[_Line]] = {}
        for line in lines:
            for spec in self._watches_of(line):
                by_watch.setdefault(spec.id, []).append(line)
        shown: dict[str, Shown] = {}
        for spec in self.rule.watches:
            own = by_watch.get(spec.id, [])
            seen = self._seen(spec, own, number) if own else None
            if own and seen is None:
                return None
            if seen is not None and seen != ():
                shown[spec.id] = seen
        return Look(shown, not any(_slot(line, number).is_gone for line in lines))

    def _seen(self, spec: WatchSpec, lines: Sequence[_Line], number: int) -> Shown | None:
        """Return what one watch shows at one poll: nothing at all where nothing looks, None where it is wrong."""
        own = [(line, _slot(line, number)) for line in lines]
        marked = next(((line, slot) for line, slot in own if slot.is_mark), None)
        if marked is not None:
            line, mark = marked
            for other, slot in own:
                # A single value that stands for all polls gives way to the mark of one.
                if slot.text != mark.text and len(other.slots) > 1:
                    said = f"poll {number + 1} is `{mark.text}` in `{line.entry.key.text}`, and `{slot.text}` here"
                    self.faults.add(slot.spot, said, f"write {mark.text} here too")
                    return None
            return () if mark.is_no_poll else BLIND
        facts: dict[str, Fact] = {fact.name: Flag(False) for fact in spec.kind.facts if fact.evidence}
        for line, slot in own:
            fact = self._fact(line, slot)
            if fact is None and not slot.is_unknown:
                return None
            if fact is not None:
                facts[line.fact] = fact
            else:
                facts.pop(line.fact, None)
        return (Observation("it", facts),)

    def _fact(self, line: _Line, slot: Slot) -> Fact | None:
        if slot.is_unknown:
            return None
        try:
            return self.value(slot.text, line.spec)
        except Misread as misread:
            self.faults.add(slot.spot, misread.message, misread.hint)
            return None


def _slot(line: _Line, number: int) -> Slot:
    return line.slots[number if len(line.slots) > 1 else 0]


def _cells(line: _Line, count: int) -> Iterator[str]:
    for number in range(count):
        yield shortened(_slot(line, number).written)


def shortened(text: str) -> str:
    """Return a text as a cell of a table."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
