"""Whatever happens to clocks, lids and services: nothing is lost or told twice, and everything at its moment.

The real outbox and courier on a real database; the channels behind `Channels.send` and the clock are the test's.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select, update

from agent.channels import Sent
from agent.courier import Courier
from agent.database import Database, table_of
from agent.mailbox import LONGEST_WAIT, Mailbox, Notice
from agent.messages import messages_where
from agent.tables import DeliveryRow, MessageRow
from agent.unsent import Unsent
from rules.delivery import Limit, Quiet
from rules.rule import Channel, Network, Place, Profile, RuleBook
from rules.words import Words
from tests.small_world import emptied

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
UP, DOWN, DOUBT, REFUSES = "up", "down", "doubt", "refuses"
CIRCLE = ("phone", "mail", "chat")
# A digest of each of these comes at least so often; a day may be an hour longer.
DIGESTS = {None: timedelta(), "30 2 * * *": 25 * HOUR, "0 8 * * *": 25 * HOUR, "0 17 * * 5": 7 * DAY + HOUR}

messages = table_of(MessageRow)
deliveries = table_of(DeliveryRow)


@dataclass(frozen=True)
class Arrival:
    """What a channel took: when, under which id, which messages."""

    name: str
    at: datetime
    message_id: str
    keys: tuple[str, ...]


@dataclass
class World:
    """A phone whose messages the owner wants at certain moments, perhaps with a mail that stands in for it.

    In a circle of three, each channel has both of the others to stand in for it.
    """

    database: Database
    phone: Channel
    zone: ZoneInfo
    now: datetime
    fallback: bool = False
    circle: bool = False
    state: dict[str, str] = field(default_factory=lambda: dict.fromkeys(CIRCLE, UP))
    arrivals: list[Arrival] = field(default_factory=list)
    told: dict[str, tuple[datetime, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        phone = replace(self.phone, fallback=("mail",) if self.fallback else ())
        channels = {"phone": phone, "mail": channel("mail")}
        if self.circle:
            turned = {name: CIRCLE[place + 1 :] + CIRCLE[:place] for place, name in enumerate(CIRCLE)}
            channels["chat"] = channel("chat", digest="0 8 * * *")
            channels = {name: replace(one, fallback=turned[name]) for name, one in channels.items()}
        self.book = RuleBook((), channels, Profile(self.zone, None), Network())
        self.mailbox = Mailbox(self.database)
        self.courier = Courier(self.mailbox, "host/boot/1/1", self._in_store)
        self.courier.use(self.book, self)  # type: ignore[arg-type]

    @staticmethod
    async def _in_store(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return work(*args, **kwargs)

    async def send(self, name: str, words: Words, urgency: str, *, message_id: str, asked_by: object) -> Any:
        assert words.title
        state = self.state[name]
        if state in (UP, DOUBT):
            with self.database.reading() as connection:
                held = messages_where(connection, messages.c.delivery_id == message_id, messages.c.channel == name)
            self.arrivals.append(Arrival(name, self.now, message_id, tuple(one.what.key for one in held)))
        if state == UP:
            return Sent(timedelta())
        return Unsent("it says no", doubtful=state == DOUBT, permanent=state == REFUSES)

    def tell(self, *, urgent: bool) -> None:
        key = f"n{len(self.told)}"
        self.told[key] = (self.now, urgent)
        self.mailbox.tell(Notice(key, Words(f"Title {key}", "Body"), self.now), ["phone"])
        if urgent:
            with self.database.writing() as connection:
                connection.execute(update(messages).where(messages.c.notice_key == key).values(urgency="urgent"))
        self.serve()

    def serve(self) -> None:
        asyncio.run(self.courier.deliver(lambda: self.now))

    def live(self, until: datetime | None = None) -> None:
        """Do what is due at its instant, as the passes do; without an end, until nothing waits."""
        spun = 0
        while (due := self.mailbox.next_due_at(list(self.book.channels), self.now, self.book)) is not None:
            if until is not None and due > until:
                break
            spun = spun + 1 if due <= self.now else 0
            assert spun < 5, "the agent would spin"
            self.now = max(self.now, due)
            self.serve()
        self.now = max(self.now, until or self.now)

    def jump(self, by: timedelta) -> None:
        self.now += by
        self.mailbox.clear_step(self.now)
        self.serve()


def channel(name: str, **terms: Any) -> Channel:
    return Channel(name, SecretStr("json://127.0.0.1"), Place("rules.yaml", 1, 1), **terms)


def is_quiet(quiet: Quiet | None, at: datetime, zone: ZoneInfo) -> bool:
    """Return whether the owner's clock shows a quiet hour."""
    if quiet is None:
        return False
    shown = at.astimezone(zone).time()
    if quiet.begin < quiet.end:
        return quiet.begin <= shown < quiet.end
    return shown >= quiet.begin or shown < quiet.end


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database.open(tmp_path_factory.mktemp("store") / "store.sqlite")
    yield opened
    opened.close()


