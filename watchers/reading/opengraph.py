"""Meta tags that describe a page → one draft: Open Graph, its product tags, Twitter's labels.

Sources: https://ogp.me, https://developers.facebook.com/docs/marketing-api/catalog/reference (product:price:amount …)
and Twitter's product card, whose labels stand beside their values in `twitter:label1` and `twitter:data1`.
"""

from __future__ import annotations

import re
from typing import Final

from watchers.reading.drafts import Draft, cleaned
from watchers.reading.html import Document

MAX_TAGS: Final = 1_000
_NAMES: Final = re.compile(r"(?:og|product|twitter|article|book|music|video|profile|business|place|event):\S+")
_IN_FULL: Final = re.compile(r"https?://(?:ogp\.me/ns|opengraphprotocol\.org/schema)(?:/(\w+))?[#/]")
"""The vocabulary of a name that is written in full: the part after `ns/` is the prefix, and og: where there is none."""
_LABELLED: Final = re.compile(r"twitter:label(\d)")


def open_graph(document: Document) -> list[Draft]:
    """Return what the meta tags of a page say, as one thing; its properties keep their prefix ("og:title")."""
    page = Draft(place="meta tags")
    for tag in document.tree.css("meta[content]")[:MAX_TAGS]:
        attributes = tag.attributes
        content = cleaned(attributes.get("content") or "")
        for written in (attributes.get("property"), attributes.get("name")):
            name = _IN_FULL.sub(lambda known: f"{known[1] or 'og'}:", (written or "").strip().lower(), count=1)
            if content and _NAMES.fullmatch(name):
                page.properties.setdefault(name, []).append(content)
                break
    for name, values in list(page.properties.items()):
        if (label := _LABELLED.fullmatch(name)) and (data := page.properties.get(f"twitter:data{label[1]}")):
            page.properties.setdefault(f"twitter:{str(values[0]).lower()}", []).append(data[0])
    page.types = tuple(str(type_) for type_ in page.properties.get("og:type", [])[:1])
    return [page] if page.properties else []
