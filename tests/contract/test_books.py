"""The kind `books` keeps what every kind promises."""

import json
from functools import partial
from typing import Any

from watchers.api import Request
from watchers.books import Books
from watchers.testing import Answer, WatcherContract

TOLKIEN = "OL26320A"
HOBBIT = {
    "key": "/works/OL27482W",
    "redirects": ["/works/OL99W"],
    "title": "The Hobbit",
    "subtitle": "or There and Back Again",
    "author_name": ["J.R.R. Tolkien"],
    "author_key": [TOLKIEN],
    "first_publish_year": 1937,
    "publish_date": ["September 21, 1937", "1937", "2012"],
    "language": ["eng", "fre"],
    "publisher": ["Allen & Unwin"],
    "isbn": ["9780261102217"],
    "format": ["Hardcover"],
    "edition_count": 400,
}
NEW = {"key": "/works/OL2W", "title": "A Letter", "author_name": ["J.R.R. Tolkien"], "author_key": [TOLKIEN]}


def works(*docs: dict[str, Any]) -> bytes:
    return json.dumps({"numFound": len(docs), "start": 0, "docs": docs}).encode()


def answer(found: bytes, request: Request) -> Answer:
    author = {"key": f"/authors/{TOLKIEN}", "type": {"key": "/type/author"}, "name": "J.R.R. Tolkien"}
    return json.dumps(author).encode() if "/authors/" in request.url else found


class TestBooks(WatcherContract):
    watcher = Books(author="J.R.R. Tolkien")
    cursor = f"{TOLKIEN} 1"
    answers = partial(answer, works(HOBBIT, NEW))
    reordered = partial(answer, works(NEW, HOBBIT))


class TestBooksByNumber(WatcherContract):
    watcher = Books(id="https://openlibrary.org/authors/OL26320A/J.R.R._Tolkien", language="eng")
    answers = partial(answer, works(HOBBIT, NEW))
    reordered = partial(answer, works(NEW, HOBBIT))
