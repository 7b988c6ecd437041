"""What goes with a message besides its words: the order of many, answers by one tap, a picture or a chart."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from agent.answers import tickets, usefulness
from agent.charting import chart_of
from agent.database import Database, StoreError, table_of
from agent.doing.saying import asked_by
from agent.messages import Notice
from agent.pictures import picture_of
from agent.tables import DeedRow
from rules.enclosure import Attachment, Button
from rules.firing import Firing
from rules.rule import RuleBook

deeds = table_of(DeedRow)

log = logging.getLogger(__name__)


class Company:
    """Says what goes with messages, by the rule book in force."""

    def __init__(self, database: Database, book: Callable[[], RuleBook], now: Callable[[], datetime]) -> None:
        self._database = database
        self._book = book
        self._now = now

    def order(self, connection: Connection, firings: Sequence[Firing]) -> Mapping[str, float]:
        """Return by its key how much each firing matters to the owner, by what they answered so far."""
        return usefulness.order(connection, firings, self._now(), self._book().names)

    def offer(self, connection: Connection, what: Firing | Notice) -> tuple[Button, ...]:
        """Return the answers that something can be given by one tap; none without an answer page."""
        answers = self._book().answers
        if answers is None:
            return ()
        key = tickets.signing_key(connection)
        if isinstance(what, Firing):
            return tickets.buttons(what, answers, key, self._now())
        firing_key = asked_by(what.key)
        if firing_key is None:
            return ()
        until = connection.scalar(select(deeds.c.answer_by).where(deeds.c.firing_key == firing_key))
        return tickets.question_buttons(firing_key, answers, key, until) if until is not None else ()

    def enclose(self, firing: Firing) -> tuple[Attachment, ...]:
        """Return the picture of what a firing is about, or else the chart of its value. One transaction of reading.

        A message goes without them where a mistake of ours keeps them from being drawn.

        Raises:
            StoreError: The store cannot be read.
        """
        try:
            with self._database.reading() as connection:
                rule = self._book().rule(firing.rule_id)
                return picture_of(connection, firing) or chart_of(connection, firing, rule)
        except StoreError:
            raise
        except Exception:
            log.exception("message %s goes without a picture: it cannot be drawn", firing.id)
            return ()
