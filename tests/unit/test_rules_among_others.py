"""Rules that look at several sources or at other rules, while those fail, sleep, come and go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from agent.database import Database, table_of
from agent.store import Store
from agent.tables import RuleRow
from rules.file.crossings import MOST_DEEP
from rules.judge import judge
from rules.rule import Rule
from tests.rule_files import CHANNEL, book_of, faults_of
from tests.small_world import BUSY, MINUTE, TROUBLE, Life, Source, emptied
from tests.story import START, UNKNOWN
from watchers.api import Observation, Text

HEAD = "me: {currency: USD}\n" + CHANNEL + "defaults: {confirm_after: 1s}\n"
COMPARED = """
  - name: Compared
    watch: shelf
    sources: {here: {url: "https://here.example/"}, there: {url: "https://there.example/"}}
    when: there.price < 90% of here.price
"""
# True while the two differ, whichever of them is seen first.
APART = COMPARED.replace("there.price < 90%", "there.price < 90% of here.price or there.price > 110%")
EITHER = COMPARED.replace("there.price < 90% of here.price", "there.price below $90 or here.price below $90")
SILENT = COMPARED.replace("there.price < 90% of here.price", "nothing for 150 minutes")
CHEAP = '\n  - {name: Cheap, watch: shelf, url: "https://cheap.example/", when: price below $20}\n'
BOTH = """
  - {name: Dear, watch: shelf, url: "https://dear.example/", when: price above $110}
  - {name: Both, when: 'rule "cheap" and rule "dear"'}
