"""A phrase that the `when` language has not, and the patterns of which such phrases are made."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

LENGTH = r"\d+\s*(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|mins?|secs?|[smhdw])\b"
KEYWORDS = (
    r"(?!(?:and|or|not|in|is|below|under|before|at|above|over|after|mentions|contains|matches|within|changes|drops|rises"
    r"|moves|from|to|by|for|of|until|every|with|starts|ends|known|unknown|does|do|but|without|except|unless|either)\b)"
)
SUBJECT = rf"(?:\b{KEYWORDS}([^\W\d]\w*)\s+)?"
DIGITS = r"(?<!\d)(?<!\d[.,])\d[\d.,]*"
AMOUNT = rf"{DIGITS}\s*%|(?:[A-Z]{{1,2}})?[$€£¥]\s*\d[\d.,]*|{DIGITS}(?:\s*{KEYWORDS}[A-Za-z]{{3,7}}\b|\s*[$€£¥])?"
# A word that is none of the language: a part of a text without quotes.
LOOSE = rf"{KEYWORDS}[^\W\d][\w’'-]*(?![\w.])"
TEXT = rf"{LOOSE}(?:\s+{LOOSE})+"
ITEM = rf"(?:{LOOSE}|\"[^\"]*\")"
TEXTS = rf"(?:{LOOSE}(?:\s+{LOOSE})*|\"[^\"]*\")"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"\b({'|'.join(MONTHS)})[a-z]*\.?"


class Phrase(NamedTuple):
    """A phrase.

    Attributes:
        write: What stands for it: a template, or a function of what was found.
        said: What is wrong with it, where there is more to say than that it is not of this language.
        reads: A sentence with it can be read, but not as it was meant.
        more: What else could be written; a template where nothing stands for it.
    """

    pattern: str
    write: str | Callable[[re.Match[str]], str]
    said: str = ""
    more: str = ""
    reads: bool = False
