"""Whatever the sources of concerts, films and books answer, a poll ends in what is true or in a trouble with a name."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.contract.test_books import HOBBIT, TOLKIEN, works
from tests.contract.test_concerts import CALENDAR, DESCRIBED, FOUND, calendar, page, search
from tests.contract.test_films import DUNE, ON_A_PAGE, results
from tests.contract.test_films import page as film_page
from tests.local_web import Asked, reply
from tests.polled import polled
from watchers.api import (
    HttpWatcher,
    Poll,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    WatchError,
)
from watchers.books import Books
from watchers.concerts import Concerts
from watchers.films import Films

Watch = Callable[[str], HttpWatcher]

WATCHES: dict[str, tuple[Watch, bytes]] = {
    "a hall's page": (lambda url: Concerts(url=f"{url}/events"), page(DESCRIBED)),
    "a hall's calendar": (lambda url: Concerts(url=f"{url}/events.ics"), calendar(CALENDAR)),
    "a search for concerts": (lambda url: Concerts(server=url, key="a-key-of-mine", city="Boston"), search(FOUND)),
    "a cinema's page": (lambda url: Films(url=f"{url}/films"), film_page(*ON_A_PAGE)),
    "a list of films": (lambda url: Films(server=url, key="k" * 40, list="upcoming"), results(DUNE)),
    "an author's books": (lambda url: Books(server=url, author=TOLKIEN), works(HOBBIT)),
}
CAPTCHA = b"<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script><body>Wait</body></html>"
CONSENT = b'<html><title>Before you continue</title><form action="https://consent.example/save">Accept</form></html>'
SIGN_IN = b'<html><title>Log in</title><form><input type="password"></form></html>'


async def silence(asked: Asked) -> bytes:
    await asyncio.sleep(60)
    return b""


ANSWERS: dict[str, tuple[Any, tuple[type[WatchError], ...]]] = {
    "401": (reply(b"", 401), (SourceRefused,)),
    "403": (reply(b"", 403), (SourceRefused,)),
    "404": (reply(b"", 404), (SourceGone,)),
    "410": (reply(b"", 410), (SourceGone,)),
    "429": (reply(b"", 429, retry_after="300"), (SourceUnavailable,)),
    "500": (reply(b"", 500), (SourceUnavailable,)),
    "nothing": (reply(b""), (SourceUnavailable,)),
    "white space": (reply(b" \r\n "), (SourceUnavailable, SourceChanged)),
    "a bot check": (reply(CAPTCHA, content_type="text/html"), (SourceRefused,)),
    "a consent page": (reply(CONSENT, content_type="text/html"), (SourceRefused,)),
    "a sign-in page": (reply(SIGN_IN, content_type="text/html"), (SourceRefused,)),
    "itself again": (lambda asked: reply(b"", 302, location=asked.target), (WatchError,)),
    "silence": (silence, (SourceUnavailable,)),
    "a bomb": (reply(gzip.compress(b" " * 60_000_000), content_encoding="gzip"), (SourceChanged,)),
    "half of it": (b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n<html>", (SourceUnavailable,)),
    "another service": (reply(b'{"status": "ok", "value": [1, 2]}'), (SourceChanged,)),
}
NEVER_ENDS = ("silence", "half of it")


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("watch", WATCHES)
def test_what_is_no_answer_has_a_name(watch: str, answer: str) -> None:
    raw, troubles = ANSWERS[answer]
    patience = timedelta(seconds=0.5 if answer in NEVER_ENDS else 30)
    result = polled(WATCHES[watch][0], [raw], deadline=patience, body_limit=2_000_000)
    (trouble,) = result.results
    assert isinstance(trouble, troubles)
    assert trouble.reason
    if answer == "429":
        assert trouble.retry_after == timedelta(minutes=5)


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "no-such-charset"])
@pytest.mark.parametrize("watch", ["a hall's page", "a cinema's page"])
def test_a_page_in_the_wrong_charset_is_read_or_has_a_name(watch: str, charset: str) -> None:
    make, good = WATCHES[watch]
    (result,) = polled(make, [reply(good, content_type=f"text/html; charset={charset}")]).results
    assert isinstance(result, Poll | WatchError)


@pytest.mark.parametrize("watch", [name for name in WATCHES if name != "an author's books"])
def test_an_honest_answer_is_read(watch: str) -> None:
    """What goes before proves nothing if these never gave anything."""
    make, good = WATCHES[watch]
    assert polled(make, [reply(good)]).poll.observations
