"""Options that several kinds have, each with its check: addresses and currencies, as the owner writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from watchers.door.address import read_address
from watchers.reading.currencies import currency_code


def _address(url: str) -> str:
    read_address(url)
    return url


def _address_if_any(url: str) -> str:
    return _address(url) if url else url


def _currency(currency: str) -> str:
    code = currency.upper()
    if code and currency_code(code) != code:
        raise ValueError(f"{currency!r} is no ISO 4217 code such as EUR")
    return code


WebAddress = Annotated[str, AfterValidator(_address)]
"""A web address, as it was written."""

WebAddressIfAny = Annotated[str, AfterValidator(_address_if_any)]
"""A web address, or nothing where another option says where to look."""

CurrencyCode = Annotated[str, AfterValidator(_currency)]
"""An ISO 4217 code in capital letters, or nothing."""
