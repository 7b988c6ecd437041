"""`fmt`: the rule file in its one spelling."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.faults import RuleFaults, SentenceFaults
from rules.file.formatting import FormattingChangesMeaning, formatting
from rules.rule import Names, Profile
from rules.when import syntax
from rules.when.parse import parse
from rules.when.spelling import spelling
from rules.when.syntax import Node, walk
from tests.rule_files import CHANNEL, KINDS, Files, rule_text
from tests.sentences import GAUGE, NAMES, NEW_YORK, STREAM, compiled
from watchers.api import FactSpec, Text

# One sentence

SPELLINGS = [
    # Signs are words, and of dates they are other words.
    ("price<150 USD", "price below 150 USD"),
    ("price <= 150 USD", "price at most 150 USD"),
    ("price over 150 USD", "price above 150 USD"),
    ("price ≥ 150 USD", "price at least 150 USD"),
    ("rating = 4", "rating is 4"),
    ("rating != 4", "rating is not 4"),
    ("price is below 150 USD", "price below 150 USD"),
    ("price is not below 150 USD", "price at least 150 USD"),
    ("released > 2026-01-01", "released after 2026-01-01"),
    ("released under today", "released before today"),
    ("150 USD > price", "price below 150 USD"),
    ("PRICE IS KNOWN".lower(), "price is known"),
    ("price is not unknown", "price is known"),
    ("price  BELOW   150 USD AND available", "price below 150 USD and available"),
    # What has no subject keeps none.
    ("< $150", "below 150 USD"),
    ("drops by 15 % from highest in 30d", "drops by 15% from highest in 30 days"),
    # Money, numbers and units.
    ("price < $150", "price below 150 USD"),
    ("price < 149.9 €", "price below 149.90 EUR"),
    ("price < eur 150.00", "price below 150 EUR"),
    ("price > -$5", "price above -5 USD"),
    ("rating > 3.0", "rating above 3"),
    ("rating > 0.50", "rating above 0.5"),
    ("distance<30mi", "distance below 30 mi"),
    ("distance < 500 m", "distance below 500 m"),
    ("discount > 20 %", "discount above 20%"),
    ("days_left <= 14d", "days_left at most 14 days"),
    ("days_left <= 1 d", "days_left at most 1 day"),
    ("days_left <= 14", "days_left at most 14"),
    ("version > 3.10", "version above 3.10"),
    ("version is '1.0-rc1'", 'version is "1.0-rc1"'),
    # Lengths of time and dates.
    ("latency > 120 sec", "latency above 2 minutes"),
    ("latency > 1500 ms", "latency above 1.5 seconds"),
    ("latency > 0 ms", "latency above 0 ms"),
    ("price is lowest in 6 month", "price is lowest in 6 months"),
    ("price is lowest in 2w", "price is lowest in 2 weeks"),
    ("price is lowest in 48h", "price is lowest in 2 days"),
    ("released within past 1 years", "released within past 1 year"),
    ("not released within 7d", "released is not within 7 days"),
    ("nothing for 168h", "nothing for 7 days"),
    ("starts > 2026-05-20T8:00", "starts after 2026-05-20 08:00"),
    ("starts > '2026-05-20 18:00z'", "starts after 2026-05-20 18:00Z"),
    ("released is '2026-05'", "released is 2026-05"),
    ("released < Friday", "released before friday"),
    # Texts: a fact's own words are bare, others in quotes, phrases as they were.
    ("type in ['album',EP,]", "type in [album, ep]"),
    ("not type in album", "type not in [album]"),
    ("city is Boston", 'city is "Boston"'),
    ("city is me.city", "city is me.city"),
    ("city is not “St. John's”", 'city is not "St. John\'s"'),
    ("not city is Boston", 'city is not "Boston"'),
    ("not city is not me.city", "city is me.city"),
    ("city not in me.artists", "city not in me.artists"),
    ("not title mentions foo", "not title mentions foo"),
    ("not price < $5", "not price below 5 USD"),
    ("not rating = 5", "not rating is 5"),
    ("not price is lowest in 90d", "price is not lowest in 90 days"),
    ("not price = lowest in 90d or price < lowest in 90d",
     "price is not lowest in 90 days or price below lowest in 90 days"),
    ("title contains foo", 'title contains "foo"'),
    (r"title matches '\d+'", r'title matches "\d+"'),
    ("title mentions [tokamak,'fusion energy', ITER]", 'title mentions [tokamak, "fusion energy", ITER]'),
    ("title mentions [311 , topics.fusion]", "title mentions [311, topics.fusion]"),
    ("type changes from 'album' to single", "type changes from album to single"),
    # Yes and no.
    ("available is yes", "available"),
    ("available is no", "not available"),
    ("not available is not true", "available"),
    ("not not available", "available"),
    ("sold_out changes to TRUE", "sold_out changes to yes"),
    # Parentheses stand where they are needed.
    ("(available) and (sold_out or (rating > 3 or (rating < 1)))",
     "available and (sold_out or rating above 3 or rating below 1)"),
    ("(available and sold_out) or rating > 3", "available and sold_out or rating above 3"),
    ("not (available)", "not available"),
    ("not (not (available or sold_out)) and rating > 3", "(available or sold_out) and rating above 3"),
    ("not (available or sold_out)", "not (available or sold_out)"),
    ("(price*2)/3 > (list_price - price)", "price * 2 / 3 above list_price - price"),
    ("price*(2/3) > list_price-(price - $1)", "price * (2 / 3) above list_price - (price - 1 USD)"),
    ("(price+$1)*2 > list_price", "(price + 1 USD) * 2 above list_price"),
    ("price < 80% of (list_price+$1)", "price below 80% of (list_price + 1 USD)"),
    ("price > -(list_price-$1)", "price above -(list_price - 1 USD)"),
    # Other rules, by their ids.
    ('rule "Album out" within 30d and rule "x"', 'rule "album-out" within 30 days and rule "x"'),
]  # fmt: skip


@pytest.mark.parametrize(("written", "spelled"), SPELLINGS, ids=[written for written, _ in SPELLINGS])
def test_a_sentence_has_one_spelling_which_means_the_same(written, spelled):
    assert spelling(written, GAUGE, NAMES) == spelled
    assert spelling(spelled, GAUGE, NAMES) == spelled
    assert compiled(spelled).meaning == compiled(written).meaning


def test_every_form_of_the_language_is_among_these_sentences():
    met = {type(node) for written, _ in SPELLINGS for node in walk(parse(written))}
    assert met == {each for each in vars(syntax).values() if isinstance(each, type) and issubclass(each, Node)} - {Node}


def test_what_a_word_is_decides_the_kind():
    assert spelling("mentions 'a text'", STREAM, NAMES) == 'mentions "a text"'
    assert spelling("is album", STREAM, NAMES) == 'is "album"'


def test_a_facts_own_word_stands_bare_where_it_is_read_as_itself():
    choices = ("in_stock", "out of stock", "first", "price", "back-order")
    kind = replace(GAUGE, facts=(*GAUGE.facts, FactSpec("state", Text, "Whether it can be had.", choices=choices)))
    written = "state in [“IN_STOCK”, 'out of stock', 'first', 'price', 'Back-order']"
    assert spelling(written, kind, NAMES) == 'state in [in_stock, "out of stock", "first", "price", back-order]'


def test_the_dollar_is_the_owners_own():
    own = Names(Profile(NEW_YORK, "CAD"))
    assert spelling("price < $150", GAUGE, own) == "price below 150 CAD"
    assert spelling("price < US$150", GAUGE, own) == "price below 150 USD"


def test_a_sentence_that_is_wrong_has_no_spelling():
    with pytest.raises(SentenceFaults, match="prce"):
        spelling("prce < $5", GAUGE, NAMES)


# A file


def formatted(text, **more):
    others = {name.replace("_yaml", ".yaml"): content for name, content in more.items()}
    done = formatting("rules.yaml", Files({"rules.yaml": text, **others}), KINDS)
    again = formatting("rules.yaml", Files({file.name: file.after for file in done.files}), KINDS)
    assert not any(file.is_changed for file in again.files)
    return {file.name: file.after for file in done.files}


def when(*lines, head=CHANNEL):
    """Return what becomes of a rule's last lines."""
    start = rule_text("watch: shelf", "url: https://a.example", head=head)
    done = formatted(start + "".join(f"    {line}\n" for line in lines))["rules.yaml"]
    assert done.startswith(start)
    return [line.removeprefix("    ") for line in done[len(start) :].splitlines()]


