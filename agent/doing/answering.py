"""The owner's yes or no to a question, from the command line or the answer page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select, update

from agent.database import insert_new, table_of
from agent.doing.deed import BEGIN_WITHIN, Deed, deed_row, read_deed
from agent.doing.deeds import withdraw
from agent.doing.saying import in_a_line
from agent.tables import AnswerRow, DeedRow, RuleRow
from rules.words import written_time

Answer = Literal["yes", "no"]

deeds = table_of(DeedRow)
rules = table_of(RuleRow)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of an answer, as a sentence for the owner; one that was not taken changed nothing."""

    taken: bool
    sentence: str


def answer(connection: Connection, firing_key: str, said: Answer, now: datetime, by: str) -> Reply:
    """Take an answer to the question about a firing.

    Only what is asked and still in time can be answered, and only once. A yes lets the agent act as soon as it runs,
    within an hour or the rest of the time for the answer; the rule's limit is looked at once more then.

    Args:
        connection: A transaction that may write.
        firing_key: The whole key of the firing.
        said: The answer.
        now: The present instant.
        by: Where the answer came from, such as "command line".
    """
    row = connection.execute(select(deeds).where(deeds.c.firing_key == firing_key).with_for_update()).one_or_none()
    if row is None:
        return Reply(False, "there is nothing to say yes or no to")
    deed = read_deed(row)
    if deed.state != "asked" or deed.answer_by is None:
        return Reply(False, f"it is settled already: {in_a_line(deed)}")
    if deed.answer_by <= now:
        until = written_time(deed.answer_by, deed.zone)
        return Reply(False, f"too late: your answer was awaited until {until}, so it is not done")
    answered = _answered(deed, said, now)
    values = {name: value for name, value in deed_row(answered).items() if name != "firing_key"}
    connection.execute(update(deeds).where(deeds.c.firing_key == firing_key).values(values))
    withdraw(connection, deed)
    kept = {"firing_key": firing_key, "answer": said, "rule_id": deed.rule_id, "at": now, "by": by}
    insert_new(connection, AnswerRow, [kept])
    what_follows = _what_follows(connection, answered) if said == "yes" else "nothing is done"
    return Reply(True, f"{deed.title}: {what_follows}")


def _answered(deed: Deed, said: Answer, now: datetime) -> Deed:
    if said == "no":
        return replace(deed, state="refused", ended_at=now)
    return replace(deed, state="due", until=max(deed.answer_by or now, now + BEGIN_WITHIN))


def _what_follows(connection: Connection, deed: Deed) -> str:
    """Return what comes of a yes, as the doer will find its rule by what the store knows of it."""
    row = connection.execute(select(rules).where(rules.c.id == deed.rule_id)).one_or_none()
    if row is None or row.sleeping_since is not None:
        until = written_time(deed.until, deed.zone) if deed.until is not None else "then"
        return f"its rule is not at work any more, so it is not done, unless the rule is back before {until}"
    if row.settings != deed.settings:
        return "its rule was changed since it asked, so it is not done"
    return f"{deed.aim}, now"
