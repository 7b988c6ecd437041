"""Which entries of several feeds tell one story.

    story key ─▶ Sketch ─▶ same_story ─▶ why, or nothing          and of many at once: matches

A feed gives an entry a key that holds a sketch of it: when, its article's address, the words of its headline and its
first words, each as three signs. Two sketches are one story only where numbers and denials agree and

- both lead to the same page of an article, or
- the headlines have the same words in the same order, or one has a few words more that change nothing, or
- the texts begin with the same words, as an agency's report does in every paper that prints it.

Rather one told twice than one not told: texts that are the same but for a word within are what a form looks like that
is filled in for every earthquake, so they are two stories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Final

STORY: Final = "story:"
"""How a key begins under which several watches of a rule may show one and the same thing."""
WINDOW: Final = timedelta(days=2)
"""So long after its first report something may still be that report; what says the same later is another."""
FEWEST_EQUAL: Final = 4
FEWEST_ALIKE: Final = 8
"""Words that a headline needs to be known again with a few more in it."""
ALIKE: Final = 0.8
MOST_BEFORE: Final = 6
"""Words that a paper puts before an agency's text: the place, the day, the agency."""
_MOST_HOLDERS: Final = 20
_SIGNS: Final = 3
"""So many signs of a key stand for a word."""
_NOT: Final = "---"
_HOURS: Final = int(WINDOW.total_seconds()) // 3600
_HOUR_DIGITS: Final = 6

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a story key says of an entry.

    Attributes:
        hour: When it was published, in hours since 1970.
        address: A hash of its article's address; empty where it leads to none.
        title: The words of its headline that tell something, and `is_telling` whether they are enough to tell a story.
        beginning: The first such words of its text; empty where it has too few.
    """

    hour: int
    address: str
    title: Words
    is_telling: bool
    beginning: Words


def read_sketch(key: str) -> Sketch | None:
    """Return what a key says; None for one that is no story's, or was made by another version of the program."""
    parts = key.removeprefix(STORY).split(".")
    if not key.startswith(STORY) or len(parts) != 4 or len(parts[0]) != _HOUR_DIGITS:
        return None
    hour, address, title, beginning = parts
    return Sketch(int(hour, 16), address, _words(title.lstrip("=")), title.startswith("="), _words(beginning))


def bounds(keys: Iterable[str]) -> tuple[str, str] | None:
    """Return between which keys every story lies that one of these may be; None where there is no story."""
    hours = [sketch.hour for sketch in map(read_sketch, keys) if sketch is not None]
    if not hours:
        return None
    first, last = max(0, min(hours) - _HOURS), max(hours) + _HOURS + 1
    return f"{STORY}{first:06x}", f"{STORY}{last:06x}"


def is_recent(key: str, now: datetime) -> bool:
    """Return whether a story is young enough to be met again elsewhere; what is older is not kept in mind."""
    sketch = read_sketch(key)
    return sketch is not None and now.timestamp() // 3600 - sketch.hour <= 2 * _HOURS


def same_story(one: Sketch, other: Sketch) -> str:
    """Return why two entries of different feeds are one story, as a clause; an empty text where they are two."""
    if abs(one.hour - other.hour) > _HOURS:
        return ""
    if one.address and one.address == other.address:
        return "both lead to the same article"
    if _denials(one.title) != _denials(other.title):
        return ""
    return _same_headline(one, other) or _same_text(one, other)


def matches(keys: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return for each key the known one that is the same story; the earliest where there are several.

    Only what has three words in a row in common is compared at all, so thousands of headlines cost milliseconds.
    """
    wanted = {key: sketch for key in keys if (sketch := read_sketch(key)) is not None}
    holders: dict[str, list[str]] = defaultdict(list)
    for key in wanted:
        for mark in set(_marks(key)):
            holders[mark].append(key)
    # What so many say is a phrase and no story; without this, one phrase in all of them would cost a look at each pair.
    holders = {mark: held for mark, held in holders.items() if len(held) <= _MOST_HOLDERS}
    found: dict[str, str] = {}
    for key in sorted(known) if wanted else ():
        near = {one for mark in _marks(key) for one in holders.get(mark, ()) if one not in found}
        sketch = read_sketch(key) if near else None
        if sketch is not None:
            found |= {one: key for one in near if same_story(wanted[one], sketch)}
    return found


def _marks(key: str) -> Iterator[str]:
    """Yield what two keys have at least one of in common where they are one story."""
    _, _, rest = key.partition(".")
    address, _, rest = rest.partition(".")
    title, _, beginning = rest.partition(".")
    if address:
        yield address
    for name, words in (("t", title.lstrip("=")), ("b", beginning)):
        for start in range(0, len(words) - 2 * _SIGNS, _SIGNS):
            yield name + words[start : start + 3 * _SIGNS]


def _words(written: str) -> Words:
    return tuple(written[start : start + _SIGNS] for start in range(0, len(written), _SIGNS))


def _denials(words: Words) -> int:
    return words.count(_NOT)


def _numbers(words: Iterable[str]) -> set[str]:
    return {word for word in words if word[0].isupper()}


def _same_headline(one: Sketch, other: Sketch) -> str:
    short, long = sorted((one.title, other.title), key=len)
    if not (one.is_telling and other.is_telling) or len(short) < FEWEST_EQUAL:
        return ""
    if short == long:
        return "they have the same headline"
    more = len(long) - len(short)
    if len(short) < FEWEST_ALIKE or 4 * more > len(short) or _numbers(short) != _numbers(long):
        return ""
    return f"all {len(short)} words of one headline are in the other" if _is_part(short, long) else ""


def _is_part(short: Words, long: Words) -> bool:
    """Say whether all words of one headline stand in the other, in their order."""
    rest = iter(long)
    return all(word in rest for word in short)


def _same_text(one: Sketch, other: Sketch) -> str:
    short, long = sorted((one.beginning, other.beginning), key=len)
    common = set(one.title) & set(other.title)
    if not short or len(common) < min(2, len(one.title), len(other.title)):
        return ""
    ours, theirs = _numbers(one.title), _numbers(other.title)
    if not (ours <= theirs or theirs <= ours):
        return ""
    # One run: what papers change in an agency's text is what they put before it, and where they cut it off.
    runs = [run for run in SequenceMatcher(None, short, long, autojunk=False).get_matching_blocks() if run.size]
    if len(runs) != 1 or runs[0].size < ALIKE * len(short):
        return ""
    (run,) = runs
    begins = min(run.a, run.b) == 0 and max(run.a, run.b) <= MOST_BEFORE
    ends = run.a + run.size == len(short) or run.b + run.size == len(long)
    return f"{run.size} of {len(short)} words at the beginning are the same" if begins and ends else ""
