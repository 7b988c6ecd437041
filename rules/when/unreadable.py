"""What to write instead, where a text is no sentence of the `when` language."""

from __future__ import annotations

import difflib
import re

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from rules.faults import SentenceFault, nearest
from rules.when.phrasings import rephrased

_KEYWORDS = (
    "and", "or", "not", "in", "is", "is not", "known", "unknown", "below", "under", "before", "at most", "above",
    "over", "after", "at least", "mentions", "contains", "starts with", "ends with", "matches", "drops", "rises",
    "moves", "changes", "by", "from", "to", "of", "within", "past", "nothing for", "previous", "first", "last told",
)  # fmt: skip
_COMPARISONS = frozenset(
    {"LESS", "AT_MOST", "MORE", "AT_LEAST", "EQUAL", "UNEQUAL", "IS", "IS_NOT", "IN", "MENTIONS", "CONTAINS"}
    | {"STARTS_WITH", "ENDS_WITH", "MATCHES", "DROPS", "RISES", "MOVES", "CHANGES", "WITHIN"}
)
# What people write for a word of the language; a spelling mistake is found by its nearness instead.
_OTHER_WORDS = {
    "less": "below", "lower": "below", "smaller": "below", "cheaper": "below", "more": "above", "greater": "above",
    "higher": "above", "exceeds": "above", "reaches": "at least", "equals": "is", "equal": "is", "are": "is",
    "isn't": "is not", "includes": "contains", "include": "contains", "has": "contains", "about": "mentions",
    "like": "matches", "falls": "drops", "fell": "drops", "decreases": "drops", "rose": "rises", "increases": "rises",
    "changed": "changes", "until": "before", "since": "at least", "between": "at least … and … at most",
    "except": "and not", "but": "and", "unless": "and not", "without": "and not",
}  # fmt: skip
_OTHER_SIGNS = {"!": "not", ";": "and"}
_DAYS = ("today", "now", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PREDICATES = ("mentions", "contains", "matches", "below", "under", "above", "within", "drops", "rises", "changes")
# The word before a place that begins a condition, so that it is a fact's or should have been a predicate.
_NAME_BEFORE = re.compile(r"(?:^|\(|\b(?:and|or|not)\b)\s*([^\W\d]\w*)\s+\Z", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\s*(?:\Z|[)<>=!≤≥]|(?:and|or|is|below|under|above|over|at|mentions|contains|within|drops|rises|changes)\b)",
    re.IGNORECASE,
)
_BASELINES = "previous, first, last told, or highest in 30 days (lowest, median, mean)"
_BASELINE_WORDS = ("previous", "lowest", "highest", "median", "mean")
_DRIFTS = ("drops", "rises", "moves")
# What a sentence begins with when one thinks aloud; a rule is a condition already.
_NEEDLESS = ("if", "when", "whenever", "once")


def unreadable(text: str, error: UnexpectedInput) -> SentenceFault:
    """Return the fault of a text that the parser refused, with what was probably meant."""
    at = _place(text, error)
    if said := rephrased(text, at):
        return said
    if isinstance(error, UnexpectedToken):
        accepts = error.accepts or error.expected
        if error.token.type == "$END":
            return _unfinished(text, accepts)
        return _misplaced(text, at, str(error.token), error.token.type, accepts)
    if isinstance(error, UnexpectedCharacters):
        return _stray(text, at)
    raise error


