"""An answer of an API → its JSON, what stands at a path in it, and which item of a list is which."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

import jmespath
from jmespath.exceptions import JMESPathError

from watchers.api import Page, SourceChanged
from watchers.reading.blockedpages import WEB_PAGES, open_page
from watchers.reading.encoding import decode
from watchers.reading.links import bared
from watchers.reading.typedfacts import keys_of

_GUARDS: Final = (")]}',", ")]}'", "while(1);", "for(;;);")
"""What some APIs put before their JSON, so that no other site can run it as a script."""
_NAMES: Final = ("id", "guid", "uuid", "_id", "sku", "key", "slug", "html_url", "permalink", "url", "link", "href")
_MAX_KEY: Final = 200
_TOO_DEEP: Final = "the answer is nested deeper than any data"


def read_json(page: Page) -> Any:
    """Return the JSON of an answer.

    Raises:
        SourceRefused: A bot check, a consent page or a sign-in stands in its place.
        SourceUnavailable: It says that it is out of order.
        SourceChanged: It is no JSON, or breaks off.
    """
    text, _ = decode(page.body, page.charset)
    text = text.lstrip("\ufeff \t\r\n")
    text = next((text.removeprefix(guard) for guard in _GUARDS if text.startswith(guard)), text)
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except RecursionError as error:
        raise SourceChanged(_TOO_DEEP) from error
    except ValueError as error:  # also a number of more digits than Python reads
        if page.content_type in WEB_PAGES and text.startswith("<"):
            open_page(page)  # says it if something else stands in the answer's place
        kind = "a web page" if text.startswith("<") else page.content_type or "something else"
        said = "the answer is no JSON, or breaks off" if text[:1] in ("{", "[") else f"the answer is {kind}, no JSON"
        raise SourceChanged(said) from error


def checked_path(path: str) -> str:
    """Return a JMESPath that can be run, or an empty text.

    Raises:
        ValueError: It cannot be read.
    """
    if path:
        _compiled(path)
    return path


@cache
def _compiled(path: str) -> Any:
    try:
        return jmespath.compile(path)
    except JMESPathError as error:
        said = str(error).splitlines()[0].removesuffix(", for expression:")
        raise ValueError(f"{path!r} is no JMESPath: {said}") from error


def at_path(path: str, document: Any) -> Any:
    """Return what stands at a path; None where nothing does, or where its functions do not fit what does."""
    try:
        return _compiled(path).search(document)
    except (JMESPathError, RecursionError):
        return None


def list_at(path: str, document: Any) -> list[Any]:
    """Return the things of a list.

    Raises:
        SourceChanged: There is no list at the path.
    """
    found = at_path(path, document)
    if isinstance(found, list):
        return [item for item in found if item is not None]
    there = f"the object has: {keys_of(document)}" if isinstance(document, dict) else "the answer is no object"
    raise SourceChanged(f"no list at {path}; {there}")


def key_name(items: Sequence[Any], chosen: str | None) -> str:
    """Return the property that tells items apart; empty where none does, and then what they say does.

    Args:
        items: The list.
        chosen: What was chosen at an earlier poll: it stays, or everything would be new once.
    """
    if chosen is not None:
        return chosen
    # What comes twice word for word is one thing, which moved from one page to the next while they were read.
    objects = list({_whole(item): item for item in items if isinstance(item, dict)}.values())
    for name in _NAMES if objects else ():
        values = [_single(item.get(name)) for item in objects]
        if all(values) and len(set(values)) == len(values):
            return name
    return ""


def item_keys(items: Sequence[Any], path: str, said: Sequence[Iterable[str]]) -> list[tuple[str, ...]]:
    """Return for each item its key, which nothing else in the list has, and others under which it may be known.

    Items of one key that say the same are one: it moved from one page to the next while they were read.

    Args:
        items: The list.
        path: What tells them apart, as JMESPath; empty for none.
        said: What each says, for those that `path` does not tell: title and link, say.
    """
    found = [_single(at_path(path, item)) if path else "" for item in items]
    by_words = [
        _digest(key, *words, _whole(item) if not any(words) else "")
        for key, words, item in zip(found, map(tuple, said), items, strict=True)
    ]
    times = Counter(found)
    things = Counter(key for key, _ in set(zip(found, by_words, strict=True)))
    keys: list[tuple[str, ...]] = []
    for key, words in zip(found, by_words, strict=True):
        own = (_printable(key),) if key and things[key] == 1 else ()
        keys.append((*own, words) if not own or times[key] > 1 else own)
    return keys


def names_in(value: Any) -> tuple[str, ...]:
    """Return the names in a list, or in a text with commas between them, as keys."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    stated = (_single(part.strip() if isinstance(part, str) else part) for part in parts)
    return tuple(dict.fromkeys(_printable(name) for name in stated if name))


def _single(value: Any) -> str:
    """Return a value that can be a key: a text or a number; addresses without what trackers hang on them."""
    if isinstance(value, str):
        return bared(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _whole(item: Any) -> str:
    try:
        return json.dumps(item, sort_keys=True, ensure_ascii=False)
    except RecursionError as error:  # reading it took a little less of the stack than writing it does
        raise SourceChanged(_TOO_DEEP) from error


def _printable(key: str) -> str:
    return key if len(key) <= _MAX_KEY and key.isprintable() else _digest(key)


def _digest(*parts: str) -> str:
    return "#" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
