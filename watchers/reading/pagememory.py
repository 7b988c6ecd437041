"""What a watch remembers of a page, and what is news on it.

    lines now + a second look + memory ──▶ restless parts left out ▶ nearly everything gone? ▶ added, removed ▶ memory

Four things look like news and are none:

- What differs between two looks a moment apart: rotating banners, clocks, counters. Such a place or line is restless
  until `PATIENCE` second looks found it at rest. Where one of the two looks shows what was there before, it is not:
  that is a cache that has not caught up yet, or two versions that alternate.
- What comes back: a version of the whole page, or a line, that stood there lately.
- What says the same but for how long ago something was (`watchers.reading.ages`).
- Everything vanishing at once: half a page, an empty template. It is believed when it was so at `LOOKS` polls in a row.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from watchers.reading.ages import in_words_of
from watchers.reading.pagetext import Line

PATIENCE: Final = 4
RECHECK: Final = 6
"""After so many polls without a second look, restless parts are looked at twice again."""
LOOKS: Final = 3
_VERSIONS: Final = 5
_KNOWN: Final = 500
_RESTLESS: Final = 200
_LEAST_STEADY: Final = 0.5
"""Where less than this share of the letters is steady, the restless parts are what the page is about: all counts."""
_FULL: Final = 200
_VANISHED: Final = 0.1
"""A text of so many letters of which less than this share is left has vanished."""
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class PageMemory:
    """What a watch keeps from one poll to the next.

    Attributes:
        lines: The steady lines, as they were last shown, and `places` where each of them stood.
        versions: Digests of the last versions, the newest last.
        known: Digests of lines that are gone, with for how many more versions they are no news if they come back.
        restless: Places and digests of lines that are restless, with how many calm second looks they stay so.
        gone: At how many polls in a row nearly everything was gone.
        single: How many polls in a row had no second look.
        is_news: The last poll told a change, so that the next one has to say that there is none.
    """

    lines: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    known: Mapping[str, int] = field(default_factory=dict)
    restless: Mapping[str, int] = field(default_factory=dict)
    gone: int = 0
    single: int = 0
    is_news: bool = False

    def written(self) -> str:
        """Return it as the cursor of the watch."""
        return json.dumps({"format": _FORMAT} | asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class News:
    """What a poll shows, beside what was there before.

    Attributes:
        lines: The lines that count.
        before: Those of the look before, with which they were compared; None at the first.
        added, removed: What is new in them, and what is gone; nothing where a version came back.
        has_vanished: Nearly everything is gone, and that is not believed yet: nothing else here counts then.
        left_out: What turned out to be restless just now.
        memory: For the next poll.
    """

    lines: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    memory: PageMemory
    before: tuple[str, ...] | None = None
    has_vanished: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether anything is new or gone."""
        return bool(self.added or self.removed)


def read_memory(cursor: str | None) -> PageMemory | None:
    """Return what `written` wrote; None at the first poll, and for a cursor of another version of this program."""
    try:
        stored: Any = json.loads(cursor or "null")
    except ValueError:
        return None
    if not isinstance(stored, dict) or stored.pop("format", None) != _FORMAT:
        return None
    lists = {name: tuple(stored[name]) for name in ("lines", "places", "versions")}
    return PageMemory(**{**stored, **lists})


def looks_new(lines: Sequence[Line], memory: PageMemory | None) -> bool:
    """Say whether a look shows anything but what is remembered, so that a second look is worth a request."""
    if memory is None or (memory.restless and memory.single >= RECHECK):
        return True
    steady = _texts(_steady(in_words_of(memory.lines, lines), memory.restless))
    return steady != memory.lines and _version(steady) not in memory.versions


def news(lines: Sequence[Line], memory: PageMemory | None, second: Sequence[Line] | None = None) -> News:
    """Return what is new on a page.

    Args:
        lines: What it shows.
        memory: What the last poll kept; None at the first.
        second: What it showed a moment earlier or later; None where it was looked at once.
    """
    past = memory or PageMemory()
    lines = in_words_of(past.lines, lines)
    second = in_words_of(past.lines, second) if second is not None else None
    restless = past.restless if second is None else _learned(past, lines, second)
    steady = _steady(lines, restless)
    texts = _texts(steady)
    if _has_vanished(past.lines, texts) and past.gone + 1 < LOOKS:
        return News(past.lines, (), (), replace(past, gone=past.gone + 1, is_news=False), has_vanished=True)
    learned = restless.keys() - past.restless.keys()
    shown = set(steady)
    left_out = tuple(line.text for line in lines if _is_among(line, learned) and line not in shown)
    is_first, is_back = memory is None, _version(texts) in past.versions
    added, removed = ((), ()) if is_first or is_back else _difference(past, texts, learned)
    kept = PageMemory(
        lines=texts,
        places=tuple(line.place for line in steady),
        versions=_latest((*past.versions, _version(texts)), _VERSIONS),
        known=past.known if is_back else _known(past, texts),
        restless=restless,
        single=0 if second is not None else past.single + 1,
        is_news=bool(added or removed),
    )
    return News(texts, added, removed, kept, None if is_first else past.lines, left_out=left_out)


