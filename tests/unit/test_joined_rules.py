"""Rules that look at several sources at once, at other rules, or at each entry of a list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from agent.database import table_of
from agent.tables import ReadingRow
from rules.rule import Rule
from tests.rule_files import CHANNEL, book_of, faults_of, rule_of
from tests.small_world import TROUBLE, Life, Source
from tests.story import START, product
from watchers.api import Observation, Text
from watchers.facts import decode_facts

readings = table_of(ReadingRow)

ME = "me: {currency: USD, city: Boston, artists: [Tool, Opeth]}\n" + CHANNEL
COMPARED = """
  - name: Cheaper there
    watch: shelf
    sources:
      here: {url: "https://here.example/1"}
      there: {url: "https://there.example/1"}
    when: there.price < 90% of here.price
"""


def rules_of(text: str) -> tuple[Rule, ...]:
    return book_of(ME + "rules:" + text).rules


def life_of(database, rules: tuple[Rule, ...], **shown: tuple[tuple[float, object], ...]) -> Life:
    """Return a life in which each source is known by the first part of its host."""
    ids = {spec.label.split("//")[1].split(".")[0]: spec.id for rule in rules for spec in rule.watches}
    life = Life(database, {ids[name]: Source(sights) for name, sights in shown.items()})
    life.keep(*rules)
    return life


def reasons(life: Life, rule_id: str) -> list[str]:
    return [told.reason for told in life.told(rule_id)]


def test_two_sources_are_compared_and_each_crossing_told_once(database):
    rules = rules_of(COMPARED)
    there = ((0, 100), (130, 80), (250, 100), (370, 85))
    life = life_of(database, rules, here=((0, 100),), there=there)
    life.live(until=600, script=())
    assert reasons(life, "cheaper-there") == ["crossed", "crossed"]
    firing = life.firings()[0]
    assert firing.because == "there.price 80.00 USD is below 90.00 USD (90% of here.price)"
    assert firing.source == "here: https://here.example/1 · there: https://there.example/1"


def test_a_message_links_to_the_source_that_its_sentence_speaks_of(database):
    def at(host, price):
        return (Observation("product", product(price).facts, link=f"https://{host}.example/1"),)

    rules = rules_of(COMPARED)
    life = life_of(database, rules, here=((0, at("here", 100)),), there=((0, at("there", 80)),))
    life.live(until=200, script=())
    (firing,) = life.firings()
    assert firing.link == "https://there.example/1"


def test_sources_that_are_polled_at_one_instant_leave_one_reading_of_them_all(database):
    rules = rules_of(COMPARED)
    life = life_of(database, rules, here=((0, 100), (61, 110)), there=((0, 95), (61, 105)))
    life.live(until=20, script=())
    life.now = START + timedelta(minutes=90)
    life.record(life.claim())
    with database.reading() as connection:
        of_joint = select(readings.c.facts).where(readings.c.watch_id == rules[0].joint.spec.id)
        facts = [decode_facts(row) for row in connection.scalars(of_joint.order_by(readings.c.id))]
    assert [str(facts[-1][name]) for name in ("here.price", "there.price")] == ["110.00 USD", "105.00 USD"]


def test_a_blind_source_neither_tells_nor_clears(database):
    rules = rules_of(COMPARED)
    life = life_of(database, rules, here=((0, 100), (300, TROUBLE), (900, 100)), there=((0, 80), (400, 81), (1000, 80)))
    life.live(until=1500, script=())
    assert reasons(life, "cheaper-there") == ["already true when first seen"]


def test_what_the_others_settle_stays_true_while_one_is_blind(database):
    rules = rules_of(
        COMPARED.replace("there.price < 90% of here.price", "there.price below $90 or here.price below $90")
    )
    life = life_of(database, rules, here=((0, TROUBLE),), there=((0, 100), (200, 80)))
    life.live(until=600, script=())
    assert reasons(life, "cheaper-there") == ["already true when first seen"]


def test_a_glitch_of_one_source_is_held_before_it_is_compared(database):
    rules = rules_of(COMPARED)
    life = life_of(database, rules, here=((0, 100),), there=((0, 100), (130, 1), (134, 100)))
    life.live(until=600, script=())
    assert reasons(life, "cheaper-there") == []


ABOUT_RULES = """
  - {name: Album, watch: wire, feeds: ["https://album.example/"], when: text contains album}
  - {name: Cheap, watch: shelf, url: "https://cheap.example/", when: price below $20}
  - {name: Both, when: 'rule "album" within 2 hours and rule "cheap"'}
"""


def entry(key: str, text: str) -> Observation:
    return Observation(key, {"text": Text(text)})


def test_a_rule_about_other_rules_is_told_when_both_hold(database):
    rules = rules_of(ABOUT_RULES)
    album = ((0, (entry("1", "old"),)), (100, (entry("1", "old"), entry("2", "new album"))))
    life = life_of(database, rules, album=album, cheap=((0, 30), (150, 15), (400, 30), (500, 15)))
    life.live(until=900, script=())
    assert reasons(life, "album") == ["new"]
    assert reasons(life, "cheap") == ["crossed", "crossed"]
    # The second time the record is out for longer than two hours.
    assert reasons(life, "both") == ["crossed"]
    assert life.firings()[-2].because == 'rule "album" told within the last 2 hours and rule "cheap" is met'


def test_a_rule_with_a_source_of_its_own_may_ask_how_another_stands(database):
    rules = rules_of(
        """
  - {name: Cheap, watch: shelf, url: "https://cheap.example/", when: price below $20}
  - {name: Album, watch: wire, feeds: ["https://album.example/"], when: 'rule "cheap" and text contains album'}
