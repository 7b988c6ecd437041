"""The ledger: every contact with the outside, and what the door remembers of each request.

Both are noted in memory and written together with the polls or sends that made them, by the one thread that writes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from agent.database import Database, StoreError, table_of, upsert
from agent.tables import ContactRow, ExchangeRow
from watchers.door.exchange import Contact, Exchange

_EXCHANGES = table_of(ExchangeRow).c
_RECALL = select(_EXCHANGES.record).where(_EXCHANGES.key == bindparam("of_key"))


class Ledger:
    """Contacts and exchanges on their way to the store, and exchanges back from it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._contacts: deque[Contact] = deque()
        self._exchanges: dict[str, Exchange] = {}

    def note(self, contact: Contact) -> None:
        """Note a contact; `write` keeps it."""
        self._contacts.append(contact)

    def keep(self, exchange: Exchange) -> None:
        """Note what a request's last good answer was; `write` keeps it."""
        self._exchanges[exchange.key] = exchange

    def recall(self, key: str) -> Exchange | None:
        """Return what is remembered of a request."""
        noted = self._exchanges.get(key)
        if noted is not None:
            return noted
        with self.database.reading() as connection:
            record = connection.scalar(_RECALL, {"of_key": key})
        return None if record is None else _read_exchange(key, record)

    def write(self) -> None:
        """Keep what was noted; one transaction, none where there is nothing."""
        contacts = [self._contacts.popleft() for _ in range(len(self._contacts))]
        exchanges = dict(self._exchanges)
        if not contacts and not exchanges:
            return
        try:
            with self.database.writing() as connection:
                if contacts:
                    connection.execute(insert(ContactRow), [_contact_row(contact) for contact in contacts])
                upsert(connection, ExchangeRow, [_exchange_row(exchange) for exchange in exchanges.values()])
        except StoreError:
            self._contacts.extendleft(reversed(contacts))
            raise
        for key, exchange in exchanges.items():
            if self._exchanges.get(key) is exchange:
                del self._exchanges[key]


def _contact_row(contact: Contact) -> dict[str, Any]:
    record = asdict(contact)
    record |= {"asked_by": list(contact.asked_by), "sends": list(contact.sends)}
    return {name: record.pop(name) for name in ("at", "purpose", "host")} | {"record": record}


def _exchange_row(exchange: Exchange) -> dict[str, Any]:
    record = asdict(exchange)
    key, at = record.pop("key"), record.pop("at")
    record["fresh_until"] = exchange.fresh_until.isoformat() if exchange.fresh_until else None
    return {"key": key, "at": at, "record": record | {"at": at.isoformat()}}


def _read_exchange(key: str, record: dict[str, Any]) -> Exchange:
    fresh_until = record["fresh_until"]
    return Exchange(
        **record
        | {
            "key": key,
            "at": datetime.fromisoformat(record["at"]),
            "fresh_until": datetime.fromisoformat(fresh_until) if fresh_until else None,
        }
    )
