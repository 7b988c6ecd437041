"""Stories of a rule: what it really tells of a series of prices, one poll an hour.

    | beside the sentence | price, poll by poll | told |
    | `until: price above $160` | 160 149 155 149 165 149 | at poll 2: crossed; at poll 6: crossed |

The first two columns are written by hand: keys that are added to the rule below, or put in place of its own, and the
prices in dollars. `x` is a poll that failed, `?` a page without a price, `149x3` the same price three times.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from rules.firing import Firing
from rules.load import load
from rules.replay import Replay
from rules.rule import Rule
from tests.docs.examples import NOW, ZONE
from tests.docs.rulefiles import A_CHANNEL, MAIN, AnySecret
from tests.docs.tables import cells, table
from watchers.api import Money, Observation
from watchers.registry import kinds

HEAD = ("beside the sentence", "price, poll by poll", "told")
RULE = {"name": "Headphones", "watch": "price", "url": "https://shop.example/1", "when": "price below $150"}
BETWEEN = timedelta(hours=1)


def stories(now: str) -> str:
    """Return a table of stories with what is told written anew."""
    return table(HEAD, [(keys, prices, _told(keys.strip("`"), prices)) for keys, prices, *_ in cells(now)])


def _told(keys: str, prices: str) -> str:
    told = [f"at poll {poll}: {firing.reason}" for poll, firing in _lived(_rule(keys), prices)]
    return "; ".join(told) or "nothing"


def _rule(keys: str) -> Rule:
    added = dict(line.split(": ", 1) for line in keys.split("; ")) if keys else {}
    lines = [f"    {key}: {value}\n" for key, value in {**RULE, **added}.items()]
    text = f"{A_CHANNEL}me: {{currency: USD}}\nrules:\n  -\n{''.join(lines)}"
    return load(MAIN, AnySecret({MAIN: text}), kinds(), zone=ZONE).rules[0]


def _lived(rule: Rule, prices: str) -> Iterator[tuple[int, Firing]]:
    """Yield what is told, with the number of the last poll until then."""
    replay, (watch,) = Replay(rule, ZONE), rule.watches
    for poll, price in enumerate(_series(prices), start=1):
        at = NOW + (poll - 1) * BETWEEN
        for between, verdict in replay.pass_time(at):
            yield from ((1 + (between - NOW) // BETWEEN, firing) for firing in verdict.firings)
        verdict = replay.poll(watch.id, _seen(price), at)
        yield from ((poll, firing) for firing in (verdict.firings if verdict else ()))


def _seen(price: str) -> list[Observation] | None:
    if price == "x":
        return None
    return [Observation("product", {} if price == "?" else {"price": Money(Decimal(price), "USD")})]


def _series(prices: str) -> Iterator[str]:
    for part in prices.split():
        price, _, times = part.partition("x") if part != "x" else (part, "", "")
        yield from [price] * int(times or 1)
