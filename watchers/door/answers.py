"""What an answer is when it is not the page: the trouble that a status names, and the gate that stands before a page.

    Answer ▶ trouble_in ▶ named trouble | None                  by status, for every kind
    Page ▶ what_stands_in_the_way ▶ named trouble | None        by content, for kinds that read HTML

Pure. A wrong "blocked" hides a page from its owner and a missed one lets a bot check be read as "sold out", so a mark
counts only where the page has hardly any words of its own: shops embed captcha scripts on perfectly good pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from watchers.api import Page, SourceChanged, SourceGone, SourceRefused, SourceUnavailable, WatchError
from watchers.door.exchange import Answer, retry_after

QUIET_AFTER_429: Final = timedelta(minutes=1)
"""How long a host is left alone that says "too many requests" without saying how long (RFC 6585)."""

GOOD: Final = frozenset({200, 201, 203})
MOVED: Final = frozenset({301, 302, 303, 307, 308})

FEW_LETTERS: Final = 2500
"""A page with more visible text than this is no bare gate; the longest gates known have about half of it."""

_REFUSALS: Final = {
    401: "asks for a sign-in: give `auth:` or `cookies:`, or check that they still work",
    402: "asks for a payment",
    403: "refuses access: it may want a sign-in, or may not like programs",
    405: "does not take this kind of request",
    406: "has nothing in a form that was asked for",
    407: "stands behind a proxy that asks for a sign-in: put user and password into `proxy:`",
    451: "may not show this for legal reasons",
}
_GONE: Final = {
    404: "has nothing at this address; that may be temporary, or it may have moved",
    410: "says that this was removed for good",
}
_BUSY: Final = {
    408: "waited too long for the request",
    421: "took the request for another host's",
    425: "is not ready for this yet",
    429: "says that it was asked too often",
    500: "has a fault of its own",
    502: "cannot reach the server behind it",
    503: "is overloaded or being repaired",
    504: "waited in vain for the server behind it",
    509: "has used up its traffic",
}


def trouble_in(answer: Answer, now: datetime) -> WatchError | None:
    """Return what is wrong with an answer by its status, or None for one that can be read.

    A refusal that is a bot check is named so, since "403" tells the owner nothing that helps.
    """
    status, host = answer.status, answer.address.host
    if answer.digest and (status in GOOD or status == 304):
        return None
    wait = retry_after(answer.headers, now)
    gate = _gate(str(answer.address), answer.headers, answer.body) if status not in GOOD else None
    if gate is not None:
        return SourceRefused(f"{host} {gate} ({status})", retry_after=wait)
    if status in GOOD:
        return SourceUnavailable(f"{host} answers with an empty page", retry_after=wait)
    if status in _GONE:
        return SourceGone(f"{host} {_GONE[status]} ({status})", retry_after=wait)
    if status in _BUSY or status >= 500:
        if status == 429:
            wait = wait or QUIET_AFTER_429
        return SourceUnavailable(f"{host} {_BUSY.get(status, 'has a fault of its own')} ({status})", retry_after=wait)
    if status in _REFUSALS:
        return SourceRefused(f"{host} {_REFUSALS[status]} ({status})", retry_after=wait)
    return _oddity(host, status, wait)


def _oddity(host: str, status: int, wait: timedelta | None) -> WatchError:
    if status == 202:
        return SourceUnavailable(f"{host} is still preparing its answer (202)", retry_after=wait)
    if status == 206:
        return SourceUnavailable(f"{host} answers with a part of the page alone (206)", retry_after=wait)
    if status == 304:
        return SourceUnavailable(f"{host} says “not changed” although nothing to compare with was sent (304)")
    if 400 <= status < 500:
        return SourceChanged(f"{host} does not understand the request: the address may need a look ({status})")
    if status in (204, 205):
        return SourceChanged(f"{host} answers that it has nothing to show ({status})")
    return SourceChanged(f"{host} answers in a way that leads nowhere ({status})")


def quiet_for(answer: Answer, now: datetime) -> timedelta | None:
    """Return how long the whole host is to be left alone after an answer, or None.

    A Retry-After beside 404 or a redirect speaks of that address; beside 429, 503 or a good answer, of the host.
    """
    wait = retry_after(answer.headers, now)
    if answer.status == 429:
        return wait or QUIET_AFTER_429
    return wait if answer.status == 503 or 200 <= answer.status < 300 else None


def what_stands_in_the_way(page: Page) -> WatchError | None:
    """Return why a good answer is not the page: a bot check, a consent page or a login wall; None where it is."""
    gate = _gate(page.url, page.headers, page.body)
    return SourceRefused(f"{urlsplit(page.url).hostname or 'the site'} {gate}") if gate is not None else None


_BOT_CHECK: Final = (
    "shows a bot check instead of the page{maker}: it wants a person with a browser, so ask it less often or watch "
    "another source"
)
_CONSENT: Final = "shows a consent page instead of the page: give the cookie that it sets once you have answered it"
_LOGIN: Final = "shows a sign-in page instead of the page: give `cookies:` or `auth:`"

# Header, its value, who sends it. Each is documented to mean a challenge and nothing else:
# developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response and
# docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-actions.html
_HEADERS: Final = {
    ("cf-mitigated", "challenge"): "Cloudflare",
    ("x-amzn-waf-action", "challenge"): "AWS WAF",
    ("x-amzn-waf-action", "captcha"): "AWS WAF",
}

_GATE_HOSTS: Final = re.compile(r"(?:^|\.)(?:captcha-delivery\.com|validate\.perfdrive\.com|queue-it\.net)$")
_GATE_PATHS: Final = re.compile(
    r"^/(?:sorry/index|showcaptcha|errors/validatecaptcha|cdn-cgi/challenge-platform/)", re.I
)
_CONSENT_HOSTS: Final = re.compile(r"^(?:consent|guce)\.")

# What a challenge carries and the protected page itself does not, in lower case. Scripts that also ride on good pages
# (Cloudflare's /challenge-platform/scripts/jsd/, reCAPTCHA, DataDome's tags.js) are not among them.
_MARKS: Final = {
    b"_cf_chl_opt": "Cloudflare",
    b"cf-browser-verification": "Cloudflare",
    b"cf-challenge-running": "Cloudflare",
    b'id="cf-error-details"': "Cloudflare",
    b"px-captcha": "HUMAN",
    b"captcha-delivery.com": "DataDome",
    b"incapsula incident id": "Imperva",
    b"_incapsula_resource?cwudnsai": "Imperva",
    b"/_sec/cp_challenge/": "Akamai",
    b"sec-if-cpt-container": "Akamai",
    b"errors.edgesuite.net": "Akamai",
    b"awswafcookiedomainlist": "AWS WAF",
    b"window.gokuprops": "AWS WAF",
    b"sucuri_cloudproxy_js": "Sucuri",
    b"sucuri website firewall - access denied": "Sucuri",
    b"window.kpsdk": "Kasada",
    b"ddos-guard/js-challenge": "DDoS-Guard",
    b"anubis_challenge": "Anubis",
    b"/vercel/security/": "Vercel",
    b"captcha.perfdrive.com": "Radware",
    b"/errors/validatecaptcha": "",
    b"/checkcaptcha?key=": "",
    b"systems have detected unusual traffic from your": "",
    b"the requested url was rejected. please consult with your administrator": "",
}
_TITLES: Final = re.compile(
    r"""^(?:
        just\ a\ moment | (?:nur\ )?einen\ (?:kleinen\ )?moment | un\ instant | un\ momento | um\ momento | un\ attimo
        | een\ ogenblik(?:\ geduld)? | bir\ dakika | один\ момент | お待ちください | 请稍候 | momencik | ett\ ögonblick
        | attention\ required!? | access\ denied | access\ to\ this\ page\ has\ been\ denied | pardon\ our\ interruption
        | robot\ (?:check|or\ human\??) | are\ you\ (?:a\ |not\ a\ )?(?:robot|human)\?? | captcha
        | security\ check(?:point)?
        | (?:vercel\ )?security\ checkpoint | (?:human|bot|browser)\ (?:verification|check) | checking\ your\ browser.*
        | (?:please\ )?(?:verify|confirm)(?:ing)?\ (?:that\ )?you\ are\ (?:a\ )?(?:human|not\ a\ robot) | ddos-guard
        | making\ sure\ you['’]re\ not\ a\ bot!? | one\ more\ step | you\ have\ been\ blocked | request\ rejected
        | verification\ required | sorry,\ you\ have\ been\ blocked | unusual\ traffic.*
    )[\s.…!]*(?:[|\-–—:].*)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_CONSENT_MARKS: Final = (b'action="https://consent.', b"action='https://consent.", b'class="consent-form"', b"//guce.")
_CONSENT_TITLES: Final = re.compile(
    r"^(?:before you continue|bevor (?:sie|du) (?:zu .+ )?(?:fort|weiter)|avant d.accéder|antes de continuar"
    r"|prima di continuare|voordat je verdergaat|your privacy choices|your data,? your)",
    re.IGNORECASE,
)
_LOGIN_TITLES: Final = re.compile(
    r"^(?:please )?(?:log ?in|log on|sign ?in|anmelden|anmeldung|einloggen|connexion|se connecter|iniciar sesión"
    r"|accedi|entrar|inloggen|zaloguj się|login)\b",
    re.IGNORECASE,
)


def _gate(url: str, headers: Mapping[str, str], body: bytes) -> str | None:
    """Return what stands before a page, as the end of a sentence, or None."""
    for name, value in headers.items():
        maker = _HEADERS.get((name, value.strip().lower()))
        if maker is not None:
            return _bot_check(maker)
    place = urlsplit(url)
    if _GATE_HOSTS.search(place.hostname or "") or _GATE_PATHS.match(place.path):
        return _bot_check("")
    if _CONSENT_HOSTS.match(place.hostname or ""):
        return _CONSENT
    return _gate_in(body)


def _gate_in(body: bytes) -> str | None:
    lower = body.lower()
    title = _title(body, lower)
    maker = next((maker for mark, maker in _MARKS.items() if mark in lower), None)
    if maker is None and _TITLES.match(title):
        maker = ""
    consent = _CONSENT_TITLES.match(title) and any(mark in lower for mark in _CONSENT_MARKS)
    login = _LOGIN_TITLES.match(title) and re.search(rb"type\s*=\s*[\"']?password", lower)
    if maker is None and not consent and not login:
        return None
    if _visible_letters(body) > FEW_LETTERS:
        return None
    if maker is not None:
        return _bot_check(maker)
    return _CONSENT if consent else _LOGIN


def _bot_check(maker: str) -> str:
    return _BOT_CHECK.format(maker=f" ({maker})" if maker else "")


def _title(body: bytes, lower: bytes) -> str:
    start = lower.find(b"<title")
    start = lower.find(b">", start) + 1 if start >= 0 else 0
    end = lower.find(b"</title", start) if start else -1
    if end < 0 or end - start > 1000:
        return ""
    return " ".join(unescape(body[start:end].decode("utf-8", "replace")).split())


def _visible_letters(body: bytes) -> int:
    page = LexborHTMLParser(body)
    page.strip_tags(["script", "style", "template", "noscript", "svg", "head", "iframe"])
    text = page.body.text(separator=" ") if page.body is not None else ""
    return sum(map(len, text.split()))
