"""`channels`: whether you can be reached."""

# ruff: noqa: PLC0415 - Apprise and the store are loaded by the command that needs them.

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.check import channel_doubts
from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    State,
    end,
    fail,
    not_found,
    patience,
    place_of,
    print_json,
    rules_of,
    say,
)

if TYPE_CHECKING:
    from agent.channels import Sent, Unsent
    from agent.places import Place
    from rules.rule import RuleBook
    from watchers.door.exchange import Contact

channels = typer.Typer(
    name="channels", help="Test the channels by which you are told.", no_args_is_help=True, rich_markup_mode="markdown"
)

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Channels; all of them otherwise.")]


@channels.command("test")
def send_test(names: Names = None, rules: Rules = None, state: State = None, as_json: AsJson = False) -> None:
    """Send a real message through each channel, and say which services took it and which did not, and why.

    Where a service's word that it took a message proves little, that is said too.
    """
    import asyncio

    place = place_of(rules, state)
    book = rules_of(place)
    chosen = _chosen(names, book)
    with patience(f"sending to {', '.join(chosen)} …"):
        outcomes = asyncio.run(_send(book, chosen, place))
    doubts = channel_doubts(book)
    shown = [_outcome(name, outcomes[name], doubts[name]) for name in chosen]
    for one in shown:
        if as_json:
            print_json(one)
        elif one["sent"]:
            say(("✓ ", "bold green"), (one["channel"], "bold"), f" took it in {one['seconds']:.1f} s")
            for sentence in one["doubts"]:
                say(("! ", "bold yellow"), (one["channel"], "bold"), f": {sentence}")
        else:
            say(("✗ ", "bold red"), (one["channel"], "bold"), f" did not take it: {one['reason']}")
    end(Exit.FINE if all(one["sent"] for one in shown) else Exit.ATTENTION)


@channels.command("check")
def look_at(names: Names = None, rules: Rules = None, as_json: AsJson = False) -> None:
    """Say what is wrong or doubtful about each channel as it is written; nothing is sent."""
    book = rules_of(place_of(rules, None))
    doubts = {name: sentences for name, sentences in channel_doubts(book).items() if name in _chosen(names, book)}
    for name, sentences in doubts.items():
        if as_json:
            print_json({"channel": name, "doubts": sentences})
        elif not sentences:
            say(("✓ ", "bold green"), (name, "bold"), " is written well")
        for sentence in sentences if not as_json else ():
            say(("! ", "bold yellow"), (name, "bold"), f": {sentence}")
    end(Exit.ATTENTION if any(doubts.values()) else Exit.FINE)


def _chosen(names: list[str] | None, book: RuleBook) -> list[str]:
    if not book.channels:
        example = "phone: ntfys://ntfy.sh/a-topic-that-nobody-guesses"
        fail(f"the rule file names no channel: write one below channels:, such as {example}", Exit.NOT_FOUND)
    for name in names or ():
        if name not in book.channels:
            not_found("channel", name, [*book.channels])
    return list(dict.fromkeys(names or book.channels))


async def _send(book: RuleBook, names: list[str], place: Place) -> dict[str, Sent | Unsent]:
    import asyncio
    from hashlib import sha256

    from agent.channels import Channels
    from agent.clock import wall
    from agent.redaction import Redactor
    from rules.notices import notice
    from rules.words import written_time

    contacts: list[Contact] = []
    sender = Channels(book.channels, Redactor(book.secrets), ledger=contacts.append, now=wall)
    now = wall()

    async def send(name: str) -> Sent | Unsent:
        words = notice(
            f"A test of the channel {name}",
            "Your agent can reach you here.",
            f"Sent {written_time(now, book.me.zone.key)} by trusted-agent channels test.",
        )
        return await sender.send(
            name, words, message_id=sha256(f"test {name} {now.isoformat()}".encode()).hexdigest()[:6]
        )

    try:
        outcomes = await asyncio.gather(*(send(name) for name in names))
    finally:
        await asyncio.to_thread(_write_down, contacts, place)
    return dict(zip(names, outcomes, strict=True))


def _write_down(contacts: list[Contact], place: Place) -> None:
    """Keep whom the test contacted in the ledger, where there is a store; a test makes none."""
    from agent.database import StoreError
    from agent.reality import write_down

    try:
        write_down(contacts, place.store)
    except StoreError as error:
        fail(f"{error}; whom the test contacted is not in the ledger", Exit.NO_STORE)


def _outcome(name: str, outcome: Sent | Unsent, doubts: list[str]) -> dict[str, Any]:
    from agent.channels import Sent

    told = {"channel": name, "sent": False, "seconds": None, "reason": None, "doubts": doubts}
    if isinstance(outcome, Sent):
        return told | {"sent": True, "seconds": outcome.took.total_seconds()}
    return told | {"reason": outcome.reason}
