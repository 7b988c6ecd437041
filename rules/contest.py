"""Several offers of one thing, of which a rule judges the best: `watch: price` with several `urls`.

    each shop as the rule last saw it ──▶ what can be bought, in one currency ──▶ the least ──▶ one observation
                                     └▶ a shop that is not seen may ask for less: then the least is a bound, no price

The bound is a fact of its own, `price_at_most`. A sentence that holds at the bound holds for every price that the
unseen shop may ask, so `price below 150 USD` is true at 140 and unknown at 160; it never becomes false for want of a
shop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import ClassVar, Protocol, runtime_checkable
from urllib.parse import urlsplit

from rules.condition import Condition
from rules.rule import Joint, WatchSpec
from rules.when import Sentence
from rules.when.evaluate_terms import Constant, bound_of
from watchers.api import Fact, FactSpec, Flag, Kind, Money, Observation, Watcher


@runtime_checkable
class Competing(Protocol):
    """A watch whose like compete with each other, where one rule names several.

    Attributes:
        best_by: The amounts of money of which the least may win; the first unless the sentence speaks of another.
    """

    best_by: ClassVar[tuple[str, ...]]

    @property
    def offered(self) -> str:
        """The flag that says "no" of what does not compete, as it cannot be bought; empty where everything does."""


class Competitors(Watcher):
    """Stands for several watches that compete; it is never polled itself."""

    kind: ClassVar[Kind] = Kind("competitors", "gauge", "The best of several offers.", main="", facts=(), title="")


@dataclass(frozen=True, slots=True)
class Contest(Joint):
    """Several watches of which a rule judges the best.

    Attributes:
        by: The fact of which the least wins.
        offered: The flag that says "no" of what does not compete; empty where everything does.
        currency: The currency that the owner reckons in; what is asked in another does not compete.
        is_named: That currency stands in the sentence; otherwise it gives way where all offers are in one other.
    """

    by: str = ""
    offered: str = ""
    currency: str | None = None
    is_named: bool = False


Shown = Mapping[str, tuple[Observation | None, str]]
"""By name, what each source shows, or why nothing is known of it."""


def contest_of(specs: Sequence[WatchSpec], currency: str | None) -> Contest | None:
    """Return what stands for watches that compete; None where there is one alone, or their kind knows no best.

    Args:
        specs: The watches of one rule.
        currency: The owner's own.
    """
    watcher = _competing(specs)
    if len(specs) < 2 or watcher is None:
        return None
    kind = specs[0].kind
    bounds = tuple(_bound(spec) for name in watcher.best_by if (spec := kind.fact(name)) is not None)
    # Each source is doubted by itself, and what is believed of all of them is not doubted again.
    kind = replace(kind, facts=(*kind.facts, *bounds), doubted="")
    contest_id = sha256(repr(sorted(spec.id for spec in specs)).encode()).hexdigest()[:16]
    label = " · ".join(spec.label for spec in specs)
    sources = tuple(zip(_names(specs), (spec.id for spec in specs), strict=True))
    return Contest(
        WatchSpec(contest_id, kind, label, Competitors()),
        sources,
        by=watcher.best_by[0],
        offered=watcher.offered,
        currency=currency,
    )


def as_asked(joint: Joint | None, sentences: Sequence[Condition], specs: Sequence[WatchSpec]) -> Joint | None:
    """Return a contest by what the sentences of its rule speak of: which amount, in which currency."""
    watcher = _competing(specs)
    if not isinstance(joint, Contest) or watcher is None:
        return joint
    spoken = frozenset[str]().union(*(sentence.facts for sentence in sentences))
    by = next((name for name in watcher.best_by if name in spoken or bound_of(name) in spoken), joint.by)
    named = {money.currency for sentence in sentences for money in _amounts(sentence)} - {None}
    if len(named) == 1:
        return replace(joint, by=by, currency=named.pop(), is_named=True)
    return replace(joint, by=by)


def best_offer(contest: Contest, key: str, shown: Shown) -> Observation:
    """Return the best of all offers as one observation, with the facts of its shop.

    Args:
        contest: What competes.
        key: The key of the observation.
        shown: What each source shows.
    """
    unseen = {name: why for name, (seen, why) in shown.items() if seen is None}
    offers = {name: seen for name, (seen, _) in shown.items() if seen is not None}
    out = {name for name, offer in offers.items() if contest.offered and _is_no(offer, contest.offered)}
    prices = {name: price for name, offer in offers.items() if isinstance(price := offer.facts.get(contest.by), Money)}
    for name in offers.keys() - out - prices.keys():
        unseen[name] = f"{contest.by} is unknown: {offers[name].unknown.get(contest.by, 'it states none')}"
    currency = _currency(contest, {name: price for name, price in prices.items() if name not in out})
    may_win = {name: price for name, price in prices.items() if name not in out and currency is not None}
    competing = {name: price.amount for name, price in may_win.items() if price.currency == currency}
    passed_over = [
        *(f"{name} does not have it" for name in shown if name in out),
        *(f"{name} asks {prices[name]}" for name in prices if name not in out and name not in competing),
    ]
    if not competing:
        return _nobody(contest, key, offers, unseen, passed_over)
    # The first in the order of the rule file wins among equals.
    best = min(competing, key=competing.__getitem__)
    if unseen:
        return _at_most(contest, key, offers, best, unseen, Money(competing[best], currency))
    offer = offers[best]
    beside = [f"{name} {competing[name]:f}" for name in competing if name != best] + passed_over
    evidence = {**offer.evidence, contest.by: "; ".join([_placed(best, offer, contest.by), *beside])}
    facts = {**offer.facts, bound_of(contest.by): prices[best]}
    return replace(offer, key=key, facts=facts, evidence=evidence, also=())


def _at_most(
    contest: Contest, key: str, offers: Mapping[str, Observation], best: str, unseen: Mapping[str, str], bound: Money
) -> Observation:
    """Return what is certain while some are not seen: the best known, which the best cannot exceed."""
    why = f"{_listed(unseen)}; the best that is known is {bound} at {best}"
    spec = contest.spec
    facts: dict[str, Fact] = {bound_of(contest.by): bound}
    if spec.kind.title in offers[best].facts:
        facts |= {spec.kind.title: offers[best].facts[spec.kind.title]}
    if contest.offered and any(_is(offer, contest.offered, True) for offer in offers.values()):
        facts |= {contest.offered: Flag(True)}
    unknown = {fact.name: why for fact in spec.kind.facts if fact.name not in facts and not fact.evidence}
    where = {bound_of(contest.by): _placed(best, offers[best], contest.by)}
    return Observation(key, facts, unknown, where, offers[best].link)


def _nobody(
    contest: Contest, key: str, offers: Mapping[str, Observation], unseen: Mapping[str, str], passed_over: Sequence[str]
) -> Observation:
    """Return what is known where no offer competes: only what all say alike, if all are seen."""
    why = "; ".join([*([_listed(unseen)] if unseen else []), *passed_over]) or "no offer is seen"
    first, *others = offers.values() if offers and not unseen else (Observation(key, {}),)
    facts = {
        name: fact
        for name, fact in first.facts.items()
        if name != contest.by and all(other.facts.get(name) == fact for other in others)
    }
    unknown = {fact.name: why for fact in contest.spec.kind.facts if fact.name not in facts}
    return Observation(key, facts, unknown, link=first.link)


def _currency(contest: Contest, prices: Mapping[str, Money]) -> str | None:
    """Return the currency in which the offers compete; None where there is no one."""
    asked = {price.currency for price in prices.values()} - {None}
    if contest.is_named or contest.currency in asked or len(asked) != 1:
        return contest.currency
    return asked.pop()


def _placed(name: str, offer: Observation, fact: str) -> str:
    """Return where a fact stood: in which shop, and where on its page."""
    place = offer.evidence.get(fact, "")
    return f"{name}: {place}" if place else name


def _listed(unseen: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {why}" for name, why in unseen.items())


def _is_no(offer: Observation, flag: str) -> bool:
    return _is(offer, flag, False)


def _is(offer: Observation, flag: str, value: bool) -> bool:
    fact = offer.facts.get(flag)
    return isinstance(fact, Flag) and fact.value is value


def _competing(specs: Sequence[WatchSpec]) -> Competing | None:
    """Return the first watch where its kind says which of several is the best."""
    watcher: object = specs[0].watcher if specs else None
    return watcher if isinstance(watcher, Competing) else None


def _bound(spec: FactSpec) -> FactSpec:
    meaning = f"The least {spec.name} that is known: where a shop cannot be seen, {spec.name} is this or less."
    return replace(spec, name=bound_of(spec.name), meaning=meaning, told=False)


def _names(specs: Sequence[WatchSpec]) -> list[str]:
    """Return a name for each watch: its host, counted where one has several."""
    names: list[str] = []
    for spec in specs:
        host = urlsplit(spec.label).hostname or spec.label
        same = sum(name == host or name.startswith(f"{host} (") for name in names)
        names.append(f"{host} ({same + 1})" if same else host)
    return names


def _amounts(sentence: Condition) -> Iterator[Money]:
    """Yield every amount of money that a sentence states."""
    waiting: list[object] = [sentence.test] if isinstance(sentence, Sentence) else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Constant):
            if isinstance(part.fact, Money):
                yield part.fact
        elif isinstance(part, tuple):
            waiting.extend(part)
        elif is_dataclass(part) and not isinstance(part, type | Decimal):
            waiting.extend(getattr(part, each.name) for each in fields(part))
