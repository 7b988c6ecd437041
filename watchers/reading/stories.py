"""Under which key several feeds may show one and the same story: a sketch of what an entry says.

    headline, first words, address, hour ──▶ story:HHHHHH.address.headline.beginning

The key is made so that two of them can be compared without the entries: `rules.stories` reads it, and decides. A word
is three signs: a number begins with a capital letter, every word that denies is `---`, any other begins with a small
letter or a digit. What cannot tell a story is left out of its sketch: words that only hold a sentence together, the
name of the paper at the end of a headline, and whatever several entries of one feed share. That is a habit of the feed:
"Traffic in the city center this morning" is another story each day.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

from watchers.reading.entrykeys import KnownEntry
from watchers.reading.feeddocument import FeedEntry
from watchers.reading.links import bared

STORY: Final = "story:"
"""How such a key begins; the judge looks for those among all watches of a rule."""
FEWEST_WORDS: Final = 5
FEWEST_LETTERS: Final = 28
FEWEST_SIGNS: Final = 12
"""Of a script that writes no spaces, where each sign is a word."""
MOST_WORDS: Final = 24
BEGINNING: Final = 28
FEWEST_IN_BEGINNING: Final = 16
_HABIT: Final = 0.5
"""The share of a text that other entries of its feed have as well, from which on it is a form that is filled in."""
_HEADLINE_HABIT: Final = 0.8

_UNSPACED: Final = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD: Final = re.compile(rf"\d+(?:[.,:]\d+)*|[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+")
_SIGN: Final = re.compile(rf"[{_UNSPACED}]")
_GROUPED: Final = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_ENDING: Final = re.compile(r"(?<=\w{4})(?:'s|ings?|ed|es|s)$")
_SUFFIX: Final = re.compile(r"\s+[-–—|·•:]{1,2}\s+(?P<name>[^-–—|·•]{2,40})$")
_LABEL: Final = re.compile(
    r"^\W*(?:breaking(?: news)?|update[ds]?|live(?: updates?)?|video|watch|exclusive|exklusiv|eil(?:meldung)?|just in"
    r"|liveblog|liveticker|newsticker|ticker|alerte?|direct|en direct|urgente?|última hora|ultim'?ora|in diretta"
    r"|\(?(?:dpa|ap|afp|reuters)\)?)\s*(?:[:|\]]|\+\+\+|[-–—]\s)\W*",
    re.IGNORECASE,
)
_MORE: Final = re.compile(
    r"\W*(?:read (?:more|the (?:full|whole)\b.*)|continue reading\b.*|(?:weiter|mehr) ?lesen\b.*|lire la suite\b.*"
    r"|(?:leer|seguir) (?:más|leyendo)\b.*|continua a leggere\b.*|leia mais\b.*|lees (?:meer|verder)\b.*"
    r"|the post .{1,200} (?:appeared first|first appeared) on .*)\W*$",
    re.IGNORECASE,
)
_CUT: Final = re.compile(r"\s*\S*\s*(?:\[?(?:…|\.\.\.)\]?)\W*$")
_NUMBER: Final = re.compile(r"\d{4,}")
_SLUG_WORDS: Final = re.compile(r"[-_]")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BINDING: Final = _set(
    "a an the of to in on at for by and as is are was were be been its it his her their s that this with from has have "
    "der die das den dem des ein eine einer eines einem einen und im am zu zum zur von vom mit auf fur ist sind bei "
    "le la les l un une des du de d et au aux en dans sur pour par est sont que qui ce cette "
    "el los las una y del al por para con es son se su lo o e il gli i uno di della dei del da nel per che "
    "os um uma do dos em het een van op met voor te er och att det en som av pa til i af"
)
_DENYING: Final = _set(
    "not no never without nor neither cannot t denies deny denied refuses refused rejects rejected fails failed "
    "false hoax nicht kein keine keinen keiner keines nie niemals ohne dementiert leugnet ne pas jamais sans aucun "
    "aucune dement nunca jamas sin ningun niega non mai senza nessuno nega nao nunca sem nega niet geen nooit zonder "
    "inte aldrig ikke aldri aldrig utan uden uten ei ne ni 不 没 沒 無 无 未 非 否"
)
_COUNTING: Final = _set(
    "one two three four five six seven eight nine ten eleven twelve dozen hundred thousand million billion half "
    "first second third fourth fifth sixth seventh eighth ninth tenth again another last next "
    "zwei drei vier funf sechs sieben acht neun zehn erste ersten zweite zweiten dritte dritten vierte erneut wieder "
    "deux trois quatre cinq sept huit neuf dix premier premiere deuxieme troisieme encore nouveau "
    "dos tres cuatro cinco seis siete ocho nueve diez primer primera segundo segunda tercer tercero otra otro "
    "due tre quattro cinque sei sette otto nove dieci primo prima secondo seconda terzo ancora "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo "
    "re aw fwd north south east west up down higher lower more less win wins won lose loses lost rise rises fall falls "
    "一 二 三 四 五 六 七 八 九 十 百 千 万 両 再"
)
"""Words that tell one of two like stories from the other as numbers do: a count, a day, which way it went."""

_SMALL: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_CAPITAL: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ANY: Final = f"{_CAPITAL}{_SMALL}-_"
NOT: Final = "---"


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What is kept of an entry; `is_telling`: its headline alone can tell the story."""

    hour: int
    address: str
    title: tuple[str, ...]
    is_telling: bool
    beginning: tuple[str, ...]

    @property
    def key(self) -> str:
        mark = "=" if self.is_telling else ""
        return f"{STORY}{self.hour:06x}.{self.address}.{mark}{''.join(self.title)}.{''.join(self.beginning)}"


