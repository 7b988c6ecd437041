"""`backtest` shows when a rule would have told, on the history that is stored, and how often by other words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.lived import RULES, Lived, entries, product
from watchers.api import SourceUnavailable

DAY = timedelta(days=1)
HEADPHONES = "headphones-below-150"


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    """Twelve days of a price that wavers around 150, and of a feed; the last of them was yesterday."""
    lived = Lived(tmp_path_factory.mktemp("life"), datetime.now(UTC) - 13 * DAY)
    lived.start()
    for number, amount in enumerate((171, 149, 151, 148, 152, 147, 180, 180, 180, 149, 149, 149)):
        titles = [f"{'Tokamak' if each % 2 else 'Horoscope'} {each}" for each in range(max(0, number - 4), number + 1)]
        lived.see(after=DAY, shop=product(str(amount)), feed=entries(*titles))
        lived.see(after=timedelta(hours=1))
    return lived


@pytest.fixture
def store_is_untouched(life):
    def contents():
        with life.open() as database, database.reading() as connection:
            return "\n".join(connection.connection.driver_connection.iterdump())

    before = contents()
    yield
    assert contents() == before


def test_the_rule_as_it_stands_would_have_told_what_it_told(life, store_is_untouched):
    found = life.ask("backtest", "Headphones below $150", "--json").json
    assert (found["rule"], found["when"], found["changed"], found["as_it_stands"]) == (
        HEADPHONES,
        "price below $150",
        {},
        None,
    )
    assert [(one["at"], one["reason"], one["because"]) for one in found["would_have_told"]] == [
        (one["at"], one["reason"], one["because"]) for one in found["told"]
    ]
    assert [one["value"]["amount"] for one in found["would_have_told"]] == ["149", "148", "147", "149"]
    assert all(one["id"] for one in found["told"])
    assert found["unknown"] == []


def test_what_would_have_told_less_was_lived_through(life, store_is_untouched):
    found = life.ask("backtest", HEADPHONES, "--json").json
    until, hold = found["alternatives"]
    assert until == {"key": "until", "value": "price above 155 USD", "told": 2}
    assert hold["key"] == "for"
    for words in (("--until", until["value"]), ("--for", hold["value"])):
        again = life.ask("backtest", HEADPHONES, *words, "--json").json
        told = {"--until": until["told"], "--for": hold["told"]}[words[0]]
        assert (len(again["would_have_told"]), again["as_it_stands"], len(again["told"])) == (told, 4, 4)
        assert again["changed"] == {words[0].removeprefix("--"): words[1]}


def test_a_person_reads_times_values_reasons_and_a_plot(life):
    text = life.ask("backtest", HEADPHONES).text
    assert "would have told 4 times; you were told 4 times, since history begins on" in text
    assert "148.00 USD  crossed: price 148.00 USD is below 150.00 USD" in text
    assert "180.00" in text
    assert "147.00" in text
    assert text.count("●") == 4 + next(line.count("●") for line in text.splitlines() if "told └" in line)
    assert "with until: price above 155 USD it would have told 2 times instead of 4" in text


def test_another_sentence_is_tried_on_the_same_history(life, store_is_untouched):
    found = life.ask("backtest", HEADPHONES, "--when", "price above 175 USD", "--json").json
    assert [one["value"]["amount"] for one in found["would_have_told"]] == ["180"]
    assert (found["as_it_stands"], found["when"]) == (4, "price above 175 USD")
    text = life.ask("backtest", HEADPHONES, "--when", "price below 140 USD").text
    assert "would have told 0 times; as it stands 4 times" in text
    assert "with when: price below 155 USD it would have told" in text
    text = life.ask("backtest", HEADPHONES, "--again", "every 12h").text
    assert "without again it would have told 4 times instead of" in text


def test_since_shortens_what_is_counted_and_never_reaches_beyond_the_store(life):
    found = life.ask("backtest", HEADPHONES, "--since", "5d", "--json").json
    assert len(found["would_have_told"]) == len(found["told"]) == 1
    assert found["since"] > found["begins"]
    assert "history begins" not in life.ask("backtest", HEADPHONES, "--since", "5d").text
    text = life.ask("backtest", HEADPHONES, "--since", "2 years").text
    assert "since history begins on" in text


def test_a_stream_is_tried_on_what_is_there_and_what_was_told(life, store_is_untouched):
    found = life.ask("backtest", "fusion-news", "--json").json
    assert [one["title"] for one in found["would_have_told"]] == [f"Tokamak {each}" for each in range(1, 12, 2)]
    assert [one["at"] for one in found["would_have_told"]] == [one["at"] for one in found["told"]]
    found = life.ask("backtest", "fusion-news", "--when", "mentions horoscope", "--json").json
    assert [one["title"] for one in found["would_have_told"]] == ["Horoscope 8", "Horoscope 10"]
    assert "what left the source untold is not kept" in found["unknown"][-1]


def test_what_was_there_at_the_beginning_is_no_news(tmp_path):
    lived = Lived(tmp_path, datetime.now(UTC) - 3 * DAY)
    lived.start()
    lived.see(feed=entries("Tokamak 1", "Horoscope 1"))
    lived.see(feed=entries("Tokamak 2", "Tokamak 1", "Horoscope 1"))
    found = lived.ask("backtest", "fusion-news", "--json").json
    assert [one["title"] for one in found["would_have_told"]] == ["Tokamak 2"]
    assert found["unknown"] == ["2 things were there when the rule first looked as it stands: since when is not known"]
    text = lived.ask("backtest", "fusion-news").text
    assert "Tokamak 2" in text
    assert "└" not in text


def test_a_new_rule_is_tried_on_what_another_saw_of_the_same(life):
    life.write(f"{RULES}  - {{name: Cheap, watch: price, url: https://shop.example/headphones, when: below 148 USD}}\n")
    try:
        found = life.ask("backtest", "cheap", "--json").json
    finally:
        life.write(RULES)
    assert [one["value"]["amount"] for one in found["would_have_told"]] == ["147"]
    assert found["told"] == []
    assert f"what {HEADPHONES} saw of the same source" in found["unknown"][0]


def test_polls_that_failed_are_no_history(tmp_path):
    lived = Lived(tmp_path, datetime.now(UTC) - 3 * DAY)
    lived.start()
    lived.see(shop=SourceUnavailable("it does not answer"))
    found = lived.ask("backtest", HEADPHONES, "--json").json
    assert (found["would_have_told"], found["begins"], found["alternatives"]) == ([], None, [])
    assert found["unknown"] == ["nothing was kept yet that this rule could be tried on"]
    assert "nothing was kept yet" in lived.ask("backtest", HEADPHONES).text


def test_many_firings_are_listed_to_a_limit(tmp_path):
    lived = Lived(tmp_path, datetime.now(UTC) - 9 * DAY)
    lived.start()
    for number in range(44):
        lived.see(shop=product("140" if number % 2 else "160"))
    text = lived.ask("backtest", HEADPHONES).text
    assert "2 earlier ones: --json has them all" in text
    assert text.count("crossed") == 20


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("hedphones-below-150",), 5, "did you mean headphones-below-150?"),
        ((HEADPHONES, "--when", "prce below 150 USD"), 2, "^^^^"),
        ((HEADPHONES, "--until", "prce above 150 USD"), 2, "--until:1:1"),
        ((HEADPHONES, "--for", "3"), 2, "3 polls, or 1h"),
        ((HEADPHONES, "--again", "often"), 2, "when lower"),
        ((HEADPHONES, "--since", "long"), 2, "--since takes a length of time"),
        ((HEADPHONES, "--when", "price changes", "--for", "3 polls"), 2, "--for has nothing to act on"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_slips_are_answered_with_what_to_write(life, words, code, said):
    asked = life.ask("backtest", *words)
    assert asked.code == code
    assert said in asked.error


def test_without_a_store_there_is_no_history(tmp_path):
    asked = Lived(tmp_path, datetime.now(UTC)).ask("backtest", HEADPHONES)
    assert asked.code == 4
    assert "trusted-agent run" in asked.error


def test_a_sentence_that_could_never_be_told_true_or_false_says_why(life):
    found = life.ask("backtest", HEADPHONES, "--when", "price below 150 EUR", "--json").json
    assert found["would_have_told"] == []
    (why,) = found["unknown"]
    assert "USD cannot be compared with EUR" in why
    assert life.ask("backtest", HEADPHONES, "--when", "price below 20 USD", "--json").json["unknown"] == []


def test_a_rule_that_a_sentence_names_has_to_be_there(life):
    asked = life.ask("backtest", HEADPHONES, "--when", 'rule "fusion-new"')
    assert asked.code == 5
    assert "did you mean fusion-news?" in asked.error


def test_the_plots_of_several_sources_are_told_apart(tmp_path):
    lived = Lived(tmp_path, datetime.now(UTC) - 5 * DAY)
    lived.write(
        RULES.replace("url: https://shop.example/headphones", 'url: "{each}"').replace(
            "    when: price below",
            "    for each: ['https://shop.example/headphones', 'https://one.example/rss']\n    when: price below",
        )
    )
    for home, other in (("160", "190"), ("149", "180"), ("170", "148")):
        lived.see(after=DAY, shop=product(home), feed=product(other))
    text = lived.ask("backtest", HEADPHONES).text
    assert text.index("  https://shop.example/headphones\n") < text.index("  https://one.example/rss\n")


def test_what_was_told_leads_with_the_thing_and_not_with_a_bare_no(life):
    text = life.ask("backtest", HEADPHONES, "--when", "not sold_out and price below $150").text
    assert "Studio Headphones  crossed: " in text
    assert "no  crossed" not in text
    assert "Tokamak 9  new: " in life.ask("backtest", "fusion-news").text


def test_a_sentence_about_a_rule_is_refused_as_in_the_rule_file(life):
    refused = life.ask("backtest", HEADPHONES, "--when", 'price below $150 and rule "fusion-news"')
    assert refused.code == 2
    assert 'write rule "fusion-news" within 30 days' in refused.error
    assert life.ask("backtest", HEADPHONES, "--when", 'rule "headphones-below-150"').code == 2
