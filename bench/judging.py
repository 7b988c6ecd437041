#!/usr/bin/env python3
"""What judging costs in processor time: sentences, topics of many phrases, several sources, and loading rules.

    .venv/bin/python bench/judging.py [--runs 5] [--only judge|topics|store|load]

Each figure is the median over the runs, with the spread from the quickest to the slowest; all that is compared is
measured in turn within each run, so that a busy computer slows all of it alike. Wall time is not measured: nothing here
waits, but for the disk in `store`. Judging must grow with what is read, not with how many phrases a topic has.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from agent.database import Database
from agent.store import Polled, Store
from rules.file.files import Secret
from rules.judge import judge
from rules.load import load
from rules.memory import Sight
from rules.replay import Replay
from rules.rule import Names, Profile, RuleBook
from rules.when import compile_condition
from watchers.api import FactSpec, Flag, Kind, Money, Observation, Poll, Text, Watcher

UTC_ZONE = ZoneInfo("UTC")
START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ME = Profile(UTC_ZONE, "USD")
CHANNELS = "me: {timezone: UTC, currency: USD}\nchannels: {phone: 'json://127.0.0.1:1/told'}\n"


class Shop(Watcher):
    """A gauge that is never asked: its sights are given."""

    kind: ClassVar[Kind] = Kind(
        name="shop",
        shape="gauge",
        summary="A price.",
        main="price",
        facts=(
            FactSpec("price", Money, "What it costs."),
            FactSpec("title", Text, "What it is."),
            FactSpec("sold_out", Flag, "It is gone.", evidence=True),
        ),
    )
    shop: str


class Paper(Watcher):
    """A stream that is never asked."""

    kind: ClassVar[Kind] = Kind(
        name="paper",
        shape="stream",
        summary="Headlines.",
        main="text",
        facts=(FactSpec("title", Text, "The headline."), FactSpec("text", Text, "All of it.")),
    )
    paper: str


KINDS: Mapping[str, type[Watcher]] = {"shop": Shop, "paper": Paper}


class InMemory:
    """One rule file, without a disk."""

    def __init__(self, text: str) -> None:
        self.content = text

    def text(self, name: str) -> str:
        return self.content

    def glob(self, base: str, pattern: str) -> Sequence[str]:
        return []

    def secret(self, scheme: str, name: str) -> Secret:
        raise LookupError(name)

    def path(self, name: str) -> str:
        return name


def book_of(rules: str, head: str = CHANNELS) -> RuleBook:
    return load("rules.yaml", InMemory(head + "rules:\n" + rules), KINDS)


def spent(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that some work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def table(title: str, unit: str, runs: int, measured: Mapping[str, Callable[[], float]], base: str = "") -> None:
    """Measure each line once in each run, and print medians; with `base`, also how each compares with that line."""
    taken: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(runs):
        for name, measure in measured.items():
            taken[name].append(measure())
    print(f"\n{title} ({unit}, medians of {runs})")
    for name, values in taken.items():
        line = f"  {name:58} {statistics.median(values):9.2f}   {min(values):9.2f} … {max(values):.2f}"
        if base:
            line += f"   x{statistics.median(a / b for a, b in zip(values, taken[base], strict=True)):.2f}"
        print(line)


def product(amount: object) -> Observation:
    facts = {"price": Money(Decimal(str(amount)), "USD"), "title": Text("Studio Headphones"), "sold_out": Flag(False)}
    return Observation("product", facts)


# Judging alone.

SENTENCES = (
    "price below $150",
    "price below $150 and not sold_out",
    "price drops by 15% from highest in 30 days",
    "price < 80% of median in 30 days",
    "price is lowest in 30 days",
    "changes",
    'title mentions "studio headphones" or title contains wireless',
)


def of_a_gauge(sentence: str, polls: int = 720) -> Callable[[], float]:
    """Return a measure of one judgement of a gauge that was polled each hour of a month, in microseconds."""
    rule = book_of(f"  - {{name: r, watch: shop, shop: a, when: '{sentence}', every: 1h}}\n").rules[0]
    replay, watch = Replay(rule, UTC_ZONE), rule.watches[0]
    rng = random.Random(1)
    for hour in range(polls):
        replay.poll(watch.id, [product(f"{rng.uniform(150, 200):.2f}")], START + hour * HOUR)
    sight = Sight(watch, (product("160.10"),), START + polls * HOUR, UTC_ZONE, HOUR)
    history, memory = replay.history(watch.id), replay.memory(watch.id)
    return lambda: 1e6 / 300 * spent(lambda: [judge(rule, memory, sight, history) for _ in range(300)])


def of_a_stream(entries: int, words: int) -> Callable[[], float]:
    """Return a measure of the judgement of one entry of a feed that was seen before, in microseconds."""
    rule = book_of("  - {name: r, watch: paper, paper: a, when: 'mentions [fusion, tokamak, ITER]'}\n").rules[0]
    replay, watch = Replay(rule, UTC_ZONE), rule.watches[0]
    seen = headlines(entries, words)
    replay.poll(watch.id, seen, START)
    sight = Sight(watch, tuple(seen), START + HOUR, UTC_ZONE, HOUR)
    memory = replay.memory(watch.id)
    return lambda: 1e6 / entries * spent(lambda: judge(rule, memory, sight, {}))


def show_judging(runs: int) -> None:
    gauges = {f"a gauge, 720 readings: {sentence}": of_a_gauge(sentence) for sentence in SENTENCES}
    feed = {"a feed of 1000 entries: mentions [fusion, tokamak, ITER]": of_a_stream(1000, 12)}
    table("One judgement: evaluate, step, remember", "µs a finding", runs, {**gauges, **feed})


# Topics.


def headlines(count: int, words: int) -> list[Observation]:
    rng = random.Random(2)
    texts = (" ".join(word(rng) for _ in range(words)) for _ in range(count))
    return [Observation(f"id:{n}", {"title": Text(text), "text": Text(text)}) for n, text in enumerate(texts)]


def word(rng: random.Random) -> str:
    return "".join(rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))


def of_a_topic(phrases: int, seen: Sequence[Observation]) -> Callable[[], float]:
    """Return a measure of one poll's headlines against a topic, in milliseconds."""
    rng = random.Random(3)
    head = f"{CHANNELS}topics: {{t: [{', '.join(f'{word(rng)} {word(rng)}' for _ in range(phrases))}]}}\n"
    rule = book_of("  - {name: r, watch: paper, paper: a, when: mentions topics.t}\n", head).rules[0]
    replay, watch = Replay(rule, UTC_ZONE), rule.watches[0]
    replay.poll(watch.id, seen, START)
    sight = Sight(watch, tuple(seen), START + HOUR, UTC_ZONE, HOUR)
    memory = replay.memory(watch.id)
    return lambda: 1e3 * spent(lambda: judge(rule, memory, sight, {}))


