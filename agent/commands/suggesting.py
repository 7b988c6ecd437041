"""What `check --live` and `try` share: what the store knows of a rule, and suggestions as text and JSON."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from agent.commands.shell import complain, say

if TYPE_CHECKING:
    from agent.places import Place
    from agent.views.backtest import Past
    from rules.reality import Suggestion
    from rules.rule import Rule


def kept_of(place: Place, rules: Iterable[Rule]) -> dict[str, Past]:
    """Return what the store knows of each rule; a store that cannot be read is said, and nothing is known then."""
    from agent.database import StoreError
    from agent.reality import pasts_of

    try:
        return pasts_of(place.store, rules)
    except StoreError as error:
        complain(f"trusted-agent: {error}; what was seen before is not looked at", style="yellow")
        return {}


def show_suggestions(found: Sequence[Suggestion], *, indent: int) -> None:
    """Print suggestions, each with what to write instead where there is something."""
    for each in found:
        say(("· ", "bold cyan"), each.sentence, indent=indent)
        if each.instead:
            say((each.instead, "cyan"), indent=indent + 2)


def plain_suggestions(found: Sequence[Suggestion]) -> list[dict[str, Any]]:
    """Return suggestions as JSON."""
    return [{"about": each.about, "sentence": each.sentence, "instead": each.instead or None} for each in found]
