"""`try`: what a rule or a kind makes of a source, with nothing stored or sent."""

# ruff: noqa: PLC0415 - the readers and the door are loaded by the command that needs them.

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.sentences import compiled
from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    State,
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
from agent.commands.suggesting import kept_of, plain_suggestions, show_suggestions

if TYPE_CHECKING:
    from agent.places import Place
    from agent.trying import Judged, Trial, Tried
    from rules.condition import Condition, Standing
    from rules.faults import Fault
    from rules.reality import Question, Sight, Suggestion
    from rules.rule import Names, Rule, RuleBook
    from watchers.api import Kind, Observation, Watcher

# Of an answer with many things, as many are shown; --json has them all.
# How the door says that a rule may open it to an address at home.
AT_HOME = "`private: true`"
MOST_SHOWN = 10
LONGEST_VALUE = 200
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What is tried, and what to hold it against.

    Attributes:
        rule: With the sentence of the command line where one was given; None of a kind alone.
        is_elsewhere: It looks at another address than its own.
    """

    trial: Trial
    kind: Kind
    names: Names
    place: Place
    rule: Rule | None
    is_elsewhere: bool


def try_(  # noqa: PLR0913 - each is an option of the command
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
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Look at a source now, by a rule or by a kind alone, and say what would come of it.

    It is the code that the agent runs, but nothing is stored or sent. The condition is judged as if everything were
    seen for the first time; what is odd about it is said, with what the store holds of before.
    """
    from agent.logs import start_logging

    start_logging(logging.ERROR)
    attempt = _attempt(what, place_of(rules, state), url, when, private=private)
    trial = attempt.trial
    answers = [*(saved or ()), *(files or ())]
    if not answers and not all(spec.label for spec in trial.specs):
        fail(f"where should {what} look? --url names an address, --from a saved answer", Exit.USAGE)
    tried = _read(trial, answers, url) if answers else _look(trial)
    found = _suggested(attempt, tried, are_saved=bool(answers))
    for one, suggestions in zip(tried, found, strict=True):
        if as_json:
            print_json(_plain(one, suggestions))
        else:
            _show(one, trial)
            if not private and one.trouble is not None and AT_HOME in one.trouble.reason:
                say("--private asks it this once", indent=2)
            show_suggestions(suggestions, indent=2)
    # A saved answer was read as asked, whatever it says; a source that cannot be seen now needs the owner.
    end(Exit.ATTENTION if not answers and any(one.trouble for one in tried) else Exit.FINE)


# What to try.


def _attempt(what: str, place: Place, url: str | None, when: str | None, *, private: bool) -> _Attempt:
    """Return what to try: the rule of that name, or else the kind."""
    from agent.clock import wall
    from agent.redaction import Redactor
    from agent.trying import NoAddress, Trial, elsewhere, watches_of
    from rules.rule import Network

    book, faults = rules_or_faults(place) if place.rules.exists() else (None, ())
    rule = rule_named(what, book) if book is not None else None
    try:
        if rule is None:
            looked_for = _kind_named(what, book, faults)
            specs, kind = watches_of(looked_for, url, private=private), looked_for.kind
        else:
            specs = rule.watches if url is None else (elsewhere(rule.watches[0], url),)
            specs, kind = tuple(replace(spec, private=spec.private or private) for spec in specs), rule.kind
    except NoAddress as error:
        fail(str(error), Exit.USAGE)
    names = names_of(place)
    condition = compiled(when, "--when", kind, names) if when is not None else rule.condition if rule else None
    trial = Trial(
        specs=specs,
        condition=condition,
        now=wall(),
        zone=book.me.zone if book is not None else place.zone,
        network=book.network if book is not None else Network(),
        redactor=Redactor(book.secrets if book is not None else ()),
        joint=rule.joint if rule is not None else None,
        rule_files=book.files if book is not None else (),
    )
    if condition is not None and condition.others:
        trial = replace(trial, others=_standings(place, book, condition, trial.now))
    if rule is not None and condition is not None:
        rule = replace(rule, condition=condition)
    return _Attempt(trial, kind, names, place, rule, url is not None)


