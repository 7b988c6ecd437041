"""What the agent says about itself: what it cannot read, whom it cannot reach, what it wants to know.

Every argument is free of secrets and every instant is in UTC; `zone` is the owner's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from rules.letter import Line, one_line, own_lines
from rules.words import SENTENCE_LIMIT, TITLE_LIMIT, Words, lay_out, written_time

MOST_FAULTS = 20


def notice(title: str, *sentences: str) -> Words:
    """Return a notice in the agent's own words, a sentence a line."""
    return lay_out(one_line(title, TITLE_LIMIT), [[Line(one_line(each, SENTENCE_LIMIT)) for each in sentences]])


def rules_notice(faults: Sequence[str], at: datetime, zone: str) -> Words:
    """Return the words for a rule file that was read at `at` and is wrong; each fault as it prints itself."""
    count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
    kept = [Line("The rules as they were before stay in force."), Line(written_time(at, zone), "Read")]
    shown = [[Line(own_lines(fault, SENTENCE_LIMIT * 2), is_set=True)] for fault in faults[:MOST_FAULTS]]
    if len(faults) > MOST_FAULTS:
        shown.append([Line(f"and {len(faults) - MOST_FAULTS} more: trusted-agent check shows them")])
    return lay_out(f"The rule file has {count}", [kept, *shown])


def channel_notice(
    channel: str, reason: str, waiting: int, since: datetime, zone: str, *, of_message: bool = False
) -> Words:
    """Return the words for other channels about one that fails since `since`, with why its last send failed.

    Args:
        channel: Its name.
        reason: Why its last send failed.
        waiting: How many messages wait for it.
        since: When it began to fail.
        zone: The owner's.
        of_message: It refused one message, and takes others.
    """
    messages = "1 message waits" if waiting == 1 else f"{waiting} messages wait"
    what = (
        "What it refused is tried again, and lets the others go first." if of_message else "All is told once it works."
    )
    told = [
        Line(one_line(reason, SENTENCE_LIMIT), "Reason"),
        Line(written_time(since, zone), "Since"),
        Line(f"{messages} for it. {what} trusted-agent status shows them."),
    ]
    title = f"The channel {channel} refuses a message" if of_message else f"The channel {channel} does not work"
    return lay_out(one_line(title, TITLE_LIMIT), [told])


def gift_notice(name: str, occasion: str, day: date) -> Words:
    """Return the words that ask what somebody was given for a day."""
    how = f'trusted-agent person gift "{name}" "what it was" --for "{occasion}" --on {day.isoformat()}'
    return notice(
        f"What did you give {name}?",
        f"{name}: {occasion} on {day.isoformat()}. What is written down is never proposed again.",
        f"Answer with: {how}",
        "You are asked once; nothing happens if you do not answer.",
    )
