"""Sentences as people say them aloud, and as other languages of conditions have them."""

from __future__ import annotations

from tests.wrong_files.case import Wrong, news, price, rule, wrong
from tests.wrong_files.sentences import of_music, of_news, of_price

NEEDLESS = "a rule tells when its sentence comes true"


def of_site(sentence: str, says: str, hint: str = "", mend: str | None = None) -> Wrong:
    return wrong(rule("watch: site", "url: https://one.example", f"when: {sentence}"), says, hint, mend)


def of_page(sentence: str, says: str, hint: str = "", mend: str | None = None) -> Wrong:
    return wrong(rule("watch: page", "url: https://one.example/", f"when: {sentence}"), says, hint, mend)


STOCK = (
    of_price("⟪is in stock again⟫", "is no phrase", "write `available`", "available"),
    of_price("⟪back in stock⟫", "is no phrase", "write `available`", "available"),
    of_price("available ⟪again⟫", NEEDLESS, "leave it out", ""),
    of_price("price is below $150 and ⟪is available⟫", "is no phrase", "write `available`", "available"),
    of_price("price below $150 ⟪if⟫ available", "`if` is no word", "write `and`", "and"),
    of_price("available ⟪becomes⟫ yes", "`becomes` is no word", "write `changes to`", "changes to"),
    of_price("price ⟪known⟫", "`known` is no word", "write `is known`", "is known"),
    of_price("list_price ⟪exists⟫", "`exists` is no word", "write `is known`", "is known"),
    of_price("price ⟪not above⟫ $150", "is no phrase", "write `is not above`", "is not above"),
)

HOW_MUCH = (
    of_price("price below ⟪USD150⟫", "`USD150` is no word", "write `150 USD`", "150 USD"),
    of_price("price below $⟪1 299⟫", "a number is written with nothing inside", "write `1299`", "1299"),
    of_price("price below ⟪1_299⟫ USD", "a number is written with nothing inside", "write `1299`", "1299"),
    of_price("price ⟪hits⟫ $150", "`hits` is no word", "write `at least`; or `at most`", "at least"),
    of_price("price drops by ⟪10 percent⟫ from previous", "is no phrase", "write `10%`", "10%"),
    of_price(
        "price ⟪drops more than 10%⟫",
        "must say from what",
        "write `drops by 10% from previous`",
        "drops by 10% from previous",
    ),
    of_price(
        "price ⟪drops by at least 10% from⟫ first",
        "is the least that counts already",
        "write `drops by 10% from`",
        "drops by 10% from",
    ),
    of_price(
        "price ⟪drops over 10% in 7 days⟫",
        "must say from what",
        "write `drops by 10% from highest in 7 days`",
        "drops by 10% from highest in 7 days",
    ),
    of_price("⟪20% off⟫", "is no phrase", "write `drops by 20% from previous`", "drops by 20% from previous"),
    of_price("price < ⟪80%⟫ list_price", "is no word", "write `80% of`", "80% of"),
    of_price(
        "price < ⟪list_price - 20%⟫",
        "a percentage is one of something",
        "write `80% of list_price`",
        "80% of list_price",
    ),
    of_price("price < ⟪half of⟫ list_price", "is no phrase", "write `50% of`", "50% of"),
    of_site("latency > ⟪twice⟫ median in 7 days", "`twice` is no word", "write `2 *`", "2 *"),
    of_price("price ⟪is rising⟫", "is no phrase", "write `rises from previous`", "rises from previous"),
)

