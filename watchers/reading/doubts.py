"""What the words around a number say against its being the price to pay now.

Words of the languages that shops write, beside the number itself: "from", "was", "per month", "/ 100 g". They are read
in the text of one price label; the words around it on the page are somebody else's work.
"""

from __future__ import annotations

import re
from typing import Final


def _alternatives(words: str) -> str:
    return "|".join(line.strip() for line in words.strip().splitlines())


LOWEST: Final = "a lowest of several prices"
CENTS: Final = "cents"
_BY_MEASURE: Final = "a price by measure"

_BEFORE: Final = {
    LOWEST: r"""
        from|starting at|as low as|ab|à partir d[eu’']+|dès|a partire da|da|desde|a partir de|vanaf|från|fra|alkaen|od
        від|от|начиная с""",
    "a highest of several prices": r"""
        up to|bis zu|bis|jusqu['’]à|até|hasta|fino a|до|tot|op til""",
    "a former price": r"""
        was|rrp|r\.r\.p\.?|uvp|msrp|list price|listenpreis|regular price|reg\.? price|original price|statt|vorher|bisher
        instead of|au lieu de|prix conseillé|ancien prix|antes|precio anterior|invece di|prezzo di listino
        adviesprijs|tidigare|ord\.? ?pris|ordinarie pris|před slevou|běžná cena|původní cena
        stara cena|cena regularna|старая цена""",
    "a saving": r"""
        save|you save|sparen|sie sparen|ersparnis|économisez|ahorra|risparmi|besparing|zľava|sleva|скидка""",
    "a delivery charge": r"""
        shipping|delivery|postage|versand|versandkosten|livraison|envío|spedizione|frete|doprava|wysyłka|доставка|frakt
        verzending""",
    "an instalment": r"[x×]|\d ?mal",
    "an estimate": r"ca\.?|circa|approx\.?|about|around|~|≈|estimated?|environ",
}
_PERIODS: Final = _alternatives(r"""
    mo(?:nth)?s?|md|mdr|mnd|mån(?:ad)?|mth|kk|ay|monat|mtl|mois|mes|mese|mies\w*|месяц|мес|měsíc|wk|week|woche|semaine
    yr|year|jahr|an|anno|día|day|tag|night|nacht|hour|hr|h""")
_MEASURES: Final = _alternatives(r"""
    kg|g|gr|mg|lbs?|oz|fl\.? ?oz|l|dl|cl|ml|lit(?:re|er|ro)s?|liter|m|m2|m²|m³|qm|cm|sq ?ft|ft|yd|sqm|gal(?:lon)?
    wash(?:es)?|dose|count|ct|unit|кг|г|л|м""")
_BEHIND: Final = {
    "a price by time": rf"""
        (?:/|per|an?|pro|im|par|al|por|na|w|в|за|om de|i|pr\.?) ?(?:{_PERIODS})
        monthly|monatlich|mtl|weekly|yearly|annually|mensuel\w*|mensual\w*|mensili?|miesięcznie|[x×] ?\d+
        in \d+ (?:payments|instal)""",
    _BY_MEASURE: rf"(?:/|per|pro|je|za|par|por|al?|na|за) ?\d{{0,6}} ?(?:{_MEASURES})",
    LOWEST: r"起|から|부터|and up|\+(?! ?[\w$€£¥])|~",
    "a saving": r"off|rabatt|discount|saved|remise|zľava",
    "a delivery charge": r"shipping|delivery|postage|versand|livraison|envío|spedizione|frete|p&p",
    CENTS: r"[p¢]|ct|cents?|pence|gr",
}


_SAYS_BEFORE: Final = {
    doubt: re.compile(rf"(?:^|\W)(?:{_alternatives(words)})[ :]*(?:\d+ ?[^\W\d_]+\.? )?$", re.IGNORECASE)
    for doubt, words in _BEFORE.items()
}
_SAYS_BEHIND: Final = {
    doubt: re.compile(rf"[ (]*(?:{_alternatives(words)})(?!\w)", re.IGNORECASE) for doubt, words in _BEHIND.items()
}
_COUNT: Final = re.compile(
    rf" ?(?:%|[x×](?!\w)|[a-z]\d|°|(?:{_MEASURES}"
    r"|mm|km|in|inch|gb|tb|mb|mah|w|kw|v|hz|pcs|pieces|pack|stk|stück|szt|шт|items?|days?|years?|months?|monate?|mois"
    r"|reviews?|stars?)(?![\w²³]))",
    re.IGNORECASE,
)


def doubt_before(text: str) -> str:
    """Return what the words at the end of a text say against the price that follows them, or an empty text."""
    return next((doubt for doubt, said in _SAYS_BEFORE.items() if said.search(text[-80:])), "")


def doubt_behind(text: str, position: int) -> str:
    """Return what the words at a position say against the price that ends there, or an empty text."""
    return next((doubt for doubt, said in _SAYS_BEHIND.items() if said.match(text, position)), "")


def is_by_measure(text: str, position: int) -> bool:
    """Say whether the price that ends at a position is one by weight, length, or volume."""
    return _SAYS_BEHIND[_BY_MEASURE].match(text, position) is not None


def is_count(text: str, position: int) -> bool:
    """Say whether the number that ends at a position, without a currency, is a count, a measure or a percentage."""
    return _COUNT.match(text, position) is not None
