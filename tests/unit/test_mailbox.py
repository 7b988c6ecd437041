"""The outbox: whatever channels do, and whenever the program dies, each message arrives once and in its order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import delete, func, select

from agent import process
from agent.channels import Sent
from agent.courier import Courier
from agent.database import Database, table_of
from agent.mailbox import CLAIM, ChannelState, Mailbox, Notice
from agent.messages import OWED, messages_where
from agent.store import Store
from agent.tables import FiringRow, MessageRow
from agent.unsent import Unsent
from rules.rule import Channel, Network, Place, RuleBook
from rules.words import Words
from tests.small_world import MINUTE, Life, Source, emptied, rule
from tests.story import HOUR, ME, START

CHANNELS = ("phone", "mail")
TOKEN = "host/boot/1/1"


def notice(key: str, at: datetime = START) -> Notice:
    return Notice(key, Words(f"Title {key}", f"Body {key}"), at)


class Services:
    """What stands behind the channels: it takes, or refuses, as the test says; `taken` is what arrived where."""

    def __init__(self, answers: Callable[[str], bool] = lambda _: True) -> None:
        self.answers = answers
        self.taken: list[tuple[str, str]] = []
        self.holds: Callable[[str], list[str]] = lambda _: []

    async def send(self, name: str, words: Words, urgency: str, *, message_id: str, asked_by: tuple[str, ...]) -> Any:
        if not self.answers(name):
            return Unsent("the service is down")
        self.taken += [(name, one) for one in self.holds(message_id)]
        return Sent(timedelta())


class Post:
    """A mailbox with a courier, and a clock that is set by hand."""

    def __init__(self, database: Database, services: Services) -> None:
        self.database, self.services, self.now = database, services, START
        services.holds = self.holds
        channel = Channel("phone", SecretStr("json://127.0.0.1"), Place("rules.yaml", 1, 1))
        self.book = RuleBook((), {name: replace(channel, name=name) for name in CHANNELS}, ME, Network())

    def holds(self, delivery_id: str) -> list[str]:
        """Return the ids of what a delivery tells."""
        table = table_of(MessageRow)
        with self.database.reading() as connection:
            return [message.what.id for message in messages_where(connection, table.c.delivery_id == delivery_id)]

    @property
    def mailbox(self) -> Mailbox:
        """A new mailbox object each time: nothing is kept in it."""
        return Mailbox(self.database)

    def deliver(self, *, at_once: bool = False) -> int:
        async def in_store(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return work(*args, **kwargs)

        courier = Courier(self.mailbox, TOKEN, in_store)
        courier.use(self.book, self.services)  # type: ignore[arg-type]
        return asyncio.run(courier.deliver(lambda: self.now, at_once=at_once))

    def until_quiet(self) -> None:
        """Deliver at each instant at which the outbox asks for it, until nothing waits."""
        while (due := self.mailbox.next_due_at(CHANNELS, self.now, self.book)) is not None:
            self.now = max(self.now, due)
            self.deliver()

    def waiting(self) -> int:
        table = table_of(MessageRow)
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).where(table.c.state.in_(OWED))) or 0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database.open(tmp_path_factory.mktemp("store") / "store.sqlite")
    yield opened
    opened.close()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.booleans(), st.booleans()), max_size=12))
def test_whatever_fails_each_message_arrives_once_on_each_channel_and_in_order(store, story):
    """Each step brings a message, after so many minutes, while one channel or another is down."""
    up = dict.fromkeys(CHANNELS, True)
    post = Post(emptied(store), Services(lambda name: up[name]))
    told = []
    for number, (minutes, phone, mail) in enumerate(story):
        post.now += minutes * MINUTE
        up.update(phone=phone, mail=mail)
        said = notice(f"n{number}", post.now)
        told.append(said.id)
        post.mailbox.tell(said, CHANNELS)
        post.deliver()
    up.update(phone=True, mail=True)
    post.until_quiet()
    for name in CHANNELS:
        arrived = [one for channel, one in post.services.taken if channel == name]
        # What one channel says of another's failing is a message too.
        assert [one for one in arrived if one in told] == told
        assert len(arrived) == len(set(arrived))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(("claimed", "sent", "recorded")), max_size=8))
def test_a_death_at_any_step_loses_nothing_and_repeats_only_what_had_just_been_taken(store, deaths):
    """Dead between the sending and its record, a message comes twice under one id; at any other step once."""
    post = Post(emptied(store), Services())
    host = process.token().split("/", maxsplit=1)[0]
    dead = f"{host}/{process.boot()}/1/0"
    taken: list[str] = []
    for number, step in enumerate(deaths):
        post.mailbox.tell(notice(f"n{number}"), ["phone"])
        claimed = post.mailbox.claim("phone", dead, post.now)
        if step != "claimed":
            taken += [message.what.id for message in claimed]
        if step == "recorded":
            post.mailbox.record_sent(claimed, post.now)
        Store(post.database).release_lost_claims()
    left = [message.what.id for message in post.mailbox.claim("phone", TOKEN, post.now)]
    everything = [notice(f"n{number}").id for number in range(len(deaths))]
    assert set(taken) | set(left) == set(everything)
    trailing = next((place for place, step in enumerate(reversed(deaths)) if step == "recorded"), len(deaths))
    assert left == (everything[-trailing:] if trailing else [])


def test_a_firing_is_one_message_on_each_of_its_channels_however_often_it_is_recorded(database):
    life = Life(database, {"watch": Source(((0, 160), (60, 149)))})
    life.live(until=300, script=((0, (rule("price below $150", notify=CHANNELS),)),))
    (firing,) = life.firings()
    for name in CHANNELS:
        (message,) = Mailbox(database).claim(name, TOKEN, life.now)
        assert message.what == firing
    assert Mailbox(database).claim("phone", TOKEN, life.now) == []


def test_what_the_agent_has_to_say_is_said_once_for_its_key(database):
    mailbox = Mailbox(database)
    for _ in range(3):
        mailbox.tell(notice("faults"), CHANNELS)
    assert len(mailbox.claim("mail", TOKEN, START)) == 1


def test_a_claim_lasts_as_long_as_a_send_may_and_no_longer(database):
    mailbox = Mailbox(database)
    mailbox.tell(notice("one"), ["phone"])
    assert len(mailbox.claim("phone", TOKEN, START)) == 1
    assert mailbox.claim("phone", "other/boot/1/1", START + CLAIM / 2) == []
    assert len(mailbox.claim("phone", "other/boot/1/1", START + CLAIM)) == 1


def test_a_claim_from_a_clock_that_ran_ahead_does_not_last(database):
    mailbox = Mailbox(database)
    mailbox.tell(notice("one"), ["phone"])
    mailbox.claim("phone", TOKEN, START + timedelta(days=400))
    assert len(mailbox.claim("phone", "other/boot/1/1", START)) == 1


def test_what_was_claimed_and_not_tried_is_given_back(database):
    mailbox = Mailbox(database)
    mailbox.tell(notice("one"), ["phone"])
    mailbox.release(mailbox.claim("phone", TOKEN, START))
    assert len(mailbox.claim("phone", TOKEN, START)) == 1


def test_a_channel_that_backs_off_is_not_tried_before_but_for_an_impatient_owner(database):
    mailbox = Mailbox(database)
    mailbox.tell(notice("one"), ["phone"])
    failed = ChannelState("phone", 1, START, START + HOUR, None, "down")
    mailbox.record_unsent(mailbox.claim("phone", TOKEN, START), failed, START)
    assert mailbox.next_due_at(["phone"], START) == START + HOUR
    assert mailbox.claim("phone", TOKEN, START + HOUR / 2) == []
    assert len(mailbox.claim("phone", TOKEN, START + HOUR / 2, at_once=True)) == 1


def test_what_the_service_asked_for_is_honoured_even_then(database):
    mailbox = Mailbox(database)
    mailbox.tell(notice("one"), ["phone"])
    asked = ChannelState("phone", 1, START, START + HOUR, START + HOUR, "429")
    mailbox.record_unsent(mailbox.claim("phone", TOKEN, START), asked, START)
    assert mailbox.claim("phone", TOKEN, START + HOUR / 2, at_once=True) == []


def test_a_clock_that_is_set_back_lets_no_channel_wait_longer_than_it_should(database):
    mailbox = Mailbox(database)
    mailbox.tell(notice("one"), ["phone"])
    ahead = START + timedelta(days=400)
    failed = ChannelState("phone", 1, ahead, ahead + HOUR, ahead + HOUR, "down")
    mailbox.record_unsent(mailbox.claim("phone", TOKEN, START), failed, START)
    mailbox.clear_step(START)
    assert len(mailbox.claim("phone", TOKEN, START)) == 1


def test_a_channel_waits_for_no_month_because_the_clock_was_wrong_before_the_agent_began(database):
    mailbox, ahead = Mailbox(database), START + timedelta(days=30)
    for key in ("one", "two"):
        mailbox.tell(notice(key), ["phone"])
    failed = ChannelState("phone", 1, ahead, ahead + HOUR, ahead + HOUR, "down")
    mailbox.record_unsent(mailbox.claim("phone", TOKEN, START), failed, START)
    assert len(mailbox.claim("phone", TOKEN, START)) == 2


def test_a_refusal_that_there_was_nobody_to_tell_of_is_told_once_there_is(database):
    class Refusing(Services):
        async def send(self, name, words, urgency, *, message_id, asked_by):
            if name == "phone":
                return Unsent("it answers 401", permanent=True, status=401)
            return await super().send(name, words, urgency, message_id=message_id, asked_by=asked_by)

    post = Post(database, Refusing())
    both = post.book.channels
    post.book = replace(post.book, channels={"phone": both["phone"]})
    post.mailbox.tell(notice("one"), ["phone"])
    post.deliver()
    assert post.services.taken == []
    post.book = replace(post.book, channels=both)
    post.now += 6 * HOUR
    post.deliver()
    post.deliver()
    assert [channel for channel, _ in post.services.taken] == ["mail"]


def test_a_channel_that_works_again_has_no_past(database):
    mailbox = Mailbox(database)
    for key in ("one", "two"):
        mailbox.tell(notice(key), ["phone"])
    claimed = mailbox.claim("phone", TOKEN, START)
    mailbox.record_unsent(claimed[:1], ChannelState("phone", 3, START, START + HOUR, None, "down"), START)
    mailbox.record_sent(claimed[1:], START + HOUR)
    state = mailbox.states()["phone"]
    assert (state.failures, state.error, state.waiting, state.sent_at) == (0, None, 1, START + HOUR)


def test_other_channels_are_asked_for_nothing_and_nothing_is_due_where_nothing_waits(database):
    mailbox = Mailbox(database)
    assert mailbox.next_due_at(CHANNELS, START) is None
    mailbox.tell(notice("one"), ["phone"])
    assert mailbox.next_due_at(["mail"], START) is None
    assert mailbox.next_due_at(CHANNELS, START) == START


def test_a_message_that_is_being_sent_by_another_process_wakes_nobody_in_vain(database):
    """Or a second process would ask the store again and again for as long as the first one sends."""
    mailbox = Mailbox(database)
    mailbox.tell(notice("one"), ["phone"])
    mailbox.claim("phone", TOKEN, START)
    assert mailbox.next_due_at(CHANNELS, START) == START + CLAIM


def test_one_channel_whose_messages_are_spoilt_leaves_the_others_alone(database):
    """A record that cannot be read any more is our fault: it must not keep the owner from all other news."""
    life = Life(database, {"watch": Source(((0, 160), (60, 149)))})
    life.live(until=300, script=((0, (rule("price below $150", notify=("phone",)),)),))
    with database.writing() as connection:
        connection.execute(delete(table_of(FiringRow)))
    post = Post(database, Services())
    post.now = life.now
    post.mailbox.tell(notice("news", post.now), CHANNELS)
    post.deliver()
    assert {name for name, _ in post.services.taken} == set(CHANNELS)


def test_a_slow_channel_is_not_served_by_two_processes_at_once(database):
    """What is claimed for longer than a claim lasts may be sent by another: a round ends before."""
    others: list[int] = []

    class Slow(Services):
        async def send(self, name: str, *args: Any, **kwargs: Any) -> Any:
            post.now += MINUTE
            sent = await super().send(name, *args, **kwargs)
            # What another process could take meanwhile, and would send a second time.
            others.append(len(post.mailbox.claim("phone", "host/boot/2/2", post.now)))
            return sent

    post = Post(database, Slow())
    for number in range(12):
        post.mailbox.tell(notice(str(number)), ["phone"])
    assert post.deliver() == 12
    assert len(set(post.services.taken)) == 12
    assert not any(others)
