"""The people in the owner's life, as the rule file tells of them. Nothing of it leaves the machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from watchers.api import Money


@dataclass(frozen=True, slots=True)
class Gift:
    """Something that was given.

    Attributes:
        on: The day, as exact as it was written.
        occasion: What it was given for, such as "birthday"; empty where that was not said.
    """

    what: str
    on: date
    occasion: str = ""
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the owner does not want to forget.

    Attributes:
        days: By what they are called ("birthday", "name day"), the days as written: 1988-05-13, or 05-13.
        budget: How much a gift may cost; None: any.
    """

    name: str
    days: Mapping[str, str] = field(default_factory=dict)
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    sizes: Mapping[str, str] = field(default_factory=dict)
    budget: Money | None = None
    notes: str = ""
    gifts: tuple[Gift, ...] = ()
