"""The command line as its own declarations have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer

from agent.commandline import app
from tests.docs.tables import table

PROGRAM = "trusted-agent"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words, and typer's object for it."""

    words: tuple[str, ...]
    made: Any

    @property
    def options(self) -> frozenset[str]:
        """Every option that it takes."""
        given = {word for param in self.made.params for word in (*param.opts, *param.secondary_opts)}
        return frozenset({word for word in given if word.startswith("-")} | {"--help", "-h"})

    @property
    def arguments(self) -> tuple[Any, ...]:
        """Its arguments."""
        return tuple(param for param in self.made.params if not param.opts[0].startswith("-"))


def all_commands() -> list[Command]:
    """Return the program and every command in it, in the order of its help."""
    return list(_under(Command((PROGRAM,), typer.main.get_command(app))))


def command_of(words: list[str]) -> tuple[Command, list[str]] | None:
    """Return the command that a line of a shell names, and the rest of its words; None where there is none."""
    known = {command.words: command for command in all_commands()}
    longest = max((size for size in range(1, len(words) + 1) if tuple(words[:size]) in known), default=0)
    return (known[tuple(words[:longest])], words[longest:]) if longest else None


def commands() -> str:
    """Return the reference of all commands."""
    return "\n\n".join(_described(command) for command in all_commands() if not _is_group(command))


def _under(command: Command) -> Iterator[Command]:
    yield command
    for name, made in getattr(command.made, "commands", {}).items():
        yield from _under(Command((*command.words, name), made))


def _is_group(command: Command) -> bool:
    return hasattr(command.made, "commands")


def _described(command: Command) -> str:
    taken = " ".join(_metavar(argument) for argument in command.arguments)
    asked = " ".join(word for word in (*command.words, taken, "[OPTIONS]") if word)
    said = [f"## {' '.join(command.words)}", f"```text\n{asked}\n```", " ".join((command.made.help or "").split())]
    rows = [
        [f"`{_metavar(param)}`" if param in command.arguments else _option(param), param.help or ""]
        for param in command.made.params
        if not param.hidden and param.opts != ["--help"]
    ]
    return "\n\n".join([*said, *([table(["argument or option", "meaning"], rows)] if rows else [])])


def _metavar(argument: Any) -> str:
    name = str(argument.metavar or argument.name.upper())
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _option(param: Any) -> str:
    value = "" if param.is_flag else f" {param.metavar or param.name.upper()}"
    return ", ".join(f"`{word}{value}`" for word in (*param.opts, *param.secondary_opts))
