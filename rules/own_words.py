"""The owner's own words for a message: plain text in which `{name}` stands for a fact.

Filling in is all it does: no format, no attribute, no expression, so that neither the rule file nor a hostile page can
make a message run anything or reveal more than it names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

UNKNOWN = "unknown"

# What may be named besides the kind's facts.
NAMES: Mapping[str, str] = {
    "value": "the value that the message leads with",
    "was": "the value before it",
    "title": "the name of the thing: a product, a headline, a record",
    "headline": "the title that the message would have by itself",
    "link": "its address",
    "because": "the condition with the values in it",
    "reason": "why now",
    "rule": "the rule's name",
    "source": "what was looked at",
    "seen": "when it was seen, in the owner's time zone",
    "id": "the short id to ask about",
}

_FIELD = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return the template with every `{name}` replaced by its value, once: what is filled in is not read again.

    A fact that is not known reads "unknown". `{{` and `}}` are braces; a brace that opens nothing stands for itself.
    """

    def value(found: re.Match[str]) -> str:
        return found[0][0] if found[1] is None else values.get(found[1].strip(), UNKNOWN)

    return _FIELD.sub(value, template)


def unknown_names(template: str, known: Collection[str]) -> Iterator[tuple[str, int, int]]:
    """Yield what stands in braces and is none of the names that are known, with where it begins and ends."""
    for found in _FIELD.finditer(template):
        if found[1] is not None and found[1].strip() not in known:
            yield found[1].strip(), found.start(), found.end()
