"""`firings` and `why`: what you were told, and why."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
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
    rules_or_faults,
    say,
    store_of,
)

if TYPE_CHECKING:
    from agent.views.messages import Delivery, Sent, Told
    from rules.firing import Firing
    from rules.rule import RuleBook

MOST_LISTED = 20
MOST_ASKED = 10_000
MOST_CANDIDATES = 10


def firings(
    rule: Annotated[str | None, typer.Option("--rule", help="Only of this rule: its id or name.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST_ASKED, help="How many, the newest.")] = MOST_LISTED,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List what you were told, newest first: when, by which rule, and whether it reached you."""
    from agent.views.history import known_rules
    from agent.views.messages import told

    place = place_of(rules, state)
    with store_of(place) as database:
        book, _ = rules_or_faults(place)
        rule_id = _rule_id(rule, book, known_rules(database)) if rule is not None else None
        found = told(database, rule_id=rule_id, limit=limit)
    if as_json:
        for one in found:
            print_json(_plain(one))
        return
    zone = (book.me.zone if book is not None else place.zone).key
    for one in found:
        _list(one, zone)
    if not found:
        say("Nothing was told yet.")
    elif len(found) == limit:
        say(("\nThese are the newest; --limit shows more.", "dim"))


def why(
    asked: Annotated[str, typer.Argument(metavar="ID", help="The short id at the end of a message.")],
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Explain one message: its words, the rule, what was seen and where, and what became of it."""
    from agent.clock import wall
    from agent.views.messages import as_sent, find

    place = place_of(rules, state)
    with store_of(place) as database:
        found = find(database, asked)
        if len(found) != 1:
            _end_without_one(asked, found, place.zone.key)
        book, _ = rules_or_faults(place)
        zone = (book.me.zone if book is not None else place.zone).key
        sent = as_sent(database, found[0], zone, wall())
    if as_json:
        print_json({**_plain(found[0]), "messages": [_plain_message(one) for one in sent]})
    else:
        _explain(found[0], sent, book, zone)


def _rule_id(asked: str, book: RuleBook | None, known: dict[str, str]) -> str:
    current = rule_named(asked, book) if book is not None else None
    if current is not None:
        return current.id
    found = next((rule_id for rule_id, name in known.items() if asked in (rule_id, name)), None)
    return found if found is not None else not_found("rule", asked, [*known])


def _end_without_one(asked: str, found: Sequence[Told], zone: str) -> None:
    if not found:
        fail(f"no message has the id {asked}: trusted-agent firings lists them", Exit.NOT_FOUND)
    for one in found[:MOST_CANDIDATES]:
        _list(one, zone, digits=12)
    fail(f"{counted(len(found), 'message')} begin with {asked}: write more of the id", Exit.NOT_FOUND)


# For a program.


def _plain(one: Told) -> dict[str, Any]:
    """Return a firing or notice as JSON; `key` is whole, `id` its beginning."""
    from agent.commands.plain import plain

    what: dict[str, Any] = plain(one.what)
    kind = "notice" if "rule_id" not in what else "firing"
    return {"id": one.id, "what": kind, **what, "deliveries": plain(one.deliveries)}


def _plain_message(sent: Sent) -> dict[str, Any]:
    return {
        "sent_to": sent.sent_to,
        "sent_at": sent.sent_at,
        "waiting_for": sent.waiting_for,
        "title": sent.words.title,
        "body": sent.words.body,
        "with_others": sent.with_others,
    }


# For a person.


def _list(one: Told, zone: str, *, digits: int = 6) -> None:
    from agent.mailbox import Notice
    from rules.words import compose, written_time

    if isinstance(one.what, Notice):
        at, title, shown = one.what.at, one.what.words.title, one.id
    else:
        at, title, shown = one.what.seen_at, compose(one.what).title, one.what.key[:digits]
    say((shown, "cyan"), f"  {written_time(at, zone)}  ", (title, "bold"))
    say(*_in_short(one.deliveries), indent=digits + 2)


def _in_short(deliveries: Sequence[Delivery]) -> list[Part]:
    """Return what became of the messages, in a few words."""
    if not deliveries:
        return [("no channel was named", "yellow")]
    parts: list[Part] = []
    for delivery in deliveries:
        if delivery.sent_at is not None:
            parts.append((f"{delivery.channel} ✓", "green"))
        elif delivery.attempts:
            parts.append((f"{delivery.channel} waits: {delivery.error}", "yellow"))
        else:
            parts.append(f"{delivery.channel} on its way")
        parts.append("  ")
    return parts[:-1]


def _explain(one: Told, sent: Sequence[Sent], book: RuleBook | None, zone: str) -> None:
    from agent.mailbox import Notice

    for message in sent:
        _show_message(message, zone)
    if not isinstance(one.what, Notice):
        _show_reasons(one.what, book, zone)
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
        when += f"; it waits for {', '.join(sent.waiting_for)}" if sent.waiting_for else ""
    else:
        when = f"As it would be sent to {', '.join(sent.waiting_for)} now" if sent.waiting_for else "Its words"
    say((when, "dim"))
    say((sent.words.title, "bold"), indent=2)
    say()
    say(sent.words.body, indent=2)
    say()


def _show_reasons(firing: Firing, book: RuleBook | None, zone: str) -> None:
    from agent.commands.speech import said
    from rules.words import written_time

    say(("Why", "bold"))
    rows: list[tuple[str, str]] = [
        ("rule", f"{firing.rule_name} ({firing.rule_id})"),
        ("kind", firing.kind),
        ("when", firing.sentence or "everything new"),
        *_changed_since(firing, book),
        ("because", firing.because),
        ("reason", firing.reason),
        ("seen", written_time(firing.seen_at, zone)),
        ("source", firing.source),
        ("thing", firing.observation),
    ]
    if firing.link and firing.link != firing.source:
        rows.append(("link", firing.link))
    _table(rows)
    if firing.written:
        say(("\nThe rule as it was", "bold"))
        for line in firing.written.rstrip().splitlines():
            say(line, indent=2)
    say(("\nWhat was seen", "bold"))
    _table([(name, _with_evidence(name, said(fact, zone), firing)) for name, fact in firing.facts.items()])
    if firing.before:
        at: datetime | None = firing.before_at
        say((f"\nWhat it was before{f', until {written_time(at, zone)}' if at else ''}", "bold"))
        _table([(name, said(fact, zone)) for name, fact in firing.before.items()])
    say()


def _with_evidence(name: str, value: str, firing: Firing) -> str:
    shown = value if len(value) <= 300 else f"{value[:299]}…"
    return f"{shown}   (from {firing.evidence[name]})" if name in firing.evidence else shown


def _changed_since(firing: Firing, book: RuleBook | None) -> list[tuple[str, str]]:
    """Return what the rule says by now, where that is not what it said then."""
    if book is None:
        return []
    rule = book.rule(firing.rule_id)
    if rule is None:
        return [("now", "the rule file has no such rule any more")]
    return [("now", rule.condition.text or "everything new")] if rule.condition.text != firing.sentence else []


def _table(rows: Sequence[tuple[str, str]]) -> None:
    margin = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        say((f"{name:<{margin}}", "cyan"), f"  {' '.join(value.split())}", indent=2)


def _delivered(delivery: Delivery, zone: str) -> list[str]:
    from rules.words import written_time

    tries = counted(delivery.attempts, "try", "tries")
    if delivery.sent_at is not None:
        return [f"{delivery.channel}: taken {written_time(delivery.sent_at, zone)}, {tries}"]
    if not delivery.attempts:
        return [f"{delivery.channel}: waits, not tried yet"]
    last = written_time(delivery.tried_at, zone) if delivery.tried_at else "never"
    return [f"{delivery.channel}: waits, {tries}, the last {last}", f"  {delivery.error}"]
