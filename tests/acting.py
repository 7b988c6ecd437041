"""An agent that acts, without the rest of it: rules with a `do`, firings by hand, and a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from agent.database import Database, table_of
from agent.doing.answering import answer
from agent.doing.deed import Deed
from agent.doing.deeds import listed
from agent.doing.doer import Doer
from agent.doing.planning import plan
from agent.doing.saying import question_key
from agent.ledger import Ledger
from agent.mailbox import put_notice
from agent.redaction import Redactor
from agent.store import Store
from agent.tables import ContactRow, MessageRow, NoticeRow
from rules.delivery import Action
from rules.firing import Firing
from rules.rule import Network, Rule, RuleBook
from tests.story import ME, START, usd
from tests.story import rule as a_rule
from watchers.api import Fact

KEYS = [f"{number:064x}" for number in range(0xA1B2C3, 0xA1B2C3 + 500)]


def firing(number: int = 0, *, reason: str = "crossed", rule_id: str = "rule", **facts: Fact) -> Firing:
    """Return the firing of that number; each has a key of its own, whose beginning differs."""
    return Firing(
        key=KEYS[number][::-1],
        rule_id=rule_id,
        rule_name="Order the headphones",
        kind="price",
        watch_id="watch",
        source="https://shop.example/headphones",
        observation="product",
        title="Studio Headphones",
        reason=reason,
        sentence="price below $150",
        because="price 139.00 USD is below 150.00 USD",
        subject="price",
        facts={"price": usd(139), **facts},
        seen_at=START,
        zone="America/New_York",
    )


@dataclass
class Acting:
    """A store, one rule that acts, and the doer."""

    database: Database
    folder: Path
    now: datetime = START
    rules: tuple[Rule, ...] = ()
    network: Network = field(default_factory=Network)
    secrets: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.file = self.folder / "rules.yaml"
        self.file.touch(mode=0o600)

    @property
    def book(self) -> RuleBook:
        return RuleBook(self.rules, {}, ME, self.network, files=(str(self.file),), secrets=self.secrets)

    def rule(self, action: Action | None, **settings: Any) -> Rule:
        """Let the one rule do this."""
        made = a_rule("price below $150", action=action, **settings)
        self.rules = (*(one for one in self.rules if one.id != made.id), made)
        return made

    def script(self, *lines: str, name: str = "order") -> str:
        """Write a program beside the rule file.

        It takes the place of the one before: that one may run still, and what runs cannot be written to.
        """
        path = self.folder / name
        fresh = path.with_suffix(".new")
        fresh.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        fresh.chmod(0o700)
        fresh.replace(path)
        return f"./{name}"

    def fire(self, number: int = 0, **more: Any) -> None:
        """Let the rule come true, as `agent.telling` does."""
        made = firing(number, **more)
        rule = next(one for one in self.rules if one.id == made.rule_id)
        with self.database.writing() as connection:
            notice = plan(connection, made, rule, self.now)
            if notice is not None:
                put_notice(connection, notice, rule.notify, batch=notice.key)

    def answer(self, said: Any, number: int = 0) -> str:
        """Answer a question, after the running agent has taken in the rules as they are now."""
        Store(self.database).keep_rules(self.book, self.now)
        with self.database.writing() as connection:
            return answer(connection, firing(number).key, said, self.now, "test").sentence

    def act(self, *, passes: int = 1) -> None:
        """Let the doer work, and what it began end."""

        async def work() -> None:
            doer = self.doer()
            for _ in range(passes):
                await doer.work()
                await doer.settled()
            await doer.close(5)

        asyncio.run(work())

    def doer(self, now: Callable[[], datetime] | None = None) -> Doer:
        async def in_store(work: Any, *args: Any) -> Any:
            return await asyncio.to_thread(work, *args)

        doer = Doer(self.database, Ledger(self.database), in_store, now or (lambda: self.now))
        doer.use(self.book, Redactor(self.secrets))
        return doer

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)

    def edit(self, **settings: Any) -> None:
        self.rules = (replace(self.rules[0], **settings), *self.rules[1:])

    def deed(self, number: int = 0) -> Deed:
        (found,) = listed(self.database, key=firing(number).key, limit=2)
        return found

    def states(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for deed in listed(self.database, limit=1000):
            found[deed.state] = found.get(deed.state, 0) + 1
        return found

    def told(self) -> list[tuple[str, str]]:
        """Return the title and body of every notice, in the order in which they were put."""
        notices = table_of(NoticeRow)
        with self.database.reading() as connection:
            return [(row.title, row.body) for row in connection.execute(select(notices).order_by(notices.c.at))]

    def titles(self) -> list[str]:
        return [title for title, _ in self.told()]

    def messages(self, number: int = 0) -> list[str]:
        """Return the states of the messages that ask about a firing."""
        messages = table_of(MessageRow)
        of_question = messages.c.notice_key == question_key(firing(number).key)
        with self.database.reading() as connection:
            return list(connection.scalars(select(messages.c.state).where(of_question)))

    def contacts(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(table_of(ContactRow))))

    def lines(self, name: str = "ran") -> list[str]:
        """Return what programs wrote down."""
        with suppress(FileNotFoundError):
            return (self.folder / name).read_text().splitlines()
        return []
