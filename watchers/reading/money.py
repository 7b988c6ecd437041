"""Text → an amount of money, and how sure one can be of it.

    text ▶ plain ▶ amounts + currency labels ▶ the one that is meant ▶ what speaks against taking it for the price

Two uses: a text that is known to be a price is read as people mean it (`amount`), and a text of a page is taken for
a price only where nothing speaks against it (`sure`). No price beats a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from watchers.reading.amounts import Amount, amounts, plain
from watchers.reading.currencies import (
    COMMA_DECIMALS,
    POINT_DECIMALS,
    SMALL_UNITS,
    THREE_DECIMALS,
    Label,
    currency_code,
    labels,
    may_mean,
)
from watchers.reading.doubts import CENTS, doubt_before, doubt_behind, is_by_measure, is_count

__all__ = ["MoneyReading", "currency_code", "currency_text", "read_money"]

MAX_TEXT: Final = 2_000
"""More text than this around a price is no price label; the rest is not read."""


@dataclass(frozen=True, slots=True)
class MoneyReading:
    """What a text says about money.

    Attributes:
        amount: The reading by convention: the first amount, "1.299" as a thousand.
        currency_text: The currency as it stands in the text, or in the hint where the text has none.
        currency: ISO 4217 code, only where the text (or the hint) leaves no doubt: "$" alone does not.
        ambiguous: Other amounts that a careful person would not rule out; empty when there are none.
        doubt: Why this is not one sure price though the number may be clear: a range, an instalment, a zero,
            "from", a former price …; empty when there is no such reason.
    """

    amount: Decimal
    currency_text: str | None
    currency: str | None
    ambiguous: tuple[Decimal, ...] = ()
    doubt: str = ""

    @property
    def sure(self) -> bool:
        """Whether a careful person would take the amount for the price that the text states."""
        return not self.ambiguous and not self.doubt


_FREE: Final = re.compile(
    r"^\W*(?:free|gratis|kostenlos|gratuite?|grátis|zdarma|ilmainen|ücretsiz|bezpłatn\w+|бесплатно|無料|免费|무료)\W*$",
    re.IGNORECASE,
)
_MARKS: Final = "\u200b\u200e\u200f"
"""Signs without width that stand between a number and its currency, mostly in right-to-left scripts."""
_LABEL_WORDS: Final = """
    price prices now only sale our offer total cost pris prix preis precio preço prezzo prijs cena cijena ціна цена
    bruttó brutto nettó netto hinta ár fiyat fiyatı harga giá nur jetzt seulement sólo solo ora nu bara teď teraz naše
    naša from was od ab
"""
"""Words after which "1 299" is one number, and not the end of a name with a price behind it."""


def read_money(text: str, *, currency: str | None = None, decimal: str | None = None) -> MoneyReading | None:
    """Read a text that is, or holds, a price.

    Args:
        text: The text as it stands, any script.
        currency: The currency from elsewhere, a code or a label ("EUR", "$", "kr"): used where the text has none.
        decimal: The decimal separator, where the page has shown it: "." or ",".

    Returns:
        None where the text holds no amount. Check `sure` before relying on it.
    """
    text = text[:MAX_TEXT]
    signs = plain(text)
    found = list(labels(text))
    if _FREE.match(text):
        return MoneyReading(Decimal(0), *_currency(found, currency, ""), doubt="free")
    candidates = _candidates(signs, found, decimal)
    if not candidates:
        return None
    chosen, prefix, suffix = _chosen(candidates, found, signs)
    nearest = [side for side in (prefix, suffix) if side] + found
    label, code = _currency(nearest, currency, text[: nearest[0].start] if nearest else "")
    chosen = _with_cents_behind(chosen, suffix, candidates, signs)
    chosen = _settled(chosen, code, label, prefix=prefix is not None)
    rest = [
        other
        for other in candidates
        if not chosen.start <= other.start < chosen.end and not _by_measure(other, found, signs)
    ]
    others = dict.fromkeys((*chosen.others, *_split_thousands(chosen, signs), *(other.value for other in rest)))
    others.pop(chosen.value, None)
    doubt = _doubt(chosen, rest, prefix, suffix, signs)
    return MoneyReading(chosen.value, label, code, tuple(others), doubt)


def currency_text(text: str | None, hint: str | None = None) -> str | None:
    """Return the currency as it stands in a text, else in the hint."""
    for source in (text, hint):
        for label in labels(source[:MAX_TEXT]) if source else ():
            return label.text
    return None


def _currency(found: list[Label], hint: str | None, before: str) -> tuple[str | None, str | None]:
    """Return the label, and the code that it, its neighbours and the hint together leave no doubt of."""
    hinted = currency_text(None, hint)
    if not found:
        return hinted, currency_code(hinted) if hinted else None
    label = found[0].text
    country = re.search(r"\b(US|AU|CA|NZ|HK|SG) $", before)  # "US $12.99"
    said = (f"{country[1]}$" if country and label == "$" else label, *(other.text for other in found[1:]), hinted or "")
    codes = (currency_code(text) for text in said if text)
    return label, next((code for code in codes if code in may_mean(label)), None)


def _candidates(signs: str, found: list[Label], decimal: str | None) -> list[Amount]:
    """Return the numbers that may be amounts: no percentages, counts or measures, no parts of words."""
    taken = []
    for amount in amounts(signs, decimal):
        before, after = signs[: amount.start], signs[amount.end :]
        beside = any(_beside(amount, found, signs))
        glued = re.search(r"[^\W\d_]\.?$", before)  # "Rs.500" is one with its label, "No.5" a name
        word = glued and not any(glued.start() < label.end <= amount.start for label in found)
        share = re.match(r" ?%|[A-Za-z]\d", after)
        if word or share or (not beside and is_count(signs, amount.end)):
            continue
        taken.append(amount)
    return taken


def _beside(amount: Amount, found: list[Label], signs: str) -> tuple[Label | None, Label | None]:
    """Return the labels directly before and behind a number, with nothing but spaces and such between."""
    prefix = [
        label
        for label in found
        if label.end <= amount.start and not signs[label.end : amount.start].strip(" :." + _MARKS)
    ]
    suffix = [
        label
        for label in found
        if label.start >= amount.end and not signs[amount.end : label.start].strip(" " + _MARKS)
    ]
    return (prefix[-1] if prefix else None), (suffix[0] if suffix else None)


def _chosen(candidates: list[Amount], found: list[Label], signs: str) -> tuple[Amount, Label | None, Label | None]:
    """Return the amount that is meant, with its labels: the first, unless a currency introduces a later one only."""
    first = candidates[0]
    prefix, suffix = _beside(first, found, signs)
    if prefix is None and suffix is None:
        for later in candidates[1:]:
            introduced, behind = _beside(later, found, signs)
            if introduced:
                return later, introduced, behind
    return first, prefix, suffix


def _with_cents_behind(chosen: Amount, suffix: Label | None, candidates: list[Amount], signs: str) -> Amount:
    """Return 35.99 for "35€ 99", where the currency stands in the decimals' place."""
    if suffix is None or "." in str(chosen.value):
        return chosen
    cents = next((other for other in candidates if other.start >= suffix.end), None)
    if cents is None or len(candidates) != 2 or not re.fullmatch(r" ?\d\d", signs[suffix.end : cents.end]):
        return chosen
    value = chosen.value + cents.value.scaleb(-2)
    glued = suffix.start == chosen.end and cents.start == suffix.end
    named = doubt_behind(signs, cents.end) == CENTS  # "5 zł 99 gr"
    return Amount(value, chosen.start, cents.end, others=() if glued or named else (chosen.value,))