times = st.builds(time, st.sampled_from((1, 2, 3, 7, 12, 22, 23)), st.sampled_from((0, 15, 30)))
quiets = st.none() | st.tuples(times, times).filter(lambda two: two[0] != two[1]).map(lambda two: Quiet(*two))
limits = st.none() | st.builds(Limit, st.integers(1, 3), st.sampled_from((HOUR, DAY)))
phones = st.builds(
    lambda quiet, digest, limit: channel("phone", quiet=quiet, digest=digest, limit=limit),
    quiets,
    st.sampled_from(tuple(DIGESTS)),
    limits,
)
# Around the days on which the three zones set their clocks, and anywhere in the year.
nights = ("2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-04", "2026-10-03")
begins = st.sampled_from(nights).map(lambda day: datetime.fromisoformat(f"{day}T12:00:00+00:00")) | st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)
).map(lambda at: at.replace(microsecond=0))
zones = st.sampled_from(ZONES).map(ZoneInfo)
calm = st.one_of(
    st.tuples(st.just("tell"), st.booleans()),
    st.tuples(st.just("tell"), st.just(value=False)),
    st.tuples(st.just("pass"), st.integers(1, 3000)),
)
wild = st.one_of(
    calm,
    st.tuples(st.just("sleep"), st.integers(1, 4000)),
    st.tuples(st.just("jump"), st.integers(-3000, 3000)),
    st.tuples(st.just("phone"), st.sampled_from((UP, DOWN, DOUBT, REFUSES))),
    st.tuples(st.just("mail"), st.sampled_from((UP, DOWN, DOUBT))),
)
USUAL = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # A story of many steps shrinks for longer than it is worth.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def play(world: World, story: list[tuple[str, Any]]) -> None:
    for what, how in story:
        if what == "tell":
            world.tell(urgent=how)
        elif what == "pass":
            world.live(world.now + how * MINUTE)
        elif what == "sleep":
            world.now += how * MINUTE
            world.serve()
        elif what == "jump":
            world.jump(how * MINUTE)
        else:
            world.state[what] = how


def digests_of(world: World) -> list[str]:
    with world.database.reading() as connection:
        chosen = select(deliveries.c.record).where(deliveries.c.form == "digest", deliveries.c.sent_at.is_not(None))
        return [record["digest_at"] for record in connection.scalars(chosen)]


def held_by_rule(phone: Channel) -> timedelta:
    """Return how long a message may be held at most by what its owner wants of the phone."""
    longest = DIGESTS[phone.digest]
    if phone.quiet is not None:
        # A night, of any length, on which the clock is set back.
        longest += 25 * HOUR
    # Urgent ones may take the turns of one whole length of the limit; then it goes along with the next of them.
    return longest + (2 * phone.limit.per if phone.limit else timedelta())


@USUAL
@given(phones, zones, begins, st.lists(calm, max_size=14))
def test_while_all_is_well_each_is_told_once_at_its_moment(store, phone, zone, begin, story):
    world = World(emptied(store), phone, zone, begin)
    play(world, story)
    world.live()
    at = {key: one.at for one in world.arrivals for key in one.keys}
    assert Counter(key for one in world.arrivals for key in one.keys) == Counter(list(world.told))
    for one in world.arrivals:
        assert any(world.told[key][1] for key in one.keys) or not is_quiet(phone.quiet, one.at, zone)
    for key, (since, urgent) in world.told.items():
        assert at[key] - since <= held_by_rule(phone)
        if urgent and phone.limit is None:
            assert at[key] == since
    assert len(digests_of(world)) == len(set(digests_of(world)))
    if phone.limit is not None:
        for one in world.arrivals:
            window = [each for each in world.arrivals if one.at - phone.limit.per < each.at <= one.at]
            ordinary = [each for each in window if not any(world.told[key][1] for key in each.keys)]
            assert len(ordinary) <= phone.limit.most


