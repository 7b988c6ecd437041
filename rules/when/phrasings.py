r"""How people say it otherwise: phrases that the `when` language has not, each with what to write instead.

A phrase is looked for only where a sentence could not be read, so that none ever touches a right sentence. To add one:
a pattern, and the words that stand for all of it (`\1` for a part of what was found); longer phrases come before the
words in them. The tests put every proposal into its sentence and load it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from rules.faults import SentenceFault

# Phrases are short: what lies farther from the trouble has nothing to do with it.
_REACH = 300

_LENGTH = r"\d+\s*(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|mins?|secs?|[smhdw])\b"
_KEYWORDS = (
    r"(?!(?:and|or|not|in|is|below|under|before|at|above|over|after|mentions|contains|matches|within|changes|drops|rises"
    r"|moves|from|to|by|for|of|until|every|with|starts|ends|known|unknown|does|do|but|without|except|unless|either)\b)"
)
_SUBJECT = rf"(?:\b{_KEYWORDS}([^\W\d]\w*)\s+)?"
_DIGITS = r"(?<!\d)(?<!\d[.,])\d[\d.,]*"
_AMOUNT = rf"{_DIGITS}\s*%|(?:[A-Z]{{1,2}})?[$€£¥]\s*\d[\d.,]*|{_DIGITS}(?:\s*{_KEYWORDS}[A-Za-z]{{3,7}}\b|\s*[$€£¥])?"
# A word that is none of the language: a part of a text without quotes.
_LOOSE = rf"{_KEYWORDS}[^\W\d][\w’'-]*(?![\w.])"
_TEXT = rf"{_LOOSE}(?:\s+{_LOOSE})+"
_ITEM = rf"(?:{_LOOSE}|\"[^\"]*\")"
_TEXTS = rf"(?:{_LOOSE}(?:\s+{_LOOSE})*|\"[^\"]*\")"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"\b({'|'.join(_MONTHS)})[a-z]*\.?"
_PARTED = re.compile(r"\d\s\d")
_NEGATION = r"(?:doe?s\s*n[o'’]?t|doesnt|do\s+not|don['’]t|never|not)"
_DOWN = r"(?:is\s+down|(?:is\s+|has\s+)?(?:dropped|fallen|fell|decreased|decreases|falls|reduced|sinks|sank))"
_UP = r"(?:is\s+up|(?:is\s+|has\s+)?(?:risen|rose|increased|increases|grew|grows|climbs|climbed))"

_AT_LEAST = r"(?:at\s+least|(?:more|greater)\s+than|over|above|>=?)"
_THE_LEAST = "`{}`: the amount is the least that counts already"
_A_LIMIT = "`{}` mixes a change with a limit, and a limit alone tells once when it comes true"
_NEEDLESS = "`{}` is not needed here: a rule tells when its sentence comes true"
_A_KEY = "`{}` is no part of the sentence, but a key beside it"
_QUOTES = "\"'“"
_FROM_WHAT = "`{}` must say from what"
_OR_FROM = "; or from first, last told, or highest in 30 days (lowest, median, mean)"
_WANTS_QUOTES = "a text of several words stands in quotes"
_OTHER_QUOTES = "these are not the quotes of this language"
_PLAIN_NUMBER = "a number is written with nothing inside but one point before the decimals"
_A_LIST = "a list stands in brackets"
_JOINS_CONDITIONS = "`or` and commas join no phrases here: several stand in a list"


class _Phrase(NamedTuple):
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


def _negated(found: re.Match[str]) -> str:
    verb = {"contain": "contains", "include": "contains", "mention": "mentions", "match": "matches"}
    return " ".join(filter(None, ["not", found[1], verb.get(found[2].lower(), "changes")]))


def _range(found: re.Match[str]) -> str:
    subject, low, high = f"{found[1]} " if found[1] else "", found[2].strip(), found[3].strip()
    unit, sign = re.search(r"[^\d.,]+$", high), re.match(r"\D+", low)
    if unit and low[-1].isdigit() and low[0].isdigit():
        low += unit[0]
    if sign and high[0].isdigit() and high[-1].isdigit():
        high = sign[0] + high
    return f"{subject}at least {low} and {subject}at most {high}"


def _list(found: re.Match[str]) -> str:
    items = re.split(r"\s*(?:[,;]|\bor\b)\s*", found[2].strip(), flags=re.IGNORECASE)
    return f"{found[1]} [{', '.join(_in_quotes(item) for item in items if item)}]"


def _brackets(found: re.Match[str]) -> str:
    items = re.split(r"\s*(?:[,;|]|\bor\b)\s*", found[1].strip(), flags=re.IGNORECASE)
    return f"[{', '.join(item if item[0] in _QUOTES else _in_quotes(item) for item in items if item)}]"


def _in_quotes(words: str) -> str:
    bare = words.strip().strip("\"'“”")
    return f'"{bare}"' if re.search(r"\W", bare) else bare


def _straight(found: re.Match[str]) -> str:
    return f'"{found[1].strip()}"'


def _code(found: re.Match[str]) -> str:
    return f"{found[2]} {'USD' if found[1].upper() == 'US' else found[1].upper()}"


def _drift(found: re.Match[str]) -> str:
    since = f"{'lowest' if found[1].lower() == 'rises' else 'highest'} in {found[3]}" if found[3] else "previous"
    return f"{found[1].lower()} by {found[2].strip()} from {since}"


def _one_of(found: re.Match[str]) -> str:
    return f"in {_list(found)}"


def _each_mentioned(found: re.Match[str]) -> str:
    items = [item for item in re.split(r"\s*,\s*", found[2].strip()) if item]
    return " and ".join(f"{found[1] or ''}mentions {_in_quotes(item)}" for item in items)


def _none_mentioned(found: re.Match[str]) -> str:
    return f"not {found[1]} mentions [" if found[1] else "not mentions ["


def _rest(found: re.Match[str]) -> str:
    return f"{100 - int(found[2])}% of {found[1]}" if int(found[2]) < 100 else ""


def _digits(found: re.Match[str]) -> str:
    return re.sub(r"\D", "", found[1])


def _day(found: re.Match[str]) -> str:
    return f"{found[3]}-{_MONTHS.index(found[1].lower()) + 1:02}-{int(found[2]):02}"


def _month(found: re.Match[str]) -> str:
    return f"is {found[2]}-{_MONTHS.index(found[1].lower()) + 1:02}"


_PHRASES = (
    # How much it changed, where that looks like a comparison.
    _Phrase(rf"(drops|rises|moves)\s+(?:by\s+)?{_AT_LEAST}\s*({_AMOUNT})\s+from\b", r"\1 by \2 from", _THE_LEAST),
    _Phrase(rf"(drops|rises|moves)\s+(?:by\s+)?{_AT_LEAST}\s*({_AMOUNT})(?!\s*from)(?:\s+(?:in|over|within)\s+"
            rf"(?:the\s+)?(?:last\s+|past\s+)?({_LENGTH}))?", _drift, _FROM_WHAT, _OR_FROM),
    # How long, likewise.
    _Phrase(rf"(?:\b{_KEYWORDS}[^\W\d]\w*\s+(?:is\s+|has\s+)?)?\b(?:unchanged|not\s+changed|silent|quiet|"
            rf"no\s+(?:new\s+)?[^\W\d]\w*)\s+(?:for|in|since|within)\s+(?:the\s+)?(?:last\s+|past\s+)?({_LENGTH})",
            r"nothing for \1"),
    _Phrase(rf"(?:is\s+)?in\s+(?:less\s+than|at\s+most|under)\s+({_LENGTH})(?!\s+(?:ago|old))", r"within \1"),
    # Comparisons.
    _Phrase(r"(?:is\s+)?(?:less|lower|smaller|cheaper|fewer)\s+than\s+or\s+equals?(?:\s+to)?", "at most"),
    _Phrase(r"(?:is\s+)?(?:more|greater|higher|larger|bigger)\s+than\s+or\s+equals?(?:\s+to)?", "at least"),
    _Phrase(r"(?:is\s+)?(?:not?|never)\s+(?:more|greater|higher|larger|more\s+expensive)\s+than", "at most"),
    _Phrase(r"(?:is\s+)?(?:not?|never)\s+(?:less|lower|smaller|cheaper|fewer)\s+than", "at least"),
    _Phrase(r"(?:is\s+|costs\s+)?(?:less|lower|smaller|cheaper|fewer)\s+(?:than|then|as)", "below"),
    _Phrase(r"(?:is\s+|costs\s+)?(?:more(?:\s+expensive)?|greater|higher|larger|bigger)\s+(?:than|then)", "above"),
    _Phrase(r"(?:goes|gets|falls|sinks|drops|dips|comes\s+down)\s+(?:below|under)", "below", _A_LIMIT),
    _Phrase(r"(?:goes|gets|climbs|rises|jumps)\s+(?:above|over)", "above", _A_LIMIT),
    _Phrase(r"(?:is\s+)?equal\s+to|is\s+the\s+same\s+as|equals(?:\s+to)?", "is"),
    _Phrase(r"up\s+to|max(?:imum)?\b\.?", "at most"),
    _Phrase(r"min(?:imum)?\b\.?(?!\s+(?:in|of|over))", "at least"),
    _Phrase(r"exceeds|is\s+beyond", "above"),
    _Phrase(r"reaches|hits", "at least", "", "; or `at most`, where it comes down to that"),
    _Phrase(r"(?:\b(?:is|are|=+)\s+)(?:either\s+|(?:one|any)\s+of\s+)?()"
            rf"({_TEXTS}(?:(?:\s*,\s*(?:or\s+)?|\s+or\s+){_TEXTS})+)(?=\s*(?:$|\)|and\b))", _one_of,
            _JOINS_CONDITIONS, reads=True),
    _Phrase(rf"\bin\s+()({_TEXTS}(?:\s*,\s*(?:or\s+)?{_TEXTS})+)(?=\s*(?:$|\)|and\b|or\b))", _one_of, _A_LIST),
    _Phrase(r"\bin\s+()\(([^()]*)\)", _one_of, _A_LIST),
    _Phrase(r"(?<=\w )(?<!is )(?<!not )(known|unknown)\b", r"is \1"),
    _Phrase(r"(?:becomes|became|turns(?:\s+(?:in)?to)?|switches\s+to)\b", "changes to"),
    _Phrase(r"(?:^|(?<=and )|(?<=or )|(?<=not ))\s*(?:(?:is\s+)?back\s+in\s+stock|is\s+in\s+stock|is\s+available)"
            r"(?:\s+again)?", "available", reads=True),
    _Phrase(r"^\s*(?:is\s+)?(?:down|offline|unreachable|not\s+reachable)\b(?!\s+(?:by|from))", "not up", reads=True),
    _Phrase(r"(?<=\w )(?<!is )not\s+(above|below|over|under|at\s+most|at\s+least|[<>]=?)", r"is not \1"),
    _Phrase(r"(?:is\s+)?newer\s+than(?!\s+\d+\s*[a-z])", "above", "", "; or `after` a date"),
    _Phrase(r"(?:is\s+)?older\s+than(?!\s+\d+\s*[a-z])", "below", "", "; or `before` a date"),
    _Phrase(r"(?:is\s+)?later\s+than", "after"),
    _Phrase(r"(?:is\s+)?earlier\s+than", "before"),
    _Phrase(r"(?<=\w )(?:exists|is\s+(?:present|there))\b", "is known"),
    _Phrase(r"<>|!==+|=!=|≠=", "!="),
    _Phrase(r"=>", ">="),
    _Phrase(r"=<", "<="),
    _Phrase(r"isn['’]?t", "is not"),
    _Phrase(rf"{_SUBJECT}(?:is\s+)?between\s+({_AMOUNT})\s*(?:and|to|-|–)\s*({_AMOUNT})", _range),
    _Phrase(rf"{_SUBJECT}(?:is\s+)?in\s+[\[(]\s*({_AMOUNT})\s*(?:\.\.+|–|to\b)\s*({_AMOUNT})\s*[\])]", _range),
    _Phrase(rf"{_SUBJECT}(?:is\s+)?(?:from|in)\s+({_AMOUNT})\s*(?:to|\.\.+|-|–)\s*({_AMOUNT})", _range),
    _Phrase(rf"(?:is\s+)?({_AMOUNT})\s+(?:or\s+(?:less|lower|cheaper|below|under)|max(?:imum)?)\b", r"at most \1",
            reads=True),
    _Phrase(rf"(?:is\s+)?({_AMOUNT})\s+or\s+(?:more|higher|above|over)\b", r"at least \1", reads=True),
    # Amounts.
    _Phrase(r"(?<![\d.,_])(\d{1,3}(?:_\d{3})+)(?![\d_])", _digits, _PLAIN_NUMBER, reads=True),
    _Phrase(r"(?<=[$€£¥])\s?(\d{1,3}(?:[ \u00a0\u202f]\d{3})+)(?!\d)", _digits, _PLAIN_NUMBER),
    _Phrase(rf"({_DIGITS})\s*(?:percent|per\s+cent|pct|prozent)\b", r"\1%", reads=True),
    _Phrase(r"\b(USD|EUR|GBP|CAD|AUD|NZD|CHF|JPY|SEK|NOK|DKK|PLN|CZK|INR)(\d[\d.,]*)", r"\2 \1", reads=True),
    _Phrase(rf"({_DIGITS}\s*%)\s+(?:off|discount|cheaper|less)\b", r"drops by \1 from previous", "", _OR_FROM),
    _Phrase(rf"({_DIGITS}\s*%)\s+(?={_KEYWORDS}[^\W\d])", r"\1 of"),
    _Phrase(r"([^\W\d]\w*)\s*[-−]\s*(\d+)\s*%", _rest, "a percentage is one of something", reads=True),
    _Phrase(r"\bhalf\s+(?:of\s+)?(?:the\s+)?(?=[^\W\d])", "50% of"),
    _Phrase(r"\b(?:twice(?!\s+in\b)|double)\s+(?:the\s+)?(?=[^\W\d])|\b2\s?[x×]\s+(?=[^\W\d])", "2 *"),
    _Phrase(r"\b(US|USD|EUR|GBP|CAD|AUD|CHF)\s*[$€£]\s*(\d[\d.,]*)", _code, "one amount has one currency"),
    _Phrase(r"[$€£]\s*(\d[\d.,]*)\s*(USD|EUR|GBP|CAD|AUD|NZD)\b", r"\1 \2", "one amount has one currency"),
    _Phrase(r"([$€£]?\d+)[.,][-–—]+(\s*[$€£])?", r"\1\2"),
    # Change.
    _Phrase(rf"(drops|rises|moves)\s+({_AMOUNT})\s+from", r"\1 by \2 from"),
    _Phrase(rf"{_DOWN}\s+(?:by\s+)?({_AMOUNT})\s+from", r"drops by \1 from"),
    _Phrase(rf"{_UP}\s+(?:by\s+)?({_AMOUNT})\s+from", r"rises by \1 from"),
    _Phrase(
        rf"(drops|rises|moves)\s+(?:by\s+)?({_AMOUNT})(?!\s*from)(?:\s+(?:in|over|within)\s+"
        rf"(?:the\s+)?(?:last\s+|past\s+)?({_LENGTH}))?", _drift, _FROM_WHAT, _OR_FROM,
    ),
    _Phrase(rf"{_DOWN}(?:\s+by)?\s+({_AMOUNT})", r"drops by \1 from previous", "", _OR_FROM),
    _Phrase(rf"{_UP}(?:\s+by)?\s+({_AMOUNT})", r"rises by \1 from previous", "", _OR_FROM),
    _Phrase(rf"changes\s+by\s+({_AMOUNT})(?:\s+from\s+previous)?", r"moves by \1 from previous",
            "`changes` takes no amount", "; or drops, or rises"),
    _Phrase(rf"{_DOWN}\s+from\b", "drops from"),
    _Phrase(rf"{_UP}\s+from\b", "rises from"),
    _Phrase(rf"{_DOWN}|(?:gets|is\s+getting)\s+cheaper", "drops from previous", "", _OR_FROM),
    _Phrase(_UP, "rises from previous", "", _OR_FROM),
    _Phrase(r"(drops|rises|moves)\s*(?=$|\)|(?:and|or)\b)", r"\1 from previous", _FROM_WHAT, _OR_FROM),
    _Phrase(r"(?:has\s+|is\s+|was\s+)?(?:changed|modified|updated)|change\b", "changes"),
    _Phrase(r"is\s+(?:falling|sinking|dropping|decreasing|going\s+down)\b", "drops from previous", "", _OR_FROM,
            reads=True),
    _Phrase(r"is\s+(?:rising|climbing|growing|increasing|going\s+up)\b", "rises from previous", "", _OR_FROM,
            reads=True),
    # Windows of time.
    _Phrase(rf"(?:at\s+most|no\s+more\s+than|up\s+to|under|below|<=)\s*({_LENGTH})\s+(?:ago|old)", r"within past \1"),
    _Phrase(rf"{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", _day, "a date is written as 2026-12-24"),
    _Phrase(rf"(?:is\s+)?\bin\s+{_MONTH}\s+(\d{{4}})\b", _month),
    _Phrase(rf"^\s*in\s+({_LENGTH})(?!\s+\w)", r"within \1"),
    _Phrase(r"\bdays\s+(until|left)\b", r"days_\1"),
    _Phrase(r"(?:is\s+)?\bin\s+(\d{4}(?:-\d\d)?)\b(?!\s*\w)", r"is \1"),
    _Phrase(r"(?:is\s+)?\bon\s+((?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{4}-\d\d-\d\d)\b", r"is \1"),
    _Phrase(r"(?<=\w )(?<!is )tomorrow\b", "is today + 1 day"),
    _Phrase(rf"\bnothing\s+(?:new\s+)?(?:in|within|since|during|over)\s+(?:the\s+)?(?:last\s+|past\s+)?({_LENGTH})",
            r"nothing for \1"),
    _Phrase(rf"(?:is\s+)?within\s+(?:the\s+)?(?:last|previous)\s+({_LENGTH})", r"within past \1"),
    _Phrase(rf"(?:is\s+)?within\s+the\s+(?:past\s+)({_LENGTH})", r"within past \1"),
    _Phrase(rf"\b(lowest|highest|median|mean)\s+(?:in|of|over|within|during)\s+(?:the\s+)?(?:last|past)\s+({_LENGTH})",
            r"\1 in \2"),
    _Phrase(rf"\b(lowest|highest|median|mean)\s+(?:of|over|within|during|for|since)\s+({_LENGTH})", r"\1 in \2"),
    _Phrase(rf"(?:average|avg)\s+(?:in|of|over)\s+(?:the\s+)?(?:last\s+|past\s+)?({_LENGTH})", r"mean in \1"),
    _Phrase(rf"(?:minimum|min|cheapest|low)\s+(?:in|of|over)\s+(?:the\s+)?(?:last\s+|past\s+)?({_LENGTH})",
            r"lowest in \1"),
    _Phrase(rf"(?:is\s+)?(?:in|during|over)\s+(?:the\s+)?(?:last|past|previous)\s+({_LENGTH})", r"within past \1"),
    _Phrase(rf"(?:is\s+)?(?:within|in|during)\s+(?:the\s+)?(?:next|coming)\s+({_LENGTH})", r"within \1"),
    _Phrase(rf"(?:>=?|after|since|newer\s+than|less\s+than|<)\s*({_LENGTH})\s+(?:ago|old)", r"within past \1"),
    _Phrase(rf"(?:before|older\s+than|more\s+than)\s+({_LENGTH})\s+(?:ago|old)", r"before today - \1"),
    _Phrase(rf"({_LENGTH})\s+ago", r"within past \1"),
    _Phrase(r"(?:is\s+)?(?:within\s+|in\s+)?(?:the\s+)?last\s+week\b", "within past 7 days"),
    _Phrase(r"(?:is\s+)?(?:within\s+|in\s+)?(?:the\s+)?last\s+month\b", "within past 30 days"),
    _Phrase(r"(?:is\s+)?(?:within\s+|in\s+)?(?:the\s+)?next\s+week\b", "within 7 days"),
    _Phrase(r"(?:is\s+)?(?:within\s+|in\s+)?(?:the\s+)?next\s+month\b", "within 30 days"),
    _Phrase(r"\b(lowest|highest)\s+(?:ever|of\s+all\s+time|so\s+far|yet)", r"\1 in 10 years",
            "`{}` is no phrase of this language: a window has a length"),
    _Phrase(r"(?:the\s+|at\s+)?(?:an?\s+)?all[- ]time\s+low", "lowest in 10 years"),
    _Phrase(r"(?<=is )the\s+(lowest|highest|median|mean)\b", r"\1"),
    # Texts.
    _Phrase(rf"{_SUBJECT}{_NEGATION}\s+(mention|contain|include|match|change)(?:s|es)?\b", _negated),
    _Phrase(rf"{_SUBJECT}(mention|contain|include|match)s?\s+not\b", _negated),
    _Phrase(rf"({_KEYWORDS}[^\W\d]\w*\s+)?\bmentions\s+(?:all|both)(?:\s+of)?\s+\[([^\[\]]*)\]", _each_mentioned),
    _Phrase(rf"{_SUBJECT}(?:no\s+longer|stops)\s+(mention|contain|match)(?:s|es|ing)?\b", _negated),
    _Phrase(rf"{_SUBJECT}\bmentions\s+(?:none|neither)\s+of\s+\[", _none_mentioned),
    _Phrase(r"(mentions|contains)\s+(?:any\s+of|one\s+of|either)\s+\[", r"\1 ["),
    _Phrase(r"\b(?:is\s+)?(?:one|any)\s+of\s+\[", "in ["),
    _Phrase(rf"(\bmentions)\s+({_ITEM})\s+(?:but\s+not|and\s+not|without|except)\s+({_ITEM})(?=\s*(?:$|\)|and\b|or\b))",
            r"\1 \2 and not \1 \3", _JOINS_CONDITIONS, reads=True),
    _Phrase(r"(?<=mentions )(?:the\s+)?topics?\s+([^\W\d]\w*)", r"topics.\1"),
    _Phrase(r"\bmentions\s+([^\W\d]\w*)\*", r"contains \1", "`mentions` finds whole words"),
    _Phrase(r"\[([^\[\]]*)\]", _brackets, "commas part the entries of a list, and several words stand in quotes"),
    _Phrase(r"(mentions)\s+\(([^()]*(?:,|\bor\b)[^()]*)\)", _list, _JOINS_CONDITIONS, reads=True),
    _Phrase(rf"(mentions)\s+(?:either\s+)?({_ITEM}(?:\s+or\s+{_ITEM})+)(?=\s*(?:$|\)|and\b))", _list,
            _JOINS_CONDITIONS, reads=True),
    _Phrase(rf"(mentions)\s+({_LOOSE}(?:\s+{_LOOSE})*(?:\s*,\s*(?:or\s+)?{_LOOSE}(?:\s+{_LOOSE})*)+)", _list,
            _JOINS_CONDITIONS),
    _Phrase(r"\blike\s+[\"']%?([^\"'%]*)%?[\"']", r'contains "\1"'),
    _Phrase(r"(?<=matches )/((?:[^/\\]|\\.)+)/[gimsu]*", r'"\1"', "a regular expression stands in quotes"),
    _Phrase(r"^\s*[„“”«»‘‚]([^„“”«»‘’\"]*)[“”«»’]\s*$", r"\1", _OTHER_QUOTES, reads=True),
    _Phrase(r"[„”]([^“”\"]*)[“”\"]", _straight, _OTHER_QUOTES),
    _Phrase(r"“([^“”\"]*)[“\"]", _straight, _OTHER_QUOTES),
    _Phrase(r"[‘‚‹]([^’‘›]*)[’‘›]", _straight, _OTHER_QUOTES),
    _Phrase(r"[«»]([^«»]*)[«»]", _straight, _OTHER_QUOTES),
    _Phrase(r"「([^」]*)」", _straight, _OTHER_QUOTES),
    _Phrase(r"`([^`]*)`", _straight, _OTHER_QUOTES),
    _Phrase(r"\b(?:includes?|has|containing)\b", "contains"),
    _Phrase(r"\b(?:about|mentioning|mention)\s+(?=[^\W\d]|[\"'\[])", "mentions"),
    _Phrase(r"begins?\s+with|start(?:ing)?\s+with", "starts with"),
    _Phrase(r"end(?:ing)?\s+with", "ends with"),
    _Phrase(rf"(?<=mentions )({_TEXT})", _straight, _WANTS_QUOTES),
    _Phrase(rf"(?<=contains )({_TEXT})", _straight, _WANTS_QUOTES),
    _Phrase(rf"(?<= with )({_TEXT})", _straight, _WANTS_QUOTES),
    _Phrase(rf"(?:(?<=is )|(?<=is not )|(?<== ))({_TEXT})(?=\s*(?:$|\)|\band\b|\bor\b))", _straight, _WANTS_QUOTES),
    # What sentences begin and end with when one thinks aloud; a rule is a condition already.
    _Phrase(r"\b(?:the|its)\s+(?=[^\W\d])", "", "`{}` is not needed here: facts stand without it"),
    _Phrase(r"^\s*(?:please\s+)?(?:tell|notify|alert|warn|message|ping|remind|email)\b.*?\b(?:if|when|once)\s+", "",
            _NEEDLESS),
    _Phrase(r"[,\s]*\b(?:then|otherwise|else)\b.*$", "", _NEEDLESS),
    _Phrase(r",(?=\s+(?:and|or|but)\b)", "", "no comma stands before the word that joins two conditions"),
    _Phrase(rf"\bsince\s+({_LENGTH})\s*$", "", _A_KEY, r"end the sentence before it, and write below: for: \1"),
    _Phrase(r"\bfor\s+the\s+first\s+time\s*$|(?<=\w )again\s*$", "", _NEEDLESS),
    _Phrase(r"\b(\d+)\s+times(?:\s+in\s+a\s+row)?\s*$", "", _A_KEY,
            r"end the sentence before it, and write below: for: \1 polls"),
    _Phrase(r"\btwice(?:\s+in\s+a\s+row)?\s*$", "", _A_KEY,
            "end the sentence before it, and write below: for: 2 polls"),
    _Phrase(r"(?<=\s)#.*$", "", "a comment does not stand inside a sentence", "put it behind the closing quote"),
    _Phrase(r"\brule\s+([^\W_][\w-]*)", r'rule "\1"', "the id of a rule stands in quotes"),
    _Phrase(r"(\brule\s+\"[^\"]*\")\s+(?:is|was)\s+(?:met|true|active)\b", r"\1", "`{}` says twice that it is met"),
    _Phrase(r"\b(for)\s+(\d+\s*\w+|a\s+\w+)\s*$", "", _A_KEY, r"end the sentence before it, and write below: for: \2"),
    _Phrase(r"\b(until|every|again|notify)\b\s+(.+)$", "", _A_KEY,
            r"end the sentence before it, and write below: \1: \2"),
    _Phrase(r"\s+(?:ever|currently|any\s?more|please|right\s+now)\s*$", "", _NEEDLESS),
    _Phrase(r"(?<=[\w\])\"'])\s*[.!?;,]+\s*$", "", "`{}` is not needed at the end of a sentence"),
    _Phrase(r"^\s*\{\{?\s*([^{}]+?)\s*\}?\}\s*$", r"\1", "a sentence stands without braces"),
    # Joints and signs.
    _Phrase(r"\band\s*/\s*or\b", "or"),
    _Phrase(r"\b(and|or)\s+(?:and|or)\b", r"\1", "one word joins two conditions, and here are two: `{}`"),
    _Phrase(r"\bbut\s+not\b|\bunless\b|\bwithout\b|\bexcept\b", "and not"),
    _Phrase(r"&&?|\bas\s+well\s+as\b|\bbut\b|(?<=[\w\])\"'%€£] )(?:if|when|while)\b", "and"),
    _Phrase(r"\|\|?", "or"),
    _Phrase(r"[!¬]\s*([^\W\d][\w.]*)", r"not \1"),
    _Phrase(r"==+", "is"),
    _Phrase(r"=~|~=?", "matches"),
    _Phrase(r"(?<!\w)\.(\d+)", r"0.\1", "a number begins with a digit"),
    _Phrase(r"[\u200b\u200c\u200d\u2060\ufeff\u00ad]+", "", "an invisible character stands here"),
    _Phrase(r"[\uff01-\uff5e](?:[\w.,]*[\uff01-\uff5e])*", lambda found: unicodedata.normalize("NFKC", found[0]),
            "`{}` is written in wide characters, which are others to a computer"),
)  # fmt: skip

# The same in languages in which an owner may think.
_FOREIGN = {
    "below": "unter|kleiner als|weniger als|inférieure? (?:à|a)|moins de|menos de|menor que|inferior a|sotto|meno di"
    "|onder|lager dan|minder dan|abaixo de|poniżej|ниже|меньше",
    "above": "über|ueber|größer als|mehr als|supérieure? (?:à|a)|plus de|más de|mayor que|superior a|sopra|più di"
    "|boven|hoger dan|acima de|powyżej|выше|больше",
    "at most": "höchstens|maximal|au plus|como máximo|al massimo|hoogstens",
    "at least": "mindestens|au moins|al menos|almeno|minstens",
    "and": "und|et|y|e|en|и|oraz",
    "or": "oder|ou|o|или|lub",
    "not": "nicht|kein|pas|non|niet",
    "is": "ist|est|es|è",
    "mentions": "erwähnt|mentionne|menciona|menziona|noemt",
    "contains": "enthält|contient|contiene|bevat",
    "drops from previous": "fällt|sinkt|baisse|baja|daalt",
    "changes": "ändert sich|cambia|verandert",
}


@cache
def _known() -> tuple[tuple[re.Pattern[str], _Phrase], ...]:
    """Return all phrases, compiled when a sentence is first wrong: right ones do not pay for it."""
    return tuple(_compiled())


def _compiled() -> Iterator[tuple[re.Pattern[str], _Phrase]]:
    for phrase in _PHRASES:
        yield re.compile(phrase.pattern, re.IGNORECASE), phrase
    for write, words in _FOREIGN.items():
        pattern = rf"(?<!\w)(?:{words})(?!\w)".replace(" ", r"\s+")
        yield re.compile(pattern, re.IGNORECASE), _Phrase(pattern, write, "`{}` is no English, as this language is")


def rephrased(text: str, at: int, *, is_read: bool = False) -> SentenceFault | None:
    """Return the fault of a known phrase that holds or touches the place where a sentence could not be read on.

    With `is_read` the sentence was read, and what stands there is no part of it that makes sense.
    """
    for pattern, phrase in _known():
        if is_read and not phrase.reads:
            continue
        for found in pattern.finditer(text, max(0, at - _REACH), at + _REACH):
            if found.start() <= at <= found.end() and (fault := _fault(found, phrase)):
                return fault
    return None


def _fault(found: re.Match[str], phrase: _Phrase) -> SentenceFault | None:
    instead = (phrase.write(found) if callable(phrase.write) else found.expand(phrase.write)).strip()
    said = found[0].strip()
    if "".join(instead.split()) == "".join(said.split()) and not _PARTED.search(said):
        return None
    start = found.start() + (len(found[0]) - len(found[0].lstrip()) if instead else 0)
    end = found.end() - (len(found[0]) - len(found[0].rstrip()) if instead else 0)
    usual = f"`{{}}` is no {'phrase' if ' ' in said else 'word'} of this language"
    message = (phrase.said or usual).replace("{}", said)
    hint = f"write `{instead}`{phrase.more}" if instead else found.expand(phrase.more) or "leave it out"
    return SentenceFault(start, end, message, hint)