def _standings(place: Place, book: RuleBook | None, condition: Condition, now: datetime) -> Mapping[str, Standing]:
    """Return how the rules stand that a sentence names, as far as the store knows."""
    from agent.database import StoreError
    from agent.reality import standings_of

    if book is None:
        return {}
    try:
        return standings_of(place.store, book, [mention.rule_id for mention in condition.others], now)
    except StoreError as error:
        complain(f"trusted-agent: {error}; how other rules stand is not known", style="yellow")
        return {}


def _kind_named(name: str, book: RuleBook | None, faults: tuple[Fault, ...]) -> type[Watcher]:
    known = installed_kinds()
    if name not in known and faults:
        print_faults(faults)
        end(Exit.FAULTY_RULES)
    if name not in known:
        named = [rule.id for rule in book.rules] if book is not None else []
        not_found("rule or kind", name, [*named, *known])
    return known[name]


# Trying it.


def _look(trial: Trial) -> list[Tried]:
    import asyncio

    from agent.trying import look, look_together

    with patience(f"asking {', '.join(spec.label for spec in trial.specs)} …"):
        tried = asyncio.run(look(trial))
    whole = look_together(trial, tried)
    return tried if whole is None else [*tried, whole]


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


# What is odd about it.


def _suggested(attempt: _Attempt, tried: Sequence[Tried], *, are_saved: bool) -> list[tuple[Suggestion, ...]]:
    """Return, for each answer, what the owner may want to know of the sentence there."""
    from rules.reality import Sight, suggestions

    trial, rule = attempt.trial, attempt.rule
    if trial.condition is None:
        return [() for _ in tried]
    judged = [spec.id for spec in trial.specs] if trial.joint is None else [trial.joint.spec.id]
    # Saved answers are all of the first watch; of several that are judged together the last one is the whole.
    ids = [judged[0]] * len(tried) if are_saved else [*([""] * (len(tried) - len(judged))), *judged]
    past = None
    if rule is not None and not attempt.is_elsewhere:
        past = kept_of(attempt.place, [rule]).get(rule.id)
    found: list[tuple[Suggestion, ...]] = []
    for watch_id, one in zip(ids, tried, strict=True):
        if one.trouble is not None or watch_id not in judged or (are_saved and trial.joint is not None):
            found.append(())
            continue
        sight = Sight(watch_id, one.file or one.source, one.observations)
        if rule is None:
            found.append(suggestions(_question(attempt, sight)))
        else:
            from agent.reality import suggested

            of_watch = past.of_watch(watch_id) if past is not None else None
            found.append(suggested(rule, attempt.names, (sight,), of_watch, trial.now, trial.zone))
    return found


def _question(attempt: _Attempt, sight: Sight) -> Question:
    from rules.condition import Always
    from rules.reality import Question

    trial, kind = attempt.trial, attempt.kind
    return Question(
        kind=kind,
        condition=trial.condition or Always(kind.main),
        names=attempt.names,
        now=trial.now,
        zone=trial.zone,
        sights=(sight,),
        tells_at_once=kind.shape == "gauge",
    )


# What came of it.


def _plain(one: Tried, suggestions: Sequence[Suggestion]) -> dict[str, Any]:
    """Return one answer as JSON: file, source, observations, notices, trouble, findings and suggestions."""
    from agent.commands.plain import plain
    from watchers.api import Observation

    shown: dict[str, Any] = plain(replace(one, observations=()))
    # A picture goes along in messages, not in JSON.
    names = [each.name for each in fields(Observation) if each.name != "picture"]
    shown["observations"] = [{name: plain(getattr(seen, name)) for name in names} for seen in one.observations]
    shown["findings"] = [
        {"key": judged.key, "holds": judged.finding.holds, "because": judged.finding.because} for judged in one.findings
    ]
    shown["suggestions"] = plain_suggestions(suggestions)
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
