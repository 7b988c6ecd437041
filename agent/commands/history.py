"""`history`: what a rule saw through time."""

# ruff: noqa: PLC0415 - the store, and the language that a plot speaks, are loaded by the command that needs them.

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.shell import (
    AsJson,
    Exit,
    Part,
    Rules,
    State,
    counted,
    fail,
    place_of,
    print_json,
    rule_id_of,
    rule_named,
    rules_or_faults,
    say,
    store_of,
    width,
)

if TYPE_CHECKING:
    from agent.commands.plot import Letters
    from agent.views.history import Seen, Series
    from rules.rule import Rule
    from watchers.api import Fact

# The last readings of each observation; --json and --csv have them all.
MOST_LISTED = 12
PLOT_ROWS = 8


def history(
    rule: Annotated[str, typer.Argument(help="The id or name of a rule.")],
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table: one line for each reading.")] = False,
) -> None:
    """Show what a rule saw through time, with a plot of its number; what you were told of is marked."""
    from agent.views.history import history_of

    if as_json and as_csv:
        fail("--json and --csv are two forms of the same: choose one", Exit.USAGE)
    place = place_of(rules, state)
    with store_of(place) as database:
        book, _ = rules_or_faults(place)
        current = rule_named(rule, book) if book is not None else None
        rule_id = rule_id_of(rule, book, database)
        series = history_of(database, rule_id, title=current.kind.title if current is not None else "title")
    if as_json:
        print_json({"rule": rule_id, "series": [_plain(one, current) for one in series]})
    elif as_csv:
        _write_table(series)
    else:
        _show_all(series, current, (book.me.zone if book is not None else place.zone).key)


def _plain(series: Series, rule: Rule | None) -> dict[str, Any]:
    from agent.views.history import plotted

    name = plotted(series, _preferred(rule))
    return {
        "source": series.source,
        "key": series.key,
        "title": series.title,
        "plotted": name,
        "unit": _unit(rule, name),
        "readings": series.readings,
        "told": [
            {"id": one.id, "at": one.seen_at, "reason": one.reason, "because": one.because} for one in series.told
        ],
    }


def _write_table(series: Sequence[Series]) -> None:
    """Write one line for each reading: its place, its time, every fact in a column of its own, and what was told."""
    from agent.commands.plain import plain
    from watchers.api import Money

    facts = [reading.facts for one in series for reading in one.readings]
    names = dict.fromkeys(name for each in facts for name in each)
    moneys = {name for name in names if any(isinstance(each.get(name), Money) for each in facts)}
    columns = [column for name in names for column in ((name, f"{name}_currency") if name in moneys else (name,))]
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["source", "key", "at", "until", *columns, "told"])
    for one in series:
        for reading in one.readings:
            cells = [cell for name in names for cell in _cells(reading.facts.get(name), is_money=name in moneys)]
            times = [plain(reading.at), plain(reading.until)]
            table.writerow([_safe(one.source), _safe(one.key), *times, *cells, " ".join(reading.told)])


def _cells(fact: Fact | None, *, is_money: bool) -> list[Any]:
    from agent.commands.plain import plain
    from watchers.api import Flag, Money, Text, Texts

    if isinstance(fact, Money):
        return [f"{fact.amount:f}", fact.currency or ""]
    if fact is None or is_money:
        return ["", ""] if is_money else [""]
    if isinstance(fact, Flag):
        return ["true" if fact.value else "false"]
    return [_safe(str(fact)) if isinstance(fact, Text | Texts) else plain(fact)]


