"""An answer with status 200 → the page that was asked for, or the name of what stands in its place.

    answer ▶ a web page at all? ▶ known gates (watchers.door.answers) ▶ what stands in its place ▶ Document
                                                     (sign-in, consent, captcha, outage, “page not found”)

The door knows gates by marks that nothing else carries. Here the page itself is read: what has few words of its own,
and a heading and a form that are about letting somebody in, is the page of nobody's question. A page with more to say
is never taken for one: a shop with a cookie banner is still a shop.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from watchers.api import Page, SourceChanged, SourceGone, SourceRefused, SourceUnavailable, WatchError
from watchers.door.answers import what_stands_in_the_way
from watchers.reading.gate_words import (
    ACCEPTING,
    AGE,
    CAPTCHA,
    CONSENT,
    FORBIDDEN,
    HUMAN,
    LOGIN,
    LOGIN_PATH,
    MISSING,
    OUTAGE,
    QUEUE,
    SCRIPTS,
    TURN,
)
from watchers.reading.html import Document, open_document, visible_text

ACCEPT: Final = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
WEB_PAGES: Final = frozenset({"", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain"})

FEW_LETTERS: Final = 1500
"""What stands in place of a page says less than this; consent pages say the most."""

GATE_LETTERS: Final = 400
"""A question for an age, or a waiting room, has less than this around it."""
BARE_LETTERS: Final = 120
"""A page without title and headings that says less than this says no more than a heading would."""
REST_LETTERS: Final = 40
"""Beside the wish for scripts, a page says less than this where it has nothing else to say: its name, a link."""
_WHO: Final = 'input[type="email" i], input[type="tel" i], input[autocomplete*="username" i], input[name*="user" i]'
_ANSWER: Final = "button, [role=button], input, select"
_HEADINGS: Final = "h1, h2, legend, [role=heading]"
_SENTENCE: Final = re.compile(r"[^.!?。]+")


def open_page(page: Page, *, asked_for: str = "") -> Document:
    """Return the page that an answer is.

    Args:
        page: The answer.
        asked_for: The address that was asked for, to tell a redirect to a sign-in from a page that was wanted.

    Raises:
        SourceRefused: A bot check, a consent page or a sign-in stands in its place.
        SourceUnavailable: It says that it is out of order.
        SourceGone: It says that there is no such page.
        SourceChanged: It is no web page, or one without a word.
    """
    if page.content_type not in WEB_PAGES:
        raise SourceChanged(f"the answer is {page.content_type}, no web page")
    if (gate := what_stands_in_the_way(page)) is not None:
        raise gate
    document = open_document(page.body, page.charset)
    if (trouble := in_its_place(document, page.url, asked_for)) is not None:
        raise trouble
    return document


def in_its_place(document: Document, url: str, asked_for: str = "") -> WatchError | None:
    """Return what stands in the place of a page, as its own words tell; None where it is what was asked for."""
    body = document.tree.body
    words = visible_text(body) if body is not None else ""
    letters = sum(map(len, words.split()))
    host = urlsplit(url).hostname or "the site"
    if not letters:
        if document.tree.css_first("script[src], noscript, frameset, iframe") is not None:
            return SourceChanged("the page holds no text: it may be made by scripts, which are not run here")
        return SourceChanged("the page holds no text")
    if letters > FEW_LETTERS:
        return None
    heads = _heads(document) or ([words] if letters < BARE_LETTERS else [])
    if (browser := _asks_for_a_browser(document, words, host)) is not None:
        return browser
    if _is_login(document, heads, url, asked_for):
        return SourceRefused(f"{host} shows a sign-in page instead of the page: give `cookies:` or `auth:`")
    if _asks_for_consent(document, letters):
        said = "shows a consent page instead of the page: give the cookie that it sets once you have answered it"
        return SourceRefused(f"{host} {said}")
    if letters < GATE_LETTERS and (gate := _keeps_out(document, heads, words, host)) is not None:
        return gate
    return _says_that_there_is_none(document, heads, letters, host)


def _asks_for_a_browser(document: Document, words: str, host: str) -> WatchError | None:
    is_for_scripts = _is_for_scripts(words)
    if HUMAN.search(words) and (is_for_scripts or document.tree.css_first(CAPTCHA) is not None):
        return SourceRefused(f"{host} asks whether you are a person: it wants a browser, so ask it less often")
    if is_for_scripts:
        return SourceChanged("the page says that it is made by scripts, which are not run here")
    return None


def _keeps_out(document: Document, heads: list[str], words: str, host: str) -> WatchError | None:
    if any(map(AGE.search, heads)) and document.tree.css_first(_ANSWER) is not None:
        return SourceRefused(f"{host} asks for your age first: give the cookie that it sets once you have answered it")
    if any(map(QUEUE.search, heads)) and TURN.search(words):
        return SourceUnavailable(f"{host} has a waiting room before the page: “{heads[0][:80]}”")
    if any(map(FORBIDDEN.search, heads)):
        return SourceRefused(f"{host} does not let this program in: “{heads[0][:80]}”")
    return None


def _says_that_there_is_none(document: Document, heads: list[str], letters: int, host: str) -> WatchError | None:
    # A title is the page's own; a heading may be that of a part, unless there is little else.
    if any(map(MISSING.search, heads if letters < FEW_LETTERS // 2 else _title(document))):
        return SourceGone(f"{host} says that it has no such page: “{heads[0][:80]}”")
    if any(map(OUTAGE.search, heads)) and letters < FEW_LETTERS // 2:
        return SourceUnavailable(f"{host} says that it is out of order: “{heads[0][:80]}”")
    return None


def _heads(document: Document) -> list[str]:
    """Return the title and the headings of a page: what it says that it is about."""
    nodes = document.tree.css(_HEADINGS)[:6]
    return [text for text in (*_title(document), *map(visible_text, nodes)) if text]


def _title(document: Document) -> list[str]:
    node = document.tree.css_first("title")
    return [" ".join(node.text().split())] if node is not None else []


def _is_login(document: Document, heads: list[str], url: str, asked_for: str) -> bool:
    sent = LOGIN_PATH.search(urlsplit(url).path) if asked_for and not LOGIN_PATH.search(asked_for) else None
    if document.tree.css_first('input[type="password" i]') is not None:
        return sent is not None or any(map(LOGIN.search, heads))
    # Many ask for the password on a page of its own. A session may also be that of a conference.
    is_surely = sent is not None and sent[0].lower() not in ("/session", "/auth")
    return is_surely and document.tree.css_first(_WHO) is not None


def _is_for_scripts(words: str) -> bool:
    """Say whether a page asks for scripts, perhaps to see whether somebody is a person, and says little else."""
    if not SCRIPTS.search(words):
        return False
    rest = "".join(said for said in _SENTENCE.findall(words) if not (SCRIPTS.search(said) or HUMAN.search(said)))
    return sum(map(str.isalpha, rest)) < REST_LETTERS and not any(map(str.isdigit, rest))


def _asks_for_consent(document: Document, letters: int) -> bool:
    """Say whether a page asks for a consent and is hardly about anything else: no page with a banner."""
    buttons = document.tree.css('button, [role=button], input[type="submit" i], a')[:60]
    accepting = (
        node for node in buttons if ACCEPTING.search((node.attributes.get("value") or visible_text(node)).strip())
    )
    node = next(accepting, None)
    if node is None:
        return False
    if any(map(CONSENT.search, _title(document))):
        return True
    while node.parent is not None and not CONSENT.search(visible_text(node)):
        node = node.parent
    said, inside = visible_text(node), {each.mem_id for each in node.css(_HEADINGS)}
    is_all = 2 * sum(map(len, said.split())) > letters and CONSENT.search(said) is not None
    return is_all and all(each.mem_id in inside for each in document.tree.css(_HEADINGS) if visible_text(each))
