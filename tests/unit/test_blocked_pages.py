"""What stands in the place of a page although the status says 200, and what is a page like any other."""

from __future__ import annotations

import pytest

from watchers.api import Page, SourceChanged, SourceGone, SourceRefused, SourceUnavailable, WatchError
from watchers.page import WebPage
from watchers.price import Price
from watchers.reading.blockedpages import open_page
from watchers.testing import CannedContext

URL = "https://shop.example/lamp"
HTML = {"content-type": "text/html; charset=utf-8"}
SIGN_IN = "<title>Sign in</title><h1>Sign in</h1><form><input name=user><input type=password></form>"
CONSENT = "<title>Before you continue</title><h1>We value your privacy</h1><p>Cookies.</p><button>Accept all</button>"


def shown(title: str, heading: str, words: str = "Sorry about that.") -> Page:
    body = f"<html><head><title>{title}</title></head><body><h1>{heading}</h1><p>{words}</p></body></html>"
    return Page(URL, body.encode(), HTML)


def raised(page: Page) -> type[WatchError] | None:
    try:
        open_page(page, asked_for=URL)
    except WatchError as error:
        return type(error)
    return None


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Page not found", "404"),
        ("404 Not Found", "Not Found"),
        ("Error 404", "Oops"),
        ("404 - Page not found | Shop", "We looked everywhere"),
        ("Shop", "Sorry, this page could not be found"),
        ("Shop", "The requested page does not exist"),
        ("Seite nicht gefunden – Laden", "Hoppla"),
        ("Page introuvable", "Désolé"),
        ("Página no encontrada", "Lo sentimos"),
        ("Pagina niet gevonden", "Helaas"),
    ],
)
def test_a_page_that_says_that_there_is_none_is_gone_whatever_its_status(title, heading):
    assert raised(shown(title, heading)) is SourceGone


def test_what_a_missing_page_says_is_told():
    with pytest.raises(SourceGone, match=r"shop\.example says that it has no such page: “Page not found”"):
        open_page(shown("Page not found", "404"))


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Error", "Internal error"),
        ("Blog", "Error establishing a database connection"),
        ("Fehler", "Technische Störung"),
        ("Shop", "An unexpected error occurred"),
        ("429 Too Many Requests", "Too many requests"),
        ("Site en maintenance", "De retour bientôt"),
    ],
)
def test_a_page_that_says_that_it_is_out_of_order_is_unavailable(title, heading):
    assert raised(shown(title, heading)) is SourceUnavailable


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("404 Blue Jeans", "404 Blue Jeans"),
        ("Peugeot 404", "Peugeot 404"),
        ("Lost and found", "What was found"),
        ("Error bars explained", "Error bars explained"),
        ("Page notes", "Page notes"),
        ("Treasure not found", "Treasure not found: the search goes on"),
        ("Opening hours", "Monday 9 to 17"),
    ],
)
def test_words_of_a_page_that_is_there_are_not_taken_for_that(title, heading):
    assert raised(shown(title, heading, "A few words of it.")) is None


def test_a_long_article_about_missing_pages_is_an_article():
    assert raised(shown("404 not found: a history", "404 not found", "The status was chosen long ago. " * 90)) is None


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("<title>Maintenance</title><h1>We will be back soon</h1>", SourceUnavailable),
        ("<title>Page not found</title><h1>404</h1>", SourceGone),
        (SIGN_IN, SourceRefused),
        (CONSENT, SourceRefused),
    ],
)
@pytest.mark.parametrize("select", ["", ".price"])
def test_what_stands_in_place_of_a_product_never_says_that_it_is_not_sold_out(body, trouble, select):
    page = Page(URL, f"<html>{body}</html>".encode(), HTML)
    with pytest.raises(trouble):
        Price(url=URL, select=select).read(page, CannedContext(page))


def test_a_product_page_whose_words_are_few_is_read_though_it_asks_about_cookies():
    offer = "<h1>Before you continue: cookies</h1><h1>Lamp</h1><p class=price>25,00 €</p><button>Accept all</button>"
    page = Page(URL, f"<html><title>Lamp</title>{offer}<button>Add to cart</button></html>".encode(), HTML)
    (seen,) = Price(url=URL).read(page, CannedContext(page)).observations
    assert str(seen.facts["price"]) == "25.00 EUR"


def test_a_selector_that_finds_nothing_on_a_page_that_is_there_asks_to_be_mended():
    page = shown("Lamp", "Lamp", "A lamp of brass.")
    with pytest.raises(SourceChanged):
        Price(url=URL, select=".price").read(page, CannedContext(page))
    with pytest.raises(SourceChanged):
        WebPage(url=URL, css=".price").read(page, CannedContext(page))