"""
Sights = tuple[tuple[float, object], ...]


def rules_of(text: str, head: str = HEAD) -> tuple[Rule, ...]:
    return book_of(head + "rules:" + text).rules


def life_of(database: Database, *books: tuple[Rule, ...], **shown: Sights) -> Life:
    """Return a life in which each source is known by the first part of its host."""
    labels = {
        spec.label.split("//")[1].split(".")[0]: spec.id for book in books for rule in book for spec in rule.watches
    }
    return Life(database, {labels[name]: Source(sights) for name, sights in shown.items()})


def reasons(life: Life, rule_id: str) -> list[str]:
    return [one.reason for one in life.told(rule_id)]


def minutes(life: Life, rule_id: str) -> list[float]:
    return [one.minute for one in life.told(rule_id)]


def entry(key: str, text: str) -> Observation:
    return Observation(key, {"text": Text(text)})


# Several sources.


@pytest.mark.parametrize("hours", [3, 72])
def test_what_was_seen_before_a_sleep_is_not_compared_with_what_is_seen_after_it(database, hours):
    """A laptop wakes, and both shops have doubled their prices: they never differed."""
    rules = rules_of(APART)
    life = life_of(database, rules, here=((0, 100), (120, 200)), there=((0, 100), (120, 200)))
    life.live(until=100, script=((0, rules),))
    life.now += timedelta(hours=hours)
    for claim in life.claim():
        life.now += MINUTE
        life.record([claim])
    assert reasons(life, "compared") == []


def test_a_rule_that_was_switched_off_waits_for_each_of_its_sources(database):
    rules = rules_of(APART)
    life = life_of(database, rules, here=((0, 100), (130, 200)), there=((0, 100), (130, 200)))
    life.live(until=600, script=((0, rules), (110, ()), (140, rules)))
    assert reasons(life, "compared") == []


def test_a_reminder_is_not_of_what_was_seen_before_a_rule_of_several_sources_was_switched_off(database):
    rules = rules_of(COMPARED + "    again: every 2h\n")
    life = life_of(database, rules, here=((0, 100), (100, 80)), there=((0, 80),))
    life.live(until=3000, script=((0, rules), (60, ()), (1000, rules)))
    assert reasons(life, "compared") == ["already true when first seen"]


def test_several_sources_are_silent_where_none_of_them_changes(database):
    rules = rules_of(SILENT)
    life = life_of(database, rules, here=((0, 100),), there=((0, 100), (400, 101)))
    life.live(until=1000, script=((0, rules),))
    assert len(reasons(life, "compared")) == 2


@pytest.mark.parametrize("here", [((0, 100), (90, TROUBLE)), ((0, 100),)], ids=["all blind", "one blind"])
def test_a_blind_source_is_no_silent_one(database, here):
    rules = rules_of(SILENT)
    life = life_of(database, rules, here=here, there=((0, 100), (90, TROUBLE)))
    life.live(until=1000, script=((0, rules),))
    assert reasons(life, "compared") == []


def test_the_time_in_which_a_source_was_blind_is_not_counted_as_silence_afterwards(database):
    rules = rules_of(SILENT)
    life = life_of(database, rules, here=((0, 100),), there=((0, 100), (70, TROUBLE), (610, 100)))
    life.live(until=640, script=((0, rules),))
    assert reasons(life, "compared") == []


def test_a_pending_comparison_leaves_a_source_that_asked_for_patience_in_peace(database):
    rules = rules_of(EITHER + "    for: 20m\n")
    life = life_of(database, rules, here=((0, 100), (130, 80)), there=((0, 100), (60, BUSY)))
    life.live(until=420, script=((0, rules),))
    busy = next(spec.id for spec in rules[0].watches if "there" in spec.label)
    asked = [at for watch_id, at, _ in life.polls if watch_id == busy]
    refused = next(at for at in asked if at >= asked[0] + 60 * MINUTE)
    assert min(at for at in asked if at > refused) >= refused + timedelta(hours=3)
    assert reasons(life, "compared") == ["crossed"]


def test_a_source_that_finds_a_slower_rhythm_than_another_stands_for_twice_its_own(database):
    """One changes all the time and is asked twice an hour; the other, each sixth hour at last, never does."""
    rules = rules_of(EITHER.replace("or here", "and here") + "    every: auto\n    between: [30m, 6h]\n")
    slow = next(spec.id for spec in rules[0].watches if "there" in spec.label)
    here = tuple((at, (80 if at % 150 < 60 else 100) + at % 7) for at in range(0, 3600, 15))
    life = life_of(database, rules, here=here, there=((0, 80), (1900, TROUBLE)))
    life.live(until=3600, script=((0, rules),))
    asked = [(at - START) / MINUTE for watch_id, at, _ in life.polls if watch_id == slow]
    seen_at, failed_at = max(at for at in asked if at < 1900), min(at for at in asked if at >= 1900)
    told = minutes(life, "compared")
    assert failed_at - seen_at > 150
    assert [at for at in told if seen_at + 60 < at < failed_at]
    assert [at for at in told if failed_at < at < seen_at + 720]
    assert [at for at in told if at > seen_at + 720] == []


# Other rules.


def test_a_rule_that_was_blind_is_asked_again_when_it_sees(database):
    """The other came true meanwhile; nothing about the blind one changes when it sees the same again."""
    rules = rules_of(CHEAP + BOTH)
    life = life_of(database, rules, cheap=((0, 15), (200, TROUBLE), (3000, 15)), dear=((0, 100), (1000, 120)))
    life.live(until=2900, script=((0, rules),))
    assert reasons(life, "both") == []
    life.live(until=5000, script=())
    assert reasons(life, "both") == ["crossed"]


def test_one_blind_address_does_not_hide_that_a_rule_is_met_by_another(database):
    cheap = CHEAP.replace('url: "https://cheap.example/"', 'urls: ["https://cheap.example/", "https://gone.example/"]')
    rules = rules_of(cheap + BOTH)
    life = life_of(database, rules, cheap=((0, 15),), gone=((0, 30), (30, TROUBLE)), dear=((0, 100), (1000, 120)))
    life.live(until=3000, script=((0, rules),))
    assert reasons(life, "both") == ["crossed"]


@pytest.mark.parametrize(("here", "told"), [(80, ["crossed"]), (100, [])], ids=["settled", "unsettled"])
def test_how_several_sources_stand_is_known_where_those_that_are_seen_settle_it(database, here, told):
    rules = rules_of(EITHER + BOTH.replace("cheap", "compared"))
    blind = ((0, 80), (30, TROUBLE))
    life = life_of(database, rules, here=((0, here),), there=blind, dear=((0, 100), (1000, 120)))
    life.live(until=3000, script=((0, rules),))
    assert reasons(life, "compared") == ["already true when first seen"]
    assert reasons(life, "both") == told


def test_what_a_rule_does_not_know_is_not_taken_for_a_no(database):
    rules = rules_of(CHEAP + BOTH.replace('rule "cheap"', 'not rule "cheap"'))
    life = life_of(database, rules, cheap=((0, UNKNOWN), (1000, 30)), dear=((0, 100), (300, 120)))
    life.live(until=990, script=((0, rules),))
    assert reasons(life, "both") == []
    life.live(until=2000, script=())
    assert reasons(life, "both") == ["crossed"]


def test_a_rule_that_has_nothing_to_tell_yet_is_known_not_to_have_told(database):
    text = '\n  - {name: Album, watch: wire, feeds: ["https://album.example/"], when: text contains album}\n'
    rules = rules_of(text + '\n  - {name: Quiet, when: not rule "album" within 2 hours}\n')
    life = life_of(database, rules, album=((0, ()),))
    life.live(until=10, script=((0, rules),))
    assert reasons(life, "quiet") == ["already true when first seen"]


def test_a_feed_in_which_nothing_changes_is_not_blind_after_one_failure(database):
    text = '\n  - {name: Album, watch: wire, feeds: ["https://dear.example/"], when: text contains album}\n'
    rules = rules_of(CHEAP + text + '\n  - {name: Both, when: \'rule "cheap" and not rule "album" within 2 hours\'}\n')
    album = ((0, (entry("1", "old album"),)), (1000, TROUBLE))
    life = life_of(database, rules, dear=album, cheap=((0, 30), (1030, 15)))
    life.live(until=1100, script=((0, rules),))
    assert reasons(life, "both") == ["crossed"]


def test_an_edited_rule_that_takes_what_is_true_for_known_is_asked_again(database):
    before, after = (rules_of(CHEAP.replace("20}", f"{limit}, first: baseline}}") + BOTH) for limit in (20, 21))
    life = life_of(database, before, cheap=((0, 30), (100, 15)), dear=((0, 100), (205, 120)))
    life.live(until=1000, script=((0, before), (200, after)))
    assert reasons(life, "both") == ["crossed"]


def test_a_rule_that_is_switched_on_again_is_not_met_before_it_has_looked(database):
    rules = rules_of(CHEAP + BOTH)
    life = life_of(database, rules, cheap=((0, 15), (100, 30)), dear=((0, 100), (300, 120)))
    life.keep(*rules)
    life.live(until=50, script=())
    life.keep(*rules[1:], disabled=["cheap"])
    life.live(until=2000, script=((2000, rules),))
    life.live(until=5000, script=())
    assert reasons(life, "both") == []


def test_a_rule_that_is_switched_off_is_neither_met_nor_not(database):
    rules = rules_of(CHEAP + BOTH.replace('rule "cheap"', 'not rule "cheap"'))
    life = life_of(database, rules, cheap=((0, 30),), dear=((0, 100), (300, 120)))
    life.keep(*rules)
    life.live(until=50, script=())
    life.keep(*rules[1:], disabled=["cheap"])
    life.live(until=1000, script=())
    assert reasons(life, "both") == []
    life.live(until=2000, script=((1000, rules),))
    assert reasons(life, "both") == ["crossed"]


CHAIN = """
  - {name: A last, when: 'rule "z-between" and rule "dear"'}
  - {name: Dear, watch: shelf, url: "https://dear.example/", when: price above $110}
  - {name: Z between, when: 'rule "cheap"'}
