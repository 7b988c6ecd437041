"""How, when and how often the owner wants to be told, and what may be done in their name: what the rule file says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Literal

from pydantic import SecretStr

IfLate = Literal["tell", "drop", "check"]


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day, on the owner's clock, in which only what is urgent is sent; they may pass midnight."""

    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in any stretch of so long, and no more."""

    most: int
    per: timedelta

    def __str__(self) -> str:
        units = {3600: "hour", 60: "minute", 86400: "day", 7 * 86400: "week", 30 * 86400: "month"}
        return f"{self.most} per {units[int(self.per.total_seconds())]}"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a rule may go unjudged before its owner hears of it: both have to be over."""

    polls: int = 3
    length: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule does when it comes true, in its owner's name; exactly one of `run`, `webhook` and `publish` is set.

    Attributes:
        run: A command and its arguments; no shell reads it.
        webhook: An address that gets the facts as JSON by POST, with `headers`.
        publish: An MQTT address with its topic, mqtt://user:password@host:port/topic, or mqtts://.
        ask: Whether the owner is asked first, and how long (`within`) a yes may take.
        limit: How often at most.
        timeout: How long it may take.
    """

    run: tuple[str, ...] = ()
    webhook: SecretStr | None = None
    publish: SecretStr | None = None
    headers: tuple[tuple[str, SecretStr], ...] = ()
    ask: bool = False
    within: timedelta = timedelta(days=1)
    limit: Limit | None = None
    timeout: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Answers:
    """The agent's own answer page: the address that the owner's devices open, and where it listens."""

    address: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the agent says of itself, and to whom.

    Attributes:
        notify: The channels; none where the file has none.
        summary: When it sums up what it watched, told and could not see, as a cron text; None: never.
        heartbeat: An address that is called each `every` for as long as all is well, for another watchdog.
    """

    notify: tuple[str, ...] = ()
    summary: str | None = None
    heartbeat: SecretStr | None = None
    every: timedelta = timedelta(minutes=5)
