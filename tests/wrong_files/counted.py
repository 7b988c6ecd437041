"""Sentences with numbers in words, shares, and dates as people say them aloud."""

from __future__ import annotations

from tests.wrong_files.case import Wrong, rule, wrong
from tests.wrong_files.sentences import of_music, of_news, of_price
from tests.wrong_files.spoken import of_page, of_site


def of_software(sentence: str, says: str, hint: str = "", mend: str | None = None) -> Wrong:
    return wrong(rule("watch: software", "repo: a/b", f"when: {sentence}"), says, hint, mend)


IN_DIGITS = "a number is written in digits"
FROM_WHAT = "must say from what"
A_SHARE = "a percentage is one of something"
A_LENGTH = "a window has a length"
SIGNS = "a text with signs in it stands in quotes"

NUMBERS = (
    of_price("price ⟪below two thousand USD⟫", IN_DIGITS, "write `below 2000 USD`", "below 2000 USD"),
    of_price("price ⟪under a hundred dollars⟫", IN_DIGITS, "write `under 100 dollars`", "under 100 dollars"),
    of_price("price ⟪below one hundred and fifty USD⟫", IN_DIGITS, "write `below 150 USD`", "below 150 USD"),
    of_price("price below ⟪2 thousand⟫ USD", IN_DIGITS, "write `2000`", "2000"),
    of_price("price below ⟪1.5 million⟫ JPY", IN_DIGITS, "write `1500000`", "1500000"),
    of_price("price drops by ⟪twenty-five percent⟫ from first", IN_DIGITS, "write `25%`", "25%"),
    of_price("price is lowest ⟪in a year⟫", IN_DIGITS, "write `in 1 year`", "in 1 year"),
    of_music("released ⟪within two weeks⟫", IN_DIGITS, "write `within 2 weeks`", "within 2 weeks"),
    of_music("released ⟪in the next two weeks⟫", "is no phrase", "write `within 2 weeks`", "within 2 weeks"),
    of_music(
        "released ⟪in the last three months⟫", "is no phrase", "write `within past 3 months`", "within past 3 months"
    ),
    of_music("released within ⟪a fortnight⟫", "is no phrase", "write `2 weeks`", "2 weeks"),
    of_news("nothing for ⟪a week⟫", IN_DIGITS, "write `1 week`", "1 week"),
    of_site("latency ⟪over half a second⟫", IN_DIGITS, "write `over 500 ms`", "over 500 ms"),
    of_site("days_left ⟪at most twenty one⟫", IN_DIGITS, "write `at most 21`", "at most 21"),
    of_site(
        "⟪status is 5xx⟫", "is no phrase", "write `status at least 500", "status at least 500 and status below 600"
    ),
    of_site("⟪status 500⟫", "is not said", "write status is 500, or below", "status is 500"),
)

SHARES = (
    of_price("price ⟪20% below⟫ median in 90 days", A_SHARE, "write `at most 80% of`", "at most 80% of"),
    of_price("price ⟪is 20% lower than⟫ list_price", A_SHARE, "write `at most 80% of`", "at most 80% of"),
    of_price("price ⟪is more than 20% below⟫ list_price", A_SHARE, "write `below 80% of`", "below 80% of"),
    of_price("price ⟪30 percent off⟫ list_price", A_SHARE, "write `at most 70% of`", "at most 70% of"),
    of_price(
        "price ⟪drops by 15% since last week⟫",
        FROM_WHAT,
        "write `drops by 15% from",
        "drops by 15% from highest in 7 days",
    ),
    of_price("price ⟪rises 5% in two days⟫", FROM_WHAT, "write `rises by 5% from", "rises by 5% from lowest in 2 days"),
    of_price("price ⟪below average⟫", A_LENGTH, "write `below mean in 90 days`", "below mean in 90 days"),
    of_price("price ⟪< median⟫", A_LENGTH, "write `< median in 90 days`", "< median in 90 days"),
    of_price("price is ⟪lowest this year⟫", A_LENGTH, "write `lowest in 365 days`", "lowest in 365 days"),
    of_price(
        "⟪lowest price in 90 days⟫", "is no phrase", "write `price is lowest in 90 days`", "price is lowest in 90 days"
    ),
    of_price("⟪price lowest in⟫ 90 days", "is no phrase", "write `price is lowest in`", "price is lowest in"),
    of_price("price ⟪is below or equal to⟫ $150", "is no phrase", "write `at most`", "at most"),
)

