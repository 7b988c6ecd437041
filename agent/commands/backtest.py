"""`backtest`: when a rule would have told, on the history that is stored."""

# ruff: noqa: PLC0415 - the rules and the store are loaded by the command that needs them.

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.sentences import again_of, compiled, hold_of, length_of
from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    State,
    counted,
    fail,
    names_of,
    not_found,
    patience,
    place_of,
    print_json,
    rule_named,
    rules_of,
    say,
    store_of,
    width,
)

if TYPE_CHECKING:
    from agent.views.backtest import Past
    from rules.alternatives import Alternative
    from rules.backtest import Series, Stage
    from rules.firing import Firing
    from rules.rule import Names, Rule, RuleBook

# Within this every change is kept; what is older was thinned.
USUAL_SINCE = timedelta(days=90)
# The last ones; --json has them all.
MOST_LISTED = 20
MOST_PLOTTED = 3
PLOT_ROWS = 8
LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of living through a rule.

    Attributes:
        rule: The rule that was lived through, with other words in it where some were given.
        written: The sentence of the rule file.
        changed: The other words, by their key.
        as_it_stands: What the rule of the file would have told; None where that is the rule.
        told: What it really told since then.
        unknown: What the record cannot tell, as sentences.
    """

    rule: Rule
    written: str
    changed: dict[str, str]
    stage: Stage
    firings: tuple[Firing, ...]
    as_it_stands: int | None
    told: tuple[Firing, ...]
    alternatives: tuple[Alternative, ...]
    unknown: tuple[str, ...]


def backtest(  # noqa: PLR0913 - each is an option of the command
    rule: Annotated[str, typer.Argument(help="The id or name of a rule.")],
    *,
    since: Annotated[str | None, typer.Option("--since", metavar="LENGTH", help="How far back: 30d, 6 months.")] = None,
    when: Annotated[str | None, typer.Option("--when", help="Another sentence in place of the rule's.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Until what it would stay true.")] = None,
    hold: Annotated[str | None, typer.Option("--for", metavar="FOR", help="For how long: 3 polls, 2h.")] = None,
    again: Annotated[str | None, typer.Option("--again", help="Reminders: when lower, every 1d, never.")] = None,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Show when a rule would have told you, on the history that is stored, and how often by other words.

    The history is lived through by the judge that the agent runs. Nothing is contacted, stored or sent.
    """
    place = place_of(rules, state)
    book = rules_of(place)
    ids = [*(each.id for each in book.rules), *book.disabled]
    asked = rule_named(rule, book) or not_found("rule", rule, ids)
    names = names_of(place)
    changed = {"when": when, "until": until, "for": hold, "again": again}
    words = {key: value for key, value in changed.items() if value is not None}
    other = _altered(asked, words, names)
    _refuse_mentions(other, book)
    back = length_of("--since", since) if since is not None else USUAL_SINCE
    with store_of(place) as database, patience(f"living through {asked.id} …"):
        from agent.views.backtest import past_of

        outcome = _lived(asked, other, words, past_of(database, asked), names, back)
    if as_json:
        print_json(_plain(outcome))
    else:
        _show(outcome)


def _refuse_mentions(rule: Rule, book: RuleBook) -> None:
    """End where a sentence names a rule as no rule file may: as it would be refused there."""
    from rules.file.crossings import wrong_mention

    ids = [*(each.id for each in book.rules), *book.disabled]
    by_id = {each.id: each for each in book.rules} | {rule.id: rule}
    for condition in (rule.condition, rule.until):
        for mention in condition.others if condition is not None else ():
            if mention.rule_id not in ids:
                not_found("rule", mention.rule_id, ids)
            if wrong := wrong_mention(rule.id, mention, by_id, ids):
                fail(": ".join(wrong), Exit.USAGE)


def _altered(rule: Rule, words: dict[str, str], names: Names) -> Rule:
    """Return the rule with the words of the command line in it, or say what is wrong with them and end."""
    from rules.alternatives import altered

    def sentence(key: str) -> Any:
        if key not in words:
            return None
        return compiled(words[key], f"--{key}", rule.kind, names, known_any=rule.known_any)

    other = altered(
        rule,
        when=sentence("when"),
        until=sentence("until"),
        hold=hold_of("--for", words["for"]) if "for" in words else None,
        again=again_of("--again", words["again"]) if "again" in words else None,
    )
    idle = [key for key in ("until", "for") if key in words] if other.condition.is_moment else []
    if idle:
        fail(f"this condition is true of one reading only, so that --{idle[0]} has nothing to act on", Exit.USAGE)
    return other


def _lived(asked: Rule, rule: Rule, words: dict[str, str], past: Past, names: Names, back: timedelta) -> _Outcome:
    from agent.clock import wall
    from agent.schedule import next_poll_at
    from agent.tidying import KEEP_EVERY_READING
    from rules.alternatives import alternatives
    from rules.backtest import Stage, unknowns
    from rules.when import compile_condition

    now, zone = wall(), names.me.zone
    stage = Stage(past.record, zone, now - back, now, lambda watch_id, at: next_poll_at(rule, watch_id, at, zone))
    firings = stage.told(rule)
    never_known = "" if firings or rule.others else stage.never_known(rule)
    check = partial(compile_condition, kind=rule.kind, names=names, known_any=rule.known_any)
    thinned = now - KEEP_EVERY_READING
    return _Outcome(
        rule=rule,
        written=asked.condition.text,
        changed=words,
        stage=stage,
        firings=firings,
        as_it_stands=len(stage.told(asked)) if words else None,
        told=tuple(firing for firing in past.told if firing.seen_at >= stage.since),
        alternatives=alternatives(rule, firings, past.record, stage.told, check),
        unknown=(
            *([f"it could never be told whether it was true: {never_known}"] if never_known else []),
            *unknowns(rule, past.record, is_altered="when" in words, thinned_before=thinned),
        ),
    )


