"""Small pages of shops that never were, built as the common shop programs and marketplaces build theirs.

A page is what a shop program prints for its product, between what surrounds it everywhere: a mini-cart with 0.00 in it,
free delivery from some amount on, a cookie banner, things that others bought. Beside it stands what a careful person
reads on it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

_NAMED = re.compile(r"""(\s(?:class|id|data-[\w-]+)\s*=\s*)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)
NAME = "Aurora Desk Lamp L200"
PATH = "aurora-desk-lamp-l200"


@dataclass(frozen=True)
class ShopPage:
    """A page and its truth.

    Attributes:
        id: What is tried with it.
        price: As a person reads it; None where nobody could be sure.
        currency: ISO code; None where the price is, or where several countries share the sign.
        stock: One of the kind's states, or None where the page does not say.
        html: The whole page.
        silent: The truth is clear to a person, and yet a reader may keep silent: it must not be wrong.
    """

    id: str
    url: str
    html: str
    price: str | None
    currency: str | None
    stock: str | None
    silent: bool = False


def shop_page(
    id_: str,
    product: str,
    price: str | None = None,
    currency: str | None = None,
    stock: str | None = None,
    *,
    host: str = "shop.example",
    path: str = f"/p/{PATH}",
    lang: str = "en",
    name: str = NAME,
    head: str = "",
    money: str = "€{}",
    related: str | None = None,
    silent: bool = False,
) -> ShopPage:
    """Return a page with the usual surroundings.

    Args:
        product: What stands inside `<main>`, the heading included.
        money: How this shop writes an amount, for its surroundings.
        related: The other products on it; a plain carousel by default.
    """
    others = carousel(money) if related is None else related
    html = (
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'><title>{name} | Shop Example</title>{head}"
        f"</head><body>{_header(money)}<main>{product}</main>{others}{_footer(money)}</body></html>"
    )
    return ShopPage(id_, f"https://{host}{path}", html, price, currency, stock, silent)


def _header(money: str) -> str:
    return (
        f"<div class='topbar'>Free delivery from {money.format('50')}</div><header><a href='/'>Shop Example</a>"
        "<nav><ul><li><a href='/lamps'>Lamps</a></li><li><a href='/sale'>Sale up to 50 %</a></li></ul></nav>"
        f"<a class='cart-link' href='/cart'><span class='count'>0</span> <span class='cart-total price'>"
        f"{money.format('0.00')}</span></a></header>"
        "<nav class='breadcrumb'><a href='/'>Home</a> / <a href='/lamps'>Lamps</a></nav>"
    )


def _footer(money: str) -> str:
    return (
        f"<footer><p>Sign up and get {money.format('5')} off your first order.</p><p>© Shop Example</p></footer>"
        "<div class='cookie-consent'>We use cookies. <button>Accept all</button></div>"
    )


def carousel(money: str = "€{}", *, css: str = "recommendations") -> str:
    """Return four other products, one of them on sale."""
    others = (("Nordic Floor Lamp", "129.00"), ("Copper Wall Light", "39.95"), ("Paper Pendant Shade", "24.50"))
    cards = "".join(
        f"<li><a href='/p/{name.lower().replace(' ', '-')}'><img alt=''><h3>{name}</h3>"
        f"<span class='price'>{money.format(amount)}</span></a></li>"
        for name, amount in others
    )
    sale = (
        f"<li><a href='/p/marble-table-lamp'><h3>Marble Table Lamp</h3><del class='price'>{money.format('99.00')}</del>"
        f" <span class='price'>{money.format('79.00')}</span></a></li>"
    )
    return f"<section class='{css}'><h2>You may also like</h2><ul>{cards}{sale}</ul></section>"


def ld(data: object) -> str:
    """Return a JSON-LD block."""
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def offered(price: object, currency: str, stock: str = "", *, name: str = NAME, **offer: object) -> str:
    """Return the JSON-LD of one product with one offer."""
    offers: dict[str, object] = {"@type": "Offer", "price": price, "priceCurrency": currency, **offer}
    if stock:
        offers["availability"] = f"https://schema.org/{stock}"
    return ld({"@context": "https://schema.org", "@type": "Product", "name": name, "offers": offers})


def heading(css: str = "product-title", name: str = NAME) -> str:
    """Return the heading of a product page."""
    return f"<h1 class='{css}'>{name}</h1>"


def rows(row: Callable[[str, str], str], *pairs: tuple[str, str]) -> str:
    """Return one row for each pair: a table of formats, sizes or quantities with their prices."""
    return "".join(row(label, amount) for label, amount in pairs)


HEADING = heading()
BUY = "<button>Add to cart</button>"


def scrambled(html: str) -> str:
    """Return a page whose names for programs mean nothing, as style compilers write them."""

    def name(word: str) -> str:
        return "x" + hashlib.sha256(word.encode()).hexdigest()[:6].translate(str.maketrans("0123456789", "ghijklmnop"))

    def renamed(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}{' '.join(name(word) for word in match[3].split())}{match[2]}"

    return _NAMED.sub(renamed, html)
