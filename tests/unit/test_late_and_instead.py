"""What came late, and who is told instead: a firing through the real outbox, with a channel that fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from agent.composing import compose
from agent.database import table_of
from agent.mailbox import CLAIM, ChannelState, Mailbox
from agent.outbox import by_delivery
from agent.tables import MemoryRow, MessageRow
from rules.rule import Channel, Place
from tests.small_world import Life, Source, rule
from tests.story import HOUR, START

TOKEN = "host/boot/1/1"
messages = table_of(MessageRow)


class Told:
    """A rule that fires an hour after the start and is no longer true two hours later."""

    def __init__(self, database, others=(), **settings):
        self.life = Life(database, {"watch": Source(((0, 160), (60, 140), (180, 170)))})
        self.life.live(until=600, script=((0, (rule("price below $150", **settings), *others)),))
        place = Place("rules.yaml", 1, 1)
        phone = Channel("phone", SecretStr("json://127.0.0.1"), place, fallback=("mail",))
        self.book = replace(self.life.book, channels={"phone": phone, "mail": replace(phone, name="mail", fallback=())})
        self.mailbox = Mailbox(database)

    def claim(self, name="phone", at=None):
        return self.mailbox.claim(name, TOKEN, at or self.life.now, self.book)

    def fail(self, at, **more):
        state = ChannelState("phone", 1, START + HOUR, at + 6 * HOUR, None, "down")
        self.mailbox.record_unsent(self.claim(at=at), state, at, **more)

    def states(self):
        with self.life.database.reading() as connection:
            rows = connection.execute(select(messages.c.channel, messages.c.state).order_by(messages.c.id))
            return {row.channel: row.state for row in rows}


def test_what_is_told_late_says_that_it_is_no_longer_true_and_the_same_at_each_attempt(database):
    told = Told(database)
    (message,) = told.claim()
    first = compose([message], "UTC", message.delivery.at, message.delivery)
    assert first.title.startswith("No longer: ")
    assert "170.00 USD" in first.body
    state = ChannelState("phone", 1, START, None, None, "no answer")
    told.mailbox.record_unsent([message], state, told.life.now, doubtful=True)
    (again,) = told.claim(at=told.life.now + 5 * HOUR)
    assert again.delivery.is_repeat
    assert again.delivery_id == message.delivery_id
    assert compose([again], "UTC", again.delivery.at, again.delivery) == first


@pytest.mark.parametrize(("if_late", "left"), [("tell", "sending"), ("drop", "expired"), ("check", "expired")])
def test_a_rule_says_what_becomes_of_its_late_messages(database, if_late, left):
    told = Told(database, if_late=if_late)
    told.claim()
    assert told.states()["phone"] == left


def test_what_is_late_and_still_true_is_told_where_the_rule_has_it_checked(database):
    told = Told(database, if_late="check")
    (firing,) = told.life.firings()
    assert len(told.claim(at=firing.seen_at + HOUR)) == 1
    assert told.states()["phone"] == "sending"


def test_a_memory_that_cannot_be_read_keeps_no_message_from_going(database, caplog):
    told = Told(database)
    memories = table_of(MemoryRow)
    with database.writing() as connection:
        connection.execute(update(memories).values(record={"true_at": "no instant"}))
    (message,) = told.claim()
    assert not compose([message], "UTC", message.delivery.at, message.delivery).title.startswith("No longer")
    assert "cannot be read" in caplog.text


def test_after_a_sure_failure_it_is_another_delivery_and_the_first_is_forgotten(database):
    told = Told(database)
    at = told.life.now
    (message,) = told.claim()
    told.mailbox.record_unsent([message], ChannelState("phone", 1, at, at, None, "down"), at)
    assert told.states()["phone"] == "failed"
    (again,) = told.claim()
    assert again.delivery_id != message.delivery_id
    assert not again.delivery.is_repeat


def test_what_a_dead_process_left_goes_again_under_its_id(database):
    told = Told(database)
    (message,) = told.claim()
    (again,) = told.claim(at=told.life.now + HOUR)
    assert (again.delivery_id, again.delivery.is_repeat) == (message.delivery_id, True)


def test_who_stands_in_is_told_once_and_the_first_channel_no_more(database):
    told = Told(database)
    told.fail(told.life.now)
    assert told.mailbox.stand_in("phone", told.life.now, told.book)
    assert not told.mailbox.stand_in("phone", told.life.now, told.book)
    ((copy,),) = by_delivery(told.claim("mail"))
    assert copy.stands_in_for == "phone"
    # While the one is under way, the other is not begun.
    assert told.claim(at=told.life.now + timedelta(seconds=1)) == []
    told.mailbox.record_sent([copy], told.life.now)
    assert told.states() == {"phone": "folded", "mail": "sent"}
    assert told.claim(at=told.life.now + 7 * HOUR) == []


def test_a_clock_that_was_set_back_keeps_nobody_who_stands_in_waiting_for_a_process_that_died(database):
    told = Told(database)
    told.fail(told.life.now)
    assert told.mailbox.stand_in("phone", told.life.now, told.book)
    ahead = told.life.now + timedelta(days=1000)
    assert len(told.claim(at=ahead)) == 1
    assert told.claim("mail", at=ahead) == []
    assert len(told.claim("mail")) == 1


def test_where_the_first_channel_recovers_before_nobody_stands_in(database):
    told = Told(database)
    told.fail(told.life.now)
    told.mailbox.stand_in("phone", told.life.now, told.book)
    later = told.life.now + 7 * HOUR
    told.mailbox.record_sent(told.claim(at=later), later)
    assert told.states() == {"phone": "sent", "mail": "folded"}
    assert told.claim("mail", at=later) == []


def test_a_message_that_may_have_arrived_goes_again_whole(database):
    """What is sent again under an id is what was sent under it: what the other channel is at, it may leave to it."""
    told = Told(database, others=(rule("price below $145", name="other"),))
    told.fail(told.life.now)
    told.mailbox.stand_in("phone", told.life.now, told.book)
    copies = told.claim("mail")
    state = ChannelState("mail", 1, START, None, None, "no answer")
    told.mailbox.record_unsent(copies, state, told.life.now, doubtful=True)
    at_it = told.life.now + CLAIM
    row = select(messages.c.id).where(messages.c.channel == "phone").limit(1).scalar_subquery()
    with database.writing() as connection:
        sending = {"state": "sending", "claimed_by": TOKEN, "claimed_until": at_it}
        connection.execute(update(messages).where(messages.c.id == row).values(sending))
    assert told.claim("mail", at=told.life.now + timedelta(seconds=1)) == []
    again = told.claim("mail", at=at_it)
    assert [one.id for one in again] == [one.id for one in copies]
    assert len(copies) == 2
    assert {one.delivery_id for one in again} == {copies[0].delivery_id}
