"""Lines that say the same as before, but how long ago: “Updated 3 minutes ago”, five minutes later.

    lines now, lines before ──▶ lines now, each in the words of before where nothing else in it is another

Such a line is no news, nor is one whose quotes and dashes are only set in another way.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from watchers.reading.pagetext import Line

_MOST_AGES: Final = 0.5
"""Where lines with an age have more of the letters than this, it is the age that is watched."""
_ENGLISH: Final = (
    r"(?:s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?|mo(?:nths?)?|y(?:ea)?rs?)"
)
_AGE: Final = re.compile(
    rf"\b(?:\d{{1,4}}|an?|one|a few) ?{_ENGLISH}(?:,? (?:and )?\d{{1,4}} ?{_ENGLISH})? ago\b"
    r"|\bjust now\b|\bmoments? ago\b"
    r"|\bvor (?:\d{1,4}|eine[rm]|einigen|wenigen) (?:sek|min|stunde|std|tag|woche|monat|jahr)\w*\.?"
    r"|\bil y a (?:\d{1,4}|une?|quelques) (?:s|sec\w*|min\w*|h|heures?|j|jours?|semaines?|mois|ans?)\b"
    r"|\b(?:hace|há) (?:\d{1,4}|una?|uma?) (?:seg\w*|min\w*|h|horas?|d[ií]as?|semanas?|m[eê]s(?:es)?|a[nñ]os?)\b"
    r"|\b(?:\d{1,4}|un[ao]?) (?:second[oi]|minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]) fa\b"
    r"|\b(?:\d{1,4}|een) (?:seconden?|minu(?:ut|ten)|uur|uren|dag(?:en)?|we(?:ek|ken)|maand(?:en)?|jaar) geleden\b"
    r"|\b\d{1,4} [^\W\d_]{1,12}\.? (?:siden|sedan|temu|назад|тому|önce|sitten)\b|\bpřed \d{1,4} [^\W\d_]{1,12}"
    r"|\d{1,4} ?(?:秒|分|時間|日|週間|か月|ヶ月|年|分钟|小时|天|周|个月|分鐘|小時|個月)前"
    r"|\d{1,4} ?(?:초|분|시간|일|주|개월|년) ?전",
    re.IGNORECASE,
)
_PLAIN: Final = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\xad": ""})


def in_words_of(before: Sequence[str], lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return lines in the words of before where they say the same but for an age, or how marks are set."""
    now = [line.text for line in lines]
    aged = sum(len(text) for text in now if _AGE.search(text))
    bare = _without_marks if aged > _MOST_AGES * sum(map(len, now)) else _without_age
    said: defaultdict[str, deque[str]] = defaultdict(deque)
    for text in before:
        said[bare(text)].append(text)
    there = set(before)
    return tuple(
        line if line.text in there or not (texts := said.get(bare(line.text))) else replace(line, text=_next(texts))
        for line in lines
    )


def _next(texts: deque[str]) -> str:
    """Take the first of some texts, and the last again and again."""
    return texts.popleft() if len(texts) > 1 else texts[0]


def _without_age(text: str) -> str:
    return _AGE.sub("…", _without_marks(text))


def _without_marks(text: str) -> str:
    return text.translate(_PLAIN)