DATES = (
    of_music("released ⟪on December 24, 2026⟫", "is no phrase", "write `is 2026-12-24`", "is 2026-12-24"),
    of_music(
        "⟪released between 2026-01-01 and 2026-06-30⟫",
        "is no phrase",
        "write `released at least 2026-01-01 and released at most 2026-06-30`",
        "released at least 2026-01-01 and released at most 2026-06-30",
    ),
    of_music("⟪released 2026 or later⟫", "is no phrase", "write `released at least 2026`", "released at least 2026"),
    of_music("released ⟪in or after⟫ 2026", "is no phrase", "write `at least`", "at least"),
    of_music("released ⟪since⟫ 2026", "is no word", "write `at least`", "at least"),
    of_music("released ⟪on 24 December 2026⟫", "is no phrase", "write `is 2026-12-24`", "is 2026-12-24"),
    of_music("released ⟪next friday⟫", "is no phrase", "write `is friday`", "is friday"),
    of_music("released ⟪this week⟫", "is no phrase", "write `within 7 days`; or", "within 7 days"),
    of_music("released ⟪in 2026⟫ and type is album", "is no phrase", "write `is 2026`", "is 2026"),
    of_news("published ⟪yesterday⟫", "is no word", "write `is today - 1 day`", "is today - 1 day"),
    of_music("⟪today⟫", "nothing is asked of it", "as in released is today", "released is today"),
    of_music("released after ⟪fridey⟫", "is no fact", "did you mean `friday`?", "friday"),
)

TEXTS = (
    of_news("mentions ⟪AT&T⟫", SIGNS, 'write `"AT&T"`', '"AT&T"'),
    of_news("mentions ⟪.NET⟫", SIGNS, 'write `".NET"`', '".NET"'),
    of_news("author is ⟪jo@one.example⟫", SIGNS, 'write `"jo@one.example"`', '"jo@one.example"'),
    of_news("title matches ⟪fusion.*energy⟫", "a regular expression", 'write `"fusion.*energy"`', '"fusion.*energy"'),
    of_page("'⟪\"sold out\" appears⟫'", "is no phrase", 'write `contains "sold out"`', 'contains "sold out"'),
    of_page("title is ⟪empty⟫", "not whether there is a text", "write title is unknown; if the word"),
    of_music("secondary_types is ⟪empty⟫", "not whether there is a text", "not secondary_types in [a, b]; if the word"),
    of_price("⟪no longer⟫ sold_out", "is no phrase", "write `not`", "not"),
    of_price("price ⟪plus⟫ shipping below $150", "is no word", "write `+`", "+"),
    of_price("price ⟪went down⟫", "is no phrase", "write `drops from previous`; or", "drops from previous"),
    of_price("price ⟪is different⟫", "is no phrase", "write `changes`", "changes"),
    of_price("⟪any change⟫", "is no phrase", "write `changes`", "changes"),
    of_price("price ⟪falls to⟫ $150", "mixes a change with a limit", "write `at most`", "at most"),
    of_price("is ⟪sold_out⟫", "is yes or no", "write sold_out alone"),
)

MISTAKEN = (
    of_price("⟪price < 5 EUR and not price < 4 USD⟫", "two currencies, EUR and USD", "all of it in one currency"),
    of_software(
        "⟪version is 4.x⟫", "is no phrase", "write `version at least 4", "version at least 4 and version below 5"
    ),
    of_software("version > ⟪3.12.x⟫", "is no version, but stands for many", "as in at least 3.12", "3.12"),
    wrong(rule("watch: ⟪rss⟫", "url: https://one.example/rss", "when: mentions fusion"), "is no kind", "feed", "feed"),
    wrong(
        rule("watch: price", "⟦url: ⟪https://a.example https://b.example⟫⟧", "when: below $5"),
        "several addresses in one text",
        "a list of them there",
        "urls: [https://a.example, https://b.example]",
    ),
    wrong(
        rule(
            "watch: price",
            "sources: {a: {url: https://a.example}, b: {url: https://b.example}}",
            "when: ⟪price⟫ below $5",
        ),
        "`price` is no fact",
        "say of which source: a.price, b.price",
        "a.price",
    ),
    wrong(
        rule("watch: price", "sources: ⟪[https://a.example, https://b.example]⟫", "when: a.price < b.price"),
        "`sources` takes a name for each of them",
        "such as {shop: {url: …}, rival: {url: …}}",
        "{a: {url: https://a.example}, b: {url: https://b.example}}",
    ),
    wrong(
        rule("watch: price", "sources: ⟪https://a.example⟫", "when: a.price < b.price"),
        "`sources` takes a name for each of them",
        "such as {shop: {url: …}, rival: {url: …}}",
    ),
    wrong(
        rule("watch: price", "sources: {a: {url: https://a.example}, b: ⟪x⟫}", "when: a.price < 5 EUR"),
        "the source b takes options",
        "b: {url: …}",
        "{url: https://b.example}",
    ),
)

COUNTED = (*NUMBERS, *SHARES, *DATES, *TEXTS, *MISTAKEN)
