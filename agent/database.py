"""The database behind the store: SQLite in one file of its own, or PostgreSQL by address."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlmodel import SQLModel

from agent.migrations import NewerStore, migrate

BUSY_SECONDS = 30
# SQLite takes 32,766 values in one statement, PostgreSQL twice that.
VALUES_AT_ONCE = 5000
# What the database refuses although it works: a mistake in our own SQL, or a value that it cannot hold.
OUR_MISTAKES = (DataError, IntegrityError, ProgrammingError)


class StoreError(Exception):
    """The store cannot be used; the message says why and what to do."""


class Database:
    """Transactions on the store's tables. Blocking: called from one thread at a time, never from the event loop."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_postgresql = engine.dialect.name == "postgresql"

    @classmethod
    def open(cls, place: str | Path) -> Database:
        """Open the store, make its tables where it is new, and bring an older one up to date after a backup.

        Args:
            place: A file for SQLite, or a `postgresql://` address.

        Raises:
            StoreError: It cannot be opened, is damaged, or was written by a newer version.
        """
        text = str(place)
        try:
            is_address = text.startswith(("postgresql:", "postgres:"))
            if "://" in text and not is_address:
                raise StoreError(f"{_shown(text)} is no store: a folder or a postgresql:// address is")
            engine = _postgresql(text) if is_address else _sqlite(Path(place))
            database = cls(engine)
            migrate(database.engine, None if database.is_postgresql else Path(place))
        except (DBAPIError, sqlite3.Error, OSError) as error:
            cause = getattr(error, "orig", None) or error
            raise StoreError(f"the store {_shown(text)} cannot be opened: {cause}") from error
        except NewerStore as error:
            raise StoreError(f"{_shown(text)}: {error}") from error
        return database

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that may write: all of it is kept, or nothing.

        Raises:
            StoreError: The database cannot do it: a full disk, a server that went away.
        """
        with _translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads, and waits for no writer.

        Raises:
            StoreError: The database cannot do it.
        """
        with _translated(), self.engine.connect().execution_options(reading=True) as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def table_of(model: type[SQLModel]) -> Table:
    """Return the table behind a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel adds it where table=True
    return table


def upsert(connection: Connection, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; where one with the same primary key stands, replace what is given."""
    if not rows:
        return
    statement = _upsert(connection.dialect.name, table_of(model), tuple(rows[0]))
    connection.execute(statement, [dict(row) for row in rows])


def insert_new(connection: Connection, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose unique columns are not there yet."""
    if rows:
        connection.execute(_insert_new(connection.dialect.name, table_of(model)), [dict(row) for row in rows])


def parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield keys in parts that one statement can take."""
    return (keys[start : start + VALUES_AT_ONCE] for start in range(0, len(keys), VALUES_AT_ONCE))


# Statements that every poll runs several times, made once.


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _upsert(dialect: str, table: Table, given: tuple[str, ...]) -> Any:
    keys = [column.name for column in table.primary_key]
    insert = _insert(dialect, table)
    values = {name: insert.excluded[name] for name in given if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=values)


def _insert(dialect: str, table: Table) -> Any:
    # The dialect is loaded already by whoever connects; importing both here would cost every start 60 ms.
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)


def _sqlite(path: Path) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # Made with its mode before the database writes a byte: what it holds is its owner's alone.
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        # The driver's own BEGIN comes late and never says IMMEDIATE: transactions are begun below instead.
        connection.isolation_level = None
        with closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    """Say what the database could not do as an error of its owner's; a mistake of ours stays what it is."""
    try:
        yield
    except OUR_MISTAKES:
        raise
    except DBAPIError as error:
        raise StoreError(f"the store cannot be used: {_first_cause(error).orig}") from error


def _first_cause(error: DBAPIError) -> DBAPIError:
    """Return what went wrong first: on a full disk SQLite ends the transaction by itself, and its savepoint is gone."""
    earlier: BaseException | None = error
    while earlier is not None:
        error = earlier if isinstance(earlier, DBAPIError) else error
        earlier = earlier.__context__
    return error


def _postgresql(address: str) -> Engine:
    scheme, _, rest = address.partition("://")
    try:
        return create_engine(f"postgresql+psycopg://{rest}", pool_pre_ping=True)
    except ModuleNotFoundError as error:
        hint = "pip install '.[postgres]' in a copy of the repository"
        raise StoreError(f"{scheme}:// needs the extra: {hint}") from error


def _shown(place: str) -> str:
    """Return the store's place without a password."""
    scheme, found, rest = place.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if found else place
