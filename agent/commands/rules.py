"""`rules`: what each rule is doing."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from agent.commands.shell import AsJson, Part, Rules, State, counted, place_of, print_json, rules_of, say, store_of

if TYPE_CHECKING:
    from agent.views.rules import RuleView, Seen, SourceView

# Of a rule that watches many things, as many are listed; --json has them all.
MOST_LISTED = 5
LONGEST_VALUE = 60


def rules(rules: Rules = None, state: State = None, as_json: AsJson = False) -> None:
    """List the rules: what each looks at, what it sees, and when it looks next."""
    from agent.clock import wall
    from agent.views.rules import rules_of as looked_up

    place = place_of(rules, state)
    with store_of(place) as database:
        book = rules_of(place)
        views = looked_up(database, book)
    if as_json:
        print_json({"rules": [_plain(view) for view in views], "disabled": book.disabled})
        return
    for number, view in enumerate(views):
        if number:
            say()
        _show(view, wall(), book.me.zone.key)
    if book.disabled:
        say(f"\nAsleep (enabled: no): {', '.join(book.disabled)}")
    if not views and not book.disabled:
        say("The rule file holds no rule yet.")


def _plain(view: RuleView) -> dict[str, Any]:
    from agent.commands.plain import plain

    shown: dict[str, Any] = plain(view)
    return {**shown, "states": view.states, "beside": view.beside}


def _show(view: RuleView, now: datetime, zone: str) -> None:
    from agent.commands.speech import ago, ahead
    from rules.words import written_time

    say((view.name, "bold"), f"  {view.id}" if view.id != view.name else "")
    say((view.kind, "cyan"), f": {view.sentence or 'everything new'}  → {', '.join(view.notify) or 'nobody'}", indent=2)
    if not view.is_known:
        say(("not yet taken in by the agent", "yellow"), indent=2)
        return
    polls = f"looked {ago(view.last_poll_at, now, zone)}, next {ahead(view.next_poll_at, now, zone)}"
    if view.next_poll_at is None:
        polls = f"judged {ago(view.last_poll_at, now, zone)}, and again when one of the others changes"
    told = f"told {ago(view.last_told_at, now, zone)}" if view.last_told_at else "never told"
    say(f"{polls}; {told}", indent=2)
    if view.snoozed_until is not None:
        say((f"snoozed until {written_time(view.snoozed_until, zone)}", "yellow"), indent=2)
    for what in view.muted:
        say((f"muted: {what}", "yellow"), indent=2)
    for source in view.sources:
        _show_source(view, source, now, zone)


def _show_source(view: RuleView, source: SourceView, now: datetime, zone: str) -> None:
    from agent.commands.speech import ago

    say(f"{source.name}: {source.label}" if source.name else source.label, indent=2)
    if source.trouble is not None:
        since = ago(source.trouble.since, now, zone)
        say((f"{source.trouble.name} since {since}: {source.trouble.reason}", "yellow"), indent=4)
    if source.notice:
        say((source.notice, "dim"), indent=4)
    if view.shape == "stream" and len(source.seen) > MOST_LISTED:
        told = sum(seen.told_at is not None for seen in source.seen)
        say(f"{counted(len(source.seen), 'thing')} there, told of {told}", indent=4)
        return
    for seen in source.seen[:MOST_LISTED]:
        _show_seen(view, source, seen, now, zone)
    if len(source.seen) > MOST_LISTED:
        say(f"and {len(source.seen) - MOST_LISTED} more", indent=4)


def _show_seen(view: RuleView, source: SourceView, seen: Seen, now: datetime, zone: str) -> None:
    from agent.commands.speech import ago, said
    from agent.views.rules import UNSEEN
    from rules.joint import KEY
    from rules.letter import one_line

    # What a rule makes of several sources, or of a silence, is no thing with a name.
    named = [] if seen.key in ("", KEY) else [one_line(seen.title or seen.key, LONGEST_VALUE)]
    # The value may be all the text of a page.
    value: list[str] = []
    if seen.value is not None and view.shape == "gauge":
        value = [one_line(said(seen.value, zone), LONGEST_VALUE)]
    state = f"{seen.state} since {ago(seen.since, now, zone)}" if seen.state else UNSEEN
    # Of what is judged with others, the state is that of all of them.
    parts: list[Part] = [] if source.name else [(state, "bold green" if seen.state == "met" else "")]
    held = f"; {said(seen.held, zone)} is held until it is confirmed" if seen.held is not None else ""
    shown = " ".join([*named, *value])
    say(shown, ": " if shown and parts else "", *parts, held, indent=4)
