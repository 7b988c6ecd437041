"""`status`: whether all is well, and what needs its owner if not."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.shell import (
    AsJson,
    Exit,
    Part,
    Rules,
    State,
    counted,
    end,
    place_of,
    print_json,
    rules_or_faults,
    say,
    store_of,
    width,
)

if TYPE_CHECKING:
    from agent.views.attention import Overdue, Unjudged, Wavering
    from agent.views.health import Blind, ChannelHealth, Health, Standing, Waiting


# With more rules than these, those of which all is clear are counted, not listed; --json has them all.
MOST_LISTED = 20
STYLES = {"met": "bold green", "pending": "yellow"}


def status(
    states: Annotated[bool, typer.Option("--states", help="Print what the states of a rule mean, and end.")] = False,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Say how the agent is doing: how its rules stand, what it cannot see, whom it cannot reach, what waits.

    The exit status is 1 where something needs you: no agent runs, a poll is overdue, a source or a rule is blind, a
    channel fails, a message is behind, the rule file is faulty. A script or a prompt can ask so; 4 where there is no
    store yet. With --json, `problems` has a sentence for each, and `needs` also what it is about and what to do.
    """
    from agent.clock import wall
    from agent.commands.states import show_states
    from agent.views.health import health

    if states:
        show_states(as_json=as_json)
        return
    place = place_of(rules, state)
    with store_of(place) as database:
        book, faults = rules_or_faults(place)
        found = health(database, book, tuple(str(fault) for fault in faults), wall())
    if as_json:
        from agent.commands.plain import plain

        said = {"ok": not found.needs, "problems": [need.sentence for need in found.needs], "needs": found.needs}
        print_json({**said, "late_since": found.late_since, **plain(found)})
    else:
        _show(found, (book.me.zone if book else place.zone).key)
    end(Exit.ATTENTION if found.needs else Exit.FINE)


def _show(found: Health, zone: str) -> None:
    from agent.commands.speech import ago, ahead

    for need in found.needs:
        say(("! ", "bold red"), (_sentence(need.sentence), "bold"))
        say(f"{need.remedy}", indent=2)
    if not found.needs:
        say(("✓ ", "bold green"), "All is well.")
    asleep = f", {counted(found.disabled, 'rule')} asleep" if found.disabled else ""
    say(f"\n{counted(found.rules, 'rule')} watching {counted(found.watches, 'source')}{asleep}")
    polls = f"last good poll {ago(found.last_good_poll_at, found.now, zone)}"
    if found.late_since is not None:
        say(f"{polls}, the next was due {ago(found.late_since, found.now, zone)}")
    elif found.next_poll_at is not None:
        say(f"{polls}, the next {ahead(found.next_poll_at, found.now, zone)}")
    if found.waiting_rules:
        say(f"not yet taken in by the agent: {', '.join(found.waiting_rules)}")
    _show_standings(found, zone)
    _section("Overdue", [_overdue(one, found, zone) for one in found.overdue[:MOST_LISTED]])
    _section("Cannot see", [_blind(one, found, zone) for one in found.blind])
    _section("Neither true nor false", [_unknown(one, found, zone) for one in found.unknown])
    _section(
        "Cannot reach", [_failing(one, found, zone) for one in found.channels if one.is_failing or not one.in_rules]
    )
    _section("Channels", [_working(one, found, zone) for one in found.channels if one.in_rules and not one.is_failing])
    _section("Looked at twice before it counts", [_held(one, found, zone) for one in found.held])
    _section("True, but not for long enough yet", [_pending(one, found, zone) for one in found.pending])
    _section("Wavers, and is told once a day", [_wavering(one, found, zone) for one in found.wavering])
    if found.questions:
        say(f"\n{counted(found.questions, 'question')} to you: trusted-agent deeds shows what waits for your yes")
    _section("Wrong in the rule file (trusted-agent check)", [[(fault.partition("\n")[0],)] for fault in found.faults])


