"""The store's shape through time: numbered steps, each one transaction, after a verified backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select
from sqlmodel import SQLModel

from agent import tables


class NewerStore(Exception):
    """The store was written by a newer version of this program."""


def _first(connection: Connection) -> None:
    SQLModel.metadata.create_all(connection)


# Append a step to change the tables; never change one that was released.
STEPS: tuple[Callable[[Connection], None], ...] = (_first,)
VERSION = len(STEPS)


def migrate(engine: Engine, file: Path | None) -> None:
    """Bring the store to this program's version.

    Args:
        engine: The store.
        file: Its file, where it is one: a copy is put beside it and checked before anything is changed.

    Raises:
        NewerStore: It is ahead of this program.
    """
    settings = SQLModel.metadata.tables[tables.SettingRow.__tablename__]
    with engine.connect() as connection:
        version = 0
        if inspect(connection).has_table(settings.name):
            stored = connection.scalar(select(settings.c.value).where(settings.c.name == "version"))
            version = int(stored or 0)
    if version > VERSION:
        raise NewerStore(
            f"the store has version {version}, this program knows {VERSION}: install the newer program again"
        )
    if 0 < version < VERSION and file is not None:
        _back_up(file, version)
    for number, step in enumerate(STEPS[version:], start=version + 1):
        with engine.begin() as connection:
            step(connection)
            connection.execute(settings.delete().where(settings.c.name == "version"))
            connection.execute(settings.insert().values(name="version", value=str(number)))


def _back_up(file: Path, version: int) -> None:
    """Copy the store beside itself and check the copy; it raises sqlite3.Error if that is not whole."""
    copy = file.with_name(f"{file.name}.version-{version}")
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    with closing(sqlite3.connect(copy)) as connection:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    if answer != "ok":
        raise sqlite3.DatabaseError(f"the backup {copy} is damaged: {answer}")
