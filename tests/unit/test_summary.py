"""The summary comes once for its hour, says what the store has, and of an empty week one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from agent.blindness import tell_blindness
from agent.crontab import next_after
from agent.database import Database, table_of
from agent.ledger import Ledger
from agent.summary import sum_up
from agent.tables import ChannelRow, DeedRow, MessageRow, NoticeRow
from rules.delivery import Upkeep
from rules.rule import Profile
from rules.summing_up import Summary, summary_notice
from tests.story import ME, START, product, rule
from tests.unit.test_store import World, book
from watchers.api import SourceRefused
from watchers.door.exchange import Contact

# The clock of Berlin is set forward on 29 March and back on 25 October 2026.
BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = "0 18 * * 0"
UPKEEP = Upkeep(notify=("mail",), summary=WEEKLY)


def weekly_world(database: Database, *rules: object) -> World:
    world = World(database, *(rules or (rule("price below $150", name="Headphones"),)))
    world.book = replace(world.book, upkeep=UPKEEP)
    sum_up(database, world.book, world.now)
    return world


def said(world: World) -> list[tuple[str, str]]:
    notices = table_of(NoticeRow).c
    with world.database.reading() as connection:
        asked = select(notices.title, notices.body).where(notices.key.startswith("summary "))
        return [(row.title, row.body) for row in connection.execute(asked.order_by(notices.at))]


def a_week_later(world: World) -> tuple[str, str]:
    world.now = max(world.now, START + timedelta(days=7, hours=8))
    sum_up(world.database, world.book, world.now)
    return said(world)[-1]


def test_an_empty_week_is_one_line(database):
    title, body = a_week_later(weekly_world(database))
    assert title == "Nothing to tell: 1 rule watching 1 source"
    assert len(body.strip().splitlines()) == 1


def test_it_says_what_was_told_and_how_much_was_asked(database):
    world = weekly_world(database)
    world.poll(product(160))
    world.poll(product(149))
    table = table_of(MessageRow)
    with database.writing() as connection:
        connection.execute(update(table).values(state="sent", sent_at=world.now))
    ledger = Ledger(database)
    for host in ("one.example", "two.example", "two.example"):
        ledger.note(Contact(world.now, "GET", host, f"https://{host}/", None, 200, 1, 1, "200", ("rule",)))
    ledger.note(Contact(world.now, "POST", "push.example", "", None, 200, 1, 1, "200", (), purpose="send"))
    ledger.write()
    title, body = a_week_later(world)
    assert title == "Summary: 1 time told"
    assert "Headphones: 1 time" in body
    assert "1 rule watching 1 source; 3 requests to 2 hosts" in body


def test_what_was_told_after_the_hour_is_summed_up_the_week_after_and_once(database):
    world = weekly_world(database)
    world.poll(product(160))
    world.poll(product(149))
    assert a_week_later(world)[0] == "Summary: nothing told"
    table = table_of(MessageRow)
    of_firing = table.c.firing_key.is_not(None)
    with database.writing() as connection:
        connection.execute(
            update(table).where(of_firing).values(state="folded", sent_at=world.now + timedelta(hours=2))
        )
    for expected in ("Summary: 1 time told", "Summary: nothing told"):
        world.now += timedelta(days=7)
        sum_up(database, world.book, world.now)
        assert said(world)[-1][0] == expected


def test_what_two_channels_were_told_in_two_weeks_is_told_once(database):
    world = weekly_world(database, rule("price below $150", name="Headphones", notify=("phone", "mail")))
    world.poll(product(160))
    world.poll(product(149))
    table = table_of(MessageRow)
    for channel, after in (("phone", timedelta()), ("mail", timedelta(days=8))):
        sent = {"state": "sent", "sent_at": world.now + after}
        with database.writing() as connection:
            connection.execute(update(table).where(table.c.channel == channel).values(sent))
    assert a_week_later(world)[0] == "Summary: 1 time told"
    world.now += timedelta(days=7)
    sum_up(database, world.book, world.now)
    assert said(world)[-1][0] == "Summary: nothing told"


def test_it_says_what_wavered_and_was_calmed(database):
    world = weekly_world(database)
    for _ in range(6):
        world.poll(product(160))
        world.poll(product(149))
    _, body = a_week_later(world)
    assert "3 messages calmed, for coming true too often" in body


def test_it_says_what_it_cannot_see_and_what_it_sees_again(database):
    world = weekly_world(database, rule("price below $150", name="Headphones"))
    world.poll(product(160))
    for _ in range(4):
        world.poll(SourceRefused("it asks for a captcha"))
    tell_blindness(database, world.book, world.now)
    _, body = a_week_later(world)
    assert "shop.example since " in body
    assert "it asks for a captcha (Headphones)" in body
    world.poll(product(160))
    tell_blindness(database, world.book, world.now)
    world.now += timedelta(days=8)
    sum_up(database, world.book, world.now)
    _, body = said(world)[-1]
    assert "Can see shop.example again, after" in body


def test_it_says_what_fails_what_waits_and_what_is_open(database):
    world = weekly_world(database)
    world.poll(product(160))
    world.poll(product(149))
    with database.writing() as connection:
        connection.execute(
            insert(table_of(ChannelRow)).values(name="phone", failures=3, failing_since=world.now, error="503")
        )
        for key, days in (("open", 30), ("over", 1)):  # the second was not answered in time, and is not settled yet
            deed = {"firing_key": key, "rule_id": "rule", "state": "asked", "at": world.now, "record": {}}
            connection.execute(insert(table_of(DeedRow)).values(deed | {"answer_by": world.now + timedelta(days=days)}))
    title, body = a_week_later(world)
    assert title == "Summary: nothing told, a channel failed, 1 question open"
    assert "phone fails since Sun 2026-03-01 " in body
    assert "1 for phone" in body


def test_it_goes_to_the_channels_for_the_agents_own_word_and_is_not_urgent(database):
    world = weekly_world(database)
    a_week_later(world)
    messages = table_of(MessageRow).c
    with database.reading() as connection:
        rows = connection.execute(select(messages.channel, messages.urgency)).all()
    assert [tuple(row) for row in rows] == [("mail", "low")]


def test_nothing_is_summed_up_before_the_first_whole_time(database):
    world = weekly_world(database)
    assert said(world) == []
    sum_up(database, world.book, world.now + timedelta(hours=1))
    assert said(world) == []


def test_an_owner_who_wants_none_gets_none(database):
    world = World(database, rule("price below $150"))
    for days in range(20):
        sum_up(database, world.book, world.now + timedelta(days=days))
    assert said(world) == []


def test_two_agents_on_one_store_send_one(database):
    world = weekly_world(database)
    world.now += timedelta(days=8)
    assert [sum_up(database, world.book, world.now) for _ in range(3)] == [1, 0, 0]


@settings(max_examples=10)
@given(
    st.lists(st.integers(1, 60 * 24 * 3), min_size=240, max_size=260),
    st.sampled_from([WEEKLY, "30 2 * * *", "30 2 * * 0"]),
)
def test_through_a_year_of_sleeps_every_hour_that_was_lived_through_has_its_one_summary(gaps: list[int], cron: str):
    with TemporaryDirectory() as folder:
        database = Database.open(Path(folder) / "store.sqlite")
        rules = book(upkeep=replace(UPKEEP, summary=cron), disabled=())
        rules = replace(rules, me=Profile(BERLIN, "EUR"))
        now = datetime(2026, 1, 1, tzinfo=UTC)
        sum_up(database, rules, now)
        expected = []
        for minutes in gaps:
            before, now = now, now + timedelta(minutes=minutes)
            due = next_after(cron, before, BERLIN, once_a_day=True)
            last = None
            while due is not None and due <= now:
                last, due = due, next_after(cron, due, BERLIN, once_a_day=True)
            expected += [last] if last is not None else []
            assert sum_up(database, rules, now) == (last is not None)
            assert sum_up(database, rules, now) == 0
        with database.reading() as connection:
            keys = set(connection.scalars(select(table_of(NoticeRow).c.key)))
        database.close()
    assert keys == {f"summary {instant.isoformat()}" for instant in expected}


def test_after_a_clock_that_ran_ahead_it_begins_anew(database):
    world = weekly_world(database)
    world.now += timedelta(days=8)
    sum_up(database, world.book, world.now + timedelta(days=4000))
    before = len(said(world))
    sum_up(database, world.book, world.now)
    sum_up(database, world.book, world.now + timedelta(days=8))
    assert len(said(world)) == before + 1


# Its words.


def test_ten_rules_are_named_and_the_rest_counted():
    told = {f"Rule {number:02}": number for number in range(1, 31)}
    words = summary_notice(Summary(START, START + timedelta(days=7), 30, 30, told=told), "UTC")
    assert "Rule 30: 30 times" in words.body
    assert "Rule 20" not in words.body
    assert "and 20 rules more, 210 times: trusted-agent firings" in words.body
    assert len(words.body.splitlines()) < 30


def test_one_value_is_looked_at_twice_before_it_counts_and_two_before_they_count():
    for held, said_so in (
        (1, "Held: 1 value looked at twice before it counts"),
        (2, "2 values looked at twice before they count"),
    ):
        assert said_so in summary_notice(Summary(START, START, 1, 1, held=held), "UTC").body


def test_a_hostile_name_is_text():
    told = {"<b>x</b>\n\u202eevil": 1}
    words = summary_notice(Summary(START, START, 1, 1, told=told), ME.zone.key)
    assert words.html is not None
    assert "<b>x</b>" not in words.html
    assert "\u202e" not in words.body
