"""A rule that cannot be judged is told in time, once for an outage, and so is that it can be judged again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from agent.answers.muting import Mute, mute
from agent.blindness import tell_blindness
from agent.database import Database, table_of
from agent.snoozing import snooze
from agent.store import Polled
from agent.tables import BlindRow, NoticeRow
from rules.delivery import Patience
from rules.judge import judge
from rules.rule import Rule, WatchSpec
from tests.story import DOUBTED, GAUGE, START, STREAM, UNKNOWN, Shop, entry, product, rule
from tests.unit.test_store import World
from watchers.api import NotAsked, Poll, SourceChanged, SourceGone, SourceRefused, SourceUnavailable

DOWN = SourceUnavailable("shop.example does not answer")
CAPTCHA = SourceRefused("shop.example asks for a captcha")
BELOW = "price below $150"
HOURS = timedelta(hours=1)


class HostShop(Shop):
    """A shop at a host out there."""

    host: str = "shop.example"

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset({self.host})


def at(host: str, page: int = 0, **settings: object) -> Rule:
    """Return a rule about a page of a host."""
    name = f"{host}/{page}"
    spec = WatchSpec(f"watch {name}", GAUGE, f"https://{name}", HostShop(host=host))
    return rule(BELOW, id=name.replace("/", "-"), name=f"Rule {name}", watches=(spec,), **settings)


def said(world: World) -> list[str]:
    """Return the titles of what the owner is told now."""
    with world.database.reading() as connection:
        before = set(connection.scalars(select(table_of(NoticeRow).c.key)))
    tell_blindness(world.database, world.book, world.now)
    notices = table_of(NoticeRow).c
    with world.database.reading() as connection:
        rows = connection.execute(select(notices.key, notices.title).order_by(notices.key)).all()
    return [row.title for row in rows if row.key not in before]


def bodies(world: World) -> str:
    with world.database.reading() as connection:
        return "\n\n".join(connection.scalars(select(table_of(NoticeRow).c.body)))


def poll_all(world: World, seen: dict[str, object]) -> None:
    """Poll every watch that is due, each with its own result."""
    results = {name: Poll((one,)) if hasattr(one, "facts") else one for name, one in seen.items()}
    polls = [Polled(claim, world.now, results[claim.watch_id], {}) for claim in world.claim(50)]
    world.store.record_polls(polls, world.book, judge)


def blind_world(database: Database, error: object, *, polls: int, **settings: object) -> World:
    world = World(database, rule(BELOW, **settings))
    world.poll(product(160))
    for _ in range(polls):
        world.poll(error)
    return world


def test_a_site_that_is_down_for_a_few_hours_is_not_told(database):
    world = blind_world(database, DOWN, polls=2)
    world.now += 5 * HOURS
    assert said(world) == []


def test_three_polls_within_an_hour_are_not_told(database):
    world = World(database, rule(BELOW, every=timedelta(minutes=5)))
    world.poll(product(160))
    for _ in range(4):
        world.poll(DOWN)
    assert said(world) == []


def test_after_three_polls_and_six_hours_it_is_told_once(database):
    world = blind_world(database, DOWN, polls=4)
    assert said(world) == ["Cannot see shop.example"]
    assert said(world) == []
    world.poll(DOWN)
    assert said(world) == []


def test_a_rule_says_itself_how_long_it_may_be_blind(database):
    hasty = Patience(polls=1, length=timedelta())
    world = blind_world(database, DOWN, polls=1, blind_after=hasty)
    assert said(world) == ["Cannot see shop.example"]


def test_it_is_reminded_after_a_day_after_three_and_then_weekly(database):
    world = blind_world(database, CAPTCHA, polls=4)
    told_on = []
    start = world.now
    for hours in range(24 * 30):
        world.now = max(world.now, start + hours * HOURS)
        while world.store.next_due_at() <= world.now:
            world.poll(CAPTCHA)
        if said(world):
            told_on.append(round(hours / 24))
    assert told_on == [0, 1, 4, 11, 18, 25]


def test_what_begins_to_fail_later_at_the_same_host_makes_no_more_reminders(database):
    world = World(database, at("one.example", 1), at("one.example", 2))
    told_on = []
    for hours in range(1, 24 * 20):
        world.now = START + hours * HOURS
        seen = {"watch one.example/1": CAPTCHA, "watch one.example/2": CAPTCHA if hours > 24 * 5 else product(160)}
        poll_all(world, seen)
        if said(world):
            told_on.append(round(hours / 24))
    assert told_on == [0, 1, 4, 11, 18]


def test_a_host_that_asks_each_day_for_another_day_is_told_though_each_time_another_rule_asks(database):
    world = World(database, *(at("one.example", page) for page in range(10)))
    titles: list[str] = []
    for day in range(5):
        world.now = START + timedelta(days=day, hours=1)
        claims = sorted(world.claim(50), key=lambda claim: (int(claim.watch_id[-1]) - day) % 10)
        left = timedelta(days=1)
        blocked, not_asked = SourceUnavailable("429", retry_after=left), NotAsked("not asked", retry_after=left)
        polls = [Polled(one, world.now, not_asked if turn else blocked, {}) for turn, one in enumerate(claims)]
        world.store.record_polls(polls, world.book, judge)
        titles += said(world)
    assert titles[0] == "Cannot see one.example"


def test_a_laptop_that_slept_is_not_blind_meanwhile(database):
    world = World(database, rule(BELOW, every=timedelta(minutes=5)))
    world.poll(product(160))
    for _ in range(4):
        world.poll(DOWN)
    world.now += timedelta(days=3)
    assert said(world) == []
    # Awake again, and the network is not there yet.
    world.poll(DOWN)
    assert said(world) == []
    world.poll(product(160))
    assert said(world) == []
    assert world.count(BlindRow) == 0


def test_what_is_down_is_told_though_the_machine_sleeps_each_night(database):
    world = World(database, rule(BELOW, every=timedelta(minutes=5)))
    began = world.now
    while not said(world):
        world.poll(DOWN)
        if (world.now - began) % timedelta(days=1) > timedelta(hours=4):
            world.now += timedelta(hours=19)
    assert timedelta(hours=20) < world.now - began < timedelta(days=3)


def test_an_agent_that_was_off_for_a_week_reminds_of_nothing_before_it_has_looked(database):
    world = blind_world(database, CAPTCHA, polls=4)
    assert said(world) == ["Cannot see shop.example"]
    world.now += timedelta(days=7)
    assert said(world) == []
    world.poll(product(160))
    (title,) = said(world)
    assert title.startswith("Can see shop.example again, after ")


def test_after_a_clock_that_ran_ahead_it_is_told_all_the_same(database):
    world = World(database, rule(BELOW))
    world.poll(DOWN)
    world.now += timedelta(days=400)
    world.poll(DOWN)
    world.now -= timedelta(days=400)
    for _ in range(12):
        world.use(*world.book.rules)
        world.poll(DOWN)
    assert said(world) == ["Cannot see shop.example"]


def test_that_it_sees_again_is_told_with_how_long_it_did_not(database):
    world = blind_world(database, CAPTCHA, polls=4)
    said(world)
    world.poll(product(160))
    (title,) = said(world)
    assert title.startswith("Can see shop.example again, after ")
    assert said(world) == []
    assert world.count(BlindRow) == 0


def test_a_recovery_nobody_was_worried_about_is_not_told(database):
    world = blind_world(database, DOWN, polls=2)
    world.poll(product(160))
    assert said(world) == []
    assert world.count(BlindRow) == 0


def test_a_source_that_answers_with_an_unknown_price_at_every_poll_blinds_the_rule(database):
    world = World(database, rule(BELOW, name="Headphones"))
    for _ in range(8):
        world.poll(product(UNKNOWN))
    assert said(world) == ["Cannot tell: Headphones"]
    assert "price is unknown: the source does not state it" in bodies(world)
    assert "trusted-agent why-not" in bodies(world)
    world.poll(product(160))
    (title,) = said(world)
    assert title.startswith("Can tell again: Headphones, after ")


def test_one_thing_of_many_that_is_known_is_enough(database):
    world = World(database, rule("price below $150", STREAM, watches=(WatchSpec("w", STREAM, "w", Shop()),)))
    for _ in range(8):
        world.poll(entry("one"), entry("two", price=product(160).facts["price"]))
    assert world.count(BlindRow) == 0


def test_a_list_that_is_empty_is_no_blindness(database):
    world = World(database, rule("price below $150", STREAM, watches=(WatchSpec("w", STREAM, "w", Shop()),)))
    for _ in range(8):
        world.poll(Poll(()))
    assert world.count(BlindRow) == 0


def test_a_number_that_is_looked_at_twice_is_no_blindness(database):
    world = World(database, rule(BELOW, DOUBTED, watches=(WatchSpec("w", DOUBTED, "w", Shop()),)))
    world.poll(product(160))
    world.poll(product(0))
    assert world.count(BlindRow) == 0


def test_a_mistake_of_ours_is_blindness_too(database, caplog):
    world = World(database, rule(BELOW))
    world.poll(product(160))
    for _ in range(4):
        world.poll(RuntimeError("a bug"))
    assert said(world) == ["Cannot see shop.example"]
    assert "a mistake of the agent itself" in bodies(world)


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        (DOWN, "Nothing is needed from you"),
        (CAPTCHA, "log in, or allow"),
        (SourceGone("it is not there any more"), "new address"),
        (SourceChanged("the selector finds nothing"), "trusted-agent try"),
    ],
)
def test_it_says_what_to_do_by_what_happened(database, trouble, advice):
    world = blind_world(database, trouble, polls=4)
    said(world)
    assert advice in bodies(world)
    assert trouble.reason in bodies(world)


def test_a_snoozed_rule_is_not_told_until_it_is_heard_again(database):
    world = blind_world(database, CAPTCHA, polls=4)
    snooze(database, "rule", world.now + timedelta(days=2))
    assert said(world) == []
    world.now += timedelta(days=3)
    world.poll(CAPTCHA)
    assert said(world) == ["Cannot see shop.example"]


def test_what_saw_again_during_a_snooze_is_told_afterwards_with_the_time_it_was(database):
    world = blind_world(database, CAPTCHA, polls=4)
    said(world)
    snooze(database, "rule", world.now + timedelta(days=5))
    world.poll(product(160))
    while not (titles := said(world)):
        world.poll(product(160))
    assert titles == ["Can see shop.example again, after 13h 46m"]


def test_what_fails_anew_during_a_snooze_is_not_taken_for_the_time_before(database):
    world = blind_world(database, CAPTCHA, polls=4)
    said(world)
    until = world.now + timedelta(days=5)
    snooze(database, "rule", until)
    while world.now < until - HOURS:
        world.poll(product(160))
    world.poll(CAPTCHA)
    world.poll(CAPTCHA)
    assert world.now > until
    assert said(world) == []
    world.poll(product(160))
    (title,) = said(world)
    assert re.fullmatch(r"Can see shop\.example again, after \dh.*", title)


def test_a_muted_rule_is_not_told_either(database):
    world = World(database, rule(BELOW))
    world.poll(product(160))
    with database.writing() as connection:
        mute(connection, Mute("rule", "rule", "", world.now), world.now)
    for _ in range(5):
        world.poll(DOWN)
    assert said(world) == []


def test_a_rule_that_was_switched_off_is_not_told_and_begins_anew(database):
    world = blind_world(database, CAPTCHA, polls=4)
    world.use()
    assert said(world) == []
    world.use(rule(BELOW))
    assert said(world) == []
    assert world.count(BlindRow) == 0
