"""Which price is the price, where the structured data and the visible page may agree, differ, or be silent.

What both say is sure. Where they differ, the page wins if it shows the claimed price as the old one; where it gives no
such reason, neither is believed. What only one of them says is believed if nothing speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from watchers.reading.amounts import MAX_DIGITS
from watchers.reading.claimed import Claimed, Stated
from watchers.reading.currencies import may_mean
from watchers.reading.shop_words import Role
from watchers.reading.shown import Shown
from watchers.reading.tags import PriceTag
from watchers.reading.taxes import is_tax
from watchers.reading.variants import MOST_LISTED, Wanted

BEYOND_DOUBT = 10.0
"""Points with which a visible price is believed against structured data that the page does not show at all."""
LIKELY = 4.0
"""Points with which a visible price, though not sure, speaks against structured data that the page does not show."""
ALONE = 6.5
"""Points that a visible price needs where no structured data speaks of a product at all."""
_LONG = Context(prec=MAX_DIGITS + 2)


@dataclass(frozen=True, slots=True)
class Settled:
    """The current price, or why it is not known.

    Attributes:
        evidence: Where it stood and what agrees with it; empty where it is unknown.
        reason: Why it is unknown; empty where it is known.
        currency: As the structured data has it, an ISO code; None where it has none.
        tag: The visible tag of the price, where there is one.
        label: The currency as it stood beside the price, where there is no tag.
        others: What else the digits can mean that the page alone shows.
    """

    amount: Decimal | None
    currency: str | None = None
    evidence: str = ""
    reason: str = ""
    tag: PriceTag | None = None
    label: str = ""
    others: tuple[Decimal, ...] = ()


def settle(claims: Claimed, shown: Shown, *, sold_out: bool) -> Settled:
    """Weigh what is claimed against what is shown.

    Args:
        claims: What the structured data says.
        shown: What the visible page says.
        sold_out: The page says that the product cannot be bought now: prices on it are then likely of other things.
    """
    stated = _one_of(claims, shown)
    if isinstance(stated, Settled):
        return stated
    if stated is None:
        return _by_sight(claims, shown, sold_out)
    amount = _reading(stated, shown)
    if amount is None:
        several = " or ".join(map(str, (stated.amount, *stated.others)))
        return Settled(None, reason=f'{stated.claim.place} says "{stated.claim.text}", which may be {several}')
    return _against_the_page(stated, amount, shown)


def settle_variant(claims: Claimed, known: Sequence[str], wanted: Wanted) -> Settled:
    """Return the price that is claimed for the variant that the owner asks for: the page shows that of another one.

    Args:
        claims: What is claimed of that variant.
        known: What the variants of the page are called.
        wanted: What the owner calls it.
    """
    if not claims.prices:
        listed = "; ".join(known[:MOST_LISTED]) or "the page's data names none"
        return Settled(None, reason=f"no variant {wanted} is found: {listed}")
    stated = claims.prices[0]
    if len(claims.amounts) > 1 or stated.others:
        amounts = ", ".join(map(str, sorted({*claims.amounts, *stated.others})))
        return Settled(None, reason=f"{wanted} leaves a choice of prices: {amounts}")
    return Settled(stated.amount, stated.currency, f"{stated.claim.place}, of the variant {wanted}")


def _one_of(claims: Claimed, shown: Shown) -> Stated | Settled | None:
    """Return the one claimed price, None where there is none, or why there is not one."""
    if not claims.prices:
        return _of_range(claims, shown) if claims.low is not None else None
    if len(claims.amounts) == 1:
        return claims.prices[0]
    seen = _certain_amount(shown)
    if seen in claims.amounts:
        return next(each for each in claims.prices if each.amount == seen)
    listed = ", ".join(str(amount) for amount in sorted(claims.amounts)[:4])
    several = f"several prices in the structured data ({listed}), and the page does not tell which"
    named = f"; say which by `variant` or `sku`: {'; '.join(claims.variants[:MOST_LISTED])}" if claims.variants else ""
    return Settled(None, reason=several + named)


def _of_range(claims: Claimed, shown: Shown) -> Stated | Settled | None:
    """Return the one price of a range that has no width, or leave it to a page that shows one price within it."""
    low, high = claims.low, claims.high
    assert low is not None, "a range has a lowest price"  # noqa: S101 - the caller has looked
    seen = _certain_amount(shown)
    if (high is not None and low.amount == high.amount) or seen == low.amount:
        return low
    if seen is not None and low.amount <= seen and (high is None or seen <= high.amount):
        return None
    upto = f" to {high.amount}" if high else " on"
    return Settled(None, reason=f"several offers, from {low.amount}{upto}: {low.claim.place}")


def _certain_amount(shown: Shown) -> Decimal | None:
    return shown.best.tag.amount if shown.certain and shown.best is not None else None


def _reading(stated: Stated, shown: Shown) -> Decimal | None:
    """Return the reading of a claim that the page bears out, as it shows it, or the only one."""
    readings = (stated.amount, *stated.others)
    seen = [amount for amount in readings if amount in shown.amounts]
    seen = seen or [cents for amount in readings if (cents := _in_cents(amount)) in shown.amounts]
    if not stated.others:
        return seen[0] if seen else stated.amount
    return seen[0] if len(seen) == 1 else None


def _in_cents(amount: Decimal) -> Decimal:
    """Return an amount as people are shown it: programs that add a tax write 23.904 for 23.90."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP, _LONG)


