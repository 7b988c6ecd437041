"""`why-not`: why a rule is silent."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from collections.abc import Sequence
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
    not_found,
    place_of,
    print_json,
    rule_named,
    rules_of,
    say,
    store_of,
    width,
)
from agent.commands.why import show_table

if TYPE_CHECKING:
    from agent.views.history import Series
    from agent.views.why_not import Silence, SourceSilence, WhyNot
    from rules.explaining import Account, Judged
    from rules.rule import Rule, RuleBook

POLLS = 5
MOST_POLLS = 50
PLOT_ROWS = 4
# So many findings of one poll of a list are shown; --json has all that are kept.
MOST_SHOWN = 3
LONGEST_VALUE = 40


def why_not(
    rule: Annotated[str, typer.Argument(help="The id or name of a rule.")],
    polls: Annotated[int, typer.Option("--polls", min=1, max=MOST_POLLS, help="How many polls, the newest.")] = POLLS,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Explain why a rule is silent: what its last polls saw, what is missing, since when, and when it looks next."""
    from agent.clock import wall
    from agent.views.history import history_of
    from agent.views.why_not import why_not as asked

    place = place_of(rules, state)
    with store_of(place) as database:
        book = rules_of(place)
        current = rule_named(rule, book) or _end_without_one(rule, book)
        found = asked(database, book, current, last=polls, now=wall())
        series = history_of(database, current.id, title=current.kind.title)
    if as_json:
        print_json(_plain(found))
    else:
        _show(found, series, current, book.me.zone.key)


def _end_without_one(asked: str, book: RuleBook) -> Rule:
    from rules.slug import slug

    if asked in book.disabled or slug(asked) in book.disabled:
        fail(f"the rule {asked} sleeps, and tells nothing: its `enabled: no` says so", Exit.NOT_FOUND)
    not_found("rule", asked, [rule.id for rule in book.rules])


def _plain(found: WhyNot) -> dict[str, Any]:
    from agent.commands.firings import as_plain
    from agent.commands.plain import plain

    last = as_plain(found.last_told) if found.last_told is not None else None
    told = {name: last[name] for name in ("id", "seen_at", "reason", "because", "deliveries")} if last else None
    return {**plain(found), "last_told": told, "blockers": found.blockers}


def _show(found: WhyNot, series: Sequence[Series], rule: Rule, zone: str) -> None:
    say((found.name, "bold"), f"  {found.rule_id}" if found.rule_id != found.name else "")
    say((found.kind, "cyan"), f": {found.sentence or 'everything new'}", indent=2)
    for blocker in found.blockers:
        say(("! ", "bold red"), blocker, indent=2)
    _show_last_told(found, zone)
    for source in found.sources:
        say()
        _show_source(found, source, [one for one in series if one.source == source.label], rule, zone)


def _show_last_told(found: WhyNot, zone: str) -> None:
    from agent.mailbox import Notice
    from rules.words import written_time

    if found.last_told is None:
        say("it has told nothing yet", indent=2)
    elif not isinstance(found.last_told.what, Notice):
        firing = found.last_told.what
        say(
            f"last told {written_time(firing.seen_at, zone)}, {firing.because}: trusted-agent why {firing.id}", indent=2
        )


def _show_source(found: WhyNot, source: SourceSilence, series: Sequence[Series], rule: Rule, zone: str) -> None:
    say((source.label, "bold"))
    show_table(_missing(found, source, zone))
    if source.polls:
        say((f"\n{_headline(source)}", "bold"), indent=2)
    for account in source.polls:
        for parts in _told_of(account, rule, zone):
            say(*parts, indent=2)
    _show_nearest(source)
    _show_carried(source, zone)
    for one in series:
        _show_plot(one, rule, zone)


def _show_carried(source: SourceSilence, zone: str) -> None:
    """Print what was not told because another feed had brought the same story."""
    from rules.words import written_time

    if source.carried:
        say(("\nTold already, as another source had it", "bold"), indent=2)
    for one in source.carried:
        because = f": {one.because}" if one.because else ""
        say(f"{written_time(one.at, zone)}  {one.title}{because}: trusted-agent why {one.firing_key[:6]}", indent=2)


