"""Under which keys several feeds may show one and the same story.

An agency's report stands in many papers under one headline, and an aggregator links to the paper's own page. Two
entries of *different* feeds are one story where, within a day, they have the same long headline or lead to the same
page of an article. What two entries of one feed share is a habit of that feed, and the key of neither: "Traffic in the
city center this morning" is another story each day. Rather one told twice than one not told.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from watchers.reading.entrykeys import KnownEntry
from watchers.reading.feeddocument import FeedEntry
from watchers.reading.links import bared

STORY: Final = "story:"
"""How such a key begins; the judge looks for those among all watches of a rule."""
FEWEST_WORDS: Final = 5
FEWEST_LETTERS: Final = 28
_LETTERS: Final = re.compile(r"[^\W_]+")
_SLUG_WORDS: Final = re.compile(r"[-_]")
_NUMBER: Final = re.compile(r"\d{4,}")


def story_keys(entries: Sequence[KnownEntry]) -> list[tuple[str, ...]]:
    """Return the keys of each entry under which other feeds may show it; none where it has nothing that tells."""
    names = [tuple(dict.fromkeys(_names(known.entry))) for known in entries]
    holders = Counter(name for each in names for name in each)
    return [
        tuple(_dated(known.entry, [name for name in each if holders[name] == 1]))
        for known, each in zip(entries, names, strict=True)
    ]


def _names(entry: FeedEntry) -> Iterator[str]:
    words = _LETTERS.findall(_plain(entry.title))
    if len(words) >= FEWEST_WORDS and sum(map(len, words)) >= FEWEST_LETTERS:
        yield f"title {' '.join(words)}"
    if _is_of_article(entry.link):
        yield f"link {bared(entry.link)}"


def _dated(entry: FeedEntry, names: Sequence[str]) -> Iterator[str]:
    """Yield each name with the entry's day and the next: two entries up to a day apart have one of them in common."""
    if entry.published is None:
        return
    day = entry.published.astimezone(UTC).date()
    for name in names:
        for near in (day, day + timedelta(days=1)):
            yield f"{STORY}{sha256(f'{near} {name}'.encode(errors='surrogatepass')).hexdigest()[:24]}"


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def _is_of_article(link: str) -> bool:
    """Say whether an address is that of one article: a slug of several words, or a long number in its path."""
    parts = urlsplit(bared(link))
    last = parts.path.rstrip("/").rpartition("/")[2]
    return len(_SLUG_WORDS.split(last)) > 3 or (bool(_NUMBER.search(last)) and "/" in parts.path.strip("/"))
