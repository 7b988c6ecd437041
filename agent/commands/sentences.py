"""What an owner writes of a rule on the command line: sentences and keys, read as in the rule file."""

# ruff: noqa: PLC0415 - the language is loaded by the command that needs it.

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from agent.commands.shell import Exit, complain, end, fail

if TYPE_CHECKING:
    from rules.condition import Condition
    from rules.rule import Again, For, Names
    from watchers.api import Kind


def compiled(sentence: str, option: str, kind: Kind, names: Names, *, known_any: bool = False) -> Condition:
    """Return a sentence of the command line, or show with a caret what is wrong in it and end."""
    from rules.faults import Fault, SentenceFaults
    from rules.rule import Place
    from rules.when import compile_condition

    try:
        return compile_condition(sentence, kind, names, known_any=known_any)
    except SentenceFaults as error:
        for each in error.faults:
            spot = Place(option, 1, each.start + 1)
            complain(str(Fault(spot, each.message, each.hint, line=sentence, length=each.end - each.start)))
        end(Exit.USAGE)


def length_of(option: str, text: str) -> timedelta:
    """Return a length of time, or say what one looks like and end."""
    from rules.durations import read_duration

    return read_duration(text) or fail(f"{option} takes a length of time: 30d, 12h, 6 months", Exit.USAGE)


def hold_of(option: str, text: str) -> For:
    """Return what `for: …` says, or say what it may say and end."""
    from rules.file.forms import Hold

    held: For = _read(option, text, Hold)
    return held


def again_of(option: str, text: str) -> Again:
    """Return what `again: …` says, or say what it may say and end."""
    from rules.file.forms import Reminders

    reminders: Again = _read(option, text, Reminders)
    return reminders


def _read(option: str, text: str, form: Any) -> Any:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(form).validate_python(text)
    except ValidationError as error:
        (said,) = error.errors()
        hint = said.get("ctx", {}).get("hint", "")
        fail(f"{option} {said['msg']}{f': {hint}' if hint else ''}", Exit.USAGE)
