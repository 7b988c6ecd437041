"""What a reminder of somebody's day carries: what they like, what they were given, and what would be fit to give.

Pure: what the agent has lately seen comes in as `Seen`. It goes to the owner's own channels and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.people import Person
from rules.when.phrases import Phrases, fold
from watchers.api import Money
from watchers.yearly import LeapDay, YearlyDay

MOST_IDEAS = 5
# A gift may be handed over before the day, or late.
EARLY, LATE = timedelta(days=60), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that the agent has seen of late: an offer, a book, a record.

    Attributes:
        title: What it is called.
        text: Everything that is known of it in words.
        price: What it costs; None where nothing is said of that.
        source: The name of the rule that saw it.
    """

    title: str
    text: str
    price: Money | None
    source: str
    link: str = ""


def reminder(person: Person, others: Sequence[Person], occasion: str, seen: Iterable[Seen]) -> tuple[str, ...]:
    """Return what a reminder of somebody's day carries, line by line; empty where nothing is known of them."""
    return (*_about(person), *_given(person), *_given_to_others(person, others, occasion), *_ideas(person, seen))


def _about(person: Person) -> Iterator[str]:
    if person.likes:
        yield f"{person.name} likes {', '.join(person.likes)}."
    if person.dislikes:
        yield f"Not: {', '.join(person.dislikes)}."
    if person.sizes:
        yield f"Sizes: {', '.join(f'{what} {size}' for what, size in person.sizes.items())}."
    if person.budget is not None:
        yield f"Budget: {person.budget}."
    if person.notes:
        yield person.notes


def _given(person: Person) -> Iterator[str]:
    if person.gifts:
        gifts = sorted(person.gifts, key=lambda gift: gift.on, reverse=True)
        yield f"Given before: {'; '.join(f'{gift.what} ({gift.on:%Y-%m-%d})' for gift in gifts)}."


def _given_to_others(person: Person, others: Sequence[Person], occasion: str) -> Iterator[str]:
    """Yield what others were given on the same occasion, the newest of each: nobody wants to be treated as less."""
    given = [
        (other.name, max(same, key=lambda gift: gift.on))
        for other in others
        if other.name != person.name
        and (same := [gift for gift in other.gifts if occasion and fold(gift.occasion) == fold(occasion)])
    ]
    if given:
        told = (f"{name}: {gift.what}{f' ({gift.cost})' if gift.cost else ''}" for name, gift in given)
        yield f"Others were given for this: {'; '.join(told)}."


def _ideas(person: Person, seen: Iterable[Seen]) -> Iterator[str]:
    """Yield what was seen of late that fits: what they like, within the budget, and nothing that they have."""
    fitting: dict[str, str] = {}
    for one in seen:
        like = _liked(person, one)
        if like and _is_affordable(person, one) and not _is_given(person, one):
            price = f", {one.price}" if one.price is not None else ""
            link = f" {one.link}" if one.link else ""
            fitting.setdefault(fold(one.title), f"{one.title}{price}: likes {like} (seen by {one.source}){link}")
        if len(fitting) == MOST_IDEAS:
            break
    yield from (f"Idea: {idea}" for idea in fitting.values())


def _liked(person: Person, one: Seen) -> str:
    """Return what they like of a thing, or nothing; what mentions something that they do not like never fits."""
    texts = (one.title, one.text)
    if Phrases(person.dislikes).found_in(texts, most=1):
        return ""
    return next(iter(Phrases(person.likes).found_in(texts, most=1)), "")


def _is_affordable(person: Person, one: Seen) -> bool:
    """Return whether a thing surely lies within the budget; what has no price, such as a new record, may."""
    if person.budget is None or one.price is None:
        return True
    return one.price.currency == person.budget.currency and one.price.amount <= person.budget.amount


def _is_given(person: Person, one: Seen) -> bool:
    title = fold(one.title)
    return any(fold(gift.what) in title or title in fold(gift.what) for gift in person.gifts)


def last_time(day: str, before: date, leap_day: LeapDay) -> date:
    """Return when a day of the year ("1988-05-13", "02-29") was the last time before a date."""
    month, number = (int(part) for part in day.split("-")[-2:])
    yearly = YearlyDay(month, number)
    this_year = yearly.of(before.year, leap_day)
    return this_year if this_year < before else yearly.of(before.year - 1, leap_day)


def was_given(person: Person, occasion: str, on: date) -> bool:
    """Return whether it is written down what somebody was given for a day."""
    return any(
        on - EARLY <= gift.on <= on + LATE and fold(gift.occasion or occasion) == fold(occasion)
        for gift in person.gifts
    )
