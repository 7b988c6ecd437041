"""What the words around a number say against its being the price to pay now.

Words of the languages that shops write, beside the number itself: "from", "was", "per month", "/ 100 g". They are read
in the text of one price label; the words around it on the page are somebody else's work.
"""

from __future__ import annotations

import re
from typing import Final

from watchers.reading.shop_words import Role
from watchers.reading.vocabulary import read_label


def _alternatives(words: str) -> str:
    return "|".join(line.strip() for line in words.strip().splitlines())


LOWEST: Final = "a lowest of several prices"
CENTS: Final = "cents"
_HIGHEST: Final = "a highest of several prices"
_FORMER: Final = "a former price"
_SAVING: Final = "a saving"
_DELIVERY: Final = "a delivery charge"
_INSTALMENT: Final = "an instalment"
_DEPOSIT: Final = "a deposit on its packing"
_BY_MEASURE: Final = "a price by measure"

_MEASURES: Final = _alternatives(r"""
    kg|g|gr|mg|lbs?|oz|fl\.? ?oz|l|dl|cl|ml|lit(?:re|er|ro)s?|liter|m|m2|m²|m³|qm|cm|sq ?ft|ft|yd|sqm|gal(?:lon)?
    wash(?:es)?|dose|count|ct|unit|кг|г|л|м""")
_BEFORE: Final = {
    LOWEST: r"""
        from|starting(?: at)?|as low as|ab|à partir d[eu’']+|dès|a partire da|da|desde|a partir de|vanaf|v\.a\.|från|fra
        alkaen|alk\.?|od|від|от|начиная с""",
    _HIGHEST: r"""
        up to|bis zu|bis|jusqu['’]à|até|hasta|fino a|до|tot|op til""",
    _FORMER: r"""
        was|rrp|r\.r\.p\.?|uvp|m\.?r\.?p\.?|msrp|list price|listenpreis|regular price|reg\.? price|original price|statt
        vorher|bisher|de ?:|instead of|au lieu de|prix conseillé|ancien prix|antes|precio anterior|invece di
        prezzo di listino|adviesprijs|tidigare|ord\.? ?pris|ordinarie pris|norm\.|před slevou|běžná cena|původní cena
        stara cena|cena regularna|старая цена""",
    _SAVING: r"""
        save|you save|sparen|sie sparen|ersparnis|économisez|ahorra|risparmi|besparing|zľava|sleva|скидка""",
    _DELIVERY: r"""
        shipping|delivery|postage|versand|versandkosten|livraison|envío|spedizione|frete|doprava|wysyłka|доставка|frakt
        verzending""",
    _INSTALMENT: r"\d* ?[x×](?: (?:de|of|à|a|von|di|po))?|\d ?mal|mtl\.?|aylık|月々|월",
    _BY_MEASURE: rf"(?:{_MEASURES}) ?=",
    _DEPOSIT: r"pfand|pant|statiegeld|éco-?part(?:icipation)?",
    "a limit of something": r"""
        under|below|over|above|less than|more than|at least|at most|spend|unter|über|mind\.?|mindestens|min\.?
        max\.?""",
    "an estimate": r"ca\.?|circa|approx\.?|about|around|~|≈|estimated?|environ",
}
_SAID_OF_IT: Final = {
    Role.FORMER: _FORMER,
    Role.SAVING: _SAVING,
    Role.SHIPPING: _DELIVERY,
    Role.INSTALMENT: _INSTALMENT,
    Role.FROM: LOWEST,
}
_NO_LABELS: Final = frozenset({"van", "value", "order", "orders", "page", "credit"})
"""Labels beside a price on a page that in a line of text rather are another word: "Transit van £3,000"."""
_LONGEST_LABEL: Final = 6
_PERIODS: Final = _alternatives(r"""
    mo(?:nth)?s?|md|mdr|mnd|mån(?:ad)?|mth|kk|ay|monat|mtl|mois|mes|mês|mese|mies\w*|месяц|мес|měsíc|maand|hó|lună
    month|wk|week|woche|semaine|yr|year|jahr|an|anno|día|day|tag|night|nacht|hour|hr|h|std""")
