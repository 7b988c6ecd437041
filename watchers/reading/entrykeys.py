"""Which entry of a feed is which, from one fetch to the next.

    document ──▶ one entry of several versions ──▶ possible keys of each ──▶ those that only one entry has

An entry is new only if none of its keys was ever seen. So a key that two things share hides news, and a thing whose
keys all change is told again. Both are decided by what the document itself shows:

- Where an id is there, no other entry has it and it does not just name the feed, the id is the entry. It is compared
  without scheme, `www.`, trackers and sessions. A title that comes back under another id is another entry.
- A link tells entries apart only in a feed where nearly all links differ. In some feeds all entries have one.
- Title and instant together, or link and instant, are the same for one entry under two ids: those of a site that has
  moved or has new software, and those of a feed that makes up new ids each time.
- What two entries of one document share is the key of neither.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from watchers.reading.feeddocument import FeedDocument, FeedEntry
from watchers.reading.links import bared

_TELLING = 0.8  # the share of different values from which on a field is taken to tell entries apart
_ENOUGH = 3  # entries: fewer links that differ by chance prove nothing
_MAX_KEY = 200
_COUNTED = re.compile(r"(.*?)([0-9]{1,5})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry with its keys: the one to keep, and others under which it may have been seen before."""

    entry: FeedEntry
    key: str
    also: tuple[str, ...]


def known_entries(document: FeedDocument, address: str, *, are_places: bool = False) -> tuple[KnownEntry, ...]:
    """Return every entry of a feed once, with keys that no other entry of it has.

    Args:
        document: The feed.
        address: Where it came from: an id or link that only names the feed tells no entry.
        are_places: Its ids are known to count places, which the document alone may not show.
    """
    feed = _Feed(document, address, are_places)
    possible = [(entry, tuple(dict.fromkeys(feed.possible_keys(entry)))) for entry in feed.entries]
    holders = Counter(key for _, keys in possible for key in keys)
    known: dict[str, KnownEntry] = {}
    for entry, keys in possible:
        own = [key for key in keys if holders[key] == 1] or [_digest("all", *_everything(entry))]
        # Two entries that are alike to the last letter are one.
        known.setdefault(own[0], KnownEntry(entry, own[0], tuple(own[1:])))
    return tuple(known.values())


class _Feed:
    """What the entries of one document show together."""

    def __init__(self, document: FeedDocument, address: str, are_places: bool) -> None:
        self._names = {"", bared(document.link), bared(address)}
        ids = Counter(entry.id for entry in document.entries if bared(entry.id) not in self._names)
        self._are_places = are_places or _are_places(document.entries)
        self._ids_tell = _tells(ids, spare=1) and not self._are_places
        self.entries = _one_of_each(document.entries) if self._ids_tell else list(document.entries)
        self._ids = Counter(entry.id for entry in self.entries)
        self._bared_ids = Counter(bared(id_) for id_ in self._ids)
        self._links = Counter(bared(entry.link) for entry in self.entries if entry.link)
        self._links_tell = _tells(self._links) and len(self._links) > 1

    def possible_keys(self, entry: FeedEntry) -> Iterator[str]:
        """Yield what may name an entry, the surest first."""
        title, link, at = entry.title.casefold(), bared(entry.link), entry.published
        if self._are_places and entry.link == entry.id:
            link = ""
        has_id = self._ids_tell and self._ids[entry.id] == 1 and bared(entry.id) not in self._names
        link_tells = self._links_tell and self._links[link] == 1 and link not in self._names
        if has_id:
            id_ = bared(entry.id)
            yield id_key(id_ if self._bared_ids[id_] == 1 else entry.id)  # some ids differ in a parameter only
        elif link_tells:
            yield _key("link", link)
        if title and at and at.timetz() != time(tzinfo=UTC):  # a mere day does not tell one "Weekly update" from two
            yield _digest("title+date", title, at.isoformat())
        if link and (not has_id or (link_tells and len(self._links) >= _ENOUGH)):
            if at:
                yield _digest("link+date", link, at.isoformat())
            if title and not (has_id and at):
                yield _digest("link+title", link, title)
        if not has_id and not link and title:
            yield _digest("title+day", title, at.date().isoformat() if at else "")


def _tells(values: Counter[str], spare: int = 0) -> bool:
    """Whether a field has nearly as many values as entries have it; `spare` repetitions are a slip in any feed."""
    repeated = values.total() - len(values)
    return len(values) >= _TELLING * values.total() > 0 or 0 < repeated <= spare < len(values)


def count_places(entries: Sequence[FeedEntry]) -> bool:
    """Whether the ids may only count the places of the document, from its first entry on: item-1, item-2, item-3.

    Such an id is another entry's at the next fetch. A database that lists its oldest first counts no other way.
    """
    counted = [_COUNTED.fullmatch(entry.id) for entry in entries]
    found = [(one[1], int(one[2])) for one in counted if one is not None]
    if not _ENOUGH <= len(entries) == len(found) or found[0][1] not in (0, 1):
        return False
    return found == [(found[0][0], place) for place in range(found[0][1], found[0][1] + len(entries))]


def _are_places(entries: Sequence[FeedEntry]) -> bool:
    """Whether the ids count the places of the document for sure: from the newest entry on.

    Without dates only the next fetch can tell (`watchers.reading.moved`).
    """
    ordered = sorted(entries, key=_last_number)
    dates = [entry.published for entry in ordered if entry.published]
    is_from_newest = len(set(dates)) == len(entries) and dates == sorted(dates, reverse=True)
    return is_from_newest and count_places(ordered)


def _last_number(entry: FeedEntry) -> int:
    counted = _COUNTED.fullmatch(entry.id)
    return int(counted[2]) if counted else 0


def _one_of_each(entries: Iterable[FeedEntry]) -> list[FeedEntry]:
    """Keep the latest version of an entry that stands in the document under one id several times.

    RFC 4287 §4.1.1 calls entries with one id one entry. Feeds are taken at that word only where the link or the title
    is the same too.
    """
    versions: dict[str, list[FeedEntry]] = defaultdict(list)
    for entry in entries:
        versions[entry.id].append(entry)
    return [entry for id_, same in versions.items() for entry in (_latest(same) if id_ else same)]


def _latest(same: list[FeedEntry]) -> list[FeedEntry]:
    if len({entry.link for entry in same}) > 1 and len({entry.title for entry in same}) > 1:
        return same
    never = datetime.min.replace(tzinfo=UTC)
    return [max(same, key=lambda entry: (entry.updated or entry.published or never, *_everything(entry)))]


def _everything(entry: FeedEntry) -> tuple[str, ...]:
    return entry.id, entry.link, entry.title, str(entry.published), entry.summary, entry.content


def id_key(id_: str) -> str:
    """Return the key of an entry that its id names."""
    return _key("id", id_)


def _key(name: str, value: str) -> str:
    whole = f"{name}:{value}"
    # A letter that no text should have (NUL, half of a pair of surrogates) is one that not every store can keep.
    return whole if len(whole) <= _MAX_KEY and whole.isprintable() else _digest(name, value)


def _digest(name: str, *values: str) -> str:
    hashed = hashlib.sha256("\x1f".join(values).encode(errors="surrogatepass")).hexdigest()
    return f"{name}:#{hashed[:32]}"