def _show_standings(found: Health, zone: str) -> None:
    """Print where each rule stands; where there are many, those of which all is clear as one line."""
    from rich.cells import cell_len

    is_long = len(found.standings) > MOST_LISTED
    shown = [one for one in found.standings if not is_long or one.beside or set(one.states) != {"clear"}]
    if not found.standings:
        return
    say()
    say(("Rules", "bold"), " (status --states explains the words)")
    # Names differ in length, and a long one must not push the others' states out of sight.
    wide = min(max((cell_len(one.rule) for one in shown), default=0), width() // 2)
    for one in shown:
        say(one.rule, " " * max(0, wide - cell_len(one.rule)), "  ", *_stands(one, found, zone), indent=2)
    if len(shown) < len(found.standings):
        more = " more" if shown else ""
        say(f"{counted(len(found.standings) - len(shown), 'rule')}{more}, all clear", indent=2)


def _stands(one: Standing, found: Health, zone: str) -> list[Part]:
    """Return where a rule stands: "met since 3m ago", "clear 5, met 2, troubled"."""
    from agent.commands.speech import ago

    things = sum(one.states.values())
    words: list[Part] = []
    for state, count in one.states.items():
        words += [", " if words else "", (state, STYLES.get(state, "")), f" {count}" if things > 1 else ""]
    if one.since is not None:
        words.append(f" since {ago(one.since, found.now, zone)}")
    for beside in one.beside:
        words += [", " if words else "", (beside, "yellow")]
    return words or ["nothing seen yet"]


Lines = list[tuple[Part, ...]]


def _section(title: str, entries: list[Lines]) -> None:
    """Print entries under a title: the first line of each, and the others further in."""
    if not entries:
        return
    say()
    say((title, "bold"))
    for first, *rest in entries:
        say(*first, indent=2)
        for line in rest:
            say(*line, indent=6)


def _blind(one: Blind, found: Health, zone: str) -> Lines:
    from agent.commands.speech import ago, ahead

    trouble = one.trouble
    seen = f"seen well {ago(trouble.last_good_at, found.now, zone)}" if trouble.last_good_at else "never seen well"
    tries = f"{counted(trouble.failures, 'try', 'tries')} since {ago(trouble.since, found.now, zone)}"
    lines: Lines = [
        ((one.label, "yellow"),),
        (f"{trouble.name}: {trouble.reason}",),
        (f"{seen}; {tries}; next {ahead(one.next_poll_at, found.now, zone)}",),
    ]
    return [*lines, (f"blinds {', '.join(one.rules)}",)] if one.rules else lines


def _failing(one: ChannelHealth, found: Health, zone: str) -> Lines:
    from agent.commands.speech import ago, ahead

    waiting = f"{counted(one.waiting, 'message')}, the oldest from {ago(one.oldest_at, found.now, zone)}"
    if not one.in_rules:
        return [((one.name, "yellow"), ": not in the rule file"), (waiting,)]
    since = f"fails since {ago(one.failing_since, found.now, zone)} ({counted(one.failures, 'try', 'tries')})"
    lines: Lines = [((one.name, "yellow"), f" {since}"), (one.error,)]
    return [
        *lines,
        (f"waiting: {waiting if one.waiting else 'nothing'}; next try {ahead(one.next_try_at, found.now, zone)}",),
    ]


def _working(one: ChannelHealth, found: Health, zone: str) -> Lines:
    from agent.commands.speech import ago

    waiting = f", {counted(one.waiting, 'message')} waiting" if one.waiting else ""
    said = f"last used {ago(one.sent_at, found.now, zone)}" if one.sent_at else "not used yet"
    return [((one.name, "green"), f" {said}{waiting}")]


def _held(one: Waiting, found: Health, zone: str) -> Lines:
    from agent.commands.speech import ago, said

    value = said(one.seen.held, zone) if one.seen.held is not None else "a value"
    return [((one.rule, "yellow"), f": {value}, first seen {ago(one.seen.held_at, found.now, zone)}")]


def _pending(one: Waiting, found: Health, zone: str) -> Lines:
    from agent.commands.speech import ago

    return [((one.rule, "yellow"), f": {one.seen.title or one.seen.key}, since {ago(one.seen.since, found.now, zone)}")]


def _overdue(one: Overdue, found: Health, zone: str) -> Lines:
    from agent.commands.speech import ago

    return [((one.label, "yellow"), f": was due {ago(one.due_at, found.now, zone)}")]


def _unknown(one: Unjudged, found: Health, zone: str) -> Lines:
    from agent.commands.speech import ago

    polls = f"{counted(one.polls, 'poll')} since {ago(one.since, found.now, zone)}"
    return [((one.rule, "yellow"), f": {one.because}"), (f"{polls}; trusted-agent why-not {one.rule_id}",)]


def _wavering(one: Wavering, found: Health, zone: str) -> Lines:
    from agent.commands.speech import ago

    last = f"came true last {ago(one.fired_at, found.now, zone)}, too often since {ago(one.since, found.now, zone)}"
    return [((one.rule, "yellow"), f": {last}")]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
