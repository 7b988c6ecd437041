"""RDFa Lite, and what pages use beyond it (`about`, `content`, `datetime`) → drafts.

Sources: RDFa Lite 1.1 (https://www.w3.org/TR/rdfa-lite/) and the processing rules of RDFa Core 1.1 §7.5, without
`rel` and `rev`, `inlist` and literal datatypes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from selectolax.lexbor import LexborNode

from watchers.reading.drafts import Draft
from watchers.reading.html import Document
from watchers.reading.microdata import property_text

MAX_ELEMENTS: Final = 50_000
_SPEAKING: Final = "[property], [typeof], [about], [resource], [vocab], [prefix]"
_NO_ADDRESS: Final = {"time": "datetime", "data": "value", "meter": "value", "object": "data"}
_INITIAL: Final = MappingProxyType(
    {
        "schema": "https://schema.org/", "og": "http://ogp.me/ns#", "foaf": "http://xmlns.com/foaf/0.1/",
        "dc": "http://purl.org/dc/terms/", "dcterms": "http://purl.org/dc/terms/",
        "dc11": "http://purl.org/dc/elements/1.1/",
        "gr": "http://purl.org/goodrelations/v1#", "cc": "http://creativecommons.org/ns#",
        "v": "http://rdf.data-vocabulary.org/#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)  # fmt: skip
"""Of the RDFa initial context what shops and news use (https://www.w3.org/2011/rdfa-context/rdfa-1.1)."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds where an element stands.

    Attributes:
        subject: The thing that a property describes.
    """

    subject: Draft
    vocabulary: str
    prefixes: Mapping[str, str]

    def name(self, term: str) -> str:
        """Return a term with its vocabulary, a prefixed name or an IRI in full."""
        prefix, colon, rest = term.partition(":")
        if colon and not rest.startswith("//") and prefix.lower() in self.prefixes:
            return self.prefixes[prefix.lower()] + rest
        return term if colon else self.vocabulary + term.lstrip("/")


def rdfa(document: Document) -> list[Draft]:
    """Return the things that a page describes in RDFa, and are no property of another."""
    if document.tree.css_first("[typeof], [property]:not(meta, link)") is None:
        return []  # the meta tags of Open Graph alone, which nearly every page has
    return _Page().things(document.tree.css(_SPEAKING)[:MAX_ELEMENTS])


class _Page:
    """One reading of a page."""

    def __init__(self) -> None:
        self._page = Draft()
        self._things: list[Draft] = [self._page]
        self._named: dict[str, Draft] = {}
        self._inner: set[int] = set()
        self._inside: dict[int, _Context] = {}

    def things(self, elements: list[LexborNode]) -> list[Draft]:
        # In the page's order, so what is around an element has been read before it; one that two parts of the
        # selector find comes twice.
        for element in {element.mem_id: element for element in elements}.values():
            self._inside[element.mem_id] = self._read(element, self._around(element))
        said = [thing for thing in self._things if thing.properties or thing.types]
        for thing in said:
            for values in thing.properties.values():
                values[:] = [self._settled(value) for value in values]
        outer = [thing for thing in said if id(thing) not in self._inner]
        for number, thing in enumerate(outer, 1):
            thing.place = f"RDFa #{number}"
        return outer

    def _around(self, element: LexborNode) -> _Context:
        """Return what holds where an element stands; each element of the page is passed once on the way out."""
        passed = []
        outer = element.parent
        while outer is not None and outer.mem_id not in self._inside:
            passed.append(outer.mem_id)
            outer = outer.parent
        context = _Context(self._page, "", _INITIAL) if outer is None else self._inside[outer.mem_id]
        self._inside.update(dict.fromkeys(passed, context))
        return context

    def _settled(self, value: str | Draft) -> str | Draft:
        """Return the thing that a value is, or its name where nothing is said of it."""
        if isinstance(value, str) or not (value.properties or value.types):
            return value if isinstance(value, str) else value.id
        self._inner.add(id(value))
        return value

    def _read(self, element: LexborNode, context: _Context) -> _Context:
        """Take what an element says, and return what holds inside it."""
        attributes = element.attributes
        context = _inherited(attributes, context)
        properties = dict.fromkeys((attributes.get("property") or "").split())
        types = tuple(context.name(type_) for type_ in (attributes.get("typeof") or "").split())
        about = attributes.get("about")
        if not properties:
            return self._subject(attributes, types, context)
        owner = self._thing(about, context) if about is not None else context.subject
        inside = owner
        value: str | Draft
        address = _first(attributes, "resource", "href", "src")
        if types and about is not None:
            owner.types += types
        if types and about is None:
            value = inside = self._thing(address, context, types)
        elif address is not None and "content" not in attributes and "datatype" not in attributes:
            value = self._thing(address, context) if attributes.get("resource") else address.strip()
        else:
            value = property_text(element, _NO_ADDRESS)
        for term in properties:
            if not (owner is self._page and element.tag in ("meta", "link") and ":" in term):  # Open Graph's tags
                owner.add(context.name(term), value)
        return replace(context, subject=inside)

    def _subject(self, attributes: Mapping[str, str | None], types: tuple[str, ...], context: _Context) -> _Context:
        address = _first(attributes, "about", "resource")
        if address is None and types:
            address = _first(attributes, "href", "src")
        if address is None and not types:
            return context
        return replace(context, subject=self._thing(address, context, types))

    def _thing(self, address: str | None, context: _Context, types: tuple[str, ...] = ()) -> Draft:
        """Return the thing of an address, else a new one without a name."""
        address = (address or "").strip()
        thing = self._named.get(address) if address else None
        if thing is None:
            thing = Draft(id=address, vocabulary=context.vocabulary)
            self._things.append(thing)
            if address:
                self._named[address] = thing
        thing.types += tuple(type_ for type_ in types if type_ not in thing.types)
        return thing


def _first(attributes: Mapping[str, str | None], *names: str) -> str | None:
    return next((value for name in names if (value := attributes.get(name)) is not None), None)


def _inherited(attributes: Mapping[str, str | None], context: _Context) -> _Context:
    """Return the context with the vocabulary and prefixes that an element sets."""
    if (vocabulary := attributes.get("vocab")) is not None:
        vocabulary = vocabulary.strip()
        if vocabulary and vocabulary[-1] not in "/#":
            vocabulary += "/"
        context = replace(context, vocabulary=vocabulary)
    declared = (attributes.get("prefix") or "").split()
    pairs = zip(declared[::2], declared[1::2], strict=False)
    mapped = {name[:-1].lower(): address for name, address in pairs if name[-1:] == ":"}
    mapped |= {name[6:]: address or "" for name, address in attributes.items() if name.startswith("xmlns:")}
    return replace(context, prefixes={**context.prefixes, **mapped}) if mapped else context
