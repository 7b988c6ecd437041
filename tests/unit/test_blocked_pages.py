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
        ("Shop", "We can't find that page"),
        ("Sklep", "Nie znaleziono strony"),
        ("Butik", "Sidan hittades inte"),
        ("ショップ", "お探しのページは見つかりませんでした"),
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
        ("Maintenance | Shop", "Back at noon"),
        ("Wartungsarbeiten", "Bis gleich"),
        ("Service unavailable", "Come back later"),
        ("Blog", "There has been a critical error on this website."),
        ("Laden", "Es ist ein Fehler aufgetreten"),
        ("Tienda", "Ha ocurrido un error"),
        ("Account suspended", "This account has been suspended"),
        ("Our shop is under maintenance", "Come back later"),
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
        ("Maintenance of the lift | House 12", "Maintenance of the lift"),
        ("Wartung der Heizung", "Wartung der Heizung am 4. Mai"),
        ("Service unavailable days | Bus", "Days without a bus"),
        ("Forbidden Planet", "Forbidden Planet (1956)"),
        ("Bus 403", "403 to the harbour"),
        ("Main street is blocked", "Until Friday"),
        ("Waiting room", "The waiting room of our practice"),
        ("Age check for cheese", "How ripe it is"),
        ("JavaScript for beginners", "What is needed: JavaScript, patience and 3 hours"),
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


PARTNERS = "<p>We and our 237 partners use cookies to store data.</p><button>Accept all</button><button>Reject</button>"
ASKS = "<form><input type=email><button>Continue</button></form>"
ROBOT = "In order to continue, we need to verify that you're not a robot. Enable JavaScript and then reload the page."


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("<h1>Wir brauchen Ihre Zustimmung</h1><p>812 Partner.</p><button>Alle akzeptieren</button>", SourceRefused),
        ("<h1>Mit Werbung weiterlesen</h1><button>Akzeptieren und weiter</button>", SourceRefused),
        (f"<form><h1>Daily is a part of the Daily family of brands</h1>{PARTNERS}</form>", SourceRefused),
        ("<h1>Are you over 18?</h1><button>Yes</button><button>No</button>", SourceRefused),
        (f"<p>JavaScript is disabled. {ROBOT}</p>", SourceRefused),
        ("<div>Please enable JavaScript to view this site.</div>", SourceChanged),
        ("<p>Bitte aktivieren Sie JavaScript in Ihrem Browser.</p>", SourceChanged),
        ("<h1>You are now in line</h1><p>Your estimated wait time is 12 minutes.</p>", SourceUnavailable),
        ("Error establishing a database connection", SourceUnavailable),
        ("<h1>Forbidden</h1><p>You don't have permission to access this resource.</p>", SourceRefused),
        ("<h1>403 - Forbidden: Access is denied.</h1>", SourceRefused),
        ("<h1>Your IP has been blocked</h1>", SourceRefused),
    ],
)
def test_what_asks_for_something_first_is_named_by_what_it_asks_for(words, trouble):
    assert raised(Page(URL, f"<html><body>{words}</body></html>".encode(), HTML)) is trouble


@pytest.mark.parametrize(
    "words",
    [
        f"<h1>Opening hours</h1><p>Closed on Mondays.</p><div><h2>We value your privacy</h2>{PARTNERS}</div>",
        f"<main><p>{'The library opens at nine. ' * 8}</p></main><div>{PARTNERS}</div>",
    ],
)
def test_a_short_page_with_a_banner_that_asks_for_consent_is_read(words):
    page = Page(URL, f"<html><title>Library</title><body>{words}</body></html>".encode(), HTML)
    assert raised(page) is None


@pytest.mark.parametrize(
    ("path", "trouble"), [("login?next=/lamp", SourceRefused), ("session/brass-lamps", None), ("lamp", None)]
)
def test_a_redirect_to_a_sign_in_that_asks_for_a_name_first_is_a_sign_in(path, trouble):
    body = f"<html><body><h1>Welcome back</h1>{ASKS}</body></html>".encode()
    assert raised(Page(f"https://shop.example/{path}", body, HTML)) is trouble


def test_a_page_that_says_something_though_it_wants_scripts_is_read():
    body = b"<html><body><p>Water level: 3.42 m. Please enable JavaScript to see the chart.</p></body></html>"
    assert raised(Page(URL, body, HTML)) is None
