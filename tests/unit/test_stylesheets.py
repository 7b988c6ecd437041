"""Prices that nothing but a style sheet crosses out."""

from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.unit.test_price import BUY, H1, look, price
from watchers.reading.stylesheets import crossed_out

BLOCK = (
    "<p class='pair'><span class='one was'>old</span><span class='one'>new</span><a class='more' href='#'>all</a></p>"
)


def struck(css: str, body: str = BLOCK) -> list[str]:
    tree = LexborHTMLParser(f"<style>{css}</style>{body}")
    known = crossed_out(tree)
    return [node.text() for node in tree.css("body *") if node.mem_id in known]


@pytest.mark.parametrize(
    ("css", "texts"),
    [
        (".was{color:#999;text-decoration:line-through}", ["old"]),
        (".was{text-decoration : LINE-THROUGH red}", ["old"]),
        ("span.was:not(.no){text-decoration-line:line-through;text-decoration-color:red}", ["old"]),
        ("@media (min-width:1px){ .was , .more{text-decoration:line-through} }", ["old", "all"]),
        ("/* .one{} /* */ .was{text-decoration:line-through}", ["old"]),
        (".pair span{text-decoration:line-through}.pair .one:not(.was){text-decoration:none}", ["old"]),
        (".was{text-decoration:line-through}.was{text-decoration:none}", []),
        (".pair .one{text-decoration:none}.was{text-decoration:line-through}", []),
        ("a:hover,.was::after{text-decoration:line-through}", []),
        ("/* .was{text-decoration:line-through} */", []),
        ("}{ ..was{text-decoration:line-through}", []),
        (".was{color:red}", []),
    ],
)
def test_a_sheet_crosses_out_what_its_strongest_rule_does(css: str, texts: list[str]) -> None:
    assert struck(css) == texts


def test_of_two_prices_the_one_that_a_sheet_crosses_out_is_the_old_one() -> None:
    body = f"{H1}<div class='pr'><span class='a'>€79.00</span> <span class='b'>€59.00</span></div>{BUY}"
    seen = look(body, head="<style>.pr .a{text-decoration:line-through}</style>")
    assert price(seen) == ("59.00", "EUR")
    assert str(seen.facts["list_price"]) == "79.00 EUR"


def test_a_sheet_made_to_be_slow_is_not() -> None:
    began = time.process_time()
    for piece in ("x", "{", "/*", "a,", ".a{text-decoration:"):
        struck(piece * (300_000 // len(piece)) + "{text-decoration:line-through}")
        struck("{text-decoration:line-through}" + piece * (290_000 // len(piece)))
    assert time.process_time() - began < 10
