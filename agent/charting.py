"""The chart that goes along with a message: from what its rule had seen by then, in the caller's transaction.

Only what was seen up to the firing goes in, so every attempt to send it draws the same picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Connection, select

from agent.charts import number_of, price_chart
from agent.database import table_of
from agent.tables import ReadingRow
from rules.condition import Condition
from rules.enclosure import Attachment
from rules.firing import Firing
from rules.headline import leading_fact
from rules.letter import one_line
from rules.rule import Rule
from rules.spoken import counts_days
from rules.when import Sentence
from rules.when.evaluate import All, Ordered, Test
from rules.when.evaluate_terms import Constant, FactTerm
from watchers.api import Fact, Money, Number
from watchers.facts import decode_facts

LOOK_BACK = timedelta(days=90)

readings = table_of(ReadingRow)


def chart_of(connection: Connection, firing: Firing, rule: Rule | None) -> tuple[Attachment, ...]:
    """Return the chart of the value that a firing tells of; none where too little was seen, or there is no Pillow.

    Args:
        connection: The transaction.
        firing: What came true.
        rule: Its rule, for the number that its sentence asks for; None where the rule book has it no more.
    """
    name = _drawn(firing, rule)
    like = firing.facts.get(name)
    if like is None:
        return ()
    since = firing.seen_at - LOOK_BACK
    of_it = (readings.c.rule_id == firing.rule_id, readings.c.watch_id == firing.watch_id)
    seen = select(readings.c.at, readings.c.facts).where(
        *of_it, readings.c.key == firing.observation, readings.c.until >= since, readings.c.at < firing.seen_at
    )
    rows = ((max(row.at, since), decode_facts(row.facts)) for row in connection.execute(seen.order_by(readings.c.id)))
    dated = [(at, number_of(facts.get(name), like)) for at, facts in rows]
    dated.append((firing.seen_at, number_of(like, like)))
    points = [(at, number) for at, number in dated if number is not None]
    mark = _asked_for(rule.condition, name, like) if rule is not None else None
    spec = rule.kind.fact(name) if rule is not None else None
    unit = (like.currency or "") if isinstance(like, Money) else spec.unit if spec is not None else firing.unit
    title = one_line(firing.title or firing.rule_name)
    chart = price_chart(points, title=title, unit=unit, zone=firing.zone, mark=mark)
    return (chart,) if chart is not None else ()


def _drawn(firing: Firing, rule: Rule | None) -> str:
    """Return the fact to draw: what the message leads with, or what `history` draws of the kind; days need no chart."""
    for name in (leading_fact(firing), rule.kind.plot if rule is not None else ""):
        fact = firing.facts.get(name)
        if isinstance(fact, Money | Number) and not counts_days(name, fact):
            return name
    return ""


def _asked_for(condition: Condition, name: str, like: Fact) -> Decimal | None:
    """Return the first number that a sentence compares the fact with, if it is one of the same unit."""
    if not isinstance(condition, Sentence):
        return None
    for test in _parts(condition.test):
        if isinstance(test, Ordered) and isinstance(test.left, FactTerm) and isinstance(test.right, Constant):
            number = number_of(test.right.fact, like)
            if test.left.words == name and number is not None:
                return number
    return None


def _parts(test: Test) -> Iterator[Test]:
    """Yield what a sentence joins with `and`."""
    if isinstance(test, All):
        for part in test.parts:
            yield from _parts(part)
    else:
        yield test