def _missing(found: WhyNot, source: SourceSilence, zone: str) -> list[tuple[str, str]]:
    """Return what is missing, since when, and when the rule looks next, as rows."""
    from agent.commands.speech import ahead
    from rules.words import written_time

    rows: list[tuple[str, str]] = []
    for label, trouble in source.troubles.items():
        since = f" since {written_time(trouble.since, zone)}" if trouble.since else ""
        rows.append(("missing", f"{label} cannot be read{since}: {trouble.name}: {trouble.reason}"))
    if source.polled_at is None and source.next_poll_at is not None:
        rows.append(("missing", "it was not looked at yet"))
    if source.is_anew:
        rows.append(("missing", "the rule was changed since its last look: the next one judges what it says now"))
    for one in source.silent:
        rows += _silence(one, zone, is_named=found.shape == "stream" or len(found.sources) + len(source.silent) > 2)
    if found.shape == "stream" and source.polled_at is not None:
        if not source.silent and not source.is_anew:
            rows.append(("missing", _of_a_list(source)))
        if len(found.sources) > 1:
            told = written_time(source.last_matched_at, zone) if source.last_matched_at else "nothing yet"
            rows.append(("last told", told))
    if source.next_poll_at is not None:
        rows.append(("next look", ahead(source.next_poll_at, found.now, zone)))
    if source.judge_at is not None:
        rows.append(("by time", f"its finding may change {ahead(source.judge_at, found.now, zone)}"))
    return rows


def _of_a_list(source: SourceSilence) -> str:
    """Return what is missing where nothing of a list is on its way."""
    from rules.explaining import JUDGED

    last = next((one for one in reversed(source.polls) if one.outcome == JUDGED), None)
    if last is None:
        return f"nothing new has come; {counted(source.looked_at, 'thing')} there at its last judgement"
    known = f"{last.true} true and told or known before" if last.true else "none true"
    return f"something new that is true: of {counted(last.looked_at, 'thing')} {known}"


def _silence(one: Silence, zone: str, *, is_named: bool) -> list[tuple[str, str]]:
    from rules.words import written_time

    name = one.title or one.key
    rows = [("missing", f"{name}: {one.missing}" if is_named and name else one.missing)]
    return [*rows, ("since", written_time(one.since, zone))] if one.since else rows


def _headline(source: SourceSilence) -> str:
    return "The last poll" if len(source.polls) == 1 else f"The last {len(source.polls)} polls"


def _told_of(account: Account, rule: Rule, zone: str) -> list[tuple[Part, ...]]:
    """Return the lines about one poll."""
    from rules.explaining import JUDGED, NOTHING_NEW

    at = _when(account, zone)
    if account.outcome == NOTHING_NEW:
        return [(("· ", "dim"), f"{at}  nothing new, so nothing to judge")]
    if account.outcome != JUDGED:
        return [(("! ", "bold yellow"), f"{at}  {account.outcome}: {account.text}")]
    if not account.looked_at:
        return [(("· ", "dim"), f"{at}  there was nothing to judge")]
    if rule.kind.shape == "stream" and not rule.condition.is_absence:
        counts = f"{account.true} true, {account.false} false, {account.unknown} unknown"
        first: tuple[Part, ...] = ("  ", f"{at}  {counted(account.looked_at, 'thing')}: {counts}")
        telling = [one for one in account.judged if one.reason or one.holds is None or one.state == "pending"]
        return [first, *[("    ", *_finding(one), f"  {one.title}") for one in telling[:MOST_SHOWN]]]
    return [
        (*_finding(one)[:1], f"{at}  {_which(one, account)}{_seen(one, rule, zone)}", *_finding(one)[1:])
        for one in account.judged
    ]


def _which(one: Judged, account: Account) -> str:
    """Return which of several things a finding is about."""
    return f"{one.title or one.key}: " if len(account.judged) > 1 else ""


def _when(account: Account, zone: str) -> str:
    from rules.words import written_time

    return written_time(account.at, zone) + ("" if account.is_poll else " (by time alone)")


def _finding(one: Judged) -> tuple[Part, ...]:
    """Return a finding: its mark, its sentence, and what came of it."""
    if one.held is not None:
        mark: Part = ("? ", "yellow")
    else:
        mark = {True: ("✓ ", "green"), False: ("✗ ", ""), None: ("? ", "yellow")}[one.holds]
    told: Part = (f"  told: {one.reason}", "bold green") if one.reason else ""
    return (mark, one.because, told)


def _seen(one: Judged, rule: Rule, zone: str) -> str:
    """Return the value that was seen, where the sentence does not say it."""
    from agent.commands.speech import said

    fact = one.held or one.facts.get(rule.condition.subject)
    value = said(fact, zone) if fact is not None else ""
    return f"{value}  " if len(value) <= LONGEST_VALUE and value not in one.because else ""


def _show_nearest(source: SourceSilence) -> None:
    if not source.nearest:
        return
    say(("\nThe nearest, of what is there now", "bold"), indent=2)
    for near in source.nearest:
        say(near.title or near.key, indent=4)
        for sentence in near.holding:
            say(("✓ ", "green"), sentence, indent=6)
        for sentence in near.lacking:
            say("✗ ", sentence, indent=6)


def _show_plot(series: Series, rule: Rule, zone: str) -> None:
    from agent.commands.history import plot_of

    lines = list(plot_of(series, rule, columns=width() - 2, rows=PLOT_ROWS, zone=zone))
    if lines:
        say()
    for line in lines:
        say(line, indent=2)
