"""A feed whose ids all change at once: its site has moved, or has new software.

    what the document before showed (the cursor keeps it) ─┐
    this document's entries, with their keys ──────────────┴▶ the same, each also under the key that it had before

One entry under a new id is another entry, whatever else is the same: an update of a forecast, another delay of the same
line. But where no id of the document before is there any more, and most of what it said is, it is the ids that changed.
Then entries are told to be the same by title and text, by title and a mere day, or where there is no text by title and
an article's own address. What has the same title or link at the same instant, `entrykeys` knows already.

Ids that only count the places of a document (item-1, item-2 …) show themselves in the same way: its entries have moved
on by some places.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, time

from watchers.reading.entrykeys import KnownEntry, count_places, id_key
from watchers.reading.feeddocument import FeedEntry
from watchers.reading.links import bared
from watchers.reading.stories import is_of_article

_BY_ID = id_key("")
_ENOUGH = 3  # entries: fewer that are new at once are no sign of a move
_MOST_KEPT = 300  # entries of a document: the newest come first in nearly all
_MOST_EARLIER = 3  # keys of one entry: a site does not move every day
_GIST = 80  # letters and digits: an excerpt of new software ends elsewhere, but begins the same


@dataclass(frozen=True, slots=True)
class Shown:
    """What is kept of an entry that a document showed: its key, those before that, and marks of what it says."""

    key: str
    marks: tuple[str, ...]
    earlier: tuple[str, ...] = ()


def recognised(
    entries: Sequence[KnownEntry], before: Sequence[Shown]
) -> tuple[tuple[KnownEntry, ...], tuple[Shown, ...]]:
    """Return the entries with the keys that they had before a move, and what to keep of them for the next document.

    Args:
        entries: Those of this document.
        before: What was kept of the document before.
    """
    if not entries:
        return (), tuple(before)  # an emptied feed forgets nothing
    shown = tuple(Shown(one.key, marks_of(one.entry)) for one in entries)
    kept = {one.key: one.earlier for one in before}
    earlier = {one.key: kept[one.key] for one in shown if one.key in kept}
    if not earlier:
        earlier = _before_the_move(shown, before)
    found = tuple(replace(one, also=tuple(dict.fromkeys((*one.also, *earlier.get(one.key, ()))))) for one in entries)
    return found, tuple(replace(one, earlier=earlier.get(one.key, ())) for one in shown[:_MOST_KEPT])


def are_places(entries: Sequence[FeedEntry], before: Sequence[Shown]) -> bool:
    """Return whether the ids of a document count its places: what stood in it before has the id of another place now.

    What was once found to be so stays so, as the entries are then kept under other keys than their ids.
    """
    if not before or not count_places(entries):
        return False
    if not any(one.key.startswith(_BY_ID) for one in before):
        return True
    there = _by_mark(before)
    found = ((entry, there.get(mark)) for entry in entries for mark in marks_of(entry)[:1])
    known = [(entry, old) for entry, old in found if old is not None]
    have_moved = all(id_key(bared(entry.id)) != old.key for entry, old in known)
    return have_moved and len(known) >= _ENOUGH and 2 * len(known) > min(len(entries), len(before))


def marks_of(entry: FeedEntry) -> tuple[str, ...]:
    """Return what tells an entry to be the same without its id; nothing where it has no title."""
    title, at = entry.title.casefold(), entry.published
    if not title:
        return ()
    marks = []
    if said := "".join(filter(str.isalnum, (entry.summary or entry.content).casefold()))[:_GIST]:
        marks.append(_mark("text", title, said))
    elif is_of_article(entry.link):
        marks.append(_mark("link", title, bared(entry.link)))
    if at is not None and at.timetz() == time(tzinfo=UTC):
        marks.append(_mark("day", title, at.date().isoformat()))
    return tuple(marks)


def with_memory(address: str, shown: Iterable[Shown]) -> str:
    """Return the cursor of a feed: the address that it is read at, and what it showed, an entry a line."""
    lines = ("\t".join((one.key, " ".join(one.marks), *one.earlier)) for one in shown)
    return "\n".join((address, *lines))


def at_address(cursor: str | None, address: str) -> str:
    """Return a cursor with another address."""
    _, gap, memory = (cursor or "").partition("\n")
    return address + gap + memory


def address_of(cursor: str | None) -> str | None:
    """Return the address in a cursor; None where there is none yet."""
    return _shown_part(cursor).partition("\n")[0] or None


def memory_of(cursor: str | None) -> tuple[Shown, ...]:
    """Return what a feed showed, as its cursor keeps it."""
    fields = (line.split("\t") for line in _shown_part(cursor).split("\n")[1:])
    return tuple(Shown(key, tuple(marks.split()), tuple(earlier)) for key, marks, *earlier in fields)


def _shown_part(cursor: str | None) -> str:
    """Return a cursor without what its watch keeps besides, behind a form feed: no key or mark has one."""
    return (cursor or "").partition("\f")[0]


def _before_the_move(shown: Sequence[Shown], before: Sequence[Shown]) -> dict[str, tuple[str, ...]]:
    """Return the keys that entries had in a document that has none of their keys; nothing where it is another text."""
    if min(len(shown), len(before)) < _ENOUGH:
        return {}
    there, here = _by_mark(before), _by_mark(shown)
    same = {here[mark].key: there[mark] for mark in here.keys() & there.keys()}
    if 2 * len(same) <= min(len(shown), len(before)):
        return {}
    return {key: (old.key, *old.earlier)[:_MOST_EARLIER] for key, old in same.items()}


def _by_mark(shown: Sequence[Shown]) -> dict[str, Shown]:
    """Return entries by their marks; a mark that two of them have tells neither."""
    count = Counter(mark for one in shown for mark in set(one.marks))
    return {mark: one for one in shown for mark in one.marks if count[mark] == 1}


def _mark(name: str, *values: str) -> str:
    return hashlib.sha256("\x1f".join((name, *values)).encode(errors="surrogatepass")).hexdigest()[:12]