@USUAL
@given(phones, zones, begins, st.booleans(), st.lists(wild, max_size=16))
def test_whatever_happens_nothing_is_lost_and_what_comes_twice_has_one_id(store, phone, zone, begin, fallback, story):
    world = World(emptied(store), phone, zone, begin, fallback=fallback)
    play(world, story)
    world.state |= {"phone": UP, "mail": UP}
    ended, before = world.now, len(world.arrivals)
    world.live()
    assert {key for one in world.arrivals for key in one.keys} >= set(world.told)
    # After the last mishap, what waits comes within what its owner's rule and the longest back-off allow, but for a
    # digest that was sent already in the hours that the clock shows again.
    assert world.now - ended <= 2 * held_by_rule(phone) + LONGEST_WAIT
    for one in world.arrivals[before:]:
        ours = [key for key in one.keys if key in world.told]
        if one.name == "phone" and ours and not any(world.told[key][1] for key in ours):
            assert not is_quiet(phone.quiet, one.at, zone)
    ids: dict[str, set[str]] = {}
    for one in world.arrivals:
        for key in one.keys:
            ids.setdefault(f"{one.name} {key}", set()).add(one.message_id)
    assert all(len(found) == 1 for found in ids.values())
    assert len(digests_of(world)) == len(set(digests_of(world)))


@USUAL
@given(phones, zones, begins, st.lists(wild.filter(lambda step: step[1] != DOUBT), max_size=16))
def test_with_somebody_to_stand_in_nobody_tells_what_another_told(store, phone, zone, begin, story):
    world = World(emptied(store), phone, zone, begin, fallback=True)
    play(world, story)
    world.state |= {"phone": UP, "mail": UP}
    world.live()
    arrived = Counter(key for one in world.arrivals for key in one.keys if key in world.told)
    assert arrived == Counter(list(world.told))


failing = st.tuples(st.sampled_from(CIRCLE), st.sampled_from((UP, DOWN, REFUSES)))


@USUAL
@given(phones, zones, begins, st.lists(st.one_of(calm, failing), max_size=16))
def test_in_a_circle_of_channels_that_fail_in_turn_nobody_tells_what_another_told(store, phone, zone, begin, story):
    world = World(emptied(store), phone, zone, begin, circle=True)
    play(world, story)
    world.state |= dict.fromkeys(CIRCLE, UP)
    world.live()
    arrived = Counter(key for one in world.arrivals for key in one.keys if key in world.told)
    assert arrived == Counter(list(world.told))


def test_what_the_last_of_three_told_is_told_by_none_of_the_others(store):
    world = World(emptied(store), channel("phone"), ZoneInfo("UTC"), datetime(2026, 1, 1, tzinfo=UTC), circle=True)
    world.state |= {"phone": DOWN, "mail": REFUSES}
    world.tell(urgent=False)
    world.live(world.now + 2 * DAY)
    assert [one.name for one in world.arrivals if "n0" in one.keys] == ["chat"]
    world.state |= {"phone": UP, "mail": UP}
    world.live()
    assert [one.name for one in world.arrivals if "n0" in one.keys] == ["chat"]


EXPECTED: Mapping[str, Callable[[time], bool]] = {
    "quiet": lambda shown: time(7) <= shown < time(22),
    "digest": lambda shown: shown.replace(second=0) == time(8),
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("kind", EXPECTED)
def test_through_a_year_each_message_comes_at_the_first_minute_that_its_owner_allows(store, zone, kind):
    terms: dict[str, Any] = {"quiet": Quiet(time(22), time(7))} if kind == "quiet" else {"digest": "0 8 * * *"}
    world = World(emptied(store), channel("phone", **terms), ZoneInfo(zone), datetime(2026, 1, 1, 0, 30, tzinfo=UTC))
    while world.now.year == 2026:
        world.tell(urgent=False)
        world.live(world.now + 61 * HOUR)
    world.live()
    at = {key: one.at for one in world.arrivals for key in one.keys}
    assert at.keys() == world.told.keys()
    for key, (since, _) in world.told.items():
        # What comes at the instant of a digest is in the next one.
        first = since + MINUTE if kind == "digest" else since
        while not EXPECTED[kind](first.astimezone(world.zone).time()):
            first += MINUTE
        assert at[key] == first
