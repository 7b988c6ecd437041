"""The one door to the network, wired for a rule book: for the running agent, and for a look that leaves no trace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from agent import VERSION
from agent.redaction import Redactor
from rules.rule import Network
from watchers.door.exchange import Exchange
from watchers.door.politeness import Hosts
from watchers.fetch import Contact, Fetcher

Recall = Callable[[str], Awaitable[Exchange | None]]


async def remember_nothing(_: str) -> Exchange | None:
    """Recall no exchange: every answer is read whole."""
    return None


def keep_nothing(_: Exchange | Contact) -> None:
    """Keep no exchange, and note no contact."""


def door_of(
    network: Network,
    redactor: Redactor,
    *,
    now: Callable[[], datetime],
    ledger: Callable[[Contact], None] = keep_nothing,
    recall: Recall = remember_nothing,
    keep: Callable[[Exchange], None] = keep_nothing,
    turns: Hosts | None = None,
    made_by: Callable[..., Fetcher] = Fetcher,
) -> Fetcher:
    """Return a door as the owner's network settings want it.

    Args:
        network: The settings.
        redactor: Takes secrets out of what is said of an exchange.
        now: The wall clock, in UTC.
        ledger: Writes one contact down.
        recall: Gives back what was last kept under a request's key.
        keep: Remembers an exchange.
        turns: Who was asked to wait, and until when, where that outlives the door.
        made_by: Makes it, for one that listens besides.
    """
    return made_by(
        now=now,
        recall=recall,
        keep=keep,
        ledger=ledger,
        allow=network.allow,
        hosts=network.hosts,
        host_every=network.host_every,
        user_agent=user_agent(network.contact),
        redact=redactor.clean,
        turns=turns,
        check=network.check,
    )


def user_agent(contact: str) -> str:
    """Return what the program calls itself: its name and version, and whom to write to, as MusicBrainz asks.

    The form is that of https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting.
    """
    return f"trusted-agent/{VERSION} ( {contact or 'a personal watchdog; no contact given'} )"
