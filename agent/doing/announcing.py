"""What the rules of a book would do, for `check`: said before anything is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from agent.doing.deed import aim_of, host_of, topic_of
from agent.doing.publishing import NEEDS
from agent.doing.running import refusal
from rules.delivery import Action
from rules.durations import write_duration
from rules.rule import Rule, RuleBook


@dataclass(frozen=True, slots=True)
class Announced:
    """What one rule does when it comes true.

    Attributes:
        aim: In a few words, without secrets: "run ./order".
        asks: Its owner is asked each time.
        says: All of it in a sentence: "run ./order, once you said yes within 2h; 2 per month at most".
        host: Whom that contacts; empty for a command.
        doubts: Why it would not work.
    """

    rule_id: str
    name: str
    aim: str
    asks: bool
    says: str
    host: str
    doubts: tuple[str, ...]


def announced(book: RuleBook) -> tuple[Announced, ...]:
    """Return what each rule with a `do` does, in the order of the file."""
    acting = [(rule, rule.action) for rule in book.rules if rule.action is not None]
    why = refusal(book) if any(action.run for _, action in acting) else None
    return tuple(
        Announced(
            rule_id=rule.id,
            name=rule.name,
            aim=aim_of(action),
            asks=action.ask,
            says=_says(action),
            host=host_of(action),
            doubts=tuple(_doubts(rule, action, why)),
        )
        for rule, action in acting
    )


def _says(action: Action) -> str:
    parts = [f"once you said yes within {write_duration(action.within)}" if action.ask else "without asking"]
    if not action.ask:
        parts.append("but for what was true before the rule first looked")
    said = f"{aim_of(action)}, {', '.join(parts)}"
    return f"{said}; {action.limit} at most" if action.limit is not None else said


def _doubts(rule: Rule, action: Action, why: str | None) -> Iterator[str]:
    if action.run and why is not None:
        yield why
    if action.publish is not None:
        if find_spec("paho") is None:
            yield NEEDS
        if set(topic_of(action)) & set("+#"):
            yield f"{topic_of(action)} is a pattern of topics: one is published to"
    if action.ask and not rule.notify:
        yield "it asks you, and names no channel to ask through"
