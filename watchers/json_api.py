"""The kind `json`: what any JSON API says, by the facts that the owner declares.

    request ──▶ JSON ──▶ without `items`: one observation, a gauge
                    └──▶ with `items`:    one observation for each, a stream ──▶ the next page …

Paths are JMESPath (https://jmespath.org/specification.html). What a fact is read as is `watchers.reading.typedfacts`,
which items are which `watchers.reading.jsonitems`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field, field_validator, model_validator

from watchers.api import (
    UNCHANGED,
    Context,
    Fact,
    FactSpec,
    HttpWatcher,
    Kind,
    Money,
    Number,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceGone,
    SourceRefused,
    Text,
    Unchanged,
)
from watchers.door.address import read_address
from watchers.options import WebAddress
from watchers.reading.jsonitems import at_path, checked_path, item_keys, key_name, list_at, names_in, read_json
from watchers.reading.links import web_address
from watchers.reading.plain import MAX_TEXT
from watchers.reading.typedfacts import (
    TYPES,
    Asked,
    FactOption,
    Missing,
    as_text,
    check_names,
    declared,
    keys_of,
    read_fact,
    spec_of,
)

MOST_PAGES: Final = 50
MOST_ITEMS: Final = 5_000
_TITLE_CHARACTERS: Final = 300

_TEXT = FactSpec("text", Text, "Title and texts of the item together.", example="fusion energy", told=False)
_TITLE = FactSpec("title", Text, "What the item, or the document, calls itself.", example="Blue Kettle")
_LINK = FactSpec("link", Text, "The address that the item leads to.", example="https://one.example/1", told=False)
_OWN = (_TEXT, _TITLE, _LINK)
_TITLES: Final = ("title", "name", "headline", "subject", "label", "summary")
_LINKS: Final = ("html_url", "web_url", "permalink", "link", "url", "href")


class Json(HttpWatcher):
    """Watch what a JSON API says."""

    kind: ClassVar[Kind] = Kind(
        name="json",
        shape="gauge",
        summary="Any JSON API: values of the document, or new items of a list in it, by the facts that you declare.",
        main="text",
        facts=_OWN,
    )

    url: WebAddress = Field(description="The address of the API.")
    method: Literal["GET", "POST", "PUT"] | None = Field(
        default=None, description="How to ask: GET, or POST where there is a `body`."
    )
    body: dict[str, Any] | str | None = Field(
        default=None, description="What to send: keys with values are sent as JSON, a text as it is."
    )
    items: str = Field(
        default="", description="Where the list of things stands, as JMESPath; without it the document is one thing."
    )
    facts: dict[str, str | FactOption] = Field(
        default_factory=dict,
        description="What to read, by name: a JMESPath with its type before it (`money offers[0].price`), text where "
        "none stands, or the long form.",
    )
    key: str = Field(default="", description="What tells an item from others, as JMESPath; found if not given.")
    also: str = Field(
        default="",
        description="Other names of an item, as JMESPath: a list, or a text with commas. Where `key` becomes one of "
        "them, or was one, it is the same item.",
    )
    title: str = Field(default="", description="What an item is called, as JMESPath; found if not given.")
    link: str = Field(default="", description="The address that an item leads to, as JMESPath; found if not given.")
    next: str = Field(
        default="", description="Where the address of the next page stands, or what to ask for it, as JMESPath."
    )
    page_parameter: str = Field(
        default="", description="The parameter that asks for a page: counted up, or given what stands at `next`."
    )
    pages: int = Field(default=1, ge=1, le=MOST_PAGES, description="How many pages to read at most.")

    @field_validator("items", "key", "also", "title", "link", "next")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        return checked_path(path)

    @field_validator("facts")
    @classmethod
    def _are_facts(cls, facts: dict[str, str | FactOption]) -> dict[str, str | FactOption]:
        check_names(facts, (spec.name for spec in _OWN))
        for option in declared(facts).values():
            try:
                checked_path(option.path)
            except ValueError as error:
                raise ValueError(f"{error}; before it may stand {', '.join(TYPES)}") from error
            checked_path(option.currency_path)
        return facts

    @model_validator(mode="after")
    def _fits_together(self) -> Json:
        if not self.items and not self.facts:
            raise ValueError("it says neither `items` nor `facts`: what should be read?")
        if not self.items and (self.pages > 1 or self.next or self.page_parameter or self.key or self.also):
            raise ValueError("`key`, `also`, `next`, `page_parameter`, `pages` belong to a list: name it with `items`")
        if self.pages > 1 and not (self.next or self.page_parameter):
            raise ValueError("`pages` asks for more than one: say how with `next` or `page_parameter`")
        if self.method == "GET" and self.body is not None:
            raise ValueError("a request with a `body` is a POST or a PUT")
        return self

    @property
    def sees(self) -> Kind:
        """The kind with the facts that this watch declares; its main fact is the first of them, or the items' text."""
        specs = tuple(spec_of(name, option) for name, option in declared(self.facts).items())
        figures = [spec.name for spec in specs if spec.type in (Number, Money)]
        plot = figures[0] if figures else ""
        if self.items:
            return replace(self.kind, shape="stream", facts=(*_OWN, *specs), plot=plot)
        doubted = next((spec.name for spec in specs if spec.type is Money), "")
        return replace(self.kind, main=specs[0].name, facts=(*specs, _TITLE, _LINK), plot=plot, doubted=doubted)

    @property
    def label(self) -> str:
        """The address, without a password that it may carry, and the list in the answer."""
        return str(read_address(self.url)) + (f" ({self.items})" if self.items else "")

    @property
    def hosts(self) -> frozenset[str]:
        """The host of the address; a next page on another one is not followed."""
        return frozenset({read_address(self.url).host})

    def request(self, url: str = "") -> Request:
        """Ask for one page."""
        headers = {"Accept": "application/json, */*;q=0.5"}
        body = None
        if isinstance(self.body, dict):
            body = json.dumps(self.body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        elif self.body is not None:
            body = self.body.encode()
        method = self.method or ("GET" if body is None else "POST")
        # Of several pages each is needed once one of them has changed.
        return Request(url or self.url, method, headers, body, whole=self.pages > 1)

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Ask for the document, or for the pages of its list."""
        page = await context.fetch(self.request())
        if page.unchanged:
            return UNCHANGED
        document = await context.parse(read_json, page)
        if not self.items:
            return await context.parse(self._document, document, page.url, context)
        found = [_Item(item, page.url) for item in list_at(self.items, document)]
        asked = {self.url}
        for number in range(2, self.pages + 1):
            following = self._following(document, page.url, number)
            if not following or following in asked or len(found) >= MOST_ITEMS:
                break
            asked.add(following)
            further = await self._further(following, context)
            if further is None:
                break
            page = further
            document = await context.parse(read_json, page)
            more = [_Item(item, page.url) for item in list_at(self.items, document)]
            if not more:
                break
            found += more
        return await context.parse(self._list, found, context)

    async def _further(self, url: str, context: Context) -> Page | None:
        """Return a further page of the list; None where it has no more.

        Where pages are counted up, the one after the last is an error to many a server: 400 to WordPress
        (https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/), 404 to Django REST framework.
        """
        try:
            return await context.fetch(self.request(url))
        except (SourceGone, SourceChanged):
            if self.next:
                raise  # the page before it said that it is there
            return None

    def read(self, page: Page, context: Context) -> Poll:
        """Return what one answer says."""
        document = read_json(page)
        if not self.items:
            return self._document(document, page.url, context)
        return self._list([_Item(item, page.url) for item in list_at(self.items, document)], context)

    def _following(self, document: Any, base: str, number: int) -> str:
        """Return the address of the next page, or an empty text where there is none.

        Raises:
            SourceRefused: It lies on another host than the rule names.
        """
        stated = as_text(at_path(self.next, document)) if self.next else ""
        if self.next and not stated:
            return ""
        if self.page_parameter:
            return _with_parameter(self.url, self.page_parameter, stated, number)
        address = web_address(base, stated)
        if address and read_address(address).host not in self.hosts:
            raise SourceRefused(f"the next page lies on another host: {urlsplit(address).hostname}")
        return address

    def _document(self, document: Any, url: str, context: Context) -> Poll:
        facts, unknown = self._read_facts(document, context)
        if not facts:
            there = _there(document) or "; the answer is no object"
            raise SourceChanged("; ".join(reason.removesuffix(there) for reason in unknown.values())[:400] + there)
        title, link = self._named(_Item(document, url)) if isinstance(document, dict) else ("", "")
        facts |= _texts({"title": title, "link": link})
        return Poll((Observation("document", facts, unknown, link=link),))

    def _list(self, items: Sequence[_Item], context: Context) -> Poll:
        values = [item.value for item in items[:MOST_ITEMS]]
        path = self.key or key_name(values, context.cursor)
        named = [self._named(item) for item in items[:MOST_ITEMS]]
        keys = item_keys(values, path, named)
        taken = {key for key, *_ in keys}
        seen: dict[str, Observation] = {}
        for item, (title, link), (key, *known_as) in zip(values, named, keys, strict=True):
            facts, unknown = self._read_facts(item, context)
            texts = [title, *(fact.value for fact in facts.values() if isinstance(fact, Text) and fact.value != title)]
            facts |= _texts({"title": title, "link": link, "text": " · ".join(filter(None, texts))[:MAX_TEXT].rstrip()})
            others = (*known_as, *(names_in(at_path(self.also, item)) if self.also else ()))
            also = tuple(other for other in others if other not in taken)
            seen.setdefault(key, Observation(key, facts, unknown, link=link, also=also))
        cursor = context.cursor if not values or self.key else path
        notice = (f"the list is very long: only its first {MOST_ITEMS} items were read",)
        return Poll(tuple(seen.values()), cursor=cursor, notices=notice if len(items) > MOST_ITEMS else ())

    def _named(self, item: _Item) -> tuple[str, str]:
        """Return what an item is called, and the address that it leads to."""
        title = _first(item.value, (self.title,) if self.title else _TITLES)
        links = (self.link,) if self.link else _LINKS
        stated = (as_text(at_path(path, item.value)) for path in links if self.link or isinstance(item.value, dict))
        return title[:_TITLE_CHARACTERS], next((found for each in stated if (found := web_address(item.url, each))), "")

    def _read_facts(self, document: Any, context: Context) -> tuple[dict[str, Fact], dict[str, str]]:
        facts: dict[str, Fact] = {}
        unknown: dict[str, str] = {}
        for name, option in declared(self.facts).items():
            currency = as_text(at_path(option.currency_path, document)) if option.currency_path else ""
            found = read_fact(at_path(option.path, document), Asked(option, context.zone, currency))
            if isinstance(found, Missing):
                unknown[name] = found.reason + (_there(document) if found.is_absent else "")
            else:
                facts[name] = found
        return facts, unknown


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing of a list, with the address of the page that it stands on."""

    value: Any
    url: str


def _there(document: Any) -> str:
    """Return what an object has instead of what was asked for; nothing of what is no object."""
    return f"; the object has: {keys_of(document)}" if isinstance(document, dict) else ""


def _first(item: Any, paths: Sequence[str]) -> str:
    return next((text for path in paths if (text := as_text(at_path(path, item)))), "")


def _texts(texts: Mapping[str, str]) -> dict[str, Fact]:
    return {name: Text(text) for name, text in texts.items() if text}


def _with_parameter(url: str, name: str, value: str, number: int) -> str:
    """Return an address that asks for a page: by what the last one said, or by its number from that of the first."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    stated = dict(query).get(name, "")
    asked = value or str((int(stated) if stated.isdecimal() else 1) + number - 1)
    # A list of pairs: what stands there several times (tag=a&tag=b) narrows the list, on each of its pages.
    others = [pair for pair in query if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*others, (name, asked)])))