def _safe(cell: str) -> str:
    """Return a text that a spreadsheet takes for text: pages decide what stands in it, and = begins a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _show_all(series: Sequence[Series], rule: Rule | None, zone: str) -> None:
    if not series:
        say("Nothing was seen yet that this rule keeps.")
    for number, one in enumerate(series):
        if number:
            say()
        _show(one, rule, zone)


def _show(series: Series, rule: Rule | None, zone: str) -> None:
    from agent.commands.plot import letters_of
    from agent.views.history import plotted
    from rules.words import written_time

    marks = letters_of(sys.stdout.encoding)
    say((series.title or series.key, "bold"), f"  {series.source}")
    if not series.readings:
        for firing in series.told:
            at = written_time(firing.seen_at, zone)
            say((f"{marks.told} ", "bold green"), f"{at}  {firing.id}  {firing.because}", indent=2)
        return
    for line in plot_of(series, rule, columns=width() - 2, rows=PLOT_ROWS, zone=zone):
        say(line, indent=2)
    name = plotted(series, _preferred(rule))
    for said in _extremes(series, rule, name, zone):
        say(said, indent=2)
    for parts in _lines(series.readings[-MOST_LISTED:], name, zone, marks):
        say(*parts, indent=2)
    if len(series.readings) > MOST_LISTED:
        say(f"{counted(len(series.readings) - MOST_LISTED, 'earlier reading')}: --csv or --json", indent=2)


def plot_of(series: Series, rule: Rule | None, *, columns: int, rows: int, zone: str) -> Iterator[str]:
    """Yield the lines of a plot of a rule's number; none where it has fewer than two readings of one.

    Args:
        series: What the rule saw of one thing.
        rule: The rule, if the file still has it.
        columns: How wide the plot may be.
        rows: How high.
        zone: The owner's time zone.
    """
    from agent.commands.plot import Series as Drawn
    from agent.commands.plot import letters_of, plot
    from agent.views.history import plotted

    name = plotted(series, _preferred(rule))
    if not name or len(series.readings) < 2:
        return
    # A value stands for twice the interval, as everywhere, and for twice the longest where that adapts; beyond that
    # nobody looked.
    reach = 2 * (rule.pace.most if rule.pace else rule.every) if rule is not None else None
    told_at = [firing.seen_at for firing in series.told]
    drawn = Drawn(series.readings, name, _unit(rule, name), told_at, reach)
    yield from plot(drawn, columns=columns, rows=rows, zone=zone, letters=letters_of(sys.stdout.encoding))


def _preferred(rule: Rule | None) -> tuple[str, ...]:
    return (rule.condition.subject, rule.kind.plot, rule.kind.main) if rule is not None else ()


def _unit(rule: Rule | None, name: str) -> str:
    spec = rule.kind.fact(name) if rule is not None else None
    return spec.unit if spec is not None else ""


def _extremes(series: Series, rule: Rule | None, name: str, zone: str) -> Iterator[str]:
    """Yield the lowest, the highest and the last value with their times, where they differ."""
    from agent.commands.plot import Series as Drawn
    from rules.plausible import magnitude
    from rules.words import written_time

    known = Drawn(series.readings, name).known() if name else []
    if len({fact for _, fact in known}) < 2:
        return
    in_order = sorted(known, key=lambda one: magnitude(one[1]))
    unit = _unit(rule, name)
    for label, (reading, fact) in (("lowest", in_order[0]), ("highest", in_order[-1]), ("last", known[-1])):
        at = reading.until if label == "last" else reading.at
        yield f"{label:<7}  {f'{fact} {unit}'.rstrip()}  {written_time(at, zone)}"


def _lines(readings: Sequence[Seen], name: str, zone: str, marks: Letters) -> Iterator[tuple[Part, ...]]:
    from agent.commands.speech import said
    from rules.words import written_time

    for reading in readings:
        fact = reading.facts.get(name) if name else None
        if fact is not None:
            value = said(fact, zone)
        elif name:
            value = "unknown"
        else:
            value = ", ".join(f"{each} {said(known, zone)}" for each, known in reading.facts.items()) or "unknown"
        told = (f"  told {', '.join(reading.told)}", "bold green") if reading.told else ""
        mark = (f"{marks.told} ", "bold green") if reading.told else "  "
        yield (mark, f"{written_time(reading.at, zone)}  {value}", told)