def test_comments_blank_lines_and_quotes_stay():
    assert when("# before", "when:   '> $5'   # why", "", "# after") == [
        "# before",
        "when:   'above 5 USD'   # why",
        "",
        "# after",
    ]
    assert when('when: "price < $5 and title is \\"x\\""') == ['when: "price below 5 USD and title is \\"x\\""']


def test_what_says_the_right_thing_already_is_not_touched():
    lines = ["when: >+", "  price below", "  5 USD", "", "until: 'price above 6 USD'", 'for: "3 polls"', "every: 1h"]
    assert when(*lines) == lines


def test_a_sentence_that_needs_quotes_gets_them():
    assert when("when: title is 'a'") == ['when: title is "a"']
    assert when("when: |", "  title is 'a: b'") == ["when: 'title is \"a: b\"'"]
    assert when("when: >", '  title is "it\'s #1" or price<$1') == [
        "when: 'title is \"it''s #1\" or price below 1 USD'"
    ]


def test_inside_braces_a_list_needs_quotes():
    text = (
        CHANNEL + "rules: [{name: A, watch: wire, feeds: ['https://a.example'], when: type is album or type in ep}]\n"
    )
    assert "when: 'type is album or type in [ep]'}]\n" in formatted(text)["rules.yaml"]
    text = CHANNEL + "rules:\n  - &a {name: A, watch: shelf, url: 'https://a.example', when: price<$5}\n"
    assert "when: price below 5 USD}\n" in formatted(text)["rules.yaml"]


