"""`why`: everything behind one message."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.firings import as_plain, show_in_list
from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    State,
    counted,
    fail,
    is_terminal,
    place_of,
    print_json,
    rules_or_faults,
    say,
    store_of,
    width,
)

if TYPE_CHECKING:
    from datetime import datetime

    from agent.views.messages import Delivery, Sent, Told
    from agent.views.why import Background
    from rules.firing import Firing
    from rules.rule import RuleBook

MOST_CANDIDATES = 10
LONGEST_VALUE = 300
NARROWEST = 20


def why(
    asked: Annotated[str, typer.Argument(metavar="ID", help="The short id at the end of a message.")],
    message: Annotated[
        bool, typer.Option("--message", help="Print only the message, letter for letter as it was sent.")
    ] = False,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Explain one message: its words, the rule, what was seen and where, what would silence it, what became of it."""
    from agent.clock import wall
    from agent.commands.deeds import as_plain as deed_as_plain
    from agent.doing.deeds import listed
    from agent.doing.saying import in_a_line
    from agent.mailbox import Notice
    from agent.views.messages import as_sent, find
    from agent.views.why import background

    if message and as_json:
        fail("--message and --json are two forms of the same: choose one", Exit.USAGE)
    place = place_of(rules, state)
    with store_of(place) as database:
        found = find(database, asked)
        if len(found) != 1:
            _end_without_one(asked, found, place.zone.key)
        (one,) = found
        book, _ = rules_or_faults(place)
        zone = (book.me.zone if book is not None else place.zone).key
        sent = as_sent(database, one, zone, wall())
        behind = background(database, book, one.what, wall()) if not isinstance(one.what, Notice) else None
        done = listed(database, key=one.what.key, limit=1) if not isinstance(one.what, Notice) else ()
    if message:
        _print_message(sent[0])
    elif as_json:
        told = {**as_plain(one), "messages": [_plain_message(each) for each in sent]}
        print_json({**told, **_plain_behind(behind), "deed": deed_as_plain(done[0]) if done else None})
    else:
        _explain(one, sent, behind, book, zone)
        for deed in done:
            say(("\nWhat was done for it", "bold"))
            say(in_a_line(deed), indent=2)


def _end_without_one(asked: str, found: Sequence[Told], zone: str) -> None:
    if not found:
        fail(f"no message has the id {asked}: trusted-agent firings lists them", Exit.NOT_FOUND)
    for one in found[:MOST_CANDIDATES]:
        show_in_list(one, zone, digits=12)
    fail(f"{counted(len(found), 'message')} begin with {asked}: write more of the id", Exit.NOT_FOUND)


def _print_message(sent: Sent) -> None:
    """Print a message's bytes: its title, an empty line, its body. Both were cleaned when it was made."""
    sys.stdout.flush()
    sys.stdout.buffer.write(f"{sent.words.title}\n\n{sent.words.body}\n".encode())
    sys.stdout.buffer.flush()


# For a program.


def _plain_message(sent: Sent) -> dict[str, Any]:
    return {
        "sent_to": sent.sent_to,
        "sent_at": sent.sent_at,
        "waiting_for": sent.waiting_for,
        "title": sent.words.title,
        "body": sent.words.body,
        "html": sent.words.html,
        "with_others": sent.with_others,
    }


def _plain_behind(behind: Background | None) -> dict[str, Any]:
    from agent.commands.plain import plain

    if behind is None:
        return {}
    shown: dict[str, Any] = plain(behind)
    return {name: shown[name] for name in shown if name != "firing"}


# For a person.


def _explain(one: Told, sent: Sequence[Sent], behind: Background | None, book: RuleBook | None, zone: str) -> None:
    for message in sent:
        _show_message(message, zone)
    if behind is not None:
        _show_reasons(behind, book, zone)
        _show_carriers(behind, zone)
        _show_said(behind)
        _show_others(behind)
        _show_silencers(behind, book)
    say(("What became of it", "bold"))
    if not one.deliveries:
        say("the rule named no channel", indent=2)
    for delivery in one.deliveries:
        for line in _delivered(delivery, zone):
            say(line, indent=2)


def _show_message(sent: Sent, zone: str) -> None:
    from rules.words import written_time

    others = f", with {counted(sent.with_others, 'other')}" if sent.with_others else ""
    if sent.sent_at is not None:
        when = f"As it was sent to {', '.join(sent.sent_to)}, {written_time(sent.sent_at, zone)}{others}"
        when += f"; it is waiting for {', '.join(sent.waiting_for)}" if sent.waiting_for else ""
    else:
        when = f"As it would be sent to {', '.join(sent.waiting_for)} now" if sent.waiting_for else "Its words"
    say((when, "dim"))
    say((sent.words.title, "bold"), indent=2)
    say()
    say(sent.words.body, indent=2)
    say()