def story_keys(entries: Sequence[KnownEntry], feed_title: str = "") -> list[tuple[str, ...]]:
    """Return the key of each entry under which other feeds may show it; none where it has nothing that tells.

    An entry without a date has none: two reports are one only where they came about at one time.
    """
    sketches = [_sketch(known.entry, feed_title) for known in entries]
    return [(one.key,) if one is not None else () for one in _without_habits(sketches)]


def _sketch(entry: FeedEntry, feed_title: str) -> _Sketch | None:
    if entry.published is None:
        return None
    headline = _headline(entry.title, feed_title)
    title = _tokens(headline)
    if len(title) > MOST_WORDS:
        title = (*title[: MOST_WORDS - 1], _hashed("".join(title[MOST_WORDS - 1 :]), _SMALL))
    return _Sketch(
        hour=max(0, int(entry.published.timestamp()) // 3600),
        address=_digest(bared(entry.link)) if is_of_article(entry.link) else "",
        title=title,
        is_telling=_is_long(headline),
        beginning=_beginning(entry),
    )


def _without_habits(sketches: Sequence[_Sketch | None]) -> Iterator[_Sketch | None]:
    """Yield the sketches without what other entries of the feed share; None for those that then tell nothing."""
    there = [one for one in sketches if one is not None]
    addresses = Counter(one.address for one in there)
    titles, beginnings = Counter(one.title for one in there), (Counter[tuple[str, ...]](), Counter[tuple[str, ...]]())
    for one in there:
        for counter, words in zip(beginnings, (one.title, one.beginning), strict=True):
            counter.update(set(_threes(words)))
    for sketch in sketches:
        if sketch is None:
            yield None
            continue
        is_form = _shared(sketch.beginning, beginnings[1]) >= _HABIT
        is_habit = titles[sketch.title] > 1 or _shared(sketch.title, beginnings[0]) >= _HEADLINE_HABIT
        told = replace(
            sketch,
            address=sketch.address if addresses[sketch.address] == 1 else "",
            is_telling=sketch.is_telling and not is_habit,
            beginning=() if is_form or is_habit else sketch.beginning,
        )
        yield told if told.address or told.is_telling or told.beginning else None


def _threes(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + 3]) for start in range(len(words) - 2)]


def _shared(words: Sequence[str], counts: Counter[tuple[str, ...]]) -> float:
    """Return which share of a text's threes of words other entries have."""
    threes = _threes(words)
    return sum(counts[three] > 1 for three in threes) / len(threes) if threes else 0.0


def _headline(title: str, feed_title: str) -> str:
    """Return a headline without the label before it and the name of a paper behind it."""
    title = _LABEL.sub("", title.strip())
    suffix = _SUFFIX.search(title)
    if suffix is None:
        return title
    name, rest = suffix["name"], title[: suffix.start()]
    is_feed = set(_WORD.findall(name.casefold())) <= set(_WORD.findall(feed_title.casefold()))
    # An aggregator names the paper that it took the entry from.
    is_name = len(name.split()) <= 4 and not name[0].islower() and not any(sign.isdigit() for sign in name)
    return rest if is_feed or (is_name and _is_long(rest)) else title


def _beginning(entry: FeedEntry) -> tuple[str, ...]:
    """Return the first words of what the entry says besides its headline; nothing where they are too few."""
    text = _MORE.sub("", (entry.summary or entry.content)[:1500])
    text = _CUT.sub("", text)[:800]
    words = _tokens(text.removeprefix(entry.title))[:BEGINNING]
    return words if len(words) >= FEWEST_IN_BEGINNING else ()


def _is_long(headline: str) -> bool:
    words = _WORD.findall(headline)
    is_unspaced = len(_SIGN.findall(headline)) >= FEWEST_SIGNS
    return is_unspaced or (len(words) >= FEWEST_WORDS and sum(map(len, words)) >= FEWEST_LETTERS)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_token(word) for word in _WORD.findall(_plain(text)) if word not in _BINDING)


@lru_cache(maxsize=16384)
def _token(word: str) -> str:
    if word in _DENYING:
        return NOT
    if word[0].isdigit():
        return _hashed(_GROUPED.sub("", word), _CAPITAL)
    if word in _COUNTING:
        return _hashed(word, _CAPITAL)
    return _hashed(_ENDING.sub("", word), _SMALL)


def _hashed(word: str, first: str) -> str:
    number, one = divmod(
        int.from_bytes(blake2b(word.encode(errors="surrogatepass"), digest_size=4).digest()), len(first)
    )
    return first[one] + _ANY[number % len(_ANY)] + _ANY[number // len(_ANY) % len(_ANY)]


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in folded if not unicodedata.combining(sign)))


def is_of_article(link: str) -> bool:
    """Say whether an address is that of one article: a slug of several words, or a long number in its path."""
    parts = urlsplit(bared(link))
    last = parts.path.rstrip("/").rpartition("/")[2]
    return len(_SLUG_WORDS.split(last)) > 3 or (bool(_NUMBER.search(last)) and "/" in parts.path.strip("/"))
