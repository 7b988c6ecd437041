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
from watchers.reading.html import Document, open_document, visible_text

ACCEPT: Final = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
WEB_PAGES: Final = frozenset({"", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain"})

FEW_LETTERS: Final = 1500
"""What stands in place of a page says less than this; consent pages say the most."""

_LOGIN: Final = re.compile(
    r"\b(?:log ?in|log on|sign ?in|anmeld\w*|einloggen|se connecter|connexion|identifiez-vous|iniciar sesión|accedi"
    r"|entrar|inloggen|zaloguj|logga in|logg inn|log ind|kirjaudu|войти|вход|ログイン|登录|登入|로그인)",
    re.IGNORECASE,
)
_LOGIN_PATH: Final = re.compile(r"/(?:log-?in|sign-?in|auth|sso|session|account/login|users/sign_in|anmelden)\b", re.I)
_CONSENT: Final = re.compile(
    r"\b(?:cookies?\b|consent|we value your privacy|your privacy|privatsphäre|datenschutz|vie privée|privacidad"
    r"|tu privacidad|la tua privacy|je privacy|prywatnoś|before you continue|bevor (?:sie|du) |avant d.accéder)",
    re.IGNORECASE,
)
_ACCEPTING: Final = re.compile(
    r"^(?:i )?(?:accept|agree|allow|consent)\b|^(?:alle[sn]? )?(?:akzeptier|zustimm|annehmen)|^einverstanden"
    r"|akzeptieren$|zustimmen$|^(?:tout )?accepter|^j.accepte|^acept|^accett|^alles? accepteren|^akkoord|^zgadzam"
    r"|^akceptu|^godta|^godkänn|^acceptera|^hyväksy|^souhlas|^принять",
    re.IGNORECASE,
)
_HUMAN: Final = re.compile(
    r"captcha|\brobots?\b|\bhuman\b|unusual traffic|automated (?:access|requests?|queries)"
    r"|security (?:check|verification)"
    r"|enable (?:javascript|js) and (?:disable|cookies)|javascript and cookies|kein roboter|ungewöhnliche"
    r"|pas un robot|no soy un robot|non sono un robot|không phải là robot|не робот|ロボット|机器人|로봇",
    re.IGNORECASE,
)
_CAPTCHA: Final = (
    '.g-recaptcha, .h-captcha, .cf-turnstile, .frc-captcha, [id*="captcha" i], [name*="captcha" i], '
    'img[src*="captcha" i], iframe[src*="captcha" i], form[action*="captcha" i], [data-sitekey]'
)
_OUTAGE: Final = re.compile(
    r"^(?:(?:error )?50[0-4]\b|bad gateway|(?:service|site|page|temporarily) (?:is )?(?:temporarily )?unavailable"
    r"|(?:scheduled |under |site )?maintenance|wartung|be right back|we.?ll be back|gateway time-?out"
    r"|internal (?:server )?error|something went wrong|oops|temporary (?:error|issue)|too many requests"
    r"|(?:(?:fatal|application|database|server|unexpected) )?error$|error establishing a database"
    r"|an (?:unexpected |internal )?error (?:has )?occurred|(?:site |page )?en maintenance|en mantenimiento"
    r"|(?:sito )?in manutenzione|em manutenção|(?:fehler|erreur|errore)$)",
    re.IGNORECASE,
)
_MISSING: Final = re.compile(
    r"^\W*(?:(?:http|error|fehler|erreur|errore)\W+)?404(?:\W*$|\W+(?:error|fehler|erreur|errore|not found|page|file"
    r"|seite|página|pagina|nothing|oops|sorry))|^not found\W*$"
    r"|^\W*(?:(?:sorry|oops|error|the|this|that|requested|web)\W+)*page\W+(?:(?:could|can|was|is|does)\W+)?"
    r"(?:not|cannot|can.?t|doesn.?t|couldn.?t)\W+(?:be\W+)?(?:found|exist)"
    r"|^(?:die )?seite (?:wurde |konnte )?nicht gefunden|^(?:cette )?page (?:introuvable|non trouvée)"
    r"|^página (?:no|não) encontrada|^pagina (?:non trovata|niet gevonden)|^страница не найдена"
    r"|^ページが見つかりません|^(?:页面不存在|找不到页面)",
    re.IGNORECASE,
)
"""How the title or a heading begins where a page stands for one that is not there, whatever the status says."""


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
    heads = _heads(document)
    if document.tree.css_first(_CAPTCHA) is not None and _HUMAN.search(words):
        return SourceRefused(f"{host} asks whether you are a person: it wants a browser, so ask it less often")
    if _is_login(document, heads, url, asked_for):
        return SourceRefused(f"{host} shows a sign-in page instead of the page: give `cookies:` or `auth:`")
    if any(map(_CONSENT.search, heads)) and _has_button(document, _ACCEPTING):
        said = "shows a consent page instead of the page: give the cookie that it sets once you have answered it"
        return SourceRefused(f"{host} {said}")
    # A title is the page's own; a heading may be that of a part, unless there is little else.
    if any(map(_MISSING.search, heads if letters < FEW_LETTERS // 2 else _title(document))):
        return SourceGone(f"{host} says that it has no such page: “{heads[0][:80]}”")
    if any(map(_OUTAGE.search, heads)) and letters < FEW_LETTERS // 2:
        return SourceUnavailable(f"{host} says that it is out of order: “{heads[0][:80]}”")
    return None


def _heads(document: Document) -> list[str]:
    """Return the title and the headings of a page: what it says that it is about."""
    nodes = document.tree.css("h1, h2, legend, [role=heading]")[:6]
    return [text for text in (*_title(document), *map(visible_text, nodes)) if text]


def _title(document: Document) -> list[str]:
    node = document.tree.css_first("title")
    return [" ".join(node.text().split())] if node is not None else []


def _is_login(document: Document, heads: list[str], url: str, asked_for: str) -> bool:
    if document.tree.css_first('input[type="password" i]') is None:
        return False
    was_sent = bool(asked_for) and _LOGIN_PATH.search(urlsplit(url).path) and not _LOGIN_PATH.search(asked_for)
    return bool(was_sent) or any(map(_LOGIN.search, heads))


def _has_button(document: Document, words: re.Pattern[str]) -> bool:
    for node in document.tree.css('button, [role=button], input[type="submit" i], a')[:60]:
        if words.search((node.attributes.get("value") or visible_text(node)).strip()):
            return True
    return False
