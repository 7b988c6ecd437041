"""The kinds of columns that the tables are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, TypeDecorator
from sqlmodel import Field


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an instant into what the database keeps."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn what the database kept into an instant."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def instant(*, nullable: bool = True, index: bool = False) -> Any:
    """Return a column that holds an instant."""
    return Field(default=None, sa_column=Column(Instant, nullable=nullable, index=index))


def json(default: Any) -> Any:
    """Return a column that holds JSON."""
    return Field(default_factory=default, sa_column=Column(JSON, nullable=default is None or default() is None))


def nothing() -> None:
    """Return the default of a JSON column that may be empty."""
