"""Values as a program reads them: facts, instants and views as plain JSON, the same in every command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from rules.faults import Fault
from watchers.facts import Day, Flag, Moment, Money, Number, Span, Text, Texts, Version


def plain(value: Any) -> Any:
    """Return a value as JSON knows it.

    Money is `{"amount": "139.00", "currency": "USD"}`, its amount a text so that no digit is lost. A number is a
    number, a flag true or false, a day as exact as it is known ("2026-05"), an instant ISO 8601 in UTC, a length of
    time its seconds. A view is an object with its attributes.
    """
    if isinstance(value, str | int | float | bool | None):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [plain(each) for each in value]
    return _fact(value)


def plain_fault(fault: Fault) -> dict[str, Any]:
    """Return a fault of a file as JSON knows it."""
    return {
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "length": fault.length,
        "message": fault.message,
        "hint": fault.hint,
        "excerpt": fault.line,
    }


def _fact(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": f"{value.amount:f}", "currency": value.currency}
    if isinstance(value, Number):
        return _number(value.value)
    if isinstance(value, Day):
        return str(value)
    if isinstance(value, Moment):
        return plain(value.at)
    if isinstance(value, Span):
        return plain(value.length)
    if isinstance(value, Texts):
        return list(value.values)
    if isinstance(value, Text | Flag | Version):
        return value.value
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value) if field.repr}
    raise TypeError(f"{type(value).__name__} has no plain form")


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
