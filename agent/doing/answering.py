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
from agent.tables import AnswerRow, DeedRow
from rules.words import written_time

Answer = Literal["yes", "no"]

deeds = table_of(DeedRow)


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
    return Reply(True, f"{deed.title}: {deed.aim}, now" if said == "yes" else f"{deed.title}: nothing is done")


def _answered(deed: Deed, said: Answer, now: datetime) -> Deed:
    if said == "no":
        return replace(deed, state="refused", ended_at=now)
    return replace(deed, state="due", until=max(deed.answer_by or now, now + BEGIN_WITHIN))
