"""`init`: a rule file to start with, and its schema for an editor."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from agent.commands.shell import Exit, Rules, fail, installed_kinds, place_of, say
from agent.schema_file import SCHEMA_FILE, write_schema

EARLIER = "~"


def starter() -> str:
    """Return the commented rule file that a new owner begins with."""
    return (files(__package__) / "starter.yaml").read_text(encoding="utf-8")


def init(
    rules: Rules = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file that is there; it stays beside it, as rules.yaml~.")
    ] = False,
) -> None:
    """Write a commented rule file to start with, and its schema for your editor."""
    file = place_of(rules, None).rules
    if file.exists() and not force:
        fail(f"{file} is there already: --force replaces it and keeps it as {file.name}{EARLIER}", Exit.USAGE)
    try:
        kept = _write(file)
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror}", Exit.FAULTY_RULES)
    say(
        "Wrote ", (str(file), "bold"), f" and {SCHEMA_FILE} beside it.", *([f" The old one is {kept}."] if kept else [])
    )
    say("\nNext:")
    named = f" --rules {quote(str(file))}" if rules else ""
    for command, purpose in (
        (f"$EDITOR {quote(str(file))}", "name a channel and a rule: the examples show how"),
        (f"trusted-agent check{named}", "find every mistake"),
        (f"trusted-agent channels test{named}", "send yourself a message"),
        (f"trusted-agent run{named}", "watch; trusted-agent service install keeps it running"),
    ):
        say((command, "cyan"), indent=2)
        say(purpose, indent=6)


def _write(file: Path) -> str:
    """Write the two files, the rule file readable by its owner alone; return where an earlier one was put.

    The rule file comes last and whole: where the disk is full, no half of it is left that a second try would find, and
    an earlier one stays in its place.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_schema(file, installed_kinds())
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.touch(mode=0o600)
        fresh.write_text(starter(), encoding="utf-8")
        kept = _put_aside(file) if file.exists() else ""
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    return kept


def _put_aside(file: Path) -> str:
    kept = f"{file}{EARLIER}"
    file.replace(kept)
    return kept
