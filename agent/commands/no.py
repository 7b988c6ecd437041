"""`no`: what a rule asks for is not to be done."""

from __future__ import annotations

from agent.commands.shell import AsJson, Rules, State
from agent.commands.yes import Asked, decide


def no(asked: Asked, rules: Rules = None, state: State = None, as_json: AsJson = False) -> None:
    """Have a rule leave what it asks for; it asks again when it comes true again."""
    decide(asked, "no", rules, state, as_json=as_json)
