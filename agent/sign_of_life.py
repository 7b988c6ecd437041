"""What a running agent says of itself in the store, for `status` to read.

Its heartbeat writes the mark that it runs; its answer page, why it cannot be served.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from agent import process
from agent.database import Database, table_of, upsert
from agent.tables import SettingRow

MARK = "the agent runs"
PAGE = "the answer page is not served"
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


def note_page(database: Database, trouble: str) -> None:
    """Keep why the answer page cannot be served; nothing where it is, or where none is wanted."""
    with database.writing() as connection:
        connection.execute(delete(settings).where(settings.c.name == PAGE))
        if trouble:
            upsert(connection, SettingRow, [{"name": PAGE, "value": trouble}])


def page_trouble(database: Database) -> str:
    """Return why the answer page cannot be served; an empty text where nothing is wrong with it."""
    with database.reading() as connection:
        return connection.scalar(select(settings.c.value).where(settings.c.name == PAGE)) or ""