def _settled(amount: Amount, code: str | None, label: str | None, *, prefix: bool) -> Amount:
    """Return what "1.299" means in its currency, with the other meaning only where that stays possible."""
    if not amount.mark:
        in_thousandths = code in THREE_DECIMALS and amount.value.as_tuple().exponent == -3  # 1,250.500
        return Amount(amount.value, amount.start, amount.end) if in_thousandths and not amount.odd else amount
    if code in THREE_DECIMALS and (amount.mark == "." or code == "TND"):
        is_usual = code != "TND" if amount.mark == "." else code == "TND"
        return Amount(amount.others[0], amount.start, amount.end, others=() if is_usual else (amount.value,))
    at_home = SMALL_UNITS | (POINT_DECIMALS if amount.mark == "," else COMMA_DECIMALS)
    possible = (code,) if code else may_mean(label or "")
    is_thousand = (
        (bool(possible) and all(one in at_home for one in possible))
        or (code is None and label is not None and "$" in label and amount.mark == ",")
        or (code == "EUR" and prefix)  # "€1,299": in English the sign comes first, and the comma parts thousands
    )
    return Amount(amount.value, amount.start, amount.end) if is_thousand else amount


def _by_measure(amount: Amount, found: list[Label], signs: str) -> bool:
    """Say whether a number is only the price of a measure, as in "$5.99 ($0.50 / oz)"."""
    _, suffix = _beside(amount, found, signs)
    return is_by_measure(signs, suffix.end if suffix else amount.end)


def _split_thousands(amount: Amount, signs: str) -> tuple[Decimal, ...]:
    """Return 799 for "iPhone 15 799", where a space may part a name from its price."""
    written = signs[amount.start : amount.end]
    word = re.search(r"([^\W\d_]+) $", signs[: amount.start])
    if " " not in written or word is None or word[1].lower() in _LABEL_WORDS.split() or currency_text(word[1]):
        return ()
    _, _, tail = written.partition(" ")
    return tuple(other.value for other in amounts(tail))


def _doubt(chosen: Amount, rest: list[Amount], prefix: Label | None, suffix: Label | None, signs: str) -> str:
    """Return what speaks against taking the amount for the price, or an empty text."""
    before = signs[: prefix.start if prefix else chosen.start].rstrip()
    if chosen.value == 0:
        return "a price of zero"
    if chosen.odd:
        return "a number that is written in no usual way"
    stands_for_zero = signs[chosen.start] == "." and not re.search(r"\d\W*$", before)  # "-.95", as in Switzerland
    if before.endswith("-") and not stands_for_zero:
        return "a minus sign or a range before it"
    if said := doubt_before(before):
        return said
    said = doubt_behind(signs, max(chosen.end, suffix.end if suffix else 0))
    if said and not (said == CENTS and (prefix or suffix)):
        return said
    if any(other.value != chosen.value for other in rest):
        return "several numbers"
    if rest and not (prefix or suffix):
        return "the same number twice, without a currency"
    written = signs[chosen.start : chosen.end]
    if not (prefix or suffix) and (chosen.value >= 10**9 or re.match(r"0\d", written)):
        return "a number that looks like no amount"
    return ""
