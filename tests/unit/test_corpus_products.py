"""Saved pages of shops from all over the world, with what a person reads on them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.shop_pages import scrambled
from watchers.api import Flag, Money, Observation, Page, WatchError
from watchers.price import Price
from watchers.testing import CannedContext, check_facts

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "products"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"there is no {CORPUS}: the saved pages live beside the checkout"
)


def cases() -> Iterator[tuple[dict[str, Any], Page]]:
    for line in (CORPUS / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        (path,) = case["files"].values()
        raw = (CORPUS / path).read_bytes()
        body = gzip.decompress(raw) if path.endswith(".gz") else raw
        yield case, Page(case["url"], body, {"content-type": "text/html"})


@cache
def readings(*, scramble: bool = False) -> list[tuple[dict[str, Any], Observation | WatchError]]:
    seen: list[tuple[dict[str, Any], Observation | WatchError]] = []
    for case, saved in cases():
        page = saved
        if scramble:  # byte for byte, whatever the encoding of the page
            page = replace(saved, body=scrambled(saved.body.decode("latin-1")).encode("latin-1"))
        try:
            (observation,) = Price(url=case["url"]).read(page, CannedContext(b"")).observations
        except WatchError as trouble:
            seen.append((case, trouble))
        else:
            check_facts(Price.kind, observation)
            seen.append((case, observation))
    return seen


def fact(seen: Observation | WatchError, name: str) -> Any:
    return seen.facts.get(name) if isinstance(seen, Observation) else None


def verdicts(name: str, *, scramble: bool = False) -> Counter[str]:
    """Return how many answers are right, wrong or unknown, and how many rightly gave none."""
    judged: Counter[str] = Counter()
    for case, seen in readings(scramble=scramble):
        answer, truths = ANSWERS[name](case, seen)
        if answer is None:
            judged["unknown" if truths else "rightly none"] += 1
        else:
            judged["right" if answer in truths else f"wrong: {case['id']} {answer}"] += 1
    return judged


def price_answer(case: dict[str, Any], seen: Observation | WatchError) -> tuple[Any, list[Any]]:
    price = fact(seen, "price")
    truths = case.get("price_any", [case["price"]] if case["price"] else [])
    return (price.amount if isinstance(price, Money) else None), [Decimal(text) for text in truths]


def currency_answer(case: dict[str, Any], seen: Observation | WatchError) -> tuple[Any, list[Any]]:
    price = fact(seen, "price")
    return (price.currency if isinstance(price, Money) else None), [case["currency"]] if case["currency"] else []


def stock_answer(case: dict[str, Any], seen: Observation | WatchError) -> tuple[Any, list[Any]]:
    available = fact(seen, "available")
    answer = ("InStock" if available.value else "OutOfStock") if isinstance(available, Flag) else None
    return answer, [case["availability"]] if case["availability"] else []


ANSWERS = {"price": price_answer, "currency": currency_answer, "availability": stock_answer}


def precision_and_recall(judged: Counter[str]) -> tuple[float, float]:
    wrong = sum(count for verdict, count in judged.items() if verdict.startswith("wrong"))
    answered = judged["right"] + wrong
    return judged["right"] / answered, judged["right"] / (answered + judged["unknown"])


@pytest.mark.parametrize(("name", "least"), [("price", 0.92), ("currency", 0.92), ("availability", 0.8)])
def test_no_answer_is_wrong_and_few_are_missing(name: str, least: float) -> None:
    judged = verdicts(name)
    precision, recall = precision_and_recall(judged)
    assert precision == 1.0, judged
    assert recall >= least, judged


def test_pages_whose_names_for_programs_mean_nothing_are_read_too() -> None:
    judged = verdicts("price", scramble=True)
    precision, recall = precision_and_recall(judged)
    assert precision == 1.0, judged
    assert recall >= 0.8, judged


def test_every_unknown_price_has_its_reason() -> None:
    for case, seen in readings():
        if isinstance(seen, Observation) and "price" not in seen.facts:
            assert seen.unknown["price"], case["id"]


def test_a_bot_check_is_a_trouble_and_no_product() -> None:
    blocked = [seen for case, seen in readings() if case.get("blocked")]
    assert blocked
    assert all(isinstance(seen, WatchError) for seen in blocked)


def test_what_is_no_product_has_no_price() -> None:
    others = [seen for case, seen in readings() if not case["is_product"]]
    assert others
    assert all(fact(seen, "price") is None for seen in others)
