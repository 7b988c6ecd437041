"""RDFa Lite, and what pages use beyond it (`about`, `content`, `datetime`) → drafts.

Sources: RDFa Lite 1.1 (https://www.w3.org/TR/rdfa-lite/) and the processing rules of RDFa Core 1.1 §7.5, without
`rel` and `rev`, `inlist` and literal datatypes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

from watchers.reading.drafts import Draft
from watchers.reading.html import Document
from watchers.reading.microdata import property_text

MAX_VISITS: Final = 300_000
_NO_ADDRESS: Final = {"time": "datetime", "data": "value", "meter": "value", "object": "data"}
_INITIAL: Final = MappingProxyType(
    {
        "schema": "https://schema.org/", "og": "http://ogp.me/ns#", "foaf": "http://xmlns.com/foaf/0.1/",
        "dc": "http://purl.org/dc/terms/", "dcterms": "http://purl.org/dc/terms/", "dc11": "http://purl.org/dc/elements/1.1/",
        "gr": "http://purl.org/goodrelations/v1#", "cc": "http://creativecommons.org/ns#", "v": "http://rdf.data-vocabulary.org/#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)  # fmt: skip
"""The prefixes of the RDFa initial context that pages of shops and news use (https://www.w3.org/2011/rdfa-context/rdfa-1.1)."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds where an element stands.

    Attributes:
        subject: The thing that a property describes.
    """

    subject: Draft
    vocabulary: str = ""
    prefixes: Mapping[str, str] = _INITIAL

    def name(self, term: str) -> str:
        """Return a term with its vocabulary, a prefixed name or an IRI in full."""
        prefix, colon, rest = term.partition(":")
        if colon and not rest.startswith("//") and prefix.lower() in self.prefixes:
            return self.prefixes[prefix.lower()] + rest
        return term if colon else self.vocabulary + term.lstrip("/")


def rdfa(document: Document) -> list[Draft]:
    """Return the things that a page describes in RDFa, and are no property of another."""
    if document.tree.css_first("[property], [typeof]") is None or document.tree.root is None:
        return []
    return _Page().things(document.tree.root)


class _Page:
    """One reading of a page."""

    def __init__(self) -> None:
        self._page = Draft()
        self._things: list[Draft] = [self._page]
        self._named: dict[str, Draft] = {}
        self._inner: set[int] = set()

    def things(self, root: LexborNode) -> list[Draft]:
        waiting = [(root, _Context(self._page))]
        for _ in range(MAX_VISITS):
            if not waiting:
                break
            element, context = waiting.pop()
            context = self._read(element, context)
            waiting.extend((child, context) for child in reversed(list(element.iter())))
        said = [thing for thing in self._things if thing.properties or thing.types]
        outer = [thing for thing in said if id(thing) not in self._inner]
        for number, thing in enumerate(outer, 1):
            thing.place = f"RDFa #{number}"
        return outer

    def _read(self, element: LexborNode, context: _Context) -> _Context:
        """Take what an element says, and return what holds inside it."""
        attributes = element.attributes
        if not attributes:
            return context
        context = _inherited(attributes, context)
        properties = dict.fromkeys((attributes.get("property") or "").split())
        types = tuple(context.name(type_) for type_ in (attributes.get("typeof") or "").split())
        about = attributes.get("about")
        if not properties:
            return self._subject(attributes, types, context)
        owner = self._thing(about, context) if about is not None else context.subject
        inside = owner
        value: str | Draft
        address = next((attributes[key] for key in ("resource", "href", "src") if attributes.get(key) is not None), None)
        if types and about is not None:
            owner.types += types
        if types and about is None:
            inside = self._thing(address, context, types)
            self._inner.add(id(inside))
            value = inside
        elif address is not None and "content" not in attributes and "datatype" not in attributes:
            thing = self._named.get(address) if attributes.get("resource") else None
            value = address.strip()
            if thing is not None:
                value = thing
                self._inner.add(id(thing))
        else:
            value = property_text(element, _NO_ADDRESS)
        for term in properties:
            if not (owner is self._page and element.tag in ("meta", "link") and ":" in term):  # Open Graph's tags
                owner.add(context.name(term), value)
        return replace(context, subject=inside)

    def _subject(self, attributes: Mapping[str, str | None], types: tuple[str, ...], context: _Context) -> _Context:
        address = next((attributes[key] for key in ("about", "resource") if attributes.get(key) is not None), None)
        if address is None and types:
            address = next((attributes[key] for key in ("href", "src") if attributes.get(key) is not None), None)
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


def _inherited(attributes: Mapping[str, str | None], context: _Context) -> _Context:
    """Return the context with the vocabulary and prefixes that an element sets."""
    if (vocabulary := attributes.get("vocab")) is not None:
        vocabulary = vocabulary.strip()
        if vocabulary and vocabulary[-1] not in "/#":
            vocabulary += "/"
        context = replace(context, vocabulary=vocabulary)
    declared = (attributes.get("prefix") or "").split()
    mapped = {name[:-1].lower(): address for name, address in zip(declared[::2], declared[1::2], strict=False) if name[-1:] == ":"}
    mapped |= {name[6:]: address or "" for name, address in attributes.items() if name.startswith("xmlns:")}
    return replace(context, prefixes={**context.prefixes, **mapped}) if mapped else context
