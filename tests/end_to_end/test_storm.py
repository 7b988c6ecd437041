"""A storm: thousands of firings in a minute cost their owner a handful of messages, and none is lost."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from agent.channels import Channels
from agent.courier import Courier
from agent.database import Database, table_of
from agent.mailbox import Mailbox
from agent.redaction import Redactor
from agent.tables import MessageRow
from agent.telling import tell
from rules.delivery import Limit
from rules.firing import Firing
from rules.rule import Channel, Network, Place, RuleBook
from tests.http_sink import HttpSink, http_sink
from tests.story import HOUR, ME, START, rule, usd

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MANY = 5000
# So many polls are recorded in one transaction of the storm, while the channel is being served.
AT_ONCE = 250
RULE = rule("price below $150", name="A storm")


def firing(number: int) -> Firing:
    """Return one firing of a storm that lasts a minute; `key` begins with its number, so that its id is its own."""
    return Firing(
        key=f"{number:06x}{'0' * 26}",
        rule_id=RULE.id,
        rule_name=RULE.name,
        kind="gauge",
        watch_id=f"watch {number}",
        source=f"shop.example/{number}",
        observation="product",
        title=f"Thing {number}",
        reason="crossed",
        sentence="price below $150",
        because=f"price {number / 100} USD is below 150.00 USD",
        subject="price",
        facts={"price": usd(number / 100)},
        seen_at=START + number * timedelta(minutes=1) / MANY,
    )


class Storm:
    """An outbox on a real disk with one channel to a real server, limited to 10 an hour; only the clock is set."""

    def __init__(self, folder: Path, sink: HttpSink) -> None:
        self.database = Database.open(folder / "store.sqlite")
        self.mailbox, self.now = Mailbox(self.database), START
        phone = Channel("phone", SecretStr(f"json://{sink.host}/"), Place("r", 1, 1), limit=Limit(10, HOUR))
        self.book = RuleBook((RULE,), {"phone": phone}, ME, Network())
        channels = Channels(self.book.channels, Redactor())
        self.courier = Courier(self.mailbox, "host/boot/1/1", self._in_store)
        self.courier.use(self.book, channels)

    async def rage(self) -> None:
        """Let everything fire, and deliver whenever the outbox asks for it, until it is empty."""
        for begin in range(0, MANY, AT_ONCE):
            firings = [firing(number) for number in range(begin, begin + AT_ONCE)]
            self.now = firings[-1].seen_at
            with self.database.writing() as connection:
                for one in firings:
                    tell(connection, [one], RULE, batch=one.watch_id)
            await self.courier.serve("phone", lambda: self.now)
        while (due := self.mailbox.next_due_at(["phone"], self.now, self.book)) is not None:
            self.now = max(self.now, due)
            await self.courier.serve("phone", lambda: self.now)

    @staticmethod
    async def _in_store(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return work(*args, **kwargs)


def test_5000_firings_in_a_minute_cost_ten_messages_and_one_digest_that_lists_them_all(tmp_path):
    with http_sink() as sink:
        storm = Storm(tmp_path, sink)
        asyncio.run(storm.rage())
    told = _deliveries(sink)
    assert len(told) == len(sink.asked) == 11
    ids = [sum(f"{number:06x}" in text for number in range(MANY)) for text in told.values()]
    assert ids == [1] * 10 + [MANY]
    assert [*told.values()][-1].startswith("10 per hour: 4,990 more, the first: ")
    # The digest goes out when the first of the ten has left the hour.
    assert HOUR <= storm.now - START < HOUR + timedelta(minutes=1)
    assert Counter(_states(storm)) == {"sent": 10, "folded": MANY - 10}


def _deliveries(sink: HttpSink) -> dict[str, str]:
    """Return what arrived under each id; a repeat would be added to the first."""
    found: dict[str, str] = {}
    for asked in sink.asked:
        message = json.loads(asked.body)
        message_id = asked.headers["X-Trusted-Agent-Message"]
        found[message_id] = f"{found.get(message_id, '')}{message['title']}\n{message['message']}\n"
    return found


def _states(storm: Storm) -> list[str]:
    messages = table_of(MessageRow)
    with storm.database.reading() as connection:
        return list(connection.scalars(select(messages.c.state)))
