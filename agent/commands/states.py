"""`status --states`: the state machine of every rule, as `rules.states` declares it, in an owner's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.commands.shell import print_json, say
from agent.views.rules import STATES, UNSEEN
from rules.states import MOVES, STAY, Event, Move

STATE_MEANINGS: Mapping[str, str] = {
    UNSEEN: "nothing is known yet under the rule as it is written now",
    "clear": "the sentence is not true",
    "pending": "it is true, but not yet for as long as `for` asks",
    "met": "it is true, and was told or known before",
}

BESIDE_MEANINGS: Mapping[str, str] = {
    "snoozed": "you want to hear nothing of the rule for a while; what it tells waits until then",
    "muted": "you want to hear nothing more of it, or of a part of it; `firings` lists what that hides",
    "troubled": "the source cannot be seen: what it would show is unknown",
    "held": "a value that can hardly be right counts once a second look confirms it",
}

EVENT_MEANINGS: Mapping[Event, str] = {
    "true": "the sentence is true, and `for` is not full yet",
    "full": "the sentence is true, for as long as `for` asks",
    "false": "the sentence is false",
    "unknown": "it cannot be told whether the sentence is true",
    "taken": "it was there before the rule looked, and is taken as known",
    "moment": "a change was seen",
    "still": "it stays true; `again` may remind",
}


OVER = "the sentence is false; of a rule with `until`, that is true"


def show_states(*, as_json: bool) -> None:
    """Print the states, what leads from one to another, and what lies beside them."""
    if as_json:
        moves = [_plain(state, event, move) for (state, event), move in MOVES.items()]
        print_json({"states": STATE_MEANINGS, "beside": BESIDE_MEANINGS, "events": EVENT_MEANINGS, "moves": moves})
        return
    say("A rule has one state for each thing that it watches:\n")
    _show_words(STATE_MEANINGS)
    for state in STATES:
        say(f"\nFrom {state}, when")
        leading = {_when(state, event): move for (before, event), move in MOVES.items() if (before or UNSEEN) == state}
        wide = max(map(len, leading))
        for when, move in leading.items():
            told = ("  you are told", "bold green") if move.tells else ""
            say(f"{when:{wide}}  → {_to(state, move)}", told, indent=2)
    say("\nBeside the state, and never changing it:\n")
    _show_words(BESIDE_MEANINGS)


def _plain(state: str | None, event: Event, move: Move) -> dict[str, Any]:
    before = state or UNSEEN
    return {"from": before, "event": event, "to": _to(before, move), "tells": move.tells}


def _when(state: str, event: Event) -> str:
    """Return what an event means: `until` matters to what is met alone."""
    return OVER if (state, event) == ("met", "false") else EVENT_MEANINGS[event]


def _to(state: str, move: Move) -> str:
    """Return the state that a move leads to."""
    return state if move is STAY else move.to or UNSEEN


def _show_words(words: Mapping[str, str]) -> None:
    wide = max(map(len, words))
    for word, meaning in words.items():
        say((f"{word:{wide}}", "bold"), f"  {meaning}", indent=2)
