"""Whether two amounts are one price without and with the tax on sales."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_RATES: Final = tuple(
    Decimal(rate) / 1000
    for rate in (
        *(50, 55, 60, 70, 77, 80, 81, 90, 100, 110, 120, 130, 135, 140, 150, 160, 170, 180, 190),
        *(200, 210, 220, 230, 240, 250, 255, 270),
    )
)
"""Rates of value-added tax, given in thousandths: those of the European Union
(https://europa.eu/youreurope/business/taxation/vat/vat-rules-rates/) and of other countries that show both prices."""
_ROUNDED: Final = Decimal("0.02")


def is_tax(net: Decimal, gross: Decimal) -> bool:
    """Say whether an amount is just the tax above another one, by some country's rate."""
    rounded = _ROUNDED if net != net.to_integral_value() or gross != gross.to_integral_value() else Decimal(1)
    return any(abs(net * (1 + rate) - gross) <= rounded for rate in _RATES) if net >= 5 else False
