"""What the agent says about its own sight and voice: what blinds it, that it sees again, and what wavers.

Every argument is free of secrets and every instant is in UTC; `zone` is the owner's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.durations import write_duration
from rules.explaining import Silencer
from rules.firing import Firing
from rules.headline import SENTENCE_LIMIT, TITLE_LIMIT
from rules.letter import Line, Paragraph, one_line, shorten, web_address
from rules.message import Words, lay_out
from rules.spoken import written_time

UNKNOWN = "unknown"
OWN_LINE = "own line"

MOST_REASONS = 3
MOST_NAMES = 10

# By cause: what its owner can do next.
NEXT = {
    "SourceUnavailable": "Nothing is needed from you: it is tried again by itself.",
    "SourceRefused": "Open it in a browser: log in, or allow what it asks for. `cookies:`, `auth:` or `headers:` in "
    "the rule bring that along; a source that wants no programs has to be replaced.",
    "SourceGone": "Put its new address into the rule, or take the rule out of the file.",
    "SourceChanged": "See what is found there with trusted-agent try: what the rule selects may need a new name.",
    "OurFault": "Nothing that you did: this is a mistake of the agent itself, and its log tells more.",
    UNKNOWN: "trusted-agent why-not shows what was seen there, and what is missing for a yes or no.",
    OWN_LINE: "Is this machine online? Nothing else is needed from you: all of it is tried again by itself.",
}


@dataclass(frozen=True, slots=True)
class Blinded:
    """What one cause keeps from being seen at one place.

    Attributes:
        cause: The name of the trouble, `UNKNOWN` or `OWN_LINE`.
        reasons: What was found, in words, each once.
        rules: The names of the rules that cannot be judged for it, and `sources` what these watch.
        since: When the first of them could not be.
        good_at: When any of it was last seen well; None: never.
    """

    cause: str
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    since: datetime
    good_at: datetime | None = None


def blind_notice(
    place: str,
    blinded: Sequence[Blinded],
    now: datetime,
    zone: str,
    *,
    again: bool = False,
    recovered: Sequence[str] = (),
) -> Words:
    """Return the words for what cannot be judged at one place.

    Args:
        place: A host, or what is watched where there is none.
        blinded: What cannot be judged there, by cause.
        now: When that is said.
        zone: The owner's time zone.
        again: It was said before.
        recovered: The names of rules that were among them and can be judged again.
    """
    title = _blind_title(place, blinded)
    if again:
        lasted = _lasted(min(one.since for one in blinded), now)
        title = f"{shorten(f'Still: {title[:1].lower()}{title[1:]}', TITLE_LIMIT - 20)}, for {lasted}"
    # Where each part tells what became of it, the promise holds for all of them.
    parts = [_blinded(one, zone) for one in blinded]
    seen_again = [Line(_names(recovered), "Can be judged again")] if recovered else []
    promise = [Line("For as long as it lasts, nothing is told of this and nothing is forgotten.", tone="fine")]
    return lay_out(one_line(title, TITLE_LIMIT), [*parts, seen_again, promise])


def sight_notice(
    place: str, causes: Iterable[str], rules: Sequence[str], since: datetime, until: datetime, zone: str
) -> Words:
    """Return the words for a place of which all can be judged again that the owner was told could not be.

    Args:
        place: As in `blind_notice`.
        causes: What had blinded it.
        rules: The names of the rules.
        since: When it began, and `until` when it ended.
        until: See `since`.
        zone: The owner's time zone.
    """
    lasted = _lasted(since, until)
    known = set(causes)
    if OWN_LINE in known:
        title = "Sources can be reached again"
    elif known == {UNKNOWN}:
        title = f"Can tell again: {rules[0] if len(rules) == 1 else place}"
    else:
        title = f"Can see {place} again"
    told = [
        Line(f"{written_time(since, zone)} to {written_time(until, zone)}", "Blind"),
        _rules(rules),
    ]
    return lay_out(one_line(f"{shorten(title, TITLE_LIMIT - 20)}, after {lasted}", TITLE_LIMIT), [told])


def flapping_notice(
    firing: Firing, lines: Sequence[Silencer], times: int, since: datetime, *, again: bool = False
) -> Words:
    """Return the words for something that came true too often: how often, and which lines would calm it.

    Args:
        firing: The last time that it came true.
        lines: What would calm it.
        times: How often it came true, and `since` from when on.
        since: See `times`; where it is said again, when it was said last.
        again: It was said before.
    """
    thing = one_line(firing.title, TITLE_LIMIT // 2)
    name = one_line(firing.rule_name, TITLE_LIMIT // 2)
    told = [
        Line(f"It came true {_times(times, again=again)} since {written_time(since, firing.zone)}.", tone="lead"),
        Line(one_line(firing.because, SENTENCE_LIMIT), "Last"),
        Line(written_time(firing.seen_at, firing.zone), "Seen"),
        *([Line(thing, "Of")] if thing and thing != name else []),
        Line(one_line(firing.sentence or "everything counts", SENTENCE_LIMIT), "Rule"),
    ]
    calming = [Line("A line in the rule would calm it:")] if lines else []
    calming += [Line(one_line(each.line, SENTENCE_LIMIT), tone="strong", more=f" ({each.effect})") for each in lines]
    told_how = "This is" if again else "From now on this is"
    ending = [
        Line(f"{told_how} told once a day, until it did not come true for 24 hours. Every time is kept:"),
        Line(f"trusted-agent firings --rule {firing.rule_id}", "Ask", tone="fine"),
        Line(f"trusted-agent why {firing.id}", "Ask", tone="fine"),
    ]
    if firing.urgency == "urgent":
        ending[0] = Line("It is urgent, so you are told each time all the same; this is said once a day.")
    title = (
        f"{name} still wavers: {_times(times, again=True)}" if again else f"{name} wavers: {times} times within a day"
    )
    return lay_out(one_line(title, TITLE_LIMIT), [told, calming, ending])


def _times(number: int, *, again: bool) -> str:
    counted = "once" if number == 1 else f"{number} times"
    return f"{counted} more" if again else counted


def _blind_title(place: str, blinded: Sequence[Blinded]) -> str:
    causes = {one.cause for one in blinded}
    rules = list(dict.fromkeys(name for one in blinded for name in one.rules))
    if OWN_LINE in causes:
        return "No source can be reached"
    if causes != {UNKNOWN}:
        return f"Cannot see {place}"
    return f"Cannot tell: {rules[0]}" if len(rules) == 1 else f"Cannot tell: {len(rules)} rules about {place}"


def _blinded(one: Blinded, zone: str) -> Paragraph:
    reasons = [Line(one_line(reason, SENTENCE_LIMIT)) for reason in one.reasons[:MOST_REASONS]]
    if len(one.reasons) > MOST_REASONS:
        reasons.append(Line(f"and {len(one.reasons) - MOST_REASONS} reasons more: trusted-agent status shows them"))
    return [
        *reasons,
        Line(NEXT.get(one.cause, NEXT["SourceUnavailable"]), "Do"),
        _rules(one.rules),
        *_sources(one.sources),
        Line(written_time(one.since, zone), "Since"),
        *_last_seen(one, zone),
    ]


def _last_seen(one: Blinded, zone: str) -> list[Line]:
    # What is unknown is seen well enough: it says too little.
    if one.cause == UNKNOWN:
        return []
    return [Line(written_time(one.good_at, zone) if one.good_at else "never", "Last seen well")]


def _rules(names: Sequence[str]) -> Line:
    return Line(_names(names), "Rule" if len(names) == 1 else "Rules")


def _sources(sources: Sequence[str]) -> list[Line]:
    if len(sources) == 1:
        address = web_address(sources[0])
        return [Line(address or one_line(sources[0], SENTENCE_LIMIT), "Source", is_link=bool(address))]
    return [Line(_names(sources), "Sources")] if sources else []


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(one_line(name, TITLE_LIMIT) for name in names[:MOST_NAMES])
    return shown + (f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else "")


def _lasted(since: datetime, until: datetime) -> str:
    """Return a length as a person says it: minutes below a day, hours above, days above a week."""
    length = max(until - since, timedelta())
    units = (timedelta(weeks=1), timedelta(days=1)), (timedelta(days=1), timedelta(hours=1))
    unit = next((unit for least, unit in units if length >= least), timedelta(minutes=1))
    return write_duration(length // unit * unit)
