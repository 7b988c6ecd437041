"""Every mistake in a sentence is named, with its place and with what to write instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.rule import Names, Topic
from tests.sentences import GAUGE, ME, NAMES, STREAM, compiled, faults

# sentence, what the fault stands on, words of its message, words of its hint
MISTAKES = [
    ("pryce below $150", "pryce", "no fact of the kind thing", "did you mean `price`?"),
    ("Price below $150", "Price", "no fact", "did you mean `price`?"),
    ("foo below $150", "foo", "no fact", "it has price, list_price"),
    ("price bellow $150", "bellow", "no word of this language", "did you mean `below`?"),
    ("price less than $150", "less than", "no phrase", "write `below`"),
    ("price between 1 USD and 2 USD", "price between 1 USD and 2 USD", "no phrase", "price at least 1 USD and price"),
    ("price below 150", "150", "money needs a currency", "write 150 USD"),
    ("rating above $4", "$4", "rating is a number, and 4.00 USD is money", "without the currency"),
    ("price below 150 UDS", "150 UDS", "no unit or currency", "did you mean 150 USD?"),
    ("price below 150 kr", "150 kr", "several currencies", "150 SEK"),
    ("price below 150 EUR + 10 USD", "150 EUR + 10 USD", "two currencies", "one currency"),
    ("price below 1,299 USD", "1,299 USD", "not written as numbers are here", "write 1299 USD or 1.2990 USD"),
    ("price below 159,99 USD", "159,99 USD", "not written", "write 159.99 USD or 15999 USD"),
    ("price below 1.299 USD", "1.299 USD", "two ways", "write 1299 USD or 1.2990 USD"),
    ("price below 1.299,00 €", "1.299,00 €", "not written", "write 1299.00 EUR"),
    ("price below 1'299 CHF", "1'299 CHF", "not written", "write 1299 CHF"),
    ("price below 1 299 USD", "1 299 USD", "no space inside", "write 1299 USD"),
    ("price below .5 USD", ".5", "begins with a digit", "write `0.5`"),
    ("price below " + "9" * 40 + " USD", "9" * 40 + " USD", "at most 30 digits", ""),
    ("type is albun", "albun", "never `albun`", "did you mean album?"),
    ('type is "vinyl"', '"vinyl"', "never `vinyl`", "one of album, single, ep"),
    ("type in [album, singel]", "singel", "never `singel`", "did you mean single?"),
    ("type changes to albun", "albun", "never `albun`", "did you mean album?"),
    ("price drops below $150", "drops below", "with a limit", "write `below`"),
    ("price drops", "drops", "from what", "from first, last told"),
    ("price drops 20 USD from previous", "drops 20 USD from", "no phrase", "write `drops by 20 USD from`"),
    ("price drops by 15%", "drops by 15%", "from what", "write `drops by 15% from previous`; or from first"),
    ("price drops by 15% in 30 days", "drops by 15% in 30 days", "from what", "`drops by 15% from highest in 30 days`"),
    ("price drops by 15% from higest in 30 days", "higest", "no baseline", "did you mean `highest`?"),
    ("price < 80% of mediam in 90 days", "mediam in", "no baseline", "did you mean `median in`?"),
    ("price changes by 10%", "changes by 10%", "`changes` takes no amount", "moves by 10% from previous"),
    ("if price below $150", "if ", "`if` is not needed", "leave it out"),
    ("price drops from highest", "highest", "how far back", "highest in 30 days"),
    ("price drops from 150 USD", "150", "no baseline", "previous"),
    ("price drops by 150% from previous", "drops by 150% from previous", "nothing drops by 150%", "at most 100%"),
    ("price drops by 0% from previous", "drops by 0% from previous", "by nothing", "leave out"),
    ("price drops by -5 USD from previous", "-5 USD", "more than 0", "direction"),
    ("price drops by 5 days from previous", "5 days", "price is money, and 5 days is a length of time", ""),
    ("title drops from previous", "title", "neither rises nor drops", "title changes"),
    ("released drops by 3 days from previous", "3 days", "how far it moved", "leave out `by`"),
    ("(price + 1 USD) drops from previous", "price + 1 USD", "needs a fact", "it has price"),
    ("price below $150 above $100", "above", "one comparison", "write `and`"),
    ("price below $150 sold_out", "sold_out", "does not belong here", "join two conditions"),
    ("price below $150, sold_out", ",", "a comma", "write `and`, `or`, or a list"),
    ("price below $150 && sold_out", "&&", "no word", "write `and`"),
    ("price == $150", "==", "no word", "write `is`"),
    ("price below", "below", "stops after `below`", ""),
    ("price below and sold_out", "and", "missing before `and`", ""),
    ("(price below $150", "$150", "parenthesis is not closed", ")"),
    ("price below $150)", ")", "closes nothing", ""),
    ("type in [album, ep", "ep", "list is not closed", "]"),
    ("type in album, ep", "in album, ep", "in brackets", "write `in [album, ep]`"),
    ("price in 150 USD", "150", "a list is expected", "brackets"),
    ('title is "abc', '"abc', "never closed", '"'),
    ("", "", "empty", "leave out `when`"),
    ("city is New York", "New York", "in quotes", 'write `"New York"`'),
    ("city is title", "title", "also a fact", 'write "title"'),
    ("title is 1984", "1984", "a text is expected", 'write "1984"'),
    ('title < "m"', '< "m"', "texts have no order", "is, is not"),
    ("title is previous", "is previous", "with a text only", "title changes"),
    ("price mentions fusion", "price", "asks of a text", "texts are title"),
    ("title contains 5", "5", "a text is expected", '"5"'),
    ('title mentions "!!!"', '"!!!"', "no word in it", "contains"),
    ("title mentions []", "[]", "no phrase", "mentions"),
    ('title mentions "fusion" or "iter"', 'mentions "fusion" or "iter"', "in a list", "`mentions [fusion, iter]`"),
    ("title mentions topics.fuson", "topics.fuson", "no topic `fuson`", "did you mean topics.fusion?"),
    ("title is topics.fusion", "topics.fusion", "only be mentioned", "mentions topics.fusion"),
    ('title contains ""', '""', "not empty", ""),
    ("title contains me.artists", "me.artists", "one text", ""),
    ('title matches "(["', '"(["', "cannot be read", "try it"),
    ("city is me.cty", "me.cty", "nothing of `cty`", "did you mean me.city?"),
    ("city is me.dog", "me.dog", "nothing of `dog`", "`dog:` under `me:`"),
    ("days_left < 5 km", "5 km", "the units do not fit", "days"),
    ("distance < 5 bananas", "5 bananas", "no unit or currency", ""),
    ("rating > 4.5 points", "4.5 points", "the units do not fit", "leave out the unit"),
    ("released < 14 days", "14 days", "a date, and 14 days is a length of time", "within 14 days"),
    ("released within 14", "14", "length of time is expected", "7 days"),
    ("days_left within 14 days", "days_left", "asks of a date", "dates are released, starts"),
    ("released after tomorrow", "tomorrow", "no word", "today + 1 day"),
    ("released after 2026-02-30", "2026-02-30", "there is no 2026-02-30", "2026-12-24"),
    ("released after 24.12.2026", "24.12.2026", "no date", "2026-12-24"),
    ('released after "soon"', '"soon"', "a date is expected", "2026-12-24"),
    ("price before 150 USD", "before 150 USD", "for dates", "write below"),
    ("starts - now < 5 days", "starts - now", "not reckoned", "within 5 days"),
    ("price < mean in 0 days", "0 days", "more than nothing", "90 days"),
    ("price < mean in 20 years", "20 years", "at most ten years", "90 days"),
    ("title is lowest in 90 days", "lowest in 90 days", "text, which has no lowest", "previous"),
    ("previous below list_price + price", "previous", "beside one fact", ""),
    ("price < 15%", "15%", "15% of what?", "15% of previous"),
    ("15% < price", "15%", "15% of what?", "15% of previous"),
    ("price < 80% of title", "title", "no percentage", ""),
    ("price + title < 5 USD", "price + title", "cannot join them", ""),
    ("price * list_price < 5 USD", "price * list_price", "cannot join them", ""),
    ("price / 0 < 5 USD", "price / 0", "divided by 0", ""),
    ("-title is x", "-title", "no negative", ""),
    ("available is maybe", "maybe", "neither yes nor no", "yes or no"),
    ("available > 5", "5", "available is yes or no", ""),
    ("available in [yes]", "in [yes]", "yes or no", "not available"),
    ("price", "price", "nothing is asked of it", "price below 150 USD"),
    ("not title", "title", "nothing is asked of it", "a name"),
    ('"x"', '"x"', "a value alone", "list"),
    ("150 < 200", "< 200", "names no fact", "price"),
    ("price in []", "[]", "the list is empty", "in [a, b]"),
    ("price in [list_price]", "list_price", "fixed values", "or"),
    ("price changes to list_price", "list_price", "fixed value", "below"),
    ("nothing for 7 days and sold_out", "nothing for 7 days", "stands alone", "rule of its own"),
    ("list_price-price > 5 USD", "list_price-price", "no fact", "spaces around a minus"),
    ("(price below 5 USD) below 6 USD", "price below 5 USD", "a value is expected", "`and` or `or`"),
    ("a.price < 5 USD", "a.price", "no fact", "price"),
    ("foo and sold_out", "foo", "no fact", "it has"),
    ("title contains 15%", "15%", "a text is expected", "quotes"),
    ('released after "2026-02-30"', '"2026-02-30"', "there is no 2026-02-30", ""),
    ("discount above 1,5%", "1,5%", "not written", "1.5 % or 15 %"),
    ("price drops by 1,5% from previous", "1,5%", "not written", "1.5 % or 15 %"),
    ("price below 80% of foo", "foo", "no fact", ""),
    ("price below -foo", "foo", "no fact", ""),
    ("price below foo + 1 USD", "foo", "no fact", ""),
    ("price below 2 * foo", "foo", "no fact", ""),
    ("available is sold_out", "is sold_out", "available is yes or no", "not available"),
    ("foo in [a]", "foo", "no fact", ""),
    ("foo is known", "foo", "no fact", ""),
    ("foo changes", "foo", "no fact", ""),
    ("foo mentions x", "foo", "no fact", ""),
    ("foo within 3 days", "foo", "no fact", ""),
    ("foo is lowest in 3 days", "foo", "no fact", ""),
    ("price drops by foo from previous", "foo", "no fact", ""),
    ("latency drops by -2s from previous", "-2s", "more than 0", "direction"),
    ("price drops from lowest in 20 years", "20 years", "at most ten years", ""),
    ("title mentions price", "price", "also a fact", '"price"'),
    ("nothing for 20 years", "20 years", "at most ten years", ""),
    ("price changes to 5", "5", "money needs a currency", "write 5 USD"),
    ("price changes from 1,5 USD to 2 USD", "1,5 USD", "not written", ""),
    ("price in [1 USD, 5]", "5", "money needs a currency", "write 5 USD"),
    ("price below 5 USD or", "or", "stops after `or`", ""),
    ("price is USD 5 USD", "USD", "does not belong here", ""),
    ("price below USD 5km", "USD 5km", "`5km` is no amount", "150 USD"),
    ("price below frog 5", "frog 5", "`frog` is no currency", "5 USD"),
    ("price below kr 5", "kr 5", "several currencies", "5 SEK"),
    ("latency below 200 years", "200 years", "no length of time", "30 days"),
    ("sold_out or ) price below 5 USD", ")", "closes nothing", ""),
    ("title in ] or pryce", "]", "closes nothing", ""),
    ("changes from", "from", "stops after `from`", ""),
    ("price drops from", "from", "needs a baseline", "previous"),
    ('title "x"', '"x"', "does not belong here", "is, below"),
    ("title is [a, b]", "[", "a value is expected", "quotes"),
    ("sold_out # gone", "# gone", "inside a sentence", "behind the closing quote"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "on", "message", "hint"), MISTAKES, ids=[mistake[0][:40] for mistake in MISTAKES])
def test_a_mistake_is_named_where_it_stands_with_what_to_write(sentence: str, on: str, message: str, hint: str) -> None:
    found = faults(sentence)
    assert found
    fault = found[0]
    assert sentence[fault.start : fault.end] == on
    assert message in fault.message
    assert hint in fault.hint


def test_all_mistakes_of_a_sentence_come_at_once() -> None:
    sentence = "pryce below 150 USD and type is albun or price below 150"
    assert [sentence[fault.start : fault.end] for fault in faults(sentence)] == ["pryce", "albun", "150"]


def test_a_part_that_cannot_be_read_hides_no_mistake_of_another() -> None:
    sentence = 'price bellow $150 and (type is albun or title is "and") and pryce above $3 or title is'
    assert [sentence[fault.start : fault.end] for fault in faults(sentence)] == ["bellow", "albun", "pryce", "is"]


def test_a_sentence_may_be_long_and_deep_but_not_without_end() -> None:
    assert not faults(" and ".join(["sold_out"] * 200))
    assert not faults("(" * 1500 + "sold_out" + ")" * 1500)
    assert "4000 characters" in faults("sold_out " * 500)[0].message
    assert "levels deep" in faults("not " * 100 + "sold_out")[0].message
    assert "levels deep" in faults("price below " + "1 USD + " * 100 + "1 USD")[0].message


def test_a_predicate_alone_needs_a_main_fact() -> None:
    headless = replace(GAUGE, main="nowhere")
    assert "no main fact" in faults("below $150", headless)[0].message
    assert "asks of a text" in faults("mentions fusion", GAUGE)[0].message
    assert not faults("mentions fusion", STREAM)


def test_the_profile_and_the_topics_are_checked_where_they_are_used() -> None:
    odd = {"mixed": ["a", 1], "much": float("nan"), "budget": "1.299 USD", "born": "yesterday"}
    names = Names(replace(ME, values=odd), {"signs": Topic(("???",)), "none": Topic(())})
    assert "no text, number or list" in faults("city is me.mixed", names=names)[0].message
    assert "no text, number or list" in faults("rating > me.much", names=names)[0].message
    assert "two ways" in faults("price < me.budget", names=names)[0].message
    assert "a date is expected" in faults("released after me.born", names=names)[0].message
    assert "no word in it" in faults("title mentions topics.signs", names=names)[0].message
    assert not faults("title mentions topics.none", names=names)


def test_a_dollar_is_the_owners_own() -> None:
    def meaning(sentence: str, currency: str | None) -> str:
        return compiled(sentence, names=replace(NAMES, me=replace(ME, currency=currency))).meaning

    assert meaning("price below $150", "CAD") == "price below 150.00 CAD"
    assert meaning("price below $150", "EUR") == "price below 150.00 USD"
    assert meaning("price below $150", None) == "price below 150.00 USD"
    assert meaning("price below ¥150", "CNY") == "price below 150.00 CNY"
    assert meaning("price below 150 kr", "SEK") == "price below 150.00 SEK"
    assert meaning("price below R$ 150", "USD") == "price below 150.00 BRL"


def test_a_fault_stays_short_though_its_word_is_long() -> None:
    assert all(len(fault.message) <= 400 for fault in [*faults("a" * 3000 + " below 5 USD"), *faults("(" * 3000)])


@pytest.mark.parametrize("sentence", ["price below one hundred and " * 140, "foo or " * 500 + "foo"])
def test_of_a_sentence_that_is_wrong_all_over_no_more_faults_are_said_than_a_person_reads(sentence: str) -> None:
    assert len(faults(sentence)) == 12


def test_no_share_is_proposed_of_which_nothing_would_be_left() -> None:
    assert "% of" not in faults("price is 100% below list_price")[0].hint