"""


def test_a_rule_is_judged_after_those_that_it_names(database):
    """At one instant the first is met no more and the other comes true: they never were at the same time."""
    rules = rules_of(CHEAP + CHAIN)
    life = life_of(database, rules, cheap=((0, 15), (90, 30)), dear=((0, 100), (90, 120)))
    life.live(until=80, script=((0, rules),))
    assert reasons(life, "z-between") == ["already true when first seen"]
    life.now += timedelta(hours=1)
    claims = life.claim()
    assert len(claims) == 2
    life.record(claims)
    life.store.judge_due(life.book, judge, life.now)
    assert reasons(life, "dear") == ["crossed"]
    assert reasons(life, "a-last") == []


def test_what_is_not_seen_is_unknown_also_to_who_asks_by_way_of_another(database):
    rules = rules_of(CHEAP + CHAIN)
    life = life_of(database, rules, cheap=((0, 15), (30, TROUBLE), (3000, 15)), dear=((0, 100), (1000, 120)))
    life.live(until=2900, script=((0, rules),))
    assert reasons(life, "a-last") == []
    life.live(until=5000, script=())
    assert reasons(life, "a-last") == ["crossed"]


SLOW = """
  - name: Slow
    watch: wire
    every: 12h
    feeds: ["https://album.example/"]
    when: rule "cheap" and text contains album
