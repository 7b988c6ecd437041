"""Values of a rule test as facts, read with the readers of the `when` language: `149`, `$149`, `3 km`, `2026-12-24`."""

from __future__ import annotations

import re
from datetime import datetime, time
from zoneinfo import ZoneInfo

from rules.condition import Condition
from rules.faults import SentenceFaults, nearest
from rules.when.parse import parse
from rules.when.quantities import Misread, Sort, read_date, read_number, read_quantity
from rules.when.syntax import Negative, Node, Percent, Quantity, walk
from watchers.api import Day, Fact, FactSpec, Flag, Moment, Money, Number, Span, Text, Texts, Version

_BARE = re.compile(r"[0-9][0-9.,'’]*")
_FLAGS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def currency_of(condition: Condition, own: str | None) -> str | None:
    """Return the currency that a sentence speaks of, or else the owner's."""
    if not condition.text:
        return own
    found = set()
    for node in walk(parse(condition.text)):
        if isinstance(node, Quantity):
            try:
                fact, _ = read_quantity(node, Sort(Money), own, ZoneInfo("UTC"))
            except Misread:  # a quantity that is right beside another sort of fact
                continue
            if isinstance(fact, Money):
                found.add(fact.currency)
    return found.pop() if len(found) == 1 else own


def read_value(text: str, spec: FactSpec, currency: str | None, zone: ZoneInfo) -> Fact:
    """Return the fact that a text states.

    Args:
        text: The value as it is written, without quotes.
        spec: The fact that it is a value of.
        currency: What an amount without a currency is in.
        zone: The zone in which a time is meant that states none.

    Raises:
        Misread: It is no such value.
    """
    kind = spec.type
    if not text.strip():
        raise Misread("this value is empty", "write ? where the source does not give it")
    if kind is Text:
        return _text(text, spec)
    if kind is Texts:
        return Texts(tuple(part.strip() for part in text.split(",") if part.strip()))
    if kind is Version:
        return Version(text)
    if kind is Flag:
        if text.casefold() not in _FLAGS:
            raise Misread(f"{spec.name} is yes or no, and `{text}` is neither", "write yes or no")
        return Flag(_FLAGS[text.casefold()])
    if kind in (Day, Moment):
        return _time(text, kind, zone)
    return _quantity(text, spec, currency, zone)


def _text(text: str, spec: FactSpec) -> Text:
    folded = {choice.casefold(): choice for choice in spec.choices}
    if spec.choices and text.casefold() not in folded:
        meant = nearest(text, spec.choices)
        hint = f"did you mean {meant}?" if meant else f"it is one of {', '.join(spec.choices)}"
        raise Misread(f"{spec.name} is never `{text}`", hint)
    return Text(folded.get(text.casefold(), text))


def _time(text: str, kind: type[Fact], zone: ZoneInfo) -> Day | Moment:
    read = read_date(text, zone, bare_year=True)
    if isinstance(read, Day) and kind is Moment and read.day is not None:
        return Moment(datetime.combine(read.first, time(), zone))
    if isinstance(read, Moment) and kind is Day:
        day = read.at.astimezone(zone)
        return Day(day.year, day.month, day.day)
    if read is None or type(read) is not kind:
        wanted = "2026-12-24 18:00" if kind is Moment else "2026-12-24"
        raise Misread(f"`{text}` is no {'instant' if kind is Moment else 'date'}", f"write it as {wanted}")
    return read


def _quantity(text: str, spec: FactSpec, currency: str | None, zone: ZoneInfo) -> Fact:
    wanted = Sort(spec.type, spec.unit)
    wrong = Misread(f"{spec.name} is {wanted}, and `{text}` is not", _EXAMPLES.get(spec.type, ""))
    try:
        node = parse(text)
    except SentenceFaults as unread:
        raise wrong from unread
    sign, node = (-1, node.part) if isinstance(node, Negative) else (1, node)
    fact = _read(node, wanted, currency, zone)
    if isinstance(fact, Money) and wanted.fact is Money:
        return Money(sign * fact.amount, fact.currency)
    if isinstance(fact, Number) and wanted.fact is Number:
        return Number(sign * fact.value)
    if isinstance(fact, Span) and wanted.fact is Span and sign > 0:
        return fact
    raise wrong


_EXAMPLES: dict[type[Fact], str] = {
    Money: "write it as 149, $149 or 149USD",
    Number: "write it as 1299.00",
    Span: "write it as 90m or 3d",
}


def _read(node: Node, wanted: Sort, currency: str | None, zone: ZoneInfo) -> Fact | None:
    if isinstance(node, Percent) and node.of is None and wanted.unit in ("%", "percent"):
        return Number(read_number(node.number, unit="%"))
    if not isinstance(node, Quantity):
        return None
    is_bare = not (node.before or node.after) and _BARE.fullmatch(node.number)
    if is_bare and wanted.fact is Money:
        if currency is None:
            raise Misread(f"in which currency is {node.number}?", f"write {node.number}USD, or add currency: to me:")
        return Money(read_number(node.number, unit=currency, money=True), currency)
    fact, sort = read_quantity(node, wanted, currency, zone)
    return fact if wanted.fact is not Number or sort == wanted else None