def _place(text: str, error: UnexpectedInput) -> int:
    """Return where the parser could not go on."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(text.rstrip())
    return int(error.pos_in_stream or 0)


def joined_pieces(text: str) -> list[tuple[int, int]]:
    """Return where the parts begin and end that the outermost `and` and `or` join.

    Where brackets do not match or a quote stays open, nothing can be said of the parts, and there are none.
    """
    pieces = []
    depth = start = 0
    for piece in _PIECES.finditer(text):
        sign = piece[0]
        if sign in "\"'“":
            return []
        depth += (sign in "([") - (sign in ")]")
        if depth < 0:
            return []
        if not depth and sign.lower() in ("and", "or"):
            pieces.append((start, piece.start()))
            start = piece.end()
    return [*pieces, (start, len(text))] if pieces and not depth else []


# Quoted texts, whole words (an apostrophe inside a word opens no quote), brackets; a quote that is met alone is open.
_PIECES = re.compile(r"""[^\W\d]\w*(?:[-'’.]\w+)*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|“[^”]*”|["'“()\[\]]""", re.DOTALL)


def _stray(text: str, at: int) -> SentenceFault:
    """Return the fault of a character that begins no word."""
    sign = text[at]
    if sign in "\"'“":
        return SentenceFault(at, len(text), "the quote that opens here is never closed", f"end the text with {sign}")
    if sign in _OTHER_SIGNS:
        end = at + len(re.match(rf"[{re.escape(sign)}=]+", text[at:])[0])  # type: ignore[index]  # it matches itself
        return SentenceFault(at, end, f"`{text[at:end]}` is no word of this language", f"write `{_OTHER_SIGNS[sign]}`")
    return SentenceFault(at, at + 1, f"`{sign}` means nothing here", "put a text in quotes")


def _unfinished(text: str, accepts: set[str]) -> SentenceFault:
    """Return the fault of a sentence that stops too early."""
    end = len(text.rstrip())
    said = text[:end].rsplit(maxsplit=1)[-1]
    start = end - len(said)
    if "RSQB" in accepts:
        return SentenceFault(start, end, "the list is not closed", "end it with ]")
    if "RPAR" in accepts:
        return SentenceFault(start, end, "a parenthesis is not closed", "end it with )")
    if "FROM" in accepts:
        return SentenceFault(start, end, f"after `{said}` it must say from what", f"write from {_BASELINES}")
    if "PREVIOUS" in accepts and "TEXT" not in accepts:
        return SentenceFault(start, end, f"`{said}` needs a baseline", f"write {_BASELINES}")
    return SentenceFault(start, end, f"the sentence stops after `{said}`", "say what must follow, or leave it out")


def _misplaced(text: str, at: int, word: str, terminal: str, accepts: set[str]) -> SentenceFault:
    """Return the fault of a word that may stand somewhere, but not here."""
    return _near_a_baseline(text, at, word, terminal, accepts) or _out_of_place(text, at, word, terminal, accepts)


def _near_a_baseline(text: str, at: int, word: str, terminal: str, accepts: set[str]) -> SentenceFault | None:
    """Return the fault of a word where a baseline, or what leads to one, is missing or misspelt."""
    end, said, folded = at + len(word), _before(text, at), " ".join(word.lower().split())
    if said in _DRIFTS:
        return _aimless(text, at, end, said, terminal)
    if said == "changes" and folded == "by":
        hint = "write moves by … from previous; or drops, or rises"
        return SentenceFault(at, end, "`changes` takes no amount", hint)
    if "LOWEST_IN" in accepts and folded in ("lowest", "highest", "median", "mean"):
        return SentenceFault(at, end, f"`{word}` must say how far back it looks", f"write {folded} in 30 days")
    if "PREVIOUS" in accepts and "TEXT" not in accepts:
        meant = nearest(word, _BASELINE_WORDS)
        hint = f"did you mean `{meant}`?" if meant else f"write {_BASELINES}"
        return SentenceFault(at, end, f"`{word}` is no baseline", hint)
    if "FROM" in accepts and "AND" not in accepts:
        return SentenceFault(at, end, f"after `{said}` it must say from what", f"write from {_BASELINES}")
    if terminal == "IN" and "AND" in accepts and (meant := nearest(said, _BASELINE_WORDS)):
        start = text.lower().rindex(said, 0, at)
        return SentenceFault(start, end, f"`{said}` is no baseline", f"did you mean `{meant} in`?")
    return None


def _before(text: str, at: int) -> str:
    """Return the word before a place."""
    words = text[:at].rsplit(maxsplit=1)
    return words[-1].lower() if words else ""


def _out_of_place(text: str, at: int, word: str, terminal: str, accepts: set[str]) -> SentenceFault:
    """Return the fault of a word that does not go on from what stands before it."""
    end = at + len(word)
    if text[:at].strip().lower() in _NEEDLESS:
        start = at - len(text[:at].lstrip())
        return SentenceFault(start, at, f"`{text[start:at].strip()}` is not needed here", "leave it out")
    if terminal in ("RPAR", "RSQB"):
        return SentenceFault(at, end, f"`{word}` closes nothing that is open here", "remove it, or finish what it ends")
    if terminal == "COMMA":
        return SentenceFault(
            at, end, "a comma stands between the entries of a list only", "write `and`, `or`, or a list: in [a, b]"
        )
    if terminal in ("AND", "OR") and "TEXT" in accepts:
        return SentenceFault(at, end, f"something is missing before `{word}`", "remove it, or say what it joins")
    if "TEXT" in accepts:
        return SentenceFault(
            at, end, f"a value is expected here, and `{word}` is none", f'write "{word}" in quotes if it is text'
        )
    if terminal in _COMPARISONS and "AND" in accepts:
        return SentenceFault(
            at, end, f"one test makes one comparison, and `{word}` begins a second one",
            f"write `and`, then name the fact again before `{word}`",
        )  # fmt: skip
    return _unjoined(text, at, word, terminal, accepts)


def _aimless(text: str, at: int, end: int, said: str, terminal: str) -> SentenceFault:
    """Return the fault of `drops` without `from`: a threshold or an amount stands where the baseline is missing."""
    start = text.lower().rindex(said, 0, at)
    if terminal in ("LESS", "AT_MOST", "MORE", "AT_LEAST"):
        limit = re.split(r"\s+(?:and|or)\s", text[at:])[0].strip()
        return SentenceFault(
            start, end, f"`{said}` compares with what was before, and `{text[at:end]}` with a limit",
            f"write {limit} alone: it tells once when that comes true",
        )  # fmt: skip
    return SentenceFault(
        start,
        end,
        f"`{said}` must say from what, and by how much if that matters",
        f"write {said} by 10% from {_BASELINES}",
    )


def _unjoined(text: str, at: int, word: str, terminal: str, accepts: set[str]) -> SentenceFault:
    """Return the fault of a word that follows something complete: misspelt, unquoted or not joined."""
    end = at + len(word)
    if "LSQB" in accepts:
        return SentenceFault(
            at, end, f"a list is expected here, and `{word}` is none", "write it in brackets: in [a, b]"
        )
    if terminal == "NAME" and (meant := _meant(word)):
        return SentenceFault(at, end, f"`{word}` is no word of this language", f"did you mean `{meant}`?")
    if "LESS" not in accepts or "AND" not in accepts or terminal not in ("NAME", "TEXT", "NUMBER", "SIGN"):
        hint = "join two conditions with `and` or `or`, and put a text of several words in quotes"
        return SentenceFault(at, end, f"`{word}` does not belong here", hint)
    return _after_a_name(text, at, word, terminal)


def _after_a_name(text: str, at: int, word: str, terminal: str) -> SentenceFault:
    """Return the fault of a word behind what may be a fact, a part of its name, or a predicate that is misspelt."""
    end, before = at + len(word), _NAME_BEFORE.search(text, 0, at)
    if before and (meant := difflib.get_close_matches(before[1].lower(), _PREDICATES, n=1, cutoff=0.7)):
        said = f"`{before[1]}` is no word of this language"
        return SentenceFault(before.start(1), before.end(1), said, f"did you mean `{meant[0]}`?")
    if word.lower() in _DAYS:
        return SentenceFault(at, end, f"`{word}` does not belong here", f"write `is {word}`, or before or after it")
    if before and terminal == "NAME" and _GOES_ON.match(text, end):
        said = f"`{before[1]} {word}` is two words, and the name of a fact is one"
        hint = f"write `{before[1]}_{word}`, if that is a fact, and put a text of several words in quotes"
        return SentenceFault(before.start(1), end, said, hint)
    hint = "say how the two compare, as in: is, below, above, mentions, in"
    return SentenceFault(at, end, f"`{word}` does not belong here", hint)


def _meant(word: str) -> str:
    """Return the word of the language that was probably meant; of short words few mistakes leave anything."""
    alike = [key for key in _KEYWORDS if abs(len(key) - len(word)) < 2]
    near = "".join(difflib.get_close_matches(word.lower(), alike, n=1, cutoff=0.66))
    if len(word) < 4 and sorted(near) != sorted(word.lower()) and near[:1] != word[:1].lower():
        near = ""
    return _OTHER_WORDS.get(word.lower()) or (near if len(word) > 2 else "")
