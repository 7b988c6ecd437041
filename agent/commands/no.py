"""`no`: what a rule asks for is not to be done."""

from __future__ import annotations

from agent.commands.shell import Rules, State
from agent.commands.yes import Asked, decide


def no(asked: Asked, rules: Rules = None, state: State = None) -> None:
    """Have a rule leave what it asks for; it asks again when it comes true again."""
    decide(asked, "no", rules, state)
