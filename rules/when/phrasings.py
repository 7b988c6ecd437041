r"""How people say it otherwise: phrases that the `when` language has not, each with what to write instead.

A phrase is looked for only where a sentence could not be read, so that none ever touches a right sentence. To add one:
a pattern, and the words that stand for all of it (`\1` for a part of what was found); longer phrases come before the
words in them. The tests put every proposal into its sentence and load it. Numbers, lengths and dates are in
`rules.when.counted`, which is asked first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from rules.faults import SentenceFault
from rules.when.counted import COUNTED
from rules.when.phrase import (
    AMOUNT,
    DIGITS,
    ITEM,
    KEYWORDS,
    LENGTH,
    LOOSE,
    MONTH,
    MONTHS,
    SUBJECT,
    TEXT,
    TEXTS,
    Phrase,
)

# Phrases are short: what lies farther from the trouble has nothing to do with it.
_REACH = 300

# What only quotes hold together: AT&T, C++, .NET, jo@one.example, AC/DC.
_SIGNS_IN = r"\.?[^\W\d][\w.-]*(?:[@#/]+|\++|&(?=[^\W\d]))[\w.+#@/-]*|[.@][^\W\d][\w.-]*"
_PARTED = re.compile(r"\d\s\d")
_NEGATION = r"(?:doe?s\s*n[o'’]?t|doesnt|do\s+not|don['’]t|never|not)"
_DOWN = (
    r"(?:is\s+down|(?:is\s+|has\s+)?(?:dropped|fallen|fell|decreased|decreases|falls|reduced|sinks|sank)"
    r"|(?:went|goes|came|comes|gone)\s+down(?!\s+(?:to|below|under)\b))"
)
_UP = (
    r"(?:is\s+up|(?:is\s+|has\s+)?(?:risen|rose|increased|increases|grew|grows|climbs|climbed)"
    r"|(?:went|goes|gone)\s+up(?!\s+(?:to|above|over|or)\b))"
)

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
    return f"{found[3]}-{MONTHS.index(found[1].lower()) + 1:02}-{int(found[2]):02}"


def _month(found: re.Match[str]) -> str:
    return f"is {found[2]}-{MONTHS.index(found[1].lower()) + 1:02}"


_PHRASES = (
    # How much it changed, where that looks like a comparison.
    Phrase(rf"(drops|rises|moves)\s+(?:by\s+)?{_AT_LEAST}\s*({AMOUNT})\s+from\b", r"\1 by \2 from", _THE_LEAST),
    Phrase(rf"(drops|rises|moves)\s+(?:by\s+)?{_AT_LEAST}\s*({AMOUNT})(?!\s*from)(?:\s+(?:in|over|within)\s+"
            rf"(?:the\s+)?(?:last\s+|past\s+)?({LENGTH}))?", _drift, _FROM_WHAT, _OR_FROM),
    # How long, likewise.
    Phrase(rf"(?:\b{KEYWORDS}[^\W\d]\w*\s+(?:is\s+|has\s+)?)?\b(?:unchanged|not\s+changed|silent|quiet|"
            rf"no\s+(?:new\s+)?[^\W\d]\w*)\s+(?:for|in|since|within)\s+(?:the\s+)?(?:last\s+|past\s+)?({LENGTH})",
            r"nothing for \1"),
    Phrase(rf"(?:is\s+)?in\s+(?:less\s+than|at\s+most|under)\s+({LENGTH})(?!\s+(?:ago|old))", r"within \1"),
    # Comparisons.
    Phrase(r"(?:is\s+)?(?:less|lower|smaller|cheaper|fewer)\s+than\s+or\s+equals?(?:\s+to)?", "at most"),
    Phrase(r"(?:is\s+)?(?:more|greater|higher|larger|bigger)\s+than\s+or\s+equals?(?:\s+to)?", "at least"),
    Phrase(r"(?:is\s+)?(?:not?|never)\s+(?:more|greater|higher|larger|more\s+expensive)\s+than", "at most"),
    Phrase(r"(?:is\s+)?(?:not?|never)\s+(?:less|lower|smaller|cheaper|fewer)\s+than", "at least"),
    Phrase(r"(?:is\s+|costs\s+)?(?:less|lower|smaller|cheaper|fewer)\s+(?:than|then|as)", "below"),
    Phrase(r"(?:is\s+|costs\s+)?(?:more(?:\s+expensive)?|greater|higher|larger|bigger)\s+(?:than|then)", "above"),
    Phrase(r"(?:goes|gets|falls|sinks|drops|dips|comes\s+down)\s+(?:below|under)", "below", _A_LIMIT),
    Phrase(r"(?:goes|comes|went|falls|drops|sinks)\s+(?:down\s+)?to(?=\s+[\d$€£¥])", "at most", _A_LIMIT),
    Phrase(r"(?:goes|gets|climbs|rises|jumps)\s+(?:above|over)", "above", _A_LIMIT),
    Phrase(r"(?:is\s+)?equal\s+to|is\s+the\s+same\s+as|equals(?:\s+to)?", "is"),
    Phrase(r"up\s+to|max(?:imum)?\b\.?", "at most"),
    Phrase(r"min(?:imum)?\b\.?(?!\s+(?:in|of|over))", "at least"),
    Phrase(r"exceeds|is\s+beyond", "above"),
    Phrase(r"reaches|hits", "at least", "", "; or `at most`, where it comes down to that"),
    Phrase(r"(?:\b(?:is|are|=+)\s+)(?:either\s+|(?:one|any)\s+of\s+)?()"
            rf"({TEXTS}(?:(?:\s*,\s*(?:or\s+)?|\s+or\s+){TEXTS})+)(?=\s*(?:$|\)|and\b))", _one_of,
            _JOINS_CONDITIONS, reads=True),
    Phrase(rf"\bin\s+()({TEXTS}(?:\s*,\s*(?:or\s+)?{TEXTS})+)(?=\s*(?:$|\)|and\b|or\b))", _one_of, _A_LIST),
    Phrase(r"\bin\s+()\(([^()]*)\)", _one_of, _A_LIST),
    Phrase(r"(?<=\w )(?<!is )(?<!not )(known|unknown)\b", r"is \1"),
    Phrase(r"(?:becomes|became|turns(?:\s+(?:in)?to)?|switches\s+to)\b", "changes to"),
    Phrase(r"(?:^|(?<=and )|(?<=or )|(?<=not ))\s*(?:(?:is\s+)?(?:back\s+)?in\s+stock|is\s+available"
            r"|(?:price|it|product|item)\s+is\s+(?:back\s+)?in\s+stock)"
            r"(?:\s+again)?", "available", reads=True),
    Phrase(r"^\s*(?:is\s+)?(?:down|offline|unreachable|not\s+reachable)\b(?!\s+(?:by|from))", "not up", reads=True),
    Phrase(r"(?<=\w )(?<!is )not\s+(above|below|over|under|at\s+most|at\s+least|[<>]=?)", r"is not \1"),
    Phrase(r"(?:is\s+)?newer\s+than(?!\s+\d+\s*[a-z])", "above", "", "; or `after` a date"),
    Phrase(r"(?:is\s+)?older\s+than(?!\s+\d+\s*[a-z])", "below", "", "; or `before` a date"),
    Phrase(r"(?:is\s+)?later\s+than", "after"),
    Phrase(r"(?:is\s+)?earlier\s+than", "before"),
    Phrase(r"(?<=\w )(?:exists|is\s+(?:present|there))\b", "is known"),
    Phrase(r"<>|!==+|=!=|≠=", "!="),
    Phrase(r"=>", ">="),
    Phrase(r"=<", "<="),
    Phrase(r"isn['’]?t", "is not"),
    Phrase(rf"{SUBJECT}(?:is\s+)?between\s+({AMOUNT})\s*(?:and|to|-|–)\s*({AMOUNT})", _range),
    Phrase(rf"{SUBJECT}(?:is\s+)?in\s+[\[(]\s*({AMOUNT})\s*(?:\.\.+|–|to\b)\s*({AMOUNT})\s*[\])]", _range),
    Phrase(rf"{SUBJECT}(?:is\s+)?(?:from|in)\s+({AMOUNT})\s*(?:to|\.\.+|-|–)\s*({AMOUNT})", _range),
    Phrase(rf"(?:is\s+)?({AMOUNT})\s+(?:or\s+(?:less|lower|cheaper|below|under)|max(?:imum)?)\b", r"at most \1",
            reads=True),
    Phrase(rf"(?:is\s+)?({AMOUNT})\s+or\s+(?:more|higher|above|over)\b", r"at least \1", reads=True),
    # Amounts.
    Phrase(r"(?<![\d.,_])(\d{1,3}(?:_\d{3})+)(?![\d_])", _digits, _PLAIN_NUMBER, reads=True),
    Phrase(r"(?<=[$€£¥])\s?(\d{1,3}(?:[ \u00a0\u202f]\d{3})+)(?!\d)", _digits, _PLAIN_NUMBER),
    Phrase(rf"({DIGITS})\s*(?:percent|per\s+cent|pct|prozent)\b", r"\1%", reads=True),
    Phrase(r"\b(USD|EUR|GBP|CAD|AUD|NZD|CHF|JPY|SEK|NOK|DKK|PLN|CZK|INR)(\d[\d.,]*)", r"\2 \1", reads=True),
    Phrase(rf"({DIGITS}\s*%)\s+(?:off|discount|cheaper|less)\b", r"drops by \1 from previous", "", _OR_FROM),
    Phrase(rf"({DIGITS}\s*%)\s+(?={KEYWORDS}[^\W\d])", r"\1 of"),
    Phrase(r"([^\W\d]\w*)\s*[-−]\s*(\d+)\s*%", _rest, "a percentage is one of something", reads=True),
    Phrase(r"\bhalf\s+(?:of\s+)?(?:the\s+)?(?=[^\W\d])", "50% of"),
    Phrase(r"\b(?:twice(?!\s+in\b)|double)\s+(?:the\s+)?(?=[^\W\d])|\b2\s?[x×]\s+(?=[^\W\d])", "2 *"),
    Phrase(r"\b(US|USD|EUR|GBP|CAD|AUD|CHF)\s*[$€£]\s*(\d[\d.,]*)", _code, "one amount has one currency"),
    Phrase(r"[$€£]\s*(\d[\d.,]*)\s*(USD|EUR|GBP|CAD|AUD|NZD)\b", r"\1 \2", "one amount has one currency"),
    Phrase(r"([$€£]?\d+)[.,][-–—]+(\s*[$€£])?", r"\1\2"),
    # Change.
    Phrase(rf"(drops|rises|moves)\s+({AMOUNT})\s+from", r"\1 by \2 from"),
    Phrase(rf"{_DOWN}\s+(?:by\s+)?({AMOUNT})\s+from", r"drops by \1 from"),
    Phrase(rf"{_UP}\s+(?:by\s+)?({AMOUNT})\s+from", r"rises by \1 from"),
    Phrase(
        rf"(drops|rises|moves)\s+(?:by\s+)?({AMOUNT})(?!\s*from)(?:\s+(?:in|over|within)\s+"
        rf"(?:the\s+)?(?:last\s+|past\s+)?({LENGTH}))?", _drift, _FROM_WHAT, _OR_FROM,
    ),
    Phrase(rf"{_DOWN}(?:\s+by)?\s+({AMOUNT})", r"drops by \1 from previous", "", _OR_FROM),
    Phrase(rf"{_UP}(?:\s+by)?\s+({AMOUNT})", r"rises by \1 from previous", "", _OR_FROM),
    Phrase(rf"changes\s+by\s+({AMOUNT})(?:\s+from\s+previous)?", r"moves by \1 from previous",
            "`changes` takes no amount", "; or drops, or rises"),
    Phrase(rf"{_DOWN}\s+from\b", "drops from"),
    Phrase(rf"{_UP}\s+from\b", "rises from"),
    Phrase(rf"{_DOWN}|(?:gets|is\s+getting)\s+cheaper", "drops from previous", "", _OR_FROM),
    Phrase(_UP, "rises from previous", "", _OR_FROM),
    Phrase(r"(drops|rises|moves)\s*(?=$|\)|(?:and|or)\b)", r"\1 from previous", _FROM_WHAT, _OR_FROM),
    Phrase(r"(?:is\s+different|differs)(?:\s+from\s+(?:previous|before|(?:the\s+)?last\s+time))?\b", "changes",
            reads=True),
    Phrase(r"\b(?:any|every|each|some)\s+changes?\b|\bchanges?\s+at\s+all\b", "changes"),
    Phrase(r"(?:has\s+|is\s+|was\s+)?(?:changed|modified|updated)|change\b", "changes"),
    Phrase(r"is\s+(?:falling|sinking|dropping|decreasing|going\s+down)\b", "drops from previous", "", _OR_FROM,
            reads=True),
    Phrase(r"is\s+(?:rising|climbing|growing|increasing|going\s+up)\b", "rises from previous", "", _OR_FROM,
            reads=True),
    # Windows of time.
    Phrase(rf"(?:at\s+most|no\s+more\s+than|up\s+to|under|below|<=)\s*({LENGTH})\s+(?:ago|old)", r"within past \1"),
    Phrase(rf"{MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", _day, "a date is written as 2026-12-24"),
    Phrase(rf"(?:is\s+)?\bin\s+{MONTH}\s+(\d{{4}})\b", _month),
    Phrase(rf"^\s*in\s+({LENGTH})(?!\s+\w)", r"within \1"),
    Phrase(r"\bdays\s+(until|left)\b", r"days_\1"),
    Phrase(r"(?:is\s+)?\bin\s+(\d{4}(?:-\d\d)?)\b(?!\s*\w)", r"is \1"),
    Phrase(r"(?:is\s+)?\bon\s+((?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{4}-\d\d-\d\d)\b", r"is \1"),
    Phrase(r"(?<=\w )(?<!is )tomorrow\b", "is today + 1 day"),
    Phrase(rf"\bnothing\s+(?:new\s+)?(?:in|within|since|during|over)\s+(?:the\s+)?(?:last\s+|past\s+)?({LENGTH})",
            r"nothing for \1"),
    Phrase(rf"(?:is\s+)?within\s+(?:the\s+)?(?:last|previous)\s+({LENGTH})", r"within past \1"),
    Phrase(rf"(?:is\s+)?within\s+the\s+(?:past\s+)({LENGTH})", r"within past \1"),
    Phrase(rf"\b(lowest|highest|median|mean)\s+(?:in|of|over|within|during)\s+(?:the\s+)?(?:last|past)\s+({LENGTH})",
            r"\1 in \2"),
    Phrase(rf"\b(lowest|highest|median|mean)\s+(?:of|over|within|during|for|since)\s+({LENGTH})", r"\1 in \2"),
    Phrase(rf"(?:average|avg)\s+(?:in|of|over)\s+(?:the\s+)?(?:last\s+|past\s+)?({LENGTH})", r"mean in \1"),
    Phrase(rf"(?:minimum|min|cheapest|low)\s+(?:in|of|over)\s+(?:the\s+)?(?:last\s+|past\s+)?({LENGTH})",
            r"lowest in \1"),
    Phrase(rf"(?:is\s+)?(?:in|during|over)\s+(?:the\s+)?(?:last|past|previous)\s+({LENGTH})", r"within past \1"),
    Phrase(rf"(?:is\s+)?(?:within|in|during)\s+(?:the\s+)?(?:next|coming)\s+({LENGTH})", r"within \1"),
    Phrase(rf"(?:>=?|after|since|newer\s+than|less\s+than|<)\s*({LENGTH})\s+(?:ago|old)", r"within past \1"),
    Phrase(rf"(?:before|older\s+than|more\s+than)\s+({LENGTH})\s+(?:ago|old)", r"before today - \1"),
    Phrase(rf"({LENGTH})\s+ago", r"within past \1"),
    Phrase(r"(?:is\s+)?(?:within\s+|in\s+)?(?:the\s+)?last\s+week\b", "within past 7 days"),
    Phrase(r"(?:is\s+)?(?:within\s+|in\s+)?(?:the\s+)?last\s+month\b", "within past 30 days"),
    Phrase(r"(?:is\s+)?(?:within\s+|in\s+)?(?:the\s+)?next\s+week\b", "within 7 days"),
    Phrase(r"(?:is\s+)?(?:within\s+|in\s+)?(?:the\s+)?next\s+month\b", "within 30 days"),
    Phrase(r"\b(lowest|highest)\s+(?:ever|of\s+all\s+time|so\s+far|yet)", r"\1 in 10 years",
            "`{}` is no phrase of this language: a window has a length"),
    Phrase(r"(?:the\s+|at\s+)?(?:an?\s+)?all[- ]time\s+low", "lowest in 10 years"),
    Phrase(r"(?<=is )the\s+(lowest|highest|median|mean)\b", r"\1"),
    # Texts.
    Phrase(rf"(?<=matches )(?![/\"'“])({_SIGNS_IN}|\S*[.*+?^$|\\]\S*)", _straight,
           "a regular expression stands in quotes"),
    Phrase(rf"(?:(?<=mentions )|(?<=contains )|(?<= with )|(?<=is )|(?<=is not )|(?<== ))({_SIGNS_IN})", _straight,
           "a text with signs in it stands in quotes"),
    Phrase(r"(\"[^\"]*\")\s+(?:appears|shows\s+up|comes\s+up)\b", r"contains \1"),
    Phrase(r"(\"[^\"]*\")\s+(?:disappears|vanishes|goes\s+away)\b", r"not contains \1"),
    Phrase(rf"{SUBJECT}{_NEGATION}\s+(mention|contain|include|match|change)(?:s|es)?\b", _negated),
    Phrase(rf"{SUBJECT}(mention|contain|include|match)s?\s+not\b", _negated),
    Phrase(rf"({KEYWORDS}[^\W\d]\w*\s+)?\bmentions\s+(?:all|both)(?:\s+of)?\s+\[([^\[\]]*)\]", _each_mentioned),
    Phrase(rf"{SUBJECT}(?:no\s+longer|stops)\s+(mention|contain|match)(?:s|es|ing)?\b", _negated),
    Phrase(rf"{SUBJECT}\bmentions\s+(?:none|neither)\s+of\s+\[", _none_mentioned),
    Phrase(r"(mentions|contains)\s+(?:any\s+of|one\s+of|either)\s+\[", r"\1 ["),
    Phrase(r"\b(?:is\s+)?(?:one|any)\s+of\s+\[", "in ["),
    Phrase(rf"(\bmentions)\s+({ITEM})\s+(?:but\s+not|and\s+not|without|except)\s+({ITEM})(?=\s*(?:$|\)|and\b|or\b))",
            r"\1 \2 and not \1 \3", _JOINS_CONDITIONS, reads=True),
    Phrase(r"(?<=mentions )(?:the\s+)?topics?\s+([^\W\d]\w*)", r"topics.\1"),
    Phrase(r"\bmentions\s+([^\W\d]\w*)\*", r"contains \1", "`mentions` finds whole words"),
    Phrase(r"\[([^\[\]]*)\]", _brackets, "commas part the entries of a list, and several words stand in quotes"),
    Phrase(r"(mentions)\s+\(([^()]*(?:,|\bor\b)[^()]*)\)", _list, _JOINS_CONDITIONS, reads=True),
    Phrase(rf"(mentions)\s+(?:either\s+)?({ITEM}(?:\s+or\s+{ITEM})+)(?=\s*(?:$|\)|and\b))", _list,
            _JOINS_CONDITIONS, reads=True),
    Phrase(rf"(mentions)\s+({LOOSE}(?:\s+{LOOSE})*(?:\s*,\s*(?:or\s+)?{LOOSE}(?:\s+{LOOSE})*)+)", _list,
            _JOINS_CONDITIONS),
    Phrase(r"\blike\s+[\"']%?([^\"'%]*)%?[\"']", r'contains "\1"'),
    Phrase(r"(?<=matches )/((?:[^/\\]|\\.)+)/[gimsu]*", r'"\1"', "a regular expression stands in quotes"),
    Phrase(r"^\s*[„“”«»‘‚]([^„“”«»‘’\"]*)[“”«»’]\s*$", r"\1", _OTHER_QUOTES, reads=True),
    Phrase(r"[„”]([^“”\"]*)[“”\"]", _straight, _OTHER_QUOTES),
    Phrase(r"“([^“”\"]*)[“\"]", _straight, _OTHER_QUOTES),
    Phrase(r"[‘‚‹]([^’‘›]*)[’‘›]", _straight, _OTHER_QUOTES),
    Phrase(r"[«»]([^«»]*)[«»]", _straight, _OTHER_QUOTES),
    Phrase(r"「([^」]*)」", _straight, _OTHER_QUOTES),
    Phrase(r"`([^`]*)`", _straight, _OTHER_QUOTES),
    Phrase(r"\b(?:includes?|has|containing)\b", "contains"),
    Phrase(r"\b(?:about|mentioning|mention)\s+(?=[^\W\d]|[\"'\[])", "mentions"),
    Phrase(r"begins?\s+with|start(?:ing)?\s+with", "starts with"),
    Phrase(r"end(?:ing)?\s+with", "ends with"),
    Phrase(rf"(?<=mentions )({TEXT})", _straight, _WANTS_QUOTES),
    Phrase(rf"(?<=contains )({TEXT})", _straight, _WANTS_QUOTES),
    Phrase(rf"(?<= with )({TEXT})", _straight, _WANTS_QUOTES),
    Phrase(rf"(?:(?<=is )|(?<=is not )|(?<== ))({TEXT})(?=\s*(?:$|\)|\band\b|\bor\b))", _straight, _WANTS_QUOTES),
    # What sentences begin and end with when one thinks aloud; a rule is a condition already.
    Phrase(r"\b(?:the|its)\s+(?=[^\W\d])", "", "`{}` is not needed here: facts stand without it"),
    Phrase(r"^\s*(?:please\s+)?(?:tell|notify|alert|warn|message|ping|remind|email)\b.*?\b(?:if|when|once)\s+", "",
            _NEEDLESS),
    Phrase(r"[,\s]*\b(?:then|otherwise|else)\b.*$", "", _NEEDLESS),
    Phrase(r",(?=\s+(?:and|or|but)\b)", "", "no comma stands before the word that joins two conditions"),
    Phrase(rf"\bsince\s+({LENGTH})\s*$", "", _A_KEY, r"end the sentence before it, and write below: for: \1"),
    Phrase(r"\bfor\s+the\s+first\s+time\s*$|(?<=\w )again\s*$", "", _NEEDLESS),
    Phrase(r"\b(\d+)\s+times(?:\s+in\s+a\s+row)?\s*$", "", _A_KEY,
            r"end the sentence before it, and write below: for: \1 polls"),
    Phrase(r"\btwice(?:\s+in\s+a\s+row)?\s*$", "", _A_KEY,
            "end the sentence before it, and write below: for: 2 polls"),
    Phrase(r"(?<=\s)#.*$", "", "a comment does not stand inside a sentence", "put it behind the closing quote"),
    Phrase(r"\brule\s+([^\W_][\w-]*)", r'rule "\1"', "the id of a rule stands in quotes"),
    Phrase(r"(\brule\s+\"[^\"]*\")\s+(?:is|was)\s+(?:met|true|active)\b", r"\1", "`{}` says twice that it is met"),
    Phrase(r"\b(for)\s+(\d+\s*\w+|a\s+\w+)\s*$", "", _A_KEY, r"end the sentence before it, and write below: for: \2"),
    Phrase(r"\b(until|every|again|notify)\b\s+(.+)$", "", _A_KEY,
            r"end the sentence before it, and write below: \1: \2"),
    Phrase(r"\s+(?:ever|currently|any\s?more|please|right\s+now)\s*$", "", _NEEDLESS),
    Phrase(r"(?<=[\w\])\"'])\s*[.!?;,]+\s*$", "", "`{}` is not needed at the end of a sentence"),
    Phrase(r"^\s*\{\{?\s*([^{}]+?)\s*\}?\}\s*$", r"\1", "a sentence stands without braces"),
    # Joints and signs.
    Phrase(r"\band\s*/\s*or\b", "or"),
    Phrase(r"\b(and|or)\s+(?:and|or)\b", r"\1", "one word joins two conditions, and here are two: `{}`"),
    Phrase(r"\bbut\s+not\b|\bunless\b|\bwithout\b|\bexcept\b", "and not"),
    Phrase(r"(?<=\w )plus\b", "+"),
    Phrase(r"(?<=\w )minus\b", "-"),
    Phrase(r"\bno\s+longer\b", "not"),
    Phrase(r"&&?|\bas\s+well\s+as\b|\bbut\b|(?<=[\w\])\"'%€£] )(?:if|when|while)\b", "and"),
    Phrase(r"\|\|?", "or"),
    Phrase(r"[!¬]\s*([^\W\d][\w.]*)", r"not \1"),
    Phrase(r"==+", "is"),
    Phrase(r"=~|~=?", "matches"),
    Phrase(r"(?<!\w)\.(\d+)", r"0.\1", "a number begins with a digit"),
    Phrase(r"[\u200b\u200c\u200d\u2060\ufeff\u00ad]+", "", "an invisible character stands here"),
    Phrase(r"[\uff01-\uff5e](?:[\w.,]*[\uff01-\uff5e])*", lambda found: unicodedata.normalize("NFKC", found[0]),
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
def _known() -> tuple[tuple[re.Pattern[str], Phrase], ...]:
    """Return all phrases, compiled when a sentence is first wrong: right ones do not pay for it."""
    return tuple(_compiled())


def _compiled() -> Iterator[tuple[re.Pattern[str], Phrase]]:
    for phrase in (*COUNTED, *_PHRASES):
        yield re.compile(phrase.pattern, re.IGNORECASE), phrase
    for write, words in _FOREIGN.items():
        pattern = rf"(?<!\w)(?:{words})(?!\w)".replace(" ", r"\s+")
        yield re.compile(pattern, re.IGNORECASE), Phrase(pattern, write, "`{}` is no English, as this language is")


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


def _fault(found: re.Match[str], phrase: Phrase) -> SentenceFault | None:
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
