"""What the owner reads of a deed: the question before it, and what came of it."""

from __future__ import annotations

from datetime import datetime

from agent.doing.deed import Deed, Outcome
from agent.mailbox import Notice
from rules.delivery import Limit
from rules.durations import write_duration
from rules.firing import FIRST_SEEN, Firing
from rules.letter import Line, one_line, web_address
from rules.words import SENTENCE_LIMIT, TITLE_LIMIT, lay_out, written_time

LONGEST_OUTPUT = 500
_QUESTION = "asked to act on "
_MISSED = "could not ask about "
_OVER = "over the limit since "


def question_key(firing_key: str) -> str:
    """Return the key of the notice that asks the owner about a firing."""
    return f"{_QUESTION}{firing_key}"


def missed_key(firing_key: str) -> str:
    """Return the key of the notice that a question did not reach the owner in time."""
    return f"{_MISSED}{firing_key}"


def over_key(firing_key: str) -> str:
    """Return the key of the notice that a limit is reached, by the last firing that fills it."""
    return f"{_OVER}{firing_key}"


KEYS_BY_FIRING = (question_key, missed_key, over_key)
"""Each puts its own words before a firing's key: the notices that wait while their rule is snoozed."""


def asked_by(notice_key: str) -> str | None:
    """Return the key of the firing that a notice asks about; None where it asks nothing.

    Called where a message gets its buttons: `answering.answer` takes the key that this returns.
    """
    return notice_key.removeprefix(_QUESTION) if notice_key.startswith(_QUESTION) else None


def question(deed: Deed, firing: Firing, now: datetime) -> Notice:
    """Return the question whether to do a deed, which stands until its `answer_by`."""
    by = deed.answer_by or now
    first = "It was true already when first looked at, and then you are always asked."
    link = web_address(firing.link) or web_address(firing.source)
    asked = [
        Line(f"{_capital(deed.aim)} for this? Nothing is done without your yes."),
        Line(first if firing.reason == FIRST_SEEN else ""),
    ]
    seen = [
        Line(one_line(firing.title, SENTENCE_LIMIT)),
        Line(one_line(firing.because, SENTENCE_LIMIT), "Because"),
        Line(one_line(deed.rule_name, SENTENCE_LIMIT), "Rule"),
        *([Line(link, "Link", is_link=True)] if link else []),
    ]
    how = [
        Line(f"trusted-agent yes {deed.id}", "Do it"),
        Line(f"trusted-agent no {deed.id}", "Leave it"),
        Line(f"{written_time(by, deed.zone)}, within {write_duration(by - now)}; then it is not done", "Answer by"),
    ]
    words = lay_out(one_line(f"Shall I? {deed.title}", TITLE_LIMIT), [asked, seen, how])
    return Notice(question_key(deed.key), words, now)


def over(deed: Deed, limit: Limit, last_key: str, now: datetime) -> Notice:
    """Return that a limit keeps a deed from being done: told once for as long as the same deeds fill it.

    Args:
        deed: What is not done.
        limit: Its rule's limit.
        last_key: The last deed that counts for the limit.
        now: The present instant.
    """
    said = [
        Line(f"{_capital(deed.aim)}: not done for this, since it may be done {limit} at most."),
        Line("Until there is room again, this is told once; each such firing is told as ever."),
    ]
    title = one_line(f"Not done, its limit is reached: {deed.title}", TITLE_LIMIT)
    return Notice(over_key(last_key), lay_out(title, [said, _ask(deed)]), now)


def over_after_yes(deed: Deed, limit: Limit, now: datetime) -> Notice:
    """Return that a limit keeps a deed from being done to which its owner said yes: told each time."""
    said = [Line(f"{_capital(deed.aim)}: not done in spite of your yes, since it may be done {limit} at most.")]
    title = one_line(f"Not done, its limit is reached: {deed.title}", TITLE_LIMIT)
    return Notice(f"acted on {deed.key}: over", lay_out(title, [said, _ask(deed)]), now)


def result(deed: Deed, outcome: Outcome, now: datetime, *, awaited: bool) -> Notice | None:
    """Return what came of a deed, or None where nobody needs to hear of it.

    Args:
        deed: As it is now.
        outcome: What came of it.
        now: The present instant.
        awaited: Its owner waits to hear of it, also where all went well.
    """
    if deed.state == "done" and not awaited:
        return None
    heads = {"done": "Done", "failed": "Not done" if not outcome.began else "Failed", "unclear": "Perhaps done"}
    said = [Line(f"{_capital(deed.aim)}: {one_line(outcome.said, SENTENCE_LIMIT)}")]
    if deed.state == "unclear":
        said.append(Line("It may have had its effect or not. It is never repeated: please look there yourself."))
    output = one_line(outcome.output, LONGEST_OUTPUT)
    shown = [Line(output, "It said")] if output and deed.state != "done" else []
    words = lay_out(one_line(f"{heads[deed.state]}: {deed.title}", TITLE_LIMIT), [said, shown, _ask(deed)])
    return Notice(f"acted on {deed.key}: {deed.state}", words, now)


def missed(deed: Deed, now: datetime) -> Notice:
    """Return that a question could not be brought before its owner in time, so that nothing was done."""
    said = [
        Line(f"{_capital(deed.aim)}: not done, since the question did not reach you before its time was over."),
        Line("More time: `within` in the rule's `do`. Through quiet hours and digests: `urgency: urgent`."),
    ]
    title = one_line(f"Not done: {deed.title}", TITLE_LIMIT)
    return Notice(missed_key(deed.key), lay_out(title, [said, _ask(deed)]), now)


def in_a_line(deed: Deed) -> str:
    """Return how a deed stands, in a sentence for lists and for `why`."""
    zone = deed.zone
    if deed.state == "asked" and deed.answer_by is not None:
        return f"{deed.aim}: waits for your yes until {written_time(deed.answer_by, zone)}"
    if deed.state == "due" and deed.retry_at is not None and deed.outcome is not None:
        return f"{deed.aim}: {deed.outcome.said}; tried again {written_time(deed.retry_at, zone)}"
    if deed.state in ("due", "running") and deed.began_at is None:
        return f"{deed.aim}: about to be done"
    if deed.state == "running" and deed.began_at is not None:
        return f"{deed.aim}: under way since {written_time(deed.began_at, zone)}"
    standing = {
        "refused": "not done: you said no",
        "lapsed": "not done: there was no yes in time",
        "over": "not done: its limit was reached",
        "unclear": "perhaps done",
    }
    head = standing.get(deed.state, deed.state)
    return f"{deed.aim}: {head}{f': {deed.outcome.said}' if deed.outcome is not None else ''}"


def _ask(deed: Deed) -> list[Line]:
    rule = Line(one_line(deed.rule_name, SENTENCE_LIMIT), "Rule")
    return [rule, Line(f"trusted-agent why {deed.id}", "Ask", tone="fine")]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
