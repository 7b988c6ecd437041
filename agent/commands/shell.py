"""What every command shares: where the agent lives, how it ends, and how it speaks to a person or a program."""

from __future__ import annotations

import json
import os
import sys
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from agent.app import Place, read_rules
from agent.database import Database, StoreError
from agent.places import find_place
from rules.faults import RuleFaults
from rules.rule import RuleBook

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Exit(IntEnum):
    """What a command's exit status says. docs/reference/exit-codes.md is made from these."""

    FINE = 0
    ATTENTION = 1
    USAGE = 2
    FAULTY_RULES = 3
    NO_STORE = 4
    NOT_FOUND = 5


MEANINGS = {
    Exit.FINE: "Everything is fine, and what was asked for was done.",
    Exit.ATTENTION: "It worked, and something needs the owner: a channel that fails, a source that cannot be seen.",
    Exit.USAGE: "The command line is wrong.",
    Exit.FAULTY_RULES: "The rule file is missing or faulty; every fault was printed with its place.",
    Exit.NO_STORE: "The store cannot be opened or written.",
    Exit.NOT_FOUND: "There is no rule, firing, kind or channel of that name.",
}

Rules = Annotated[Path | None, typer.Option("--rules", help="The rule file, or the folder that holds rules.yaml.")]
State = Annotated[str | None, typer.Option("--state", help="The folder of the store, or a postgresql:// address.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for a person.")]


def place_of(rules: Path | None, state: str | None) -> Place:
    """Return where this agent lives."""
    return find_place(rules, state, os.environ)


def rules_of(place: Place) -> RuleBook:
    """Read the rule file, or print its faults and end."""
    try:
        return read_rules(place)
    except RuleFaults as error:
        for fault in error.faults:
            err.print(str(fault), markup=False)
        count = len(error.faults)
        fail(f"{count} fault{'s' if count > 1 else ''} in the rule file", Exit.FAULTY_RULES)


def store_of(place: Place) -> Database:
    """Open the store, or say why not and end."""
    try:
        return Database.open(place.store)
    except StoreError as error:
        fail(str(error), Exit.NO_STORE)


def fail(sentence: str, code: Exit) -> NoReturn:
    """Say what is wrong and end with a code."""
    err.print(f"trusted-agent: {sentence}", markup=False, style="red")
    raise typer.Exit(code)


def print_json(value: Any) -> None:
    """Print one JSON value on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
