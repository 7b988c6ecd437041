"""Whom this machine contacted, for whom, and what of the owner's profile went along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from agent.database import Database, table_of
from agent.tables import ContactRow


@dataclass(frozen=True, slots=True)
class Contacted:
    """One line of the ledger; see `watchers.door.exchange.Contact`."""

    at: datetime
    purpose: str
    host: str
    method: str
    address: str
    ip: str | None
    status: int | None
    bytes_sent: int
    bytes_received: int
    outcome: str
    asked_by: tuple[str, ...]
    sends: tuple[str, ...]


def contacted(database: Database, *, rule_id: str | None, host: str | None, limit: int) -> Sequence[Contacted]:
    """Return the newest contacts first: of one rule and with one host where these are named."""
    table = table_of(ContactRow)
    wanted = select(table).order_by(table.c.id.desc())
    if host is not None:
        wanted = wanted.where(table.c.host == host.lower())
    found: list[Contacted] = []
    with database.reading() as connection:
        for row in connection.execute(wanted.execution_options(yield_per=500)):
            contact = _contacted(row.at, row.purpose, row.host, row.record)
            if rule_id is None or rule_id in contact.asked_by:
                found.append(contact)
            if len(found) == limit:
                break
    return found


def _contacted(at: datetime, purpose: str, host: str, record: dict[str, Any]) -> Contacted:
    lists = {name: tuple(record[name]) for name in ("asked_by", "sends")}
    return Contacted(at=at, purpose=purpose, host=host, **{**record, **lists})
