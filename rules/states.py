"""The state machine of every rule, declared once: what the judge goes by and `status` shows.

A rule has one state for each observation:

    unseen     nothing was known of it under the rule's present meaning
    clear      the sentence is not true of it
    pending    it is true, not yet for as long as `for` asks
    met        it is true, and was told

Snoozed, troubled and held lie beside the state and never change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["clear", "pending", "met"]

Event = Literal["true", "full", "false", "unknown", "taken", "moment", "still"]
"""What a judgement comes to for the state.

true      the sentence holds, and `for` is not full yet
full      it holds for as long as `for` asks, or nothing is asked
false     it does not hold; of a met rule with `until`, that is true instead
unknown   it cannot be told
taken     it holds, or may, of what was there before the rule looked: that is taken note of, not told
moment    a change was seen, which is true of this one reading
still     it is met and stays so: `again` may remind
"""


@dataclass(frozen=True, slots=True)
class Move:
    """Where an event leads from a state, and whether the owner is told."""

    to: State | None
    tells: bool = False


STAY = Move(None)
"""The state stays what it is."""

MOVES: Mapping[tuple[State | None, Event], Move] = {
    (None, "unknown"): STAY,
    (None, "false"): Move("clear"),
    (None, "taken"): Move("met"),
    (None, "true"): Move("pending"),
    (None, "full"): Move("met", tells=True),
    (None, "moment"): Move("clear", tells=True),
    ("clear", "unknown"): STAY,
    ("clear", "false"): Move("clear"),
    ("clear", "true"): Move("pending"),
    ("clear", "full"): Move("met", tells=True),
    ("clear", "moment"): Move("clear", tells=True),
    ("pending", "unknown"): STAY,
    ("pending", "false"): Move("clear"),
    ("pending", "true"): Move("pending"),
    ("pending", "full"): Move("met", tells=True),
    ("met", "still"): Move("met"),
    ("met", "false"): Move("clear"),
}