LONG = "title mentions [fusion, tokamak, stellarator] or title contains 'a b' and price<$5 and not sold_out"
LONG_LINES = [
    "  title mentions [fusion, tokamak, stellarator]",
    '  or title contains "a b"',
    "  and price below 5 USD",
    "  and not sold_out",
]


def test_a_long_block_stays_a_block_with_a_line_for_each_part():
    half = len("title mentions [fusion, tokamak, stellarator]")
    for header in (">", ">-", "|", "|2-"):
        lines = when(f"when: {header}", f"  {LONG[:half]}", f"  {LONG[half + 1 :]}", "# after")
        assert lines == [f"when: {header}", *LONG_LINES, "# after"]


def test_a_long_plain_or_quoted_sentence_on_several_lines_stays_on_several():
    half = len("title mentions [fusion, tokamak, stellarator]")
    lines = when(f"when: {LONG[:half]}", f"  {LONG[half + 1 :]}")
    assert lines == [f"when: {LONG_LINES[0].strip()}", *LONG_LINES[1:]]
    quoted = LONG.replace("'", "''")
    lines = when(f"when: '{quoted[:half]}", "", f"  {quoted[half + 1 :]}'")
    assert lines == [f"when: '{LONG_LINES[0].strip()}", *LONG_LINES[1:-1], f"{LONG_LINES[-1]}'"]


def test_a_long_list_is_broken_between_its_phrases():
    phrases = [f'"phrase number {number}"' for number in range(12)]
    lines = when("when: >", f"  title mentions [{','.join(phrases)}]")
    assert len(lines) == 4
    assert all(len(line) < 100 and line.count('"') % 2 == 0 for line in lines)


def test_a_short_block_becomes_a_line_unless_a_comment_stands_beside_its_header():
    assert when("when: |", "  price", "   <$5", "every: 1h") == ["when: price below 5 USD", "every: 1h"]
    assert when("when: >-  # why", "    price<$5") == ["when: >-  # why", "    price below 5 USD"]


def test_a_line_end_inside_a_quotation_stays_one():
    assert when("when: |", "  title is 'a", "  b' or price<$5") == [r'when: "title is \"a\nb\" or price below 5 USD"']


def test_lengths_of_time_have_one_spelling():
    for key, written, spelled in [
        ("every", "60 min", "1h"),
        ("every", "90 minutes", "1h 30m"),
        ("every", "1.5h", "1h 30m"),
        ("every", "7d", "7d"),
        ("every", "1 week", "1w"),
        ("every", "1.5s", "1.5s"),
        ("keep", "24 months", "24 months"),
        ("keep", "1 years 6 month", "1 year 6 months"),
        ("confirm_after", "300s", "5m"),
        ("for", "120 min", "2h"),
        ("for", "3 polls", "3 polls"),
        ("for", "1 polls", "1 poll"),
        ("again", "lower", "when lower"),
        ("again", "When  Higher", "when higher"),
        ("again", "every 24h", "every 1d"),
        ("again", "Never", "never"),
    ]:
        assert when("when: price below 5 USD", f"{key}: {written}  # so") == [
            "when: price below 5 USD",
            f"{key}: {spelled}  # so",
        ]
    lines = ["when: price below 5 USD", "every: auto", "between: [900s, 24h]  # so"]
    assert when(*lines) == [*lines[:2], "between: [15m, 1d]  # so"]
    head = CHANNEL + "defaults: {every: 60m, keep: '24 h'}\nnetwork: {every: 2 sec}\n"
    done = formatted(head + "rules: []\n")["rules.yaml"]
    assert done == CHANNEL + "defaults: {every: 1h, keep: '1d'}\nnetwork: {every: 2s}\nrules: []\n"


