"""The title of a message: one line for a lock screen that names the thing and says how it stands.

A value that moves comes first, for a screen cuts what is behind: "139.00 USD: Studio Headphones". What is new is called
by its name, what counts days by when: "Night Ferry: album", "Sam: birthday in 14 days".
"""

from __future__ import annotations

from rules.firing import CHANGED, NEW, Firing
from rules.letter import one_line, own_lines, shorten, web_address
from rules.own_words import UNKNOWN, fill
from rules.spoken import VALUE_LIMIT, brief, countdown, counts_days, named, written, written_time
from watchers.api import Day, Fact, Flag, Moment, Money, Number, Span, Text

# A lock screen shows about 60 characters; more is for mail.
TITLE_LIMIT = 120
NAME_LIMIT = 60
SENTENCE_LIMIT = 500
OWN_WORDS_LIMIT = 2000

_WHY_NOW = {
    "crossed": "it has just come true",
    "new": "it is new there",
    "changed": "it has just changed",
    "already true when first seen": "it was already true when this was first looked at",
    "again: still true": "a reminder: it is still true",
    "again: lower": "it is lower than when you were last told",
    "again: higher": "it is higher than when you were last told",
}


def title_of(firing: Firing) -> str:
    """Return the title: the first line of the owner's own words, or else the headline."""
    own = own_words(firing).partition("\n")[0]
    return shorten(one_line(own), TITLE_LIMIT) or headline(firing)


def headline(firing: Firing) -> str:
    """Return the title that a firing has by itself."""
    name = _thing(firing)
    fact = leading_fact(firing)
    value = firing.facts.get(fact)
    if isinstance(value, Number) and counts_days(fact, value):
        said = countdown(shorten(name, NAME_LIMIT), fact, int(value.value))
    else:
        said = _with_value(firing, name, fact, value)
    # Of what has no name, or nothing to say of it, the other half is left.
    said = said.removeprefix(": ").removesuffix(": ").strip()
    return shorten(said, TITLE_LIMIT) or firing.id


def leading_fact(firing: Firing) -> str:
    """Return the name of the fact that a message leads with: the subject, unless that says nothing to a person.

    A flag that needs no mention, such as that a lead time has come, gives way to the days that are counted.
    """
    if isinstance(firing.facts.get(firing.subject), Flag) and firing.subject in firing.untold:
        counted = (name for name, fact in firing.facts.items() if counts_days(name, fact))
        return next(counted, firing.subject)
    return firing.subject


def unit_of(firing: Firing, fact: str) -> str:
    """Return the unit of a fact, as far as a firing keeps it: that of its subject, and of days that are counted."""
    if fact == firing.subject:
        return firing.unit
    return "days" if counts_days(fact, firing.facts.get(fact)) else ""


def why_now(firing: Firing) -> str:
    """Return the reason of a firing in words."""
    return _WHY_NOW.get(firing.reason) or one_line(firing.reason, VALUE_LIMIT)


def because_of(firing: Firing) -> str:
    """Return the sentence with the values in it; of words whose change is told, that they have changed.

    How two long texts begin is mostly the same, and what two files hold is no reading: their change says more.
    """
    just_changes = ("changes", f"{firing.subject} changes")
    if firing.sentence.strip() in just_changes and is_told_by_its_change(firing):
        return f"{firing.subject} has changed"
    return one_line(firing.because, SENTENCE_LIMIT)


def is_told_by_its_change(firing: Firing) -> bool:
    """Return whether words that were rewritten say less, however short, than what is new and gone in them."""
    fact = leading_fact(firing)
    was, change = (str(facts.get(name, "")) for facts, name in ((firing.before, fact), (firing.facts, firing.change)))
    return firing.reason == CHANGED and isinstance(firing.facts.get(fact), Text) and bool(was and change)


def is_plain_no(firing: Firing) -> bool:
    """Return whether what is new leads with a plain "no", as `not prerelease` does: that is no news of it."""
    return firing.reason == NEW and firing.facts.get(leading_fact(firing)) == Flag(value=False)


def link_of(firing: Firing) -> str:
    """Return the address to open, or an empty text where there is none."""
    # What a watch looks at may be more than an address: "https://one.example/list.json (items)".
    return web_address(firing.link) or web_address(firing.source.partition(" ")[0])


def own_words(firing: Firing) -> str:
    """Return the owner's own words with the values in them, or an empty text where the rule has none."""
    if not firing.message:
        return ""
    known = {name: written(fact, firing.zone) for name, fact in firing.facts.items()}
    value = brief(firing.subject, firing.facts.get(firing.subject), firing.unit, firing.zone)
    said = {
        "value": value or known.get(firing.subject, UNKNOWN),
        "was": brief(firing.subject, firing.before.get(firing.subject), firing.unit, firing.zone) or UNKNOWN,
        "title": firing.title or UNKNOWN,
        "headline": headline(firing),
        "link": link_of(firing) or UNKNOWN,
        "because": firing.because,
        "reason": why_now(firing),
        "rule": firing.rule_name,
        "source": firing.source,
        "seen": written_time(firing.seen_at, firing.zone),
        "id": firing.id,
    }
    # A kind's own fact of that name is what its owner means by it.
    filled = {name: one_line(value, SENTENCE_LIMIT) for name, value in {**said, **known}.items()}
    return own_lines(fill(firing.message, filled), OWN_WORDS_LIMIT)


def _thing(firing: Firing) -> str:
    """Return what the thing is called; an address or a path says less than the name that the owner gave the rule."""
    name = one_line(firing.title)
    is_place = bool(web_address(name)) or name.startswith(("/", "~")) or name == one_line(firing.source)
    rule = one_line(firing.rule_name)
    return rule if rule and (not name or is_place) else name


def _with_value(firing: Firing, name: str, fact: str, value: Fact | None) -> str:
    is_new = firing.reason == NEW
    if is_told_by_its_change(firing):
        return _without_value(firing, name)
    said = brief(fact, value, unit_of(firing, fact), firing.zone)
    # The text of an entry begins with its title.
    is_said = said.startswith(name) or said.casefold() in name.casefold()
    if name and said and (is_said or is_plain_no(firing)):
        return name
    if said and _wants_its_name(fact, value):
        said = f"{named(fact).lower()} {said}"
    if said and not is_new and isinstance(value, Money | Number | Span):
        return f"{said}: {name}"
    if said:
        return f"{shorten(name, NAME_LIMIT)}: {said}"
    return name if is_new and firing.title else _without_value(firing, name)


def _wants_its_name(fact: str, value: Fact | None) -> bool:
    """Return whether a value does not say by itself what it is the value of: "latency 4s", "opens 2026-07-30"."""
    if isinstance(value, Money):
        return not fact.endswith("price")
    return isinstance(value, Number | Span | Day | Moment)


def _without_value(firing: Firing, name: str) -> str:
    """Return the title where the value is a long text, or none at all, as of silence or of other rules."""
    change = firing.facts.get(firing.change)
    if change is not None:
        return f"{shorten(name, NAME_LIMIT)}: {one_line(written(change, firing.zone))}"
    rule = one_line(firing.rule_name)
    rest = name if name != rule else one_line(firing.because) or why_now(firing)
    return f"{shorten(rule, NAME_LIMIT)}: {rest}"
