"""For each kind of case: what the readers answer, and whether that is right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.accuracy import articles, calendars, events, letters, pages, releases, small_feeds
from tests.accuracy.cases import Case, Judged, context
from tests.story import STREAM, Told, rule
from tests.structured_truth import judge as judge_structured
from watchers.api import Money, Page, WatchError
from watchers.feed import Feed
from watchers.music import Music
from watchers.price import Price
from watchers.reading.dates import read_date
from watchers.reading.feed import read_feed
from watchers.reading.money import currency_text, read_money
from watchers.versions import compare_versions

_AVAILABILITY = {
    "in_stock": "InStock",
    "preorder": "InStock",
    "backorder": "InStock",
    "out_of_stock": "OutOfStock",
    "discontinued": "OutOfStock",
}
NOTHING = {"price": None, "currency": None, "availability": None, "name": None}


def product(case: Case) -> Judged:
    """A product page: price, currency, availability and name."""
    watcher = Price.model_construct(url=case.truth.get("url", ""))
    try:
        poll = watcher.read(Page(case.truth.get("url", ""), case.body, {"content-type": "text/html"}), context())
    except WatchError as error:
        return _judge_product(case, dict(NOTHING), str(error))
    (seen,) = poll.observations
    price = seen.facts.get("price")
    answer = {
        "price": str(price.amount) if isinstance(price, Money) else None,
        "currency": price.currency if isinstance(price, Money) else None,
        "availability": _AVAILABILITY.get(str(seen.facts.get("availability", ""))),
        "name": str(seen.facts["title"]) if "title" in seen.facts else None,
    }
    return _judge_product(case, answer, seen.unknown.get("price", ""))


def _judge_product(case: Case, answer: dict[str, str | None], why: str) -> Judged:
    if "price" not in case.truth:
        return Judged(case, answer, "not judged", why)
    wanted = [price for price in (case.truth.get("price"), *case.truth.get("price_any", ())) if price is not None]
    truths = [(wanted, answer["price"], _same_number)]
    for name in ("currency", "availability"):
        stated = case.truth.get(name)
        truths.append(([stated] if stated is not None else [], answer[name], lambda one, other: one == other))
    verdicts = [_verdict(values, given, same) for values, given, same in truths]
    said = f"{answer} of { ({name: case.truth.get(name) for name in ('price', 'currency', 'availability')}) }; {why}"
    price = verdicts[0]
    if case.truth.get("availability") is None:
        verdicts[2] = "right"  # the truth does not say: whatever the page was read to say is no mistake
    is_unknown = "unknown" in (price, verdicts[1])
    verdict = "wrong" if "wrong" in verdicts else "unknown" if is_unknown else "right"
    counts = {"found": int(answer["price"] is not None), "stated": int(bool(wanted)), "right": 0}
    counts["right"] = int(price == "right" and bool(wanted))
    return Judged(case, answer, verdict, said, **counts)


def _verdict(wanted: list[Any], given: Any, same: Callable[[Any, Any], bool]) -> str:
    if given is None:
        return "unknown" if wanted else "right"
    return "right" if any(same(value, given) for value in wanted) else "wrong"


def _same_number(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other


def price_text(case: Case) -> Judged:
    """A text that holds a price: its amount, and the currency as it stands there."""
    text, hint = case.truth.get("text") or "", case.truth.get("currency_hint")
    reading = read_money(text, currency=hint, decimal=case.truth.get("decimal_separator")) if text else None
    answer = {
        "amount": str(reading.amount) if reading else None,
        "currency_text": reading.currency_text if reading else currency_text(text, hint),
    }
    if "amount" not in case.truth:
        return Judged(case, answer, "not judged")
    wanted = {name: case.truth.get(name) for name in answer}
    amount = _verdict([wanted["amount"]] if wanted["amount"] is not None else [], answer["amount"], _same_number)
    is_named = answer["currency_text"] == wanted["currency_text"]
    verdict = "wrong" if amount == "wrong" or (amount == "right" and not is_named) else amount
    return Judged(case, answer, verdict, f"{answer} of {text!r}, {wanted}")


def feed(case: Case) -> Judged:
    """A whole feed: its title and entries."""
    try:
        document = read_feed(case.body, case.truth.get("headers") or {}, case.truth.get("url", ""))
    except WatchError as error:
        return Judged(case, {"title": None, "entries": []}, "unknown", str(error))
    entries = [
        {
            "title": entry.title_as_written or None,
            "link": entry.link or None,
            "id": entry.id or None,
            "published": _written(entry.published),
        }
        for entry in document.entries
    ]
    answer = {"title": document.title_as_written or None, "entries": entries}
    expect = case.truth.get("expect")
    if expect is None:
        return Judged(case, answer, "not judged")
    faults = _feed_faults(expect, answer, document)
    return Judged(case, answer, "wrong" if faults else "right", "; ".join(faults))


def _feed_faults(expect: dict[str, Any], answer: dict[str, Any], document: Any) -> list[str]:
    faults = []
    if "title" in expect and _one_line(expect["title"]) != _one_line(answer["title"]):
        faults.append(f"title {answer['title']!r}, not {expect['title']!r}")
    if "link" in expect and _one_line(expect["link"]) != document.link:
        faults.append(f"link {document.link!r}, not {expect['link']!r}")
    wanted = expect.get("entries", [])
    count = expect.get("entry_count", len(wanted))
    if count != len(answer["entries"]):
        faults.append(f"{len(answer['entries'])} entries, not {count}")
    for number, (entry, found) in enumerate(zip(wanted, answer["entries"], strict=False)):
        # Where a feed has one date, it may be called either.
        wants = {"published": entry["updated"], **entry} if "updated" in entry else entry
        for name in ("title", "link", "id", "published"):
            stated, said = wants.get(name), found[name]
            same = _same_instant(stated, said) if name == "published" else _one_line(stated) == _one_line(said)
            if name in wants and not same:
                faults.append(f"entry {number}: {name} {said!r}, not {stated!r}")
    return faults


def _written(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _one_line(text: Any) -> str:
    return " ".join(str(text or "").split())


def _same_instant(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one == other
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other)) <= timedelta(seconds=2)


def feed_series(case: Case) -> Judged:
    """One feed through many polls, judged by a rule that wants everything: what is told at each."""
    steps = [json.loads(line) for line in case.body.decode().split("\n") if line.strip()]
    url = case.truth.get("url", "")
    watcher, told = Feed.model_construct(url=url), Told(rule("text is known", STREAM))
    news = []
    for step in steps:
        poll = watcher.read(Page(url, step["document"].encode()), context())
        news.append([str(firing.facts["id"]) for firing in told.see(*poll.observations)])
        told.wait()
    if not all("new_ids" in step for step in steps):
        return Judged(case, {"news": news}, "not judged")
    wanted = [step["new_ids"] if number else [] for number, step in enumerate(steps)]
    wrong = [number for number, ids in enumerate(news) if sorted(ids) != sorted(wanted[number])]
    said = "; ".join(f"step {number}: told {news[number]}, not {wanted[number]}" for number in wrong)
    return Judged(case, {"news": news}, "wrong" if wrong else "right", said)


def music(case: Case) -> Judged:
    """A saved answer of a music service: its releases."""
    page = Page(case.truth.get("url", "https://musicbrainz.org/ws/2/"), case.body)
    try:
        poll = Music.model_construct().read(page, context())
    except WatchError as error:
        is_right = case.truth.get("items") is None
        verdict = "not judged" if "items" not in case.truth else "right" if is_right else "unknown"
        return Judged(case, None, verdict, str(error))
    answer = [{"id": one.key, **{name: str(fact) for name, fact in one.facts.items()}} for one in poll.observations]
    if "items" not in case.truth:
        return Judged(case, answer, "not judged")
    items = case.truth["items"] or []
    wanted = {str(item["id"]): item for item in items}
    faults = [f"{len(answer)} releases, not {len(wanted)}"] if len(answer) != len(wanted) else []
    for item in answer:
        stated = wanted.get(item["id"], {})
        pairs = (("title", "title"), ("date", "released"), ("type", "type"), ("artist", "artist"))
        for theirs, ours in pairs:
            if stated.get(theirs) and _one_line(stated[theirs]).casefold() != _one_line(item.get(ours)).casefold():
                faults.append(f"{item['id']}: {ours} {item.get(ours)!r}, not {stated[theirs]!r}")
    return Judged(case, answer, "wrong" if faults else "right", "; ".join(faults))


def structured(case: Case) -> Judged:
    """Structured data: what each syntax of a page says."""
    verdicts = Counter(verdict for _, verdict in judge_structured(case.truth, case.files))
    if not verdicts:
        return Judged(case, None, "not judged", "no syntax that is read here")
    wrong = sum(count for verdict, count in verdicts.items() if verdict == "wrong")
    verdict = "wrong" if wrong else "right" if set(verdicts) == {"right"} else "unknown"
    return Judged(case, dict(verdicts), verdict, str(dict(verdicts)))


def version(case: Case) -> Judged:
    """Two versions: which is newer."""
    found = compare_versions(case.truth["a"], case.truth["b"])
    if "order" not in case.truth:
        return Judged(case, found, "not judged")
    wanted = case.truth["order"]
    verdict = "right" if found == wanted else "wrong"
    return Judged(case, found, verdict, f"{case.truth['a']!r} and {case.truth['b']!r}: {found}, not {wanted}")


def date(case: Case) -> Judged:
    """A date as feeds write it: its instant, or none."""
    if "utc" not in case.truth:
        return Judged(case, None, "not judged", "not a date of a feed")
    found, wanted = _written(read_date(case.truth["text"])), case.truth["utc"]
    verdict = "right" if _same_instant(wanted, found) else "unknown" if found is None else "wrong"
    return Judged(case, found, verdict, f"{case.truth['text']!r}: {found}, not {wanted}")


KINDS: dict[str, Callable[[Case], Judged]] = {
    "products": product,
    "prices": price_text,
    "structured": structured,
    "feeds": feed,
    "feeds_micro": small_feeds.small_feed,
    "feed_series": feed_series,
    "music": music,
    "versions": version,
    "dates": date,
    **calendars.KINDS,
    **letters.KINDS,
    **pages.KINDS,
    **articles.KINDS,
    **events.KINDS,
    "software": releases.releases,
}
