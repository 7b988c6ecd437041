"""A channel that leaves the rule file takes no message with it unseen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from agent.database import Database, table_of
from agent.lost_channels import KEEP, tell_of_lost_channels
from agent.mailbox import Mailbox, Notice
from agent.tables import MessageRow
from agent.tidying import tidy
from rules.rule import Channel, Network, Place, RuleBook
from rules.words import Words
from tests.story import ME, START

DAY = timedelta(days=1)
TOKEN = "host/boot/1/1"


@dataclass
class Outbox:
    """An outbox with messages for the phone, and the channels that the file has now."""

    database: Database
    channels: tuple[str, ...] = ("phone", "mail")
    now: datetime = START
    said: int = field(default=0)

    @property
    def book(self) -> RuleBook:
        place = Place("rules.yaml", 1, 1)
        channels = {name: Channel(name, SecretStr("json://127.0.0.1"), place) for name in self.channels}
        return RuleBook((), channels, ME, Network())

    def tell_the_phone(self) -> None:
        self.said += 1
        words = Words(f"Title {self.said}", "Body")
        Mailbox(self.database).tell(Notice(f"n{self.said}", words, self.now), ["phone"])

    def look(self, after: timedelta = timedelta()) -> list[str]:
        """Let time pass, and return the mails that come of it; each is taken."""
        self.now += after
        tell_of_lost_channels(self.database, self.book, self.now)
        tidy(self.database, self.book, self.now)
        mailbox = Mailbox(self.database)
        mails = mailbox.claim("mail", TOKEN, self.now)
        if mails:
            mailbox.record_sent(mails, self.now)
        return [f"{mail.what.words.title}\n{mail.what.words.body}" for mail in mails]

    def states(self) -> list[tuple[str, str | None]]:
        table = table_of(MessageRow)
        with self.database.reading() as connection:
            rows = connection.execute(select(table).where(table.c.channel == "phone").order_by(table.c.id))
            return [(row.state, row.error) for row in rows]


@pytest.fixture
def outbox(database: Database) -> Outbox:
    """Two messages wait for the phone."""
    made = Outbox(database)
    made.tell_the_phone()
    made.now += DAY
    made.tell_the_phone()
    return made


def test_a_channel_that_the_file_still_has_is_none_of_them(outbox):
    assert outbox.look(100 * DAY) == []


def test_the_owner_hears_once_through_another_channel_what_waits_in_vain_and_for_how_long(outbox):
    outbox.channels = ("mail",)
    (mail,) = outbox.look()
    assert "The channel phone is gone from the rule file" in mail
    assert "2 messages wait for it, the oldest since" in mail
    assert "30 days" in mail
    assert [outbox.look(DAY) for _ in range(3)] == [[], [], []]


def test_when_the_channel_is_back_everything_is_delivered(outbox):
    outbox.channels = ("mail",)
    outbox.look()
    outbox.look(KEEP - DAY)
    outbox.channels = ("phone", "mail")
    outbox.look(2 * KEEP)
    assert len(Mailbox(outbox.database).claim("phone", TOKEN, outbox.now)) == 2


def test_after_thirty_days_nobody_waits_any_more_and_the_record_says_why(outbox):
    outbox.channels = ("mail",)
    outbox.look()
    outbox.look(KEEP)
    assert {state for state, _ in outbox.states()} == {"waiting"}
    assert outbox.look(DAY) == []
    assert outbox.states() == [("undeliverable", "the rule file has had no channel phone for 30 days")] * 2
    assert outbox.look(DAY) == []
    outbox.channels = ("phone", "mail")
    assert Mailbox(outbox.database).claim("phone", TOKEN, outbox.now) == []


def test_nothing_is_given_up_while_there_is_nobody_to_say_it_to(outbox):
    outbox.channels = ()
    outbox.look()
    outbox.look(10 * KEEP)
    outbox.channels = ("mail",)
    assert len(outbox.look(DAY)) == 1
    assert {state for state, _ in outbox.states()} == {"waiting"}


def test_another_loss_of_the_same_channel_is_said_again(outbox):
    outbox.channels = ("mail",)
    outbox.look()
    outbox.channels = ("phone", "mail")
    outbox.tell_the_phone()
    outbox.channels = ("mail",)
    (mail,) = outbox.look(DAY)
    assert "3 messages wait" in mail