"""
QUICK = '\n  - {name: Quick, watch: wire, every: 10m, feeds: ["https://album.example/"], when: text contains album}\n'


def test_a_rule_that_is_woken_judges_what_it_saw_itself(database):
    """A quick rule reads the same feed, and sees more than the slow one has seen when another rule wakes it."""
    album = ((0, (entry("0", "an old story"),)), (30, (entry("1", "new album"),)))
    told = []
    for text in (CHEAP + SLOW, CHEAP + SLOW + QUICK):
        rules = rules_of(text)
        life = life_of(emptied(database), rules, album=album, cheap=((0, 30), (100, 15)))
        life.live(until=1500, script=((0, rules),))
        told.append(life.told("slow"))
    assert told[0] == told[1] != []


def test_a_rule_that_was_switched_off_still_tells_when_its_time_comes(database):
    """Its feed shows what it always showed, so that only the time has anything to say."""
    told = []
    released = Observation("1", {"text": Text("an album")})
    text = SLOW.replace('rule "cheap" and text', 'not rule "cheap" within 300 minutes and text').replace("12h", "1h")
    rules = rules_of(CHEAP + text)
    for pause in ((), ((200.0, rules[:1]), (230.0, rules))):
        life = life_of(emptied(database), rules, album=((0, ()), (100, (released,))), cheap=((0, 30), (60, 15)))
        life.live(until=1500, script=((0, rules), *pause))
        told.append(life.told("slow"))
    assert told[0] == told[1] != []


def test_a_clock_that_ran_ahead_leaves_nothing_unjudged(database):
    """Its feed goes on showing what was judged in the future; when the other's telling is too old is yet to come."""
    rules = rules_of(CHEAP + SLOW.replace('rule "cheap"', 'not rule "cheap" within 300 minutes').replace("12h", "1h"))
    album = (entry("1", "album"),)
    life = life_of(database, rules, album=((0, ()), (150, album)), cheap=((0, 30), (60, 15)))
    life.live(until=230, script=((0, rules),))
    life.now -= 100 * MINUTE
    slow = next(spec.id for spec in rules[1].watches)
    life.sources = {**life.sources, slow: Source(((0, album),))}
    life.store.keep_rules(life.book, life.now)
    life.live(until=1500, script=())
    assert reasons(life, "slow") == ["crossed"]


def chain_of(count: int) -> str:
    named = ["cheap", *(f"r{n}" for n in range(count - 1))]
    return "".join(f"\n  - {{name: R{n}, when: 'rule \"{name}\"'}}\n" for n, name in enumerate(named))


def test_wakes_end_with_the_last_rule_that_is_named(database):
    rules = rules_of(CHEAP + chain_of(MOST_DEEP))
    life = life_of(database, rules, cheap=((0, 30), (100, 15), (300, 30)))
    life.live(until=1000, script=((0, rules),))
    assert [reasons(life, f"r{n}") for n in range(MOST_DEEP)] == [["crossed"]] * MOST_DEEP
    assert len(set(minutes(life, "r19") + minutes(life, "cheap"))) == 1


@pytest.mark.parametrize("count", [MOST_DEEP + 1, 400])
def test_rules_that_rest_on_each_other_do_so_only_so_deep(count):
    faults = faults_of(HEAD + "rules:" + CHEAP + chain_of(count))
    assert [fault.place.line for fault in faults] == [5 + 2 * (MOST_DEEP + 1)]
    assert "r19 rests on rules that rest on others, 20 deep" in faults[0].message


def test_how_many_rules_stand_on_each_other_is_looked_up_once_each(database):
    """Each names all before it: asked along every way there are more than a million of them."""
    named = [[*(f"r{m}" for m in range(n))] or ["cheap"] for n in range(MOST_DEEP)]
    sentences = [" and ".join(f'rule "{name}"' for name in names) for names in named]
    rules = rules_of(CHEAP + "".join(f"\n  - {{name: R{n}, when: '{said}'}}\n" for n, said in enumerate(sentences)))
    life = life_of(database, rules, cheap=((0, 30), (100, 15)))
    life.live(until=200, script=((0, rules),))
    assert [reasons(life, f"r{n}") for n in range(MOST_DEEP)] == [["crossed"]] * MOST_DEEP


def test_two_agents_do_not_judge_several_sources_at_the_same_time(database):
    """While one records a poll of a source, the other does not judge the same rule by the time: it comes back to it."""
    if not database.is_postgresql:
        pytest.skip("SQLite has one writer")
    rules = rules_of(COMPARED + "    again: every 10m\n")
    life = life_of(database, rules, here=((0, 100),), there=((0, 80),))
    life.live(until=5, script=((0, rules),))
    assert reasons(life, "compared") == ["already true when first seen"]
    place = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    other, row = Store(Database.open(place)), table_of(RuleRow)
    due = life.now + timedelta(minutes=11)
    with database.writing() as connection:
        connection.execute(select(row.c.id).with_for_update())
        assert other.judge_due(life.book, judge, due) == 0
    assert other.next_due_at(due, with_polls=False) == due + timedelta(seconds=1)
    assert other.judge_due(life.book, judge, due + timedelta(seconds=1)) == 1
    other.database.close()