def show_topics(runs: int) -> None:
    few, short = "1000 headlines of 12 words, 10 phrases", "1000 texts of 12 words, 10000 phrases"
    by_phrases = {
        f"1000 headlines of 12 words, {phrases} phrases": of_a_topic(phrases, headlines(1000, 12))
        for phrases in (10, 100, 1000, 10_000)
    }
    table("A poll against a topic, by its phrases", "ms a poll", runs, by_phrases, base=few)
    by_text = {
        f"1000 texts of {words} words, 10000 phrases": of_a_topic(10_000, headlines(1000, words))
        for words in (12, 24, 120)
    }
    table("The same, by the text", "ms a poll", runs, by_text, base=short)
    print("  Time grows with the text, not with the phrases: they lie in a tree of words that each text walks once.")


# With the store.


def of_the_store(folder: Path, sources: int, polls: int = 40) -> Callable[[], float]:
    """Return a measure of one recorded poll whose price changes, in milliseconds of processor time."""
    alone = "  - {name: r, watch: shop, shop: s0, when: price below $10}\n"
    named = ", ".join(f"s{n}: {{shop: s{n}}}" for n in range(sources))
    joined = f"  - {{name: r, watch: shop, sources: {{{named}}}, when: s0.price < 10% of s1.price}}\n"
    book = book_of(alone if sources == 1 else joined)
    database = Database.open(folder / f"{sources}.sqlite")
    store, now = Store(database), [START]
    store.keep_rules(book, START)

    def record() -> None:
        for _ in range(polls):
            now[0] += timedelta(hours=2) / sources
            claims = store.claim_watches("bench/boot/1/1", now[0], 1)
            shown = Poll((product(100 + now[0].minute / 10),))
            store.record_polls([Polled(claim, now[0], shown, {}) for claim in claims], book, judge)

    return lambda: 1e3 / polls * spent(record)


def show_store(runs: int) -> None:
    alone = "a rule with a watch of its own"
    with tempfile.TemporaryDirectory() as folder:
        measured = {alone: of_the_store(Path(folder), 1)}
        measured |= {f"a rule with {n} sources judged as one": of_the_store(Path(folder), n) for n in (2, 5, 20)}
        table("A poll claimed, judged and kept on SQLite", "ms a poll", runs, measured, base=alone)


# Loading.


def show_loading(runs: int) -> None:
    entries = ", ".join(f"artist {n}" for n in range(500))
    lists = "".join(
        f"  - {{name: r{n}, watch: paper, for each: [{entries}], paper: '{{each}} {n}', when: mentions x}}\n"
        for n in range(100)
    )
    plain = "".join(f"  - {{name: r{n}, watch: shop, shop: s{n}, when: price below ${n + 1}}}\n" for n in range(1000))
    long = " or ".join(f"price below ${n}" for n in range(1, 10_000))[:3990].rpartition(" or ")[0]
    table(
        "Rules read and checked",
        "seconds",
        runs,
        {
            "1000 rules": lambda: spent(lambda: book_of(plain)),
            "100 rules, each for 500 entries: 50,000 watches": lambda: spent(lambda: book_of(lists)),
            "one sentence of 4000 characters": lambda: spent(lambda: compile_condition(long, Shop.kind, Names(ME))),
        },
    )


PARTS = {"judge": show_judging, "topics": show_topics, "store": show_store, "load": show_loading}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=PARTS)
    options = parser.parse_args()
    for name, show in PARTS.items():
        if options.only in (None, name):
            show(options.runs)


if __name__ == "__main__":
    main()