def _by_sight(claims: Claimed, shown: Shown, sold_out: bool) -> Settled:
    best = shown.best
    if best is None or best.points < 1:
        return Settled(None, reason="the page states no price")
    if shown.rivals and best.points >= 1:
        return Settled(
            None, reason=f"several prices stand out: {_amounts(best.tag, *(each.tag for each in shown.rivals))}"
        )
    if best.tag.upto is not None:
        return Settled(None, reason=f"the page shows a range of prices: {best.tag.text}")
    if sold_out and not claims.is_product:
        return Settled(
            None, reason=f"the product is not for sale; {best.tag.text} on the page may be of something else"
        )
    if not shown.certain or (not claims.is_product and best.points < ALONE):
        return Settled(None, reason=f"{best.tag.text} stands on the page, but not surely as the price of its product")
    evidence = f'visible price "{best.tag.text}": {", ".join(best.reasons)}'
    return Settled(best.tag.amount, None, evidence, tag=best.tag, others=best.tag.others)


def _against_the_page(stated: Stated, amount: Decimal, shown: Shown) -> Settled:
    """Believe a claim that the page bears out or is silent about, the page where it shows why, else neither."""
    place, best = stated.claim.place, shown.best
    same = [each for each in shown.candidates if (each.tag.amount, each.tag.upto) == (amount, None)]
    near = max(same, key=lambda each: each.points, default=None)
    if near is not None and near.points > 0 and (near is best or not shown.certain):
        if Role.NET in near.tag.roles and near is not best and best is not None and _plausible(best.tag.amount, amount):
            return Settled(None, reason=f"{place} says {amount}, which is without tax beside {best.tag.text}")
        if near.lower is not None and not shown.certain:
            return Settled(None, reason=f"{place} says {amount}, but the page shows {near.lower.text} beside it")
        return _agreed(stated, amount, near.tag)
    if best is not None and shown.certain:
        seen = f'the page shows "{best.tag.text}"'
        if not _same_currency(stated, best.tag):
            return Settled(None, reason=f"{place} says {amount} {stated.currency}, but {seen}")
        if amount in shown.old and best.tag.amount < amount:
            return Settled(
                best.tag.amount, stated.currency, f"{seen}, and {amount} ({place}) as the old price", tag=best.tag
            )
        if amount not in shown.amounts and is_tax(amount, best.tag.amount) and Role.NET not in best.tag.roles:
            return Settled(
                best.tag.amount, stated.currency, f"{seen}, which is {amount} ({place}) with tax", tag=best.tag
            )
        if amount not in shown.amounts and best.points >= BEYOND_DOUBT and _plausible(best.tag.amount, amount):
            return Settled(
                best.tag.amount, stated.currency, f"{seen}, and nowhere the {amount} of {place}", tag=best.tag
            )
        return Settled(None, reason=f"{place} says {amount}, but {seen}")
    if amount in shown.bids and amount not in shown.current:
        return Settled(None, reason=f"{place} says {amount}, which the page shows as a bid")
    is_elsewhere = near is not None and best is not None and near.points < best.points
    if amount in shown.old and (amount not in shown.current or is_elsewhere):
        return Settled(None, reason=f"{place} says {amount}, which the page shows only as an old price")
    if best is not None and best.points >= LIKELY and near is None:
        return Settled(None, reason=f'{place} says {amount}, but the page seems to show "{best.tag.text}"')
    return _claim_alone(stated, amount, shown, near.tag if near else None)


def _claim_alone(stated: Stated, amount: Decimal, shown: Shown, tag: PriceTag | None) -> Settled:
    """Believe a claim on which the page throws no doubt, and say how far it shows it."""
    place = stated.claim.place
    if shown.on_request and amount not in shown.amounts:
        return Settled(None, reason=f'{place} says {amount}, but the page says "{shown.on_request}"')
    said = "found on the page" if amount in shown.amounts else "not shown in the page's text"
    if tag is None and amount in shown.parts:
        said = f'shown on the page as "{shown.parts[amount]}"'
    return Settled(amount, stated.currency, f"{place}, {said}", tag=tag)


def _agreed(stated: Stated, amount: Decimal, tag: PriceTag) -> Settled:
    if not _same_currency(stated, tag):
        return Settled(None, reason=f'{stated.claim.place} says {amount} {stated.currency}, the page "{tag.text}"')
    return Settled(amount, stated.currency, f"{stated.claim.place}, agrees with the page", tag=tag)


def _same_currency(stated: Stated, tag: PriceTag) -> bool:
    """Say whether the sign beside a price can mean the claimed currency, as far as both are stated."""
    possible = may_mean(tag.currency_text) if tag.currency_text else ()
    return stated.currency is None or not possible or stated.currency in possible


def _plausible(seen: Decimal, stated: Decimal) -> bool:
    """Say whether two amounts can be prices of one thing: a tax, a sale or a variant apart, not a part payment."""
    return stated / 2 <= seen <= stated * 2


def _amounts(*tags: PriceTag) -> str:
    return ", ".join(dict.fromkeys(tag.text for tag in tags[:4]))


def list_price(claims: Claimed, shown: Shown, amount: Decimal) -> tuple[Decimal, str] | None:
    """Return the former or recommended price and where it stood, if there is just one that is higher."""
    stated = {each.amount for each in claims.old if each.amount > amount}
    if len(stated) == 1:
        (old,) = stated
        return old, next(each.claim.place for each in claims.old if each.amount == old)
    seen = _higher(shown.old, amount)
    return (seen, "crossed out or named so on the page") if seen is not None else None


def _higher(amounts: Iterable[Decimal], amount: Decimal) -> Decimal | None:
    higher = {each for each in amounts if each > amount}
    return higher.pop() if len(higher) == 1 else None
