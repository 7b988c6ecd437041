"""The mark in the store that says that an agent runs: its heartbeat writes it, and `status` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from agent import process
from agent.database import Database, table_of, upsert
from agent.tables import SettingRow

MARK = "the agent runs"
# Of a process on another machine nothing is known but its mark.
OLD = timedelta(minutes=10)

settings = table_of(SettingRow)


@dataclass(frozen=True, slots=True)
class Mark:
    """What says that an agent runs: when it last did, and by which process."""

    at: datetime
    token: str

    def runs(self, now: datetime) -> bool:
        """Return whether that agent still runs; one of another machine is believed for a few minutes."""
        return not process.is_gone(self.token) and now - self.at < OLD


def mark(database: Database, now: datetime) -> None:
    """Write that this process runs."""
    with database.writing() as connection:
        upsert(connection, SettingRow, [{"name": MARK, "value": f"{now.isoformat()} {process.token()}"}])


def unmark(database: Database) -> None:
    """Forget that an agent stays: `run --once` calls this, where a timer begins the agent and nobody waits for it."""
    with database.writing() as connection:
        connection.execute(delete(settings).where(settings.c.name == MARK))


def last_mark(database: Database) -> Mark | None:
    """Return the last mark of an agent that stays; None where none ever did."""
    with database.reading() as connection:
        value = connection.scalar(select(settings.c.value).where(settings.c.name == MARK))
    if value is None:
        return None
    at, _, token = value.partition(" ")
    return Mark(datetime.fromisoformat(at), token)