def _show_reasons(behind: Background, book: RuleBook | None, zone: str) -> None:
    from agent.commands.speech import said
    from rules.joint import KEY
    from rules.words import written_time

    firing = behind.firing
    say(("Why", "bold"))
    rows: list[tuple[str, str]] = [
        ("rule", f"{firing.rule_name} ({firing.rule_id})"),
        ("kind", firing.kind),
        ("when", firing.sentence or "everything new"),
        *_changed_since(behind, book),
        ("because", firing.because),
        ("reason", firing.reason),
        ("seen", written_time(firing.seen_at, zone)),
        ("source", firing.source),
    ]
    # What a rule makes of a silence, or of several sources, is no thing with a name.
    if firing.observation not in ("", KEY):
        rows.append(("thing", firing.observation))
    if firing.link and firing.link != firing.source:
        rows.append(("link", firing.link))
    show_table(rows)
    if firing.written:
        say(("\nThe rule as it was", "bold"))
        for line in firing.written.rstrip().splitlines():
            say(line, indent=2)
    if firing.facts:
        say(("\nWhat was seen", "bold"))
    show_table([(name, _with_evidence(name, said(fact, zone), firing)) for name, fact in firing.facts.items()])
    if firing.before:
        at: datetime | None = firing.before_at
        say((f"\nWhat it was before{f', until {written_time(at, zone)}' if at else ''}", "bold"))
        show_table([(name, _cut(said(fact, zone))) for name, fact in firing.before.items()])
    say()


def _with_evidence(name: str, value: str, firing: Firing) -> str:
    return f"{_cut(value)} ({firing.evidence[name]})" if name in firing.evidence else _cut(value)


def _cut(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…"


def _changed_since(behind: Background, book: RuleBook | None) -> list[tuple[str, str]]:
    """Return what the rule is called and says by now, where that is not what it was then."""
    if book is None:
        return []
    firing, rule = behind.firing, book.rule(behind.rule_now)
    if rule is None:
        asleep = behind.rule_now in book.disabled
        return [("now", "the rule sleeps: enabled: no" if asleep else "the rule file has no such rule any more")]
    now = [f"it is called {rule.name} ({rule.id})"] if rule.id != firing.rule_id else []
    now += [rule.condition.text or "everything new"] if rule.condition.text != firing.sentence else []
    return [("now", each) for each in now]


def _show_carriers(behind: Background, zone: str) -> None:
    """Print who carried the story, where more than one feed did, and why that is taken for one story."""
    from rules.words import written_time

    if not behind.carriers:
        return
    first = str(behind.firing.facts.get("feed") or behind.firing.source)
    count = counted(1 + len(behind.carriers), "source")
    say(("Who carried it", "bold"), f"   {count}, first seen {written_time(behind.firing.seen_at, zone)} in {first}")
    for one in behind.carriers:
        title = f": “{_cut(one.title)}”" if one.title and one.title != behind.firing.title else ""
        because = f" ({one.because})" if one.because else ""
        show_table([(one.source, f"{written_time(one.at, zone)}{title}{because}")])
        if one.link:
            say(one.link, indent=4)
    say()


def _show_said(behind: Background) -> None:
    if behind.said:
        say(("What you said", "bold"))
        for line in behind.said:
            say(line, indent=2)
        say()


def _show_others(behind: Background) -> None:
    say(("What else it could have told then", "bold"))
    if not behind.is_kept and not behind.others:
        say("no more is kept of that poll", indent=2)
    elif not behind.others and not behind.uncounted:
        say("nothing: no other finding was true or held back", indent=2)
    show_table([(one.title or one.key, f"{one.what}: {one.because}") for one in behind.others])
    if behind.uncounted:
        say(f"and {counted(behind.uncounted, 'other')} that was true and told before", indent=2)
    say()


def _show_silencers(behind: Background, book: RuleBook | None) -> None:
    if behind.place:
        say(("What would silence it", "bold"), f"   in {behind.place}")
        show_table([(one.line, one.effect) for one in behind.silencers])
        say()
    elif book is not None:
        say("Nothing more will come of it: its rule is not at work.\n")


def show_table(rows: Sequence[tuple[str, str]], indent: int = 2) -> None:
    """Print rows of a name and what it stands for, one below the other; on a terminal each stays in its column."""
    margin = max((len(name) for name, _ in rows), default=0)
    room = max(NARROWEST, width() - indent - margin - 2)
    for name, value in rows:
        line = " ".join(value.split())
        first, *more = (wrap(line, room, break_on_hyphens=False) if is_terminal() else [line]) or [""]
        say((f"{name:<{margin}}", "cyan"), f"  {first}", indent=indent)
        for rest in more:
            say(f"{'':<{margin}}  {rest}", indent=indent)


def _delivered(delivery: Delivery, zone: str) -> Iterator[str]:
    from rules.words import written_time

    tries = counted(delivery.attempts, "try", "tries")
    handed = f", message {delivery.delivery_id}" if delivery.delivery_id else ""
    if delivery.sent_at is not None:
        tried = f", {tries}" if delivery.attempts else ""
        yield f"{delivery.channel}: {delivery.said} {written_time(delivery.sent_at, zone)}{tried}{handed}"
    elif not delivery.attempts and not delivery.is_over:
        yield f"{delivery.channel}: {delivery.said}, not tried yet{handed}"
    else:
        last = f", the last {written_time(delivery.tried_at, zone)}" if delivery.tried_at else ""
        yield f"{delivery.channel}: {delivery.said}, {tries}{last}{handed}"
    if delivery.error and delivery.sent_at is None:
        yield f"  {delivery.error}"
