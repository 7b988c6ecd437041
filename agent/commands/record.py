"""`record`: keep what a rule's sources say now as a test."""

# ruff: noqa: PLC0415 - the door and the readers are loaded by the command that needs them.

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    complain,
    counted,
    fail,
    not_found,
    patience,
    place_of,
    print_json,
    rule_named,
    rules_of,
    say,
)

if TYPE_CHECKING:
    from agent.recording import Recording
    from rules.rule import Rule, RuleBook

_NAME = re.compile(r"\w[\w.-]{0,99}")


def record(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The id or name of a rule.")],
    *,
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="What the recording is called; the rule's id unless given."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a recording of that name.")] = False,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Ask a rule's sources once and keep their answers as a test beside the rule file, which passes as it is.

    Cookies, tokens and the secrets of the rule file are blanked; look through what is left before you show it to
    others, since a page may name you in its text.
    """
    from agent.logs import start_logging

    start_logging(logging.ERROR)
    place = place_of(rules, None)
    book = rules_of(place)
    found = rule_named(rule, book)
    if found is None:
        not_found("rule", rule, [each.id for each in book.rules])
    called = name or found.id
    _refuse_name(called, place.rules, force=force)
    _refuse_rule(found)
    recording = _record(found, book, called)
    test = _keep(recording, place.rules, called)
    if as_json:
        print_json(
            {
                "file": test,
                "answers": [test.parent / file for file in recording.answers],
                "told": [{"reason": each.firing.reason, "because": each.firing.because} for each in recording.told],
                "blanked": dict(recording.blanked),
                "doubts": list(recording.doubts),
            }
        )
    else:
        _show(recording, test)


def _refuse_name(name: str, rule_file: Path, *, force: bool) -> None:
    from agent.recording import taken

    if not _NAME.fullmatch(name):
        fail(f"{name} is no name for a recording: letters, digits, dashes, points and _ only", Exit.USAGE)
    there = taken(rule_file, name)
    if there is not None and not force:
        fail(f"{there} is there already: --force replaces it, --as gives another name", Exit.USAGE)


def _refuse_rule(rule: Rule) -> None:
    from watchers.api import HttpWatcher

    if not rule.watches:
        fail(f"the rule {rule.id} looks at nothing itself: record those that it names", Exit.USAGE)
    unheard = next((spec for spec in rule.watches if not isinstance(spec.watcher, HttpWatcher)), None)
    if unheard is not None:
        said = f"{unheard.kind.name} gives no answer over HTTP that could be kept"
        fail(f"{said}: write the facts that {rule.id} would see into a test of your own", Exit.USAGE)


def _record(rule: Rule, book: RuleBook, name: str) -> Recording:
    import asyncio

    from agent.clock import wall
    from agent.recording import NothingRecorded, listen, recording
    from agent.redaction import Redactor

    # A full minute, as a test writes it: a page that says "in 3 hours" is read at the same instant again.
    now = wall().replace(second=0, microsecond=0)
    redactor = Redactor(book.secrets)
    try:
        with patience(f"asking {', '.join(spec.label for spec in rule.watches)} …"):
            overheard = asyncio.run(listen(rule, book.network, redactor, now, book.me.zone))
        return recording(rule, book, name, overheard, now)
    except NothingRecorded as nothing:
        fail(f"nothing was recorded: {nothing}", Exit.ATTENTION)


def _keep(recording: Recording, rule_file: Path, name: str) -> Path:
    from agent.recording import keep

    try:
        return keep(recording, rule_file, name)
    except OSError as error:
        fail(f"{rule_file.parent} cannot be written: {error.strerror}", Exit.ATTENTION)


def _show(recording: Recording, test: Path) -> None:
    say(("Recorded ", "bold green"), (str(test), "bold"))
    for file, body in recording.answers.items():
        say(f"{test.parent / file}  {len(body):,} bytes", indent=2)
    if recording.blanked:
        say(f"blanked: {', '.join(f'{what} ({count})' for what, count in recording.blanked.items())}")
    else:
        say("nothing had to be blanked")
    told = recording.told
    say(
        f"the rule tells {counted(len(told), 'message')} of it" if told else "the rule tells nothing of it",
        ":" if told else "",
    )
    for each in told:
        say(f"{each.firing.reason}: {each.firing.because}", indent=2)
    for doubt in recording.doubts:
        complain(doubt, style="yellow")
    say("`trusted-agent test` runs it. Look through it before you show it to others.")
