r"""How people say numbers, lengths of time, shares and dates otherwise: what `rules.when.phrasings` looks for first.

`two weeks`, `ten percent`, `a hundred dollars`, `20% below list_price`, `between 2026-01-01 and 2026-06-30`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from rules.when.phrase import DIGITS, KEYWORDS, LENGTH, MONTH, MONTHS, SUBJECT, Phrase

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_COUNTS = {
    **{word: number for number, word in enumerate(_ONES)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
    "a": 1,
    "an": 1,
}
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_WORD = rf"(?:{'|'.join(sorted({*_COUNTS, *_SCALES}, key=len, reverse=True))})"
# As many words as the longest number that anybody writes out; without a bound, endless ones take their square of time.
_WORDS = rf"\b{_WORD}(?:(?:\s?-\s?|\s{{1,3}}(?:and\s{{1,3}})?){_WORD}){{0,7}}\b"
_UNIT = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|mins?|secs?)"
_CURRENCY = r"(?:dollars?|euros?|pounds?|bucks|quid|yen|(?-i:[A-Z]{3}))"
_UNITS = rf"(?:{_UNIT}|{_CURRENCY}|times|polls|miles?|mi|kilomet(?:er|re)s?|km)\b"
# What stands before a number, so that the numbers in texts stay what they are: `mentions one day`.
_BEFORE = (
    r"\b(?:within|past|for|in|by|below|under|above|over|at\s+most|at\s+least|than|every|since|last|next)"
    r"|[<>]=?|="
)
_DATE = r"\d{4}-\d\d(?:-\d\d)?(?![\d-])"
_YEAR_OR_DATE = r"\d{4}(?:-\d\d(?:-\d\d)?)?(?![\w-])"
_ENDS = r"(?=\s*(?:$|\)|and\b|or\b))"
_BEGINS = r"(?:^|(?<=and )|(?<=or )|(?<=not )|(?<=\())\s*"
_FACT = rf"{KEYWORDS}([^\W\d]\w*)"
_IN_DIGITS = "a number is written in digits"
_A_LENGTH = "a window has a length"
_LENGTHS = {"day": "1 day", "yesterday": "1 day", "week": "7 days", "month": "30 days", "year": "365 days"}
_HALVES = {"second": "500 ms", "minute": "30 seconds", "hour": "30 minutes", "day": "12 hours", "year": "6 months"}


def _number(words: str) -> int:
    """Return the number that words state: 150 for `one hundred and fifty`."""
    whole = part = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            whole, part = whole + max(part, 1) * _SCALES[word], 0
        elif word != "and":
            part += _COUNTS[word]
    return whole + part


def _digits(found: re.Match[str]) -> str:
    return f"{_number(found[2])}{found[3]}"


def _before_digits(found: re.Match[str]) -> str:
    return f"{found[1]}{_number(found[2])}{found[3]}"


def _percentage(found: re.Match[str]) -> str:
    return f"{_number(found[1])}%"


def _scaled(found: re.Match[str]) -> str:
    count = Decimal(found[1]) * _SCALES[found[2].lower()]
    return f"{count:f}".rstrip("0").rstrip(".") if "." in f"{count:f}" else f"{count:f}"


def _half(found: re.Match[str]) -> str:
    return f"{found[1] or ''}{_HALVES[found[2].lower()]}"


def _coming(found: re.Match[str]) -> str:
    past = "" if found[1].lower() in ("next", "coming") else "past "
    return f"within {past}{_number(found[2])} {found[3]}"


def _share(found: re.Match[str]) -> str:
    """Return `20% below x` as `at most 80% of x`; with `more than 20%`, or over it, the limit itself does not count."""
    is_strict, percent, is_less = bool(found[1]), Decimal(found[2]), not re.match("above|over|more|higher", found[3])
    rest = 100 - percent if is_less else 100 + percent
    if rest <= 0:
        return ""
    limit = ("below" if is_less else "above") if is_strict else ("at most" if is_less else "at least")
    return f"{limit} {rest:f}% of"


def _since(found: re.Match[str]) -> str:
    verb = found[1].lower()
    length = f"{_number(found[3])} {found[4]}" if found[3] else _LENGTHS[found[5].lower()]
    return f"{verb} by {found[2].strip()} from {'lowest' if verb == 'rises' else 'highest'} in {length}"


def _day(found: re.Match[str]) -> str:
    return f"is {found[3]}-{MONTHS.index(found[2].lower()) + 1:02}-{int(found[1]):02}"


def _american_day(found: re.Match[str]) -> str:
    return f"is {found[3]}-{MONTHS.index(found[1].lower()) + 1:02}-{int(found[2]):02}"


def _dates(found: re.Match[str]) -> str:
    subject = f"{found[1]} " if found[1] else ""
    return f"{subject}at least {found[2]} and {subject}at most {found[3]}"


def _or_later(found: re.Match[str]) -> str:
    limit = "at least" if found[3].lower() in ("later", "newer", "after") else "at most"
    return f"{found[1]} {limit} {found[2]}" if found[1] else f"{limit} {found[2]}"


def _statuses(found: re.Match[str]) -> str:
    return f"{found[1]} at least {found[2]}00 and {found[1]} below {int(found[2]) + 1}00"


def _versions(found: re.Match[str]) -> str:
    *above, last = found[2].split(".")
    return f"{found[1]} at least {found[2]} and {found[1]} below {'.'.join([*above, str(int(last) + 1)])}"


def _window(found: re.Match[str]) -> str:
    return f"{found[1].lower()} in {_LENGTHS[found[2].lower()]}"


def _usual(found: re.Match[str]) -> str:
    which = "mean" if found[2].lower() in ("average", "mean") else "median"
    return f"{found[1]} {which} in 90 days"


_PERCENT = r"(?:%|percent\b|per\s+cent\b)"
_AMOUNT = rf"{DIGITS}\s*%|[$€£¥]\s*\d[\d.,]*|{DIGITS}\s*[A-Z]{{3}}\b"

COUNTED = (
    # How much it changed since some time.
    Phrase(
        rf"(drops|rises|moves)\s+(?:by\s+)?({_AMOUNT})\s+(?:since|compared\s+(?:to|with)|against|versus|vs\.?|in|within"
        rf"|over)\s+(?:the\s+)?(?:(?:last\s+|past\s+)?({_WORDS})\s+({_UNIT})\b|(?:last\s+|past\s+)?({'|'.join(_LENGTHS)})\b)",
        _since,
        "`{}` must say from what",
        "; or from previous, first or last told",
    ),
    # Numbers in words.
    Phrase(
        rf"((?:\b(?:within|in|for|over|above|below|under|past)|[<>]=?)\s+)?\bhalf\s+an?\s+({'|'.join(_HALVES)})\b",
        _half,
        _IN_DIGITS,
        reads=True,
    ),
    Phrase(r"\ba\s+fortnight\b", "2 weeks"),
    Phrase(
        rf"(?:is\s+)?(?:within|in|during|over)\s+(?:the\s+)?(next|coming|last|past|previous)\s+({_WORDS})\s+({_UNIT})\b",
        _coming,
        reads=True,
    ),
    Phrase(rf"(?<=nothing for )()({_WORDS})(\s+{_UNIT})\b", _digits, _IN_DIGITS),
    Phrase(rf"(?<![\w.,])({DIGITS})\s+({'|'.join(_SCALES)})\b(?:\s+(?=[^\W\d]))?", _scaled, _IN_DIGITS, reads=True),
    Phrase(rf"({_WORDS})\s+{_PERCENT}", _percentage, _IN_DIGITS, reads=True),
    Phrase(rf"((?:{_BEFORE})\s+)({_WORDS})(\s+{_UNITS})", _before_digits, _IN_DIGITS, reads=True),
    Phrase(
        rf"((?:\b(?:below|under|above|over|at\s+most|at\s+least|is)|[<>]=?|=)\s+)(?!an?\s*(?:$|\)|and\b|or\b))({_WORDS})(){_ENDS}",
        _before_digits,
        _IN_DIGITS,
        reads=True,
    ),
    # Shares of something.
    Phrase(
        rf"(?:is\s+)?(?:at\s+least\s+|(more\s+than\s+|over\s+|>\s*))?(?<![\d.,])(\d{{1,3}}(?:\.\d{{1,4}})?)\s*{_PERCENT}\s+"
        r"(below|under|above|over|(?:lower|less|cheaper|higher|more|more\s+expensive)\s+than|off(?!\s*(?:$|\)|and\b|or\b)))"
        r"(?:\s+(?:the|its|of))?(?=\s+[^\W_])",
        _share,
        "a percentage is one of something",
        reads=True,
    ),
    # Limits that count themselves.
    Phrase(r"(?:is\s+)?(?:below|under|at\s+most)\s+or\s+equals?(?:\s+to)?\b", "at most"),
    Phrase(r"(?:is\s+)?(?:above|over|at\s+least)\s+or\s+equals?(?:\s+to)?\b", "at least"),
    Phrase(r"(?:is\s+)?\b(?:in|on)\s+or\s+after\b", "at least"),
    Phrase(r"(?:is\s+)?\b(?:in|on)\s+or\s+before\b", "at most"),
    Phrase(rf"{SUBJECT}(?:is\s+)?\b({_YEAR_OR_DATE})\s+or\s+(later|newer|after|earlier|older|before)\b", _or_later,
           reads=True),
    Phrase(rf"\bsince(?=\s+{_YEAR_OR_DATE})", "at least"),
    # Dates.
    Phrase(rf"{SUBJECT}(?:is\s+)?(?:between|from)\s+({_DATE})\s*(?:and|to|until|till|–)\s*({_DATE})", _dates,
           reads=True),
    Phrase(rf"(?:is\s+)?\bon\s+(\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{MONTH},?\s+(\d{{4}})\b", _day),
    Phrase(rf"(?:is\s+)?\bon\s+{MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", _american_day),
    Phrase(rf"(?:is\s+)?\bin\s+(\d{{4}}(?:-\d\d)?){_ENDS}", r"is \1"),
    Phrase(r"(?<=\w )(?:is\s+)?(?:on\s+)?(?:next|this)\s+((?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", r"is \1"),
    Phrase(r"(?<=\w )(?<!is )(?<!before )(?<!after )(?<!since )(?<!than )yesterday\b", "is today - 1 day"),
    Phrase(r"(?<=\w )(?<!lowest )(?<!highest )(?:is\s+)?(?:in\s+)?this\s+week\b", "within 7 days", "",
           "; or `within past 7 days`"),
    Phrase(r"(?<=\w )(?<!lowest )(?<!highest )(?:is\s+)?(?:in\s+)?this\s+month\b", "within 30 days", "",
           "; or `within past 30 days`"),
    # Windows.
    Phrase(rf"{_BEGINS}(?:the\s+)?(lowest|highest)\s+{_FACT}\s+(?:in|of|over|for|since)\s+(?:the\s+)?(?:last\s+|past\s+)?"
           rf"({LENGTH})", r"\2 is \1 in \3"),
    Phrase(rf"\b(lowest|highest|median|mean)\s+{_FACT}\s+(?:in|of|over|for|since)\s+(?:the\s+)?(?:last\s+|past\s+)?"
           rf"({LENGTH})", r"\1 in \3"),
    Phrase(rf"{_BEGINS}{_FACT}\s+(lowest|highest)\s+in\b", r"\1 is \2 in"),
    Phrase(r"\b(?<!the )(lowest|highest)\s+this\s+(week|month|year)\b", _window, _A_LENGTH),
    Phrase(rf"(\b(?:below|under|above|over|of|from)|[<>]=?)\s+(?:the\s+|its\s+)?(average|mean|median|usual|normal)"
           rf"(?:\s+price)?{_ENDS}", _usual, _A_LENGTH, reads=True),
    # Many numbers at once.
    Phrase(r"\b([^\W\d]\w*)\s+(?:is|=+)\s*v?(\d{1,9}(?:\.\d{1,9})*)\.(?:\*|x\b)", _versions, reads=True),
    Phrase(r"\b([^\W\d]\w*)\s+(?:(?:is|=+)\s*)?([1-5])xx\b", _statuses, reads=True),
)  # fmt: skip