# As a program reads it.


def _plain(outcome: _Outcome) -> dict[str, Any]:
    rule = outcome.rule
    return {
        "rule": rule.id,
        "when": rule.condition.text,
        "changed": outcome.changed,
        "since": outcome.stage.since,
        "begins": outcome.stage.record.begins,
        "until": outcome.stage.until,
        "would_have_told": [_told(firing) for firing in outcome.firings],
        "as_it_stands": outcome.as_it_stands,
        "told": [{"id": firing.id, **_told(firing)} for firing in outcome.told],
        "alternatives": [
            {"key": each.key, "value": each.value or None, "told": each.told} for each in outcome.alternatives
        ],
        "unknown": outcome.unknown,
    }


def _told(firing: Firing) -> dict[str, Any]:
    return {
        "at": firing.seen_at,
        "source": firing.source,
        "key": firing.observation,
        "title": firing.title,
        "reason": firing.reason,
        "value": firing.facts.get(firing.subject),
        "because": firing.because,
    }


# As a person reads it.


def _show(outcome: _Outcome) -> None:
    rule, zone = outcome.rule, outcome.stage.zone.key
    say((rule.name, "bold"), f"  {outcome.written}".rstrip())
    for key, value in outcome.changed.items():
        say((f"{key}: {value}", "cyan"), indent=2)
    say(_times(outcome), indent=2)
    for sentence in outcome.unknown:
        say((sentence, "yellow"), indent=2)
    if outcome.firings or outcome.stage.record.series:
        say()
    _plot(outcome)
    for firing in outcome.firings[-MOST_LISTED:]:
        _show_told(firing, zone, is_stream=rule.kind.shape == "stream")
    if len(outcome.firings) > MOST_LISTED:
        say(f"{counted(len(outcome.firings) - MOST_LISTED, 'earlier one')}: --json has them all", indent=2)
    if outcome.alternatives:
        say()
    for each in outcome.alternatives:
        say(*_alternative(each, len(outcome.firings)), indent=2)


def _times(outcome: _Outcome) -> str:
    from rules.words import written_time

    begins, since, zone = outcome.stage.record.begins, outcome.stage.since, outcome.stage.zone.key
    said = [f"would have told {counted(len(outcome.firings), 'time')}"]
    if outcome.as_it_stands is not None:
        said.append(f"as it stands {counted(outcome.as_it_stands, 'time')}")
    said.append(f"you were told {counted(len(outcome.told), 'time')}")
    if begins is not None and begins > since:
        return f"{'; '.join(said)}, since history begins on {written_time(begins, zone)}"
    return f"{'; '.join(said)}, since {written_time(since, zone)}"


def _plot(outcome: _Outcome) -> None:
    """Draw the number of the sentence, with what would have been told below."""
    from agent.commands.plot import Series as Drawn
    from agent.commands.plot import letters_of, plot
    from agent.views.history import Seen
    from watchers.api import Money, Number

    stage, zone = outcome.stage, outcome.stage.zone.key
    names = (outcome.rule.condition.subject, outcome.rule.kind.plot)
    labels = _labels(outcome)
    for series in _most_told(stage.record.series, outcome.firings)[:MOST_PLOTTED]:
        shown = [Seen(each.at, each.until, each.facts) for each in series.readings if each.until >= stage.since]
        numbers = [name for name in names for each in shown if isinstance(each.facts.get(name), Money | Number)]
        if not numbers or len(shown) < 2:
            continue
        spec = outcome.rule.kind.fact(numbers[0])
        told_at = [one.seen_at for one in outcome.firings if _place(one) == (series.watch_id, series.key)]
        drawn = Drawn(shown, numbers[0], spec.unit if spec is not None else "", told_at)
        letters = letters_of(sys.stdout.encoding)
        if len(stage.record.series) > 1:
            say((labels.get(series.watch_id, series.key), "bold"), indent=2)
        for line in plot(drawn, columns=width() - 2, rows=PLOT_ROWS, zone=zone, letters=letters):
            say(line, indent=2)


def _labels(outcome: _Outcome) -> dict[str, str]:
    """Return what each watch of the rule is called."""
    joint = [outcome.rule.joint.spec] if outcome.rule.joint is not None else []
    return {spec.id: spec.label for spec in (*outcome.rule.watches, *joint)}


def _most_told(series: Sequence[Series], firings: Sequence[Firing]) -> list[Series]:
    places = [_place(firing) for firing in firings]
    return sorted(series, key=lambda one: -places.count((one.watch_id, one.key)))


def _place(firing: Firing) -> tuple[str, str]:
    return firing.watch_id, firing.observation


def _show_told(firing: Firing, zone: str, *, is_stream: bool) -> None:
    from agent.commands.speech import said
    from rules.letter import one_line
    from rules.words import written_time
    from watchers.api import Flag

    value = firing.facts.get(firing.subject)
    # Of a list it matters which thing it was; "no" says nothing without its question, which stands in the sentence.
    shown = firing.title if is_stream or isinstance(value, Flag) else said(value, zone) if value is not None else ""
    shown = one_line(shown, LONGEST_VALUE)
    say(
        ("● ", "bold green"),
        f"{written_time(firing.seen_at, zone)}  {shown}".rstrip(),
        f"  {firing.reason}: {one_line(firing.because, LONGEST_VALUE)}",
        indent=2,
    )


def _alternative(each: Alternative, now: int) -> tuple[str, tuple[str, str], str]:
    first = ("with ", (f"{each.key}: {each.value}", "cyan")) if each.value else ("without ", (each.key, "cyan"))
    return (*first, f" it would have told {counted(each.told, 'time')} instead of {now}")