"""
    )
    album = ((0, ()), (100, (entry("2", "new album"),)))
    life = life_of(database, rules, album=album, cheap=((0, 30), (300, 15)))
    life.live(until=600, script=())
    assert [told.minute > 299 for told in life.told("album")] == [True]


def test_a_list_of_the_profile_makes_a_watch_for_each_entry():
    rule = rule_of("watch: player", "for each: me.artists", 'artist: "{each}"', "send: artists", head=ME)
    assert [spec.label for spec in rule.watches] == ["Tool", "Opeth"]
    assert [spec.each for spec in rule.watches] == ["Tool", "Opeth"]
    assert {spec.sends for spec in rule.watches} == {("artists",)}


def test_another_entry_keeps_the_memory_of_the_others(database):
    def rules(artists: str) -> tuple[Rule, ...]:
        head = ME.replace("[Tool, Opeth]", artists)
        return (rule_of("watch: player", "for each: me.artists", 'artist: "{each}"', "send: artists", head=head),)

    first, second = rules("[Tool]"), rules("[Tool, Opeth]")
    assert first[0].meaning == second[0].meaning
    tool, opeth = second[0].watches
    songs = {tool.id: Source(((0, (product(1),)),)), opeth.id: Source(((0, (product(2),)),))}
    life = Life(database, songs)
    life.live(until=600, script=((0, first), (200, second)))
    assert life.told("a-shelf") == []


WRONG = [
    ("for each: me.artist\n    artist: '{each}'", "6:15", "says nothing of `artist`", "me.artists"),
    ("for each: me.artists\n    artist: Tool", "6:5", "no option says where", "{each}"),
    ("artist: '{each}'", "6:13", "none is named", "for each"),
    ("for each: me.artists\n    artist: '{each}'", "7:13", "would send your me.artists", "send: [artists]"),
    ("artist: '{me.city}'", "6:13", "would send your me.city", "send: [city]"),
    ("artist: '{me.town}'", "6:13", "stands for nothing", "city"),
    ("for each: me.city\n    artist: '{each}'\n    send: city", "6:15", "is one value", "[Boston]"),
]


@pytest.mark.parametrize(("text", "place", "said", "hint"), WRONG, ids=[wrong[2] for wrong in WRONG])
def test_what_of_the_profile_would_leave_the_machine_is_said(text, place, said, hint):
    faults = faults_of(ME + "rules:\n  - name: A player\n    watch: player\n    " + text + "\n")
    assert [(f"{fault.place.line}:{fault.place.column}") for fault in faults] == [place]
    assert said in faults[0].message
    assert hint in faults[0].hint


def test_what_the_owner_allows_may_leave():
    rule = rule_of("watch: player", "artist: '{me.city}'", "send: city", head=ME)
    assert rule.watches[0].label == "Boston"
    assert rule.watches[0].sends == ("city",)


CROSSED = [
    ('rule "chep"', "there is no rule with the id `chep`", "cheap"),
    ('rule "wired"', "never met for long", 'rule "wired" within 30 days'),
    ('rule "moves" and rule "cheap"', "never met for long", 'rule "moves" within 30 days'),
    ('rule "asking"', "wait for each other", "stand without"),
    ('rule "ring"', "wait for each other", "stand without"),
    ('rule "cheap" and price below $3', "is no fact of the kind rules", ""),
]


@pytest.mark.parametrize(("when", "said", "hint"), CROSSED, ids=[wrong[0] for wrong in CROSSED])
def test_a_rule_that_cannot_be_asked_is_refused_where_it_is_named(when, said, hint):
    text = f"""rules:
  - {{name: Cheap, watch: shelf, url: "https://cheap.example/", when: price below $20}}
  - {{name: Moves, watch: shelf, url: "https://cheap.example/", when: changes}}
  - {{name: Wired, watch: wire, feeds: ["https://wire.example/"]}}
  - {{name: Ring, watch: shelf, url: "https://cheap.example/", when: 'price below $20 and rule "asking"'}}
  - {{name: Asking, when: '{when}'}}
"""
    faults = [fault for fault in faults_of(ME + text) if fault.place.line == 8]
    assert len(faults) == 1
    assert faults[0].line[faults[0].place.column - 1 :].startswith(('rule "', "price", '"', "'rule"))
    assert said in faults[0].message
    assert hint in faults[0].hint


SOURCES = [
    ("sources: {a: {url: https://a.example/}}", "takes 2 to 20"),
    ("sources: {a: {url: https://a.example/}, b: {feeds: [https://b.example/], watch: wire}}", "is a stream"),
    ("sources: {a: {url: https://a.example/}, b: {watch: shelves, url: https://b.example/}}", "no kind of source"),
    ("sources: {a: {url: https://a.example/}, me: {url: https://b.example/}}", "cannot be the name"),
    ("sources: {a: {url: https://a.example/}, b: {url: https://b.example/, deep: 1}}", "`deep`"),
    ("sources: [a, b]", "takes a name for each"),
]


@pytest.mark.parametrize(("sources", "said"), SOURCES, ids=[wrong[1] for wrong in SOURCES])
def test_a_mistake_in_the_sources_is_said(sources, said):
    faults = faults_of(
        ME + f"rules:\n  - name: Compared\n    watch: shelf\n    {sources}\n    when: a.price below $3\n"
    )
    assert any(said in fault.message for fault in faults), faults


def test_a_fact_of_several_sources_is_asked_by_the_name_of_its_source():
    text = ME + "rules:" + COMPARED
    assert faults_of(text) == ()
    faults = faults_of(text.replace("there.price < 90% of here.price", "below $90"))
    assert "no main fact" in faults[0].message
    faults = faults_of(text.replace("there.price <", "their.price <"))
    assert "there.price" in faults[0].hint
