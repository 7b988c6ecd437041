"""How other rules stand at each poll of a rule test: `others: {album-out: no yes yes}`, for `rule "album-out"`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.nodes import Entry, MappingNode, Node
from rules.file.validation import did_you_mean
from rules.rule import Rule
from rules.trials.case import Look, Looks, Row
from rules.trials.series import BadSeries, Slot, read_series

_STANDS: dict[str, bool | None] = {"yes": True, "met": True, "no": False, "clear": False, "?": None}


def with_others(looks: Looks, node: Node, rule: Rule, faults: Faults) -> Looks | None:
    """Return what was seen together with how other rules stood; None where that is wrong, which is noted.

    A test of a rule that looks at nothing itself has no other polls than these.
    """
    if not isinstance(node, MappingNode):
        return None  # noted by the model
    found = {name: _series(name, entry, rule, faults) for name, entry in node.entries.items()}
    series = {name: slots for name, slots in found.items() if slots is not None}
    if len(series) != len(found):
        return None
    count = len(looks.turns) or max(map(len, series.values()), default=0)
    for name, slots in series.items():
        if len(slots) not in (1, count):
            said = f"`{name}` has {len(slots)} polls, and this test has {count}"
            faults.add(node.entries[name].key, said, "write as many values, or a single one for all polls")
            return None
    turns = looks.turns or tuple(Look({}) for _ in range(count))
    rows = tuple(Row(name, tuple(_at(slots, number).text for number in range(count))) for name, slots in series.items())
    return Looks(
        tuple(
            replace(turn, others={name: _STANDS[_at(slots, number).text] for name, slots in series.items()})
            for number, turn in enumerate(turns)
        ),
        (*looks.rows, *rows),
    )


def _series(name: str, entry: Entry, rule: Rule, faults: Faults) -> tuple[Slot, ...] | None:
    if name not in rule.others:
        known = sorted(rule.others)
        said = f"the rule {rule.id} does not ask how `{name}` stands"
        faults.add(entry.key, said, did_you_mean(nearest(name, known), known))
        return None
    try:
        slots = read_series(entry.value)
    except BadSeries as bad:
        faults.add(bad.spot, bad.message, bad.hint)
        return None
    for slot in slots:
        if slot.text not in _STANDS:
            faults.add(slot.spot, f"a rule is met or it is not, and `{slot.text}` is neither", "write yes, no or ?")
            return None
    return slots


def _at(slots: Sequence[Slot], number: int) -> Slot:
    return slots[number if len(slots) > 1 else 0]
