"""Currencies as people write them in a sentence: codes, signs and words."""

from __future__ import annotations

from rules.currencies import ISO_4217

_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND",
    "฿": "THB", "₱": "PHP", "US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD",
    "HK$": "HKD", "SG$": "SGD", "S$": "SGD", "MX$": "MXN", "NT$": "TWD", "R$": "BRL",
}  # fmt: skip
_WORDS = {"euro": "EUR", "euros": "EUR", "yen": "JPY", "zł": "PLN", "kč": "CZK", "pound": "GBP", "pounds": "GBP"}
# Signs that several currencies share: the owner's own if it is one of them, else the one that is used most, if any.
_DOLLARS = frozenset({
    "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BBD", "BMD", "BND", "BSD", "BZD",
    "FJD", "JMD", "KYD", "NAD", "TTD",
})  # fmt: skip
_SHARED: dict[str, tuple[str | None, frozenset[str]]] = {
    "$": ("USD", _DOLLARS),
    "dollar": ("USD", _DOLLARS),
    "dollars": ("USD", _DOLLARS),
    "¥": ("JPY", frozenset({"JPY", "CNY"})),
    "kr": (None, frozenset({"SEK", "NOK", "DKK", "ISK"})),
}


def read_currency(written: str, own: str | None) -> str | None:
    """Return the code that a code, a sign or a word names, or None where it names none.

    Args:
        written: What stands beside the number, such as `$`, `usd` or `euros`.
        own: The owner's currency, which settles `$`, `¥` and `kr`.
    """
    folded = written.casefold()
    if folded in _SHARED:
        usual, sharing = _SHARED[folded]
        return own if own in sharing else usual
    code = written.upper()
    return code if code in ISO_4217 else _SIGNS.get(code) or _WORDS.get(folded)


def is_shared(written: str) -> bool:
    """Return whether it is the owner's currency that decides what this sign means."""
    return written.casefold() in _SHARED
