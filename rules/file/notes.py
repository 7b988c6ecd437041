"""What is allowed in a rule file but probably not meant: said once, in one sentence each."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from rules.durations import write_duration
from rules.rule import Rule, RuleBook, Topic

POLITE = timedelta(minutes=1)

_TOPIC = re.compile(r"\btopics\.(\w+)")
# The option by which a kind reminds so many days ahead, and a sentence that asks for the same by its main fact.
_REMIND = "remind"
_ON_SOME_DAYS = re.compile(r"(?:^|\(|\b(?:days_until|and|or)\s)\s*(?:is\s+)?in\s*\[([^\]]*)\]")
_DAYS = re.compile(r"\d+(?:\s+days?)?")


def notes(book: RuleBook, topics: Mapping[str, Topic]) -> tuple[str, ...]:
    """Return the sentences for a book without faults."""
    of_rules = (note for rule in book.rules for check in _OF_A_RULE for note in check(rule))
    return (*_unused(book, topics), *_rude(book), *_unnamed(book), *_open_credentials(book), *of_rules)


def _unused(book: RuleBook, topics: Mapping[str, Topic]) -> Iterator[str]:
    if not book.rules and not book.disabled:
        yield "there is no rule: nothing is watched"
    if not book.rules or book.disabled:
        return  # what a sleeping rule uses, or one that is yet to be written, is not unused
    told = {channel for rule in book.rules for channel in rule.notify} | set(book.upkeep.notify)
    told |= {name for channel in book.channels.values() for name in channel.fallback}
    for name, channel in book.channels.items():
        if name not in told:
            yield f"{channel.place}: no rule tells the channel {name}"
    sentences = " ".join(
        condition.text for rule in book.rules for condition in (rule.condition, rule.until) if condition
    )
    used = set(_TOPIC.findall(sentences))
    yield from (f"no rule asks for the topic {name}" for name in topics if name not in used)


def _rude(book: RuleBook) -> Iterator[str]:
    for rule in book.rules:
        if rule.cron is not None or rule.every >= POLITE:
            continue
        public = sorted(host for watch in rule.watches for host in watch.watcher.hosts if not _is_home(host))
        if public:
            often = f"{rule.place}: {rule.name} asks {public[0]} every {write_duration(rule.every)}"
            yield f"{often}: many sites shut out who asks more than once a minute"


def _unnamed(book: RuleBook) -> Iterator[str]:
    asking = [rule for rule in book.rules if any(watch.watcher.asks_for_contact for watch in rule.watches)]
    if asking and not book.network.contact:
        hosts = sorted({host for watch in asking[0].watches for host in watch.watcher.hosts})
        who = f"{asking[0].place}: {', '.join(hosts)} wants to know whom to write to"
        yield f"{who}, and may shut out who does not say: network: {{contact: you@example.org}}"


def _open_credentials(book: RuleBook) -> Iterator[str]:
    for rule in book.rules:
        for watch in rule.watches:
            url = getattr(watch.watcher, "url", "")
            signs_in = any(getattr(watch.watcher, option, None) for option in ("auth", "cookies"))
            if signs_in and isinstance(url, str) and url.lower().startswith("http://"):
                sends = f"{rule.place}: {rule.name} sends its credentials over http://"
                yield f"{sends}, where anybody on the way can read them"


# What is odd about one rule.


def _nobody(rule: Rule) -> Iterator[str]:
    if not rule.watches and rule.joint is None:
        who = f"{rule.place}: nobody in `people:` has a day yet"
        yield f"{who}, so that {rule.name} has nothing to look at: trusted-agent person add NAME --birthday 05-13"


def _never_reminds(rule: Rule) -> Iterator[str]:
    if rule.again.when == "every" and rule.condition.is_moment:
        said = f"{rule.place}: `again: every {write_duration(rule.again.every)}` of {rule.name} never comes to remind"
        yield f"{said}: its sentence is true of one reading only, and nothing is left of it to be told again"


def _sleeps_through(rule: Rule) -> Iterator[str]:
    """Yield where a lead time is lost if nobody looks on that very day, and the kind can remind instead."""
    found = _ON_SOME_DAYS.search(rule.condition.text)
    days = [day.strip() for day in found[1].split(",")] if found else []
    if not days or not all(map(_DAYS.fullmatch, days)):
        return
    if any(_REMIND in spec.watcher.options() for spec in rule.watches):
        said = f"{rule.place}: {rule.name} is true on these very days alone: one on which nobody looks is lost"
        yield f"{said}; `remind: [{', '.join(day.split()[0] for day in days)}]` with `when: due` makes up for it"


_OF_A_RULE = (_nobody, _never_reminds, _sleeps_through)


# Where it goes.


def _is_home(host: str) -> bool:
    """Return whether a host is surely on this machine or in the owner's own network."""
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".lan", ".home.arpa", ".internal"))
