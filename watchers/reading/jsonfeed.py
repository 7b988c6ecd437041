"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), read as leniently as the format asks for.

An identifier may be a number, one author or many, an item may lack anything: what has the wrong type is not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from watchers.api import SourceChanged
from watchers.reading.dates import read_date
from watchers.reading.feeddocument import FeedDocument, FeedEntry
from watchers.reading.links import base_of_site, web_address
from watchers.reading.plain import plain_line, words_of

MAX_ITEMS = 5_000

_WORDS = {"title", "summary", "content_text", "content_html"}


def read_json_feed(text: str, url: str) -> FeedDocument:
    """Read a JSON Feed.

    Args:
        text: The whole answer.
        url: Its address, for links that are relative.

    Raises:
        SourceChanged: It is no JSON, or no JSON Feed.
    """
    try:
        feed = json.loads(text)
    except ValueError as error:
        raise SourceChanged("the answer is no JSON, or breaks off") from error
    except RecursionError as error:
        raise SourceChanged("the answer is nested deeper than any feed") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise SourceChanged("the answer is JSON, but no JSON Feed: it has no list of items")
    items = feed["items"]
    if "jsonfeed" not in _text(feed, "version") and not any(map(_is_entry, items)):
        raise SourceChanged("the answer is JSON, but no JSON Feed: its items are no entries")
    left_out = "the feed is very long: only its first entries were read" if len(items) > MAX_ITEMS else ""
    link = web_address(url, _text(feed, "home_page_url"))
    base = base_of_site(url, link)
    return FeedDocument(
        title=plain_line(_text(feed, "title")),
        title_as_written=_text(feed, "title"),
        link=link,
        entries=tuple(_entry(item, base) for item in items[:MAX_ITEMS] if isinstance(item, dict)),
        left_out=left_out,
    )


def _is_entry(item: object) -> bool:
    return isinstance(item, dict) and bool(item.keys() & {"id", "url"} and item.keys() & _WORDS)


def _entry(item: Mapping[str, Any], url: str) -> FeedEntry:
    content = words_of(_text(item, "content_html")) or plain_line(_text(item, "content_text"))
    published, updated = read_date(_text(item, "date_published")), read_date(_text(item, "date_modified"))
    return FeedEntry(
        title=plain_line(_text(item, "title")),
        title_as_written=_text(item, "title"),
        link=web_address(url, _text(item, "url") or _text(item, "external_url")),
        id=_text(item, "id").strip(),
        published=published or updated,
        updated=updated,
        summary=plain_line(_text(item, "summary")),
        content=content,
        author=_author(item),
        categories=tuple(dict.fromkeys(filter(None, (plain_line(tag) for tag in _texts(item.get("tags")))))),
        attachment=next(
            (web_address(url, _text(file, "url")) for file in _objects(item.get("attachments"))),
            "",
        ),
    )


def _author(item: Mapping[str, Any]) -> str:
    authors = _objects(item.get("authors")) or _objects([item.get("author")])
    return ", ".join(filter(None, (plain_line(_text(author, "name"), 200) for author in authors[:5])))


def _text(of: Mapping[str, Any], name: str) -> str:
    value = of.get(name)
    if isinstance(value, str):
        return value
    # Version 1.1 says of ids that a number must be taken as its text.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
