"""A deed: what a rule is to do, does or did for one firing, as it was fixed when the rule came true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from rules.delivery import Action

State = Literal["asked", "due", "running", "done", "failed", "refused", "lapsed", "over", "unclear"]

# What is called for and cannot be begun for so long is not done any more: an hour later it may be wrong.
BEGIN_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a deed.

    Attributes:
        said: What happened, as the rest of a sentence: "it ended with exit code 3".
        exit_code: How a command ended; None where none did.
        status: What a web server answered; None where none did.
        output: The beginning of what a command printed or a server answered.
        began: It may have had an effect; False only where it surely had none.
        again: It surely had no effect, and trying again later may help.
    """

    state: Literal["done", "failed", "unclear"]
    said: str
    exit_code: int | None = None
    status: int | None = None
    output: str = ""
    began: bool = True
    again: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed.

    Attributes:
        key: The key of its firing.
        aim: What is done, without secrets: "run ./order", "call shop.example".
        title: The title of the firing's message.
        settings: The rule's settings then: where they are others now, this is not what its owner allowed.
        asks: Its owner was asked.
        details: What it is told on its standard input or in its body.
        variables: The same for the environment of a command.
        notify: The channels of its rule.
        until: When it has to have begun; None while it is asked.
        attempts: How often it was tried in vain, and surely without effect, until `retry_at`.
        outcome: What came of it.
    """

    key: str
    rule_id: str
    state: State
    at: datetime
    aim: str
    title: str
    rule_name: str
    settings: str
    zone: str
    asks: bool
    details: Mapping[str, Any]
    variables: Mapping[str, str]
    notify: tuple[str, ...]
    timeout: timedelta
    answer_by: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    claimed_by: str | None = None
    until: datetime | None = None
    retry_at: datetime | None = None
    attempts: int = 0
    outcome: Outcome | None = field(default=None)

    @property
    def id(self) -> str:
        """The short id to ask about: that of its firing."""
        return self.key[:6]


_COLUMNS = ("rule_id", "state", "at", "answer_by", "began_at", "ended_at", "claimed_by")
_INSTANTS = ("until", "retry_at")


def deed_row(deed: Deed) -> dict[str, Any]:
    """Return a deed as a row of its table."""
    record = {name: value for name, value in asdict(deed).items() if name not in (*_COLUMNS, "key")}
    record |= {name: record[name] and record[name].isoformat() for name in _INSTANTS}
    record |= {"timeout": deed.timeout.total_seconds(), "notify": list(deed.notify)}
    return {"firing_key": deed.key, **{name: getattr(deed, name) for name in _COLUMNS}, "record": record}


def read_deed(row: Any) -> Deed:
    """Return the deed that `deed_row` wrote."""
    values: dict[str, Any] = {**row.record, **{name: getattr(row, name) for name in _COLUMNS}}
    values |= {name: values[name] and datetime.fromisoformat(values[name]) for name in _INSTANTS}
    values |= {"timeout": timedelta(seconds=values["timeout"]), "notify": tuple(values["notify"])}
    outcome = values["outcome"]
    return Deed(**values | {"key": row.firing_key, "outcome": Outcome(**outcome) if outcome else None})


def aim_of(action: Action) -> str:
    """Return what an action does in a few words, without arguments, paths and passwords, which may be secret."""
    if action.run:
        return f"run {Path(action.run[0]).name if action.run[0].startswith('/') else action.run[0]}"
    if action.webhook is not None:
        return f"call {host_of(action)}"
    return f"publish to {topic_of(action)} at {host_of(action)}"


def host_of(action: Action) -> str:
    """Return the host that an action contacts; an empty text where it contacts none."""
    address = action.webhook or action.publish
    return (urlsplit(address.get_secret_value()).hostname or "") if address is not None else ""


def topic_of(action: Action) -> str:
    """Return the topic that an action publishes to; an empty text where it does not."""
    if action.publish is None:
        return ""
    # Not urlsplit's path alone: a question mark may stand in a topic.
    _, _, place = action.publish.get_secret_value().partition("://")
    return unquote(place.partition("/")[2])
