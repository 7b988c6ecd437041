"""Opening a store that is there already, while the service runs: to look only, or to write something down.

Neither makes a store, nor brings one of another version to this one: that is for the agent itself to do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from agent.database import Database, StoreError, table_of
from agent.migrations import VERSION
from agent.tables import SettingRow

# A reader of SQLite's write-ahead log waits for no writer; what it may wait for is the recovery after a crash.
BUSY_SECONDS = 10
START_IT = "trusted-agent run, or trusted-agent service install"


class NoStoreYet(StoreError):
    """There is no store: the agent has not run here."""


@contextmanager
def looking_into(place: str) -> Iterator[Database]:
    """Open the store for reading; nothing is made, changed or waited for.

    Args:
        place: A file for SQLite, or a `postgresql://` address.

    Raises:
        NoStoreYet: The agent has not run here.
        StoreError: It cannot be read, or another version of this program wrote it.
    """
    is_address = place.startswith(("postgresql:", "postgres:"))
    shown = place.rpartition("@")[2] if is_address else place
    if not is_address and not Path(place).is_file():
        raise NoStoreYet(f"there is no store at {shown} yet: start the agent with {START_IT}")
    database = Database(_postgresql(place) if is_address else _sqlite(Path(place)))
    try:
        _check_version(database, shown)
        yield database
    except (DBAPIError, sqlite3.Error) as error:
        raise StoreError(f"the store {shown} cannot be read: {getattr(error, 'orig', None) or error}") from error
    finally:
        database.close()


@contextmanager
def writing_into(place: str) -> Iterator[Database]:
    """Open a store that is there already for writing.

    Args:
        place: A file for SQLite, or a `postgresql://` address.

    Raises:
        NoStoreYet: The agent has not run here.
        StoreError: It cannot be written, or another version of this program wrote it.
    """
    with looking_into(place):
        pass
    database = Database.open(place)
    try:
        yield database
    finally:
        database.close()


def _check_version(database: Database, shown: str) -> None:
    settings = table_of(SettingRow)
    with database.reading() as connection:
        stored = None
        if inspect(connection).has_table(settings.name):
            stored = connection.scalar(select(settings.c.value).where(settings.c.name == "version"))
    if stored is None:
        raise NoStoreYet(f"the store {shown} is empty: start the agent with {START_IT}")
    if int(stored) > VERSION:
        raise StoreError(f"the store {shown} has version {stored}, this program knows {VERSION}: install the newer one")
    if int(stored) < VERSION:
        raise StoreError(f"the store {shown} has version {stored}: restart the agent, which brings it to {VERSION}")


def _sqlite(path: Path) -> Engine:
    # As a URI so that SQLite itself refuses to write: https://www.sqlite.org/uri.html.
    address = f"{path.absolute().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # One transaction for all queries of a view, so that its parts are of one instant.
        connection.exec_driver_sql("BEGIN")

    return engine


def _postgresql(address: str) -> Engine:
    scheme, _, rest = address.partition("://")
    try:
        return create_engine(
            f"postgresql+psycopg://{rest}", connect_args={"options": "-c default_transaction_read_only=on"}
        ).execution_options(isolation_level="REPEATABLE READ")
    except ModuleNotFoundError as error:
        hint = "pip install '.[postgres]' in a copy of the repository"
        raise StoreError(f"{scheme}:// needs the extra: {hint}") from error
