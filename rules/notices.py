"""What the agent says about itself: what it cannot see, what it cannot read, whom it cannot reach.

Every argument is free of secrets and every instant is in UTC; `zone` is the owner's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from rules.durations import write_duration
from rules.letter import Line, one_line, own_lines, web_address
from rules.words import SENTENCE_LIMIT, TITLE_LIMIT, Words, lay_out, written_time

MOST_FAULTS = 20


def notice(title: str, *sentences: str) -> Words:
    """Return a notice in the agent's own words, a sentence a line."""
    return lay_out(one_line(title, TITLE_LIMIT), [[Line(one_line(each, SENTENCE_LIMIT)) for each in sentences]])


def trouble_notice(source: str, reason: str, rules: Sequence[str], since: datetime, zone: str) -> Words:
    """Return the words for a watch that was last seen well at `since`; `rules` are the names of those it blinds."""
    facts = [*_place(source), *_rule_names(rules), Line(written_time(since, zone), "Last seen well")]
    promise = [Line("Until it can be seen again, nothing is told of it and nothing is forgotten.")]
    return lay_out(
        one_line(f"Cannot see {source}", TITLE_LIMIT), [[Line(one_line(reason, SENTENCE_LIMIT))], facts, promise]
    )


def sight_notice(source: str, rules: Sequence[str], since: datetime, now: datetime, zone: str) -> Words:
    """Return the words for a watch that sees again, after the owner was told that it did not."""
    blind = write_duration((now - since) // timedelta(minutes=1) * timedelta(minutes=1))
    facts = [
        *_place(source),
        *_rule_names(rules),
        Line(f"{blind}, since {written_time(since, zone)}", "Could not see it for"),
    ]
    return lay_out(one_line(f"Can see {source} again", TITLE_LIMIT), [facts])


def rules_notice(faults: Sequence[str], at: datetime, zone: str) -> Words:
    """Return the words for a rule file that was read at `at` and is wrong; each fault as it prints itself."""
    count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
    kept = [Line("The rules as they were before stay in force."), Line(written_time(at, zone), "Read")]
    shown = [[Line(own_lines(fault, SENTENCE_LIMIT * 2), is_set=True)] for fault in faults[:MOST_FAULTS]]
    if len(faults) > MOST_FAULTS:
        shown.append([Line(f"and {len(faults) - MOST_FAULTS} more: trusted-agent check shows them")])
    return lay_out(f"The rule file has {count}", [kept, *shown])


def channel_notice(channel: str, reason: str, waiting: int, since: datetime, zone: str) -> Words:
    """Return the words for other channels about one that fails since `since`, with why its last send failed."""
    messages = "1 message waits" if waiting == 1 else f"{waiting} messages wait"
    told = [
        Line(one_line(reason, SENTENCE_LIMIT), "Reason"),
        Line(written_time(since, zone), "Since"),
        Line(f"{messages} for it and will be told there when it works again. trusted-agent status shows them."),
    ]
    return lay_out(one_line(f"The channel {channel} does not work", TITLE_LIMIT), [told])


def gift_notice(name: str, occasion: str, day: date) -> Words:
    """Return the words that ask what somebody was given for a day."""
    how = f'trusted-agent person gift "{name}" "what it was" --for "{occasion}" --on {day.isoformat()}'
    return notice(
        f"What did you give {name}?",
        f"{name}: {occasion} on {day.isoformat()}. What is written down is never proposed again.",
        f"Answer with: {how}",
        "You are asked once; nothing happens if you do not answer.",
    )


def _place(source: str) -> list[Line]:
    address = web_address(source)
    return [Line(address or one_line(source, SENTENCE_LIMIT), "Source", is_link=bool(address))]


def _rule_names(rules: Sequence[str]) -> list[Line]:
    return [Line(one_line(", ".join(rules), SENTENCE_LIMIT), "Rules")] if rules else []
