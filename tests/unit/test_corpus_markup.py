"""Prices, structured data and hostile markup that others collected, with what they say of them."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.structured_truth import judge, leaves_in_common
from watchers.reading.html import open_document, visible_text
from watchers.reading.lenientjson import read_values
from watchers.reading.markup import items
from watchers.reading.money import currency_text, read_money

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"there is no {CORPUS}: the saved material lies beside the checkout"
)


def cases(kind: str) -> Iterator[tuple[dict[str, Any], dict[str, bytes]]]:
    for line in (CORPUS / kind / "cases.jsonl").read_text(encoding="utf-8").removesuffix("\n").split("\n"):
        case = json.loads(line)
        texts = case.get("text")
        files = (
            {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()}
            if isinstance(texts, dict)
            else {}
        )
        files |= {name: base64.b64decode(encoded) for name, encoded in case.get("base64", {}).items()}
        for name, path in case.get("files", {}).items():
            raw = (CORPUS / kind / path).read_bytes()
            files[name] = gzip.decompress(raw) if path.endswith(".gz") else raw
        yield case, files


def test_every_price_label_of_known_meaning_is_read_as_its_collectors_read_it():
    wrong = []
    for case, _ in cases("prices"):
        text, hint = case["text"], case["currency_hint"]
        reading = read_money(text, currency=hint, decimal=case["decimal_separator"]) if text else None
        amount = reading.amount if reading else None
        label = reading.currency_text if reading else currency_text(text, hint)
        wanted = None if case["amount"] is None else Decimal(case["amount"])
        if (amount, label) != (wanted, case["currency_text"]) and not case["known_hard"]:
            wrong.append((text, hint, amount, label))
    assert wrong == []


def test_structured_data_is_read_as_other_readers_read_it():
    verdicts = Counter(verdict for case, files in cases("structured") for verdict in judge(case, files))
    syntaxes = {syntax for syntax, _ in verdicts}
    assert syntaxes == {"json-ld", "microdata", "rdfa", "opengraph"}
    assert {key: count for key, count in verdicts.items() if key[1] != "right"} == {}


@pytest.mark.parametrize("syntax", ["microdata", "rdfa"])
def test_what_is_read_of_an_example_in_one_syntax_is_mostly_what_another_says(syntax):
    """The versions of an example are written by hand, so some of what is rightly read differs from the other one."""
    counts = [
        leaves_in_common(case, files).get(syntax, (0, 0, 0))
        for case, files in cases("structured")
        if case["source"] == "schemaorg/schemaorg"
    ]
    common, read = (sum(count[place] for count in counts) for place in (0, 1))
    assert common / read > 0.8


def test_json_that_must_be_read_is_read_and_no_other_json_does_harm():
    for case, files in cases("hostile/json"):
        for body in files.values():
            values = read_values(body.decode("utf-8", "replace"))
            if case["must"] == "read":
                assert values == [json.loads(body, parse_float=str, parse_int=str)], case["id"]


def test_pages_are_decoded_as_a_browser_decodes_them():
    wrong = []
    for case, files in cases("hostile/html_encoding"):
        if "/scripted/" in case["id"]:
            continue  # its encoding is written by a script
        wrong += [case["id"] for body in files.values() if open_document(body, None).encoding != case["encoding"]]
    assert wrong == []


def test_odd_markup_shows_its_characters():
    wrong = []
    for case, files in cases("hostile/html_text"):
        for body in files.values():
            document = open_document(body, "utf-8")
            items(document)
            if case["characters"] is not None and document.tree.body is not None:
                shown = visible_text(document.tree.body)
                wrong += [case["id"]] if shown != " ".join(case["characters"].split()) else []
    assert wrong == []


@pytest.mark.parametrize("kind", ["products", "articles"])
def test_pages_of_real_shops_and_papers_are_parsed_as_they_are(kind):
    for case, files in cases(kind):
        for name, body in files.items():
            if name.endswith(".html"):
                document = open_document(body, None)
                plain = body.decode(document.encoding.replace("windows-", "cp"), "replace").lstrip("\ufeff")
                assert abs(len(document.text) - len(plain)) < 20, case["id"]
                assert all(item.place and item.syntax for item in items(document)), case["id"]