HOW_LONG = (
    of_price("⟪price unchanged for 7 days⟫", "is no phrase", "write `nothing for 7 days`", "nothing for 7 days"),
    of_price("⟪no change in 7 days⟫", "is no phrase", "write `nothing for 7 days`", "nothing for 7 days"),
    of_news("⟪no new entries for 7 days⟫", "is no phrase", "write `nothing for 7 days`", "nothing for 7 days"),
    of_news("⟪silent since 2 weeks⟫", "is no phrase", "write `nothing for 2 weeks`", "nothing for 2 weeks"),
    of_price("price is lowest in 90 days ⟪for the first time⟫", NEEDLESS, "leave it out", ""),
    of_price("price below $5 and sold_out ⟪3 times in a row⟫", "a key beside it", "for: 3 polls", ""),
    of_price("sold_out ⟪since 10 minutes⟫", "a key beside it", "for: 10 minutes", ""),
    of_music("released ⟪in less than 14 days⟫", "is no phrase", "write `within 14 days`", "within 14 days"),
    of_music("released ⟪at most 14 days ago⟫", "is no phrase", "write `within past 14 days`", "within past 14 days"),
    of_music("released ⟪in 2026⟫", "is no phrase", "write `is 2026`", "is 2026"),
    of_music("released ⟪in May 2026⟫", "is no phrase", "write `is 2026-05`", "is 2026-05"),
    of_music("released ⟪on friday⟫", "is no phrase", "write `is friday`", "is friday"),
    of_music("released ⟪tomorrow⟫", "is no word", "write `is today + 1 day`", "is today + 1 day"),
    of_music("released after ⟪January 1, 2026⟫", "a date is written as", "write `2026-01-01`", "2026-01-01"),
    of_site("⟪days left⟫ < 14", "is no phrase", "write `days_left`", "days_left"),
)

WHICH = (
    of_music("type ⟪is album or ep⟫", "join no phrases", "write `in [album, ep]`", "in [album, ep]"),
    of_music("type ⟪is either album or ep⟫", "join no phrases", "write `in [album, ep]`", "in [album, ep]"),
    of_music("type ⟪in album, ep⟫", "a list stands in brackets", "write `in [album, ep]`", "in [album, ep]"),
    of_music("type ⟪in (album, ep)⟫", "a list stands in brackets", "write `in [album, ep]`", "in [album, ep]"),
    of_news(
        "⟪mentions fusion but not cold⟫",
        "join no phrases",
        "write `mentions fusion and not mentions cold`",
        "mentions fusion and not mentions cold",
    ),
    of_news(
        "⟪mentions either fusion or tokamak⟫",
        "join no phrases",
        "write `mentions [fusion, tokamak]`",
        "mentions [fusion, tokamak]",
    ),
    of_news(
        "⟪title mentions all of [a, b]⟫",
        "is no phrase",
        "write `title mentions a and title mentions b`",
        "title mentions a and title mentions b",
    ),
    of_news("⟪mentions none of [⟫a, b]", "is no phrase", "write `not mentions [`", "not mentions ["),
    wrong(
        "topics: {fusion: [tokamak]}\n" + news("when: mentions ⟪topic fusion⟫"),
        "is no phrase",
        "write `topics.fusion`",
        "topics.fusion",
    ),
    of_news("⟪mentions tokamak*⟫", "finds whole words", "write `contains tokamak`", "contains tokamak"),
    of_page('⟪text no longer mentions⟫ "sold out"', "is no phrase", "write `not text mentions`", "not text mentions"),
    of_page("⟪text stops mentioning⟫ soon", "is no phrase", "write `not text mentions`", "not text mentions"),
    of_page(
        "⟪number in [1..5]⟫",
        "is no phrase",
        "write `number at least 1 and number at most 5`",
        "number at least 1 and number at most 5",
    ),
    of_site("⟪offline⟫", "`offline` is no word", "write `not up`", "not up"),
    of_site("⟪is down⟫", "is no phrase", "write `not up`", "not up"),
    wrong(
        price("when: below $5 and ⟪rule other⟫") + price().partition("rules:\n")[2].replace("A rule", "other"),
        "the id of a rule stands in quotes",
        'write `rule "other"`',
        'rule "other"',
    ),
    wrong(
        rule("watch: price", "url: https://shop.example/1", "when: 'sold_out ⟪# gone⟫'"),
        "does not stand inside a sentence",
        "behind the closing quote",
        "",
    ),
    wrong(
        rule("watch: software", "repo: a/b", "when: version ⟪newer than⟫ 3"),
        "is no phrase",
        "write `above`; or `after`",
        "above",
    ),
)

SPOKEN = (*STOCK, *HOW_MUCH, *HOW_LONG, *WHICH)
