"""Names of people and works as people type them: when two are the same, and how a search asks for one.

Searches are written in the query language of Lucene, which MusicBrainz (https://musicbrainz.org/doc/MusicBrainz_API/Search)
and Open Library (https://openlibrary.org/search/howto) speak.
"""

from __future__ import annotations

import re
import unicodedata

_PRINTED = str.maketrans(dict.fromkeys("‘’ʼ′", "'") | dict.fromkeys("“”″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))
_LUCENE = re.compile(r'([-+&|!(){}\[\]^"~*?:\\/])')


def folded(name: str) -> str:
    """Return a name without what people leave out when they type it: case, accents, printer's quotes and dashes.

    Only Latin, Greek and Cyrillic accents are dropped: the marks of other scripts make other letters (が is not か).
    """
    apart = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", bare.translate(_PRINTED)).casefold().split())


def phrase(name: str) -> str:
    """Return a Lucene phrase that means exactly these words."""
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


def fuzzy_terms(name: str) -> str:
    """Return Lucene terms that also mean words spelt like these."""
    # Folding leaves AND, OR and NOT in lower case, where they are words.
    return " ".join(_LUCENE.sub(r"\\\1", word) + "~" for word in folded(name).split())