def difference(versions: Sequence[Sequence[str]], now: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines that are new and those that are gone since the last of some versions, the newest last.

    A version that comes back is no news, nor is a line that stood in one of the last.
    """
    lately = versions[-_VERSIONS:]
    if not lately or any(list(version) == list(now) for version in lately):
        return (), ()
    known, there = {line for version in lately for line in version}, set(now)
    added = (line for line in now if line not in known)
    removed = (line for line in lately[-1] if line not in there)
    return tuple(dict.fromkeys(added)), tuple(dict.fromkeys(removed))


def _steady(lines: Sequence[Line], restless: Mapping[str, int]) -> tuple[Line, ...]:
    """Return the lines that are not restless, or all where those are most of what there is."""
    kept = tuple(line for line in lines if not _is_among(line, restless))
    return kept if _letters(_texts(kept)) >= _LEAST_STEADY * _letters(_texts(lines)) else tuple(lines)


def _is_among(line: Line, names: Container[str]) -> bool:
    """Say whether a line, or its place, is among some that are named."""
    return line.place in names or _digest(line.text) in names


def _texts(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(line.text for line in lines)


def _learned(past: PageMemory, one: Sequence[Line], other: Sequence[Line]) -> dict[str, int]:
    """Return the restless places and lines after two looks a moment apart."""
    before = _by_place(map(Line, past.lines, past.places))
    here, there = _by_place(one), _by_place(other)
    moved: dict[str, None] = {}
    for place in {**here, **there}:
        first, again = set(here.get(place, ())), set(there.get(place, ()))
        if first == again or (place in before and set(before[place]) in (first, again)):
            continue
        if first.isdisjoint(again):
            moved[place] = None
        else:  # some lines of a list: the others of it are none of this
            moved.update(dict.fromkeys(map(_digest, sorted(first ^ again))))
    calm = {name: looks - 1 for name, looks in past.restless.items() if name not in moved and looks > 1}
    learned = calm | dict.fromkeys(moved, PATIENCE)
    return dict(list(learned.items())[-_RESTLESS:])


def _difference(
    past: PageMemory, texts: Sequence[str], learned: Container[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines that are new and those that are gone.

    One that stood there lately is not new, and one that turned out to be restless is not gone.
    """
    before, now = set(past.lines), set(texts)
    added = (text for text in texts if text not in before and _digest(text) not in past.known)
    removed = (
        line.text
        for line in map(Line, past.lines, past.places)
        if line.text not in now and not _is_among(line, learned)
    )
    return tuple(dict.fromkeys(added)), tuple(dict.fromkeys(removed))


def _known(past: PageMemory, texts: Sequence[str]) -> dict[str, int]:
    """Return the lines that are no news if they come back, after a version that is new."""
    if tuple(texts) == past.lines:
        return dict(past.known)
    now = set(texts)
    left = dict.fromkeys((_digest(text) for text in past.lines if text not in now), _VERSIONS)
    older = {name: times - 1 for name, times in past.known.items() if times > 1}
    return dict(list((older | left).items())[-_KNOWN:])


def _has_vanished(before: Sequence[str], now: Sequence[str]) -> bool:
    letters = _letters(before)
    return letters >= _FULL and _letters(now) < _VANISHED * letters


def _by_place(lines: Iterable[Line]) -> Mapping[str, list[str]]:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        places[line.place].append(line.text)
    return places


def _letters(texts: Iterable[str]) -> int:
    return sum(map(len, texts))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _version(lines: Iterable[str]) -> str:
    return _digest("\n".join(lines))


def _latest(values: Iterable[str], most: int) -> tuple[str, ...]:
    """Return the last different values, each at its last place."""
    newest_first = dict.fromkeys(reversed(tuple(values)))
    return tuple(reversed(list(newest_first)[:most]))