_BEHIND: Final = {
    "a price by time": rf"""
        (?:/|per|an?|pro|im|par|al|por|na|w|в|за|om de|i|pr\.?) ?(?:{_PERIODS})
        monthly|monatlich|mtl|weekly|yearly|annually|mensuel\w*|mensual\w*|mensili?|miesięcznie|[x×] ?\d+|לחודש
        p ?[./]? ?m\b\.?|in \d+ (?:payments|instal)""",
    _BY_MEASURE: rf"""
        / ?\d{{0,6}} ?(?:{_MEASURES})
        (?:per|pro|je|za|par|por|al?|na|за|le|el|il|au)(?: \d{{0,6}}|\d{{1,6}}) ?(?:{_MEASURES})""",
    LOWEST: r"起|から|부터|and up|onwards|['’]?d[ea]n başlayan|\+(?! ?[\w$€£¥])|[~～〜]|-tól|-től",
    _SAVING: r"""
        off|rabatt|discount|saved|gespart|remise|zľava|voucher|coupon|gift card|gutschein
        (?:with|mit|avec|con|com|met) (?:\w+ )?(?:coupon|code|voucher|gutschein|cupón|cupom|rabattcode)""",
    _DELIVERY: r"shipping|delivery|postage|versand|livraison|envío|spedizione|frete|p&p",
    _INSTALMENT: r"deposit|down payment|anzahlung|sans frais|sem juros|sin interés",
    _DEPOSIT: r"pfand|pant|statiegeld|(?:d['’])?éco-?part(?:icipation)?",
    "a price without tax": r"\+ ?(?:vat|gst|tax|iva|tva|mwst|ust|moms|mva|btw|dph|pdv|alv|kdv|áfa|ндс)",
    "a number in thousands or millions": r"""
        k|lakhs?|lacs?|crores?|rb|ribu|jt|juta|triệu|nghìn|mio|mln|mil|million(?:en|s|i|es)?|bn|тыс|млн|тис""",
    CENTS: r"[p¢]|ct|cents?|pence|gr|коп",
}


_SAYS_BEFORE: Final = {
    doubt: re.compile(rf"(?:^|\W)(?:{_alternatives(words)})[ :]*(?:\d+ ?[^\W\d_]+\.? )?$", re.IGNORECASE)
    for doubt, words in _BEFORE.items()
}
_SAYS_BEHIND: Final = {
    doubt: re.compile(rf"[ (]*(?:{_alternatives(words)})(?!\w)", re.IGNORECASE) for doubt, words in _BEHIND.items()
}
_LAST_WORDS: Final = re.compile(r"[^\d|;,!?()•·]*$")
_COUNT: Final = re.compile(
    rf" ?(?:%|[x×](?!\w)|[a-z]\d|°|(?:{_MEASURES}"
    r"|mm|km|in|inch|h|gb|tb|mb|mah|w|kw|v|hz|pcs|pieces|pack|stk|stück|szt|шт|items?|days?|years?|months?|monate?|mois"
    r"|reviews?|stars?)(?![\w²³]))",
    re.IGNORECASE,
)


def doubt_before(text: str) -> str:
    """Return what the words at the end of a text say against the price that follows them, or an empty text."""
    said = next((doubt for doubt, said in _SAYS_BEFORE.items() if said.search(text[-80:])), "")
    return said or _said_by_label(_LAST_WORDS.search(text[-80:]))


def _said_by_label(found: re.Match[str] | None) -> str:
    """Return what a label before a price says of it: the words that end at the price, as far as they are a label."""
    words = found[0].split() if found else []
    for count in range(1, min(len(words), _LONGEST_LABEL) + 1):
        label = read_label(" ".join(words[-count:]))
        if label.complete and not (count == 1 and words[-1].casefold().strip(":") in _NO_LABELS):
            said = (doubt for role, doubt in _SAID_OF_IT.items() if role in label.roles)
            if doubt := next(said, ""):
                return doubt
    return ""


def doubt_behind(text: str, position: int) -> str:
    """Return what the words at a position say against the price that ends there, or an empty text."""
    return next((doubt for doubt, said in _SAYS_BEHIND.items() if said.match(text, position)), "")


def is_by_measure(text: str, position: int) -> bool:
    """Say whether the price that ends at a position is one by weight, length, or volume."""
    return _SAYS_BEHIND[_BY_MEASURE].match(text, position) is not None


def is_count(text: str, position: int) -> bool:
    """Say whether the number that ends at a position, without a currency, is a count, a measure or a percentage."""
    return _COUNT.match(text, position) is not None
