"""`status`: whether all is well, and what needs its owner if not."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from typing import TYPE_CHECKING

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
)

if TYPE_CHECKING:
    from agent.views.health import Blind, ChannelHealth, Health, Waiting


def status(rules: Rules = None, state: State = None, as_json: AsJson = False) -> None:
    """Say how the agent is doing: what it cannot see, whom it cannot reach, what waits.

    The exit status is 1 where something needs you, so that a script or a prompt can ask.
    """
    from agent.clock import wall
    from agent.views.health import health

    place = place_of(rules, state)
    with store_of(place) as database:
        book, faults = rules_or_faults(place)
        found = health(database, book, tuple(str(fault) for fault in faults), wall())
    if as_json:
        from agent.commands.plain import plain

        print_json({"ok": not found.problems, "problems": found.problems, **plain(found)})
    else:
        _show(found, (book.me.zone if book else place.zone).key)
    end(Exit.ATTENTION if found.problems else Exit.FINE)


def _show(found: Health, zone: str) -> None:
    from agent.commands.speech import ago, ahead

    for problem in found.problems:
        say(("! ", "bold red"), (_sentence(problem), "bold"))
    if not found.problems:
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
    _section("Cannot see", [_blind(one, found, zone) for one in found.blind])
    _section(
        "Cannot reach", [_failing(one, found, zone) for one in found.channels if one.is_failing or not one.in_rules]
    )
    _section("Channels", [_working(one, found, zone) for one in found.channels if one.in_rules and not one.is_failing])
    _section("Looked at twice before it counts", [_held(one, found, zone) for one in found.held])
    _section("True, but not for long enough yet", [_pending(one, found, zone) for one in found.pending])
    _section("Wrong in the rule file (trusted-agent check)", [[(fault.partition("\n")[0],)] for fault in found.faults])


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


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