def test_a_rule_that_sleeps_is_formatted_too():
    assert when("when: price<$5", "until: price>$6", "enabled: no") == [
        "when: price below 5 USD",
        "until: price above 6 USD",
        "enabled: no",
    ]


def test_what_an_alias_repeats_is_formatted_once_where_it_means_one_thing():
    rules = CHANNEL + (
        "rules:\n"
        "  - {name: A, watch: shelf, url: 'https://a.example', when: &cheap price<$5, every: &often 60m}\n"
        "  - {name: B, watch: shelf, url: 'https://b.example', when: *cheap, every: *often}\n"
    )
    done = formatted(rules)["rules.yaml"]
    assert "when: &cheap price below 5 USD, every: &often 1h}" in done
    assert done.endswith("when: *cheap, every: *often}\n")


def test_what_an_alias_repeats_as_something_else_is_left_alone():
    rules = rule_text("watch: shelf", "url: https://a.example", "note: &cheap price<$5", "when: *cheap")
    assert formatted(rules)["rules.yaml"] == rules


def test_line_ends_and_the_byte_order_mark_stay():
    text = "\ufeff" + rule_text("watch: shelf", "url: https://a.example", "when: >  # why", "  price<$5", "note: ü")
    text = text.replace("\n", "\r\n").removesuffix("\r\n")
    assert formatted(text)["rules.yaml"] == text.replace("price<$5", "price below 5 USD")


def test_included_files_are_formatted_with_what_they_share():
    main = CHANNEL + "include: [more.yaml]\nme: {currency: CAD}\n"
    more = "# mine\nrules:\n  - {name: A, watch: shelf, url: 'https://a.example', when: price<$5}\n"
    main = main.replace("more.yaml", "more.yaml, later.yaml")
    done = formatted(main, more_yaml=more, later_yaml="# to be written\n")
    spelled_more = more.replace("price<$5", "price below 5 CAD")
    assert done == {"rules.yaml": main, "more.yaml": spelled_more, "later.yaml": "# to be written\n"}


def test_sources_and_lists_of_the_profile_keep_their_names():
    text = CHANNEL + (
        "me: {artists: [Tool]}\n"
        "rules:\n"
        "  - name: A\n    watch: shelf\n    sources: {a: {url: 'https://a.example'}, b: {url: 'https://b.example'}}\n"
        "    when: a.price<90 % of b.price\n"
        "  - {name: B, watch: player, artist: '{each}', for each: me.artists, send: artists, when: title is Tool}\n"
    )
    done = formatted(text)["rules.yaml"]
    assert done == text.replace("a.price<90 % of", "a.price below 90% of").replace("is Tool", 'is "Tool"')


def test_a_faulty_file_is_refused_with_its_faults():
    with pytest.raises(RuleFaults, match="prce"):
        formatted(rule_text("watch: shelf", "url: https://a.example", "when: prce<$5"))


def test_secrets_and_files_that_it_names_are_found():
    text = CHANNEL.replace("a-long-secret-topic", "${env:TOPIC}") + rule_text(
        "watch: shelf", "url: https://a.example", "ca: home.pem", "when: price<$5", head=""
    )
    done = formatting("rules.yaml", Files({"rules.yaml": text}, {"env:TOPIC": "a-long-secret-topic"}), KINDS)
    assert done.files[0].after == text.replace("<$5", " below 5 USD")
    assert any("a-long-secret-topic" in secret for secret in done.secrets)


@pytest.mark.parametrize("wrong", ["price above 5 USD", "prce above 5 USD"])
def test_a_formatter_that_is_wrong_changes_no_file(monkeypatch, wrong):
    monkeypatch.setattr("rules.file.formatting.spelling", lambda *_given: wrong)
    with pytest.raises(FormattingChangesMeaning):
        formatted(rule_text("watch: shelf", "url: https://a.example", "when: price<$5"))
