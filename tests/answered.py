"""Firings to be answered, put into a store as the judgement puts them there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from agent.database import Database, insert_new, table_of
from agent.records import firing_row
from agent.tables import FiringRow, MessageRow, RuleRow
from rules.delivery import Answers
from rules.firing import Firing
from rules.rule import Names, Profile, Topic
from tests.story import ME
from watchers.api import Text

NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANSWERS = Answers("https://agent.home.example", "127.0.0.1", 0)
NAMES = Names(
    Profile(ME.zone, "USD", {"artists": ["Tool", "Opeth"]}),
    {"fusion": Topic(("fusion energy", "tokamak")), "space": Topic(("Artemis",), exact=True)},
)
FUSION = "mentions topics.fusion"

messages = table_of(MessageRow)


def told(text: str, *, sentence: str = FUSION, feed: str = "One Daily", **more: Any) -> Firing:
    """Return the firing of an entry of a feed."""
    source = more.pop("source", "https://one.example/rss")
    made = Firing(
        key="",
        rule_id="news",
        rule_name="Fusion news",
        kind="feed",
        watch_id=sha256(source.encode()).hexdigest(),
        source=source,
        observation=f"id:{text}",
        title=text,
        reason="new",
        sentence=sentence,
        because="",
        subject="text",
        facts={"title": Text(text), "text": Text(text), "feed": Text(feed)},
        seen_at=NOON,
    )
    made = replace(made, **more)
    parts = (made.rule_id, made.watch_id, made.observation, made.seen_at.isoformat(), made.reason)
    return replace(made, key=sha256("\x1f".join(parts).encode()).hexdigest())


def keep(database: Database, *firings: Firing, state: str = "waiting", channels: Iterable[str] = ("phone",)) -> None:
    """Put firings into a store, with their messages."""
    with database.writing() as connection:
        for one in firings:
            rule = {"id": one.rule_id, "name": one.rule_name, "settings": one.rule_id}
            insert_new(connection, RuleRow, [rule])
            insert_new(connection, FiringRow, [firing_row(one)])
            message = {
                "firing_key": one.key,
                "batch": "",
                "urgency": one.urgency,
                "state": state,
                "created_at": one.seen_at,
                "attempts": 0,
            }
            insert_new(connection, MessageRow, [{**message, "channel": name} for name in channels])


def states(database: Database) -> dict[str, str]:
    """Return the state of each firing's message."""
    with database.reading() as connection:
        return {row.firing_key: row.state for row in connection.execute(select(messages))}
