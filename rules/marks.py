"""The marks of a change, read again: `[old → new]` inside a line, `+` before what is new, `−` before what is gone.

A change comes as one fact of text, "open 9 to [17 → 18]; + closed on Monday", for every channel shows that. Where
colour can be shown, the same text is taken apart here. A page may write such marks itself: then it is coloured too,
and nothing else comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Mark = Literal["", "ins", "del"]

# Changes are joined by a semicolon, which may also stand inside brackets.
_BETWEEN = re.compile(r"; (?![^\[\]]*\])")
_INSIDE = re.compile(r"\[(?:(\+ [^\[\]]*)|(− [^\[\]]*)|([^\[\]]*?)( → )([^\[\]]*))\]")
_REST = re.compile(r"and \d+ more")
_WHOLE: dict[str, Mark] = {"+ ": "ins", "− ": "del"}


def changes(text: str) -> list[str]:
    """Return each change of a text that tells of several; what a line itself holds of semicolons stays in it."""
    found: list[str] = []
    for part in _BETWEEN.split(text):
        is_own = part[:2] in _WHOLE or "[" in part or _REST.fullmatch(part)
        if found and not is_own:
            found[-1] += f"; {part}"
        else:
            found.append(part)
    return found


def marked(change: str) -> Iterator[tuple[Mark, str]]:
    """Yield the pieces of one change with what became of each; joined again they are the text."""
    whole = _WHOLE.get(change[:2])
    if whole:
        yield whole, change
        return
    end = 0
    for found in _INSIDE.finditer(change):
        yield "", change[end : found.start() + 1]
        come, gone, old, arrow, new = found.groups()
        pieces: list[tuple[Mark, str | None]] = [("ins", come), ("del", gone), ("del", old), ("", arrow), ("ins", new)]
        yield from ((mark, piece) for mark, piece in pieces if piece)
        end = found.end() - 1
    if end < len(change):
        yield "", change[end:]
