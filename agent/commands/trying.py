"""`try`: what a rule or a kind makes of a source, with nothing stored or sent."""

# ruff: noqa: PLC0415 - the readers and the door are loaded by the command that needs them.

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    complain,
    end,
    fail,
    installed_kinds,
    names_of,
    not_found,
    patience,
    place_of,
    print_faults,
    print_json,
    rule_named,
    rules_or_faults,
    say,
)

if TYPE_CHECKING:
    from agent.places import Place
    from agent.trying import Judged, Trial, Tried
    from rules.condition import Condition
    from rules.faults import Fault
    from rules.rule import RuleBook
    from watchers.api import Kind, Observation, Watcher

# Of an answer with many things, as many are shown; --json has them all.
MOST_SHOWN = 10
LONGEST_VALUE = 200
STANDARD_INPUT = "-"


def try_(
    what: Annotated[str, typer.Argument(metavar="RULE|KIND", help="A rule's id or name; or a kind, without any rule.")],
    *,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Saved answers to read instead of asking.")
    ] = None,
    saved: Annotated[
        list[Path] | None, typer.Option("--from", metavar="FILE", help="A saved answer; - is standard input.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="Look there; with saved answers, where they came from.")
    ] = None,
    when: Annotated[str | None, typer.Option("--when", help="A sentence to try on what is seen.")] = None,
    private: Annotated[bool, typer.Option("--private", help="The address may be private, as in your home.")] = False,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Look at a source now, by a rule or by a kind alone, and say what would come of it.

    It is the code that the agent runs, but nothing is stored or sent. The condition is judged as if everything were
    seen for the first time.
    """
    from agent.logs import start_logging

    start_logging(logging.ERROR)
    trial = _trial(what, place_of(rules, None), url, when, private=private)
    answers = [*(saved or ()), *(files or ())]
    if not answers and not all(spec.label for spec in trial.specs):
        fail(f"where should {what} look? --url names an address, --from a saved answer", Exit.USAGE)
    tried = _read(trial, answers, url) if answers else _look(trial)
    for one in tried:
        if as_json:
            print_json(_plain(one))
        else:
            _show(one, trial)
    # A saved answer was read as asked, whatever it says; a source that cannot be seen now needs the owner.
    end(Exit.ATTENTION if not answers and any(one.trouble for one in tried) else Exit.FINE)


# What to try.


def _trial(what: str, place: Place, url: str | None, when: str | None, *, private: bool) -> Trial:
    """Return what to try: the rule of that name, or else the kind."""
    from agent.clock import wall
    from agent.redaction import Redactor
    from agent.trying import NoAddress, Trial, elsewhere, watches_of
    from rules.rule import Network

    book, faults = rules_or_faults(place) if place.rules.exists() else (None, ())
    rule = rule_named(what, book) if book is not None else None
    try:
        if rule is None:
            kind = _kind_named(what, book, faults)
            specs, condition, shape = watches_of(kind, url, private=private), None, kind.kind
        else:
            specs = rule.watches if url is None else (elsewhere(rule.watches[0], url),)
            specs = tuple(replace(spec, private=spec.private or private) for spec in specs)
            condition, shape = rule.condition, rule.kind
    except NoAddress as error:
        fail(str(error), Exit.USAGE)
    return Trial(
        specs=specs,
        condition=condition if when is None else _compiled(when, shape, place),
        now=wall(),
        zone=book.me.zone if book is not None else place.zone,
        network=book.network if book is not None else Network(),
        redactor=Redactor(book.secrets if book is not None else ()),
    )


def _kind_named(name: str, book: RuleBook | None, faults: tuple[Fault, ...]) -> type[Watcher]:
    known = installed_kinds()
    if name not in known and faults:
        print_faults(faults)
        end(Exit.FAULTY_RULES)
    if name not in known:
        named = [rule.id for rule in book.rules] if book is not None else []
        not_found("rule or kind", name, [*named, *known])
    return known[name]


def _compiled(when: str, kind: Kind, place: Place) -> Condition:
    """Return a sentence of the command line, or show with a caret what is wrong in it and end."""
    from rules.faults import Fault, SentenceFaults
    from rules.rule import Place as Spot
    from rules.when import compile_condition

    try:
        return compile_condition(when, kind, names_of(place))
    except SentenceFaults as error:
        for each in error.faults:
            spot = Spot("--when", 1, each.start + 1)
            complain(str(Fault(spot, each.message, each.hint, line=when, length=each.end - each.start)))
        end(Exit.USAGE)


# Trying it.


def _look(trial: Trial) -> list[Tried]:
    import asyncio

    from agent.trying import look

    with patience(f"asking {', '.join(spec.label for spec in trial.specs)} …"):
        return asyncio.run(look(trial))


def _read(trial: Trial, answers: Sequence[Path], url: str | None) -> list[Tried]:
    import asyncio

    from agent.trying import read_saved

    # Before the first is read, so that a slip in a name is told at once.
    bodies = [(str(file), _bytes(file)) for file in answers]

    async def read() -> list[Tried]:
        return [await read_saved(trial, file, body, url) for file, body in bodies]

    return asyncio.run(read())


def _bytes(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == STANDARD_INPUT else file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}", Exit.NOT_FOUND)


# What came of it.


def _plain(one: Tried) -> dict[str, Any]:
    """Return one answer as JSON: file, source, observations, notices, trouble and findings."""
    from agent.commands.plain import plain

    shown: dict[str, Any] = plain(one)
    shown["findings"] = [
        {"key": judged.key, "holds": judged.finding.holds, "because": judged.finding.because} for judged in one.findings
    ]
    return shown


def _show(one: Tried, trial: Trial) -> None:
    say((one.file or one.source, "bold"))
    if one.trouble is not None:
        say((one.trouble.name, "bold yellow"), f": {one.trouble.reason}", indent=2)
        return
    for notice in one.notices:
        say((notice, "dim"), indent=2)
    if not one.observations:
        say("nothing is there", indent=2)
    findings = {judged.key: judged for judged in one.findings}
    for seen in one.observations[:MOST_SHOWN]:
        _show_seen(seen, findings.get(seen.key), trial.zone.key)
    if len(one.observations) > MOST_SHOWN:
        say(f"and {len(one.observations) - MOST_SHOWN} more: --json has them all", indent=2)
    if trial.condition is not None and trial.condition.is_absence:
        say("one look cannot tell how long nothing comes", indent=2)


def _show_seen(seen: Observation, judged: Judged | None, zone: str) -> None:
    from agent.commands.speech import said
    from rules.letter import one_line

    say((one_line(seen.key, LONGEST_VALUE), "cyan"), indent=2)
    margin = max(map(len, (*seen.facts, *seen.unknown)), default=0)
    for name, fact in seen.facts.items():
        evidence = (f"   {seen.evidence[name]}", "dim") if name in seen.evidence else ""
        say(f"{name:<{margin}}  {one_line(said(fact, zone), LONGEST_VALUE)}", evidence, indent=4)
    for name, reason in seen.unknown.items():
        say(f"{name:<{margin}}  ", (f"unknown: {reason}", "yellow"), indent=4)
    if judged is not None:
        verdict, style = _VERDICTS[judged.finding.holds]
        say((verdict, style), f": {judged.finding.because}", indent=4)


_VERDICTS: dict[bool | None, tuple[str, str]] = {
    True: ("would tell", "bold green"),
    False: ("would not tell", ""),
    None: ("cannot say", "yellow"),
}
