"""What stands behind one firing: what else its poll came to, and what would silence its rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from agent import polls
from agent.answers.answering import Subject, said_of
from agent.carrying import Carrier, carriers
from agent.database import Database, table_of
from agent.records import read_firing
from agent.tables import FiringRow
from rules.explaining import Account, Judged, Silencer, silencers
from rules.firing import Firing
from rules.rule import RuleBook

firings = table_of(FiringRow)


@dataclass(frozen=True, slots=True)
class Other:
    """Something else that the same poll found true, or held back.

    Attributes:
        what: What came of it: "told as well", "true, and told before", "true, but not for long enough yet", "held".
        id: The short id of its own message; empty where there is none.
    """

    key: str
    title: str
    what: str
    because: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Background:
    """What stands behind a firing.

    Attributes:
        rule_now: What its rule is called now: its past goes along when it is renamed.
        is_kept: The findings of its poll are still kept.
        others: What else could have been told then.
        uncounted: How many more were true then, and told before.
        place: Where its rule stands in the file now; empty where it is not at work.
        silencers: Lines that would silence it.
        carriers: Who else carried the story that it told, whenever they did.
        said: What its owner said of it, what of it is muted now, and how useful they found its like.
    """

    firing: Firing
    rule_now: str
    is_kept: bool
    others: tuple[Other, ...]
    uncounted: int
    place: str
    silencers: tuple[Silencer, ...]
    carriers: tuple[Carrier, ...] = ()
    said: tuple[str, ...] = ()


def background(database: Database, book: RuleBook | None, firing: Firing, now: datetime) -> Background:
    """Return what stands behind a firing.

    Args:
        database: The store.
        book: The rule file as it is now; None where it is faulty.
        firing: The firing.
        now: The present instant.
    """
    with database.reading() as connection:
        rule_id = connection.scalar(select(firings.c.rule_id).where(firings.c.key == firing.key)) or firing.rule_id
        together = (firings.c.rule_id == rule_id, firings.c.at == firing.seen_at, firings.c.key != firing.key)
        accounts = polls.recent(connection, rule_id, firing.watch_id)
        records = connection.scalars(select(firings.c.record).where(*together).order_by(firings.c.key))
        carried = carriers(connection, rule_id, firing)
        said = said_of(connection, Subject(firing, rule_id), now, book.names if book is not None else None)
        told = [one for one in map(read_firing, records) if one.watch_id == firing.watch_id]
    rule = book.rule(rule_id) if book is not None else None
    # After the clock was set back two polls may bear one time; the one that told of it is meant.
    account = next((one for one in accounts if one.at == firing.seen_at and _tells(one, firing)), None)
    kept = account.judged if account is not None else ()
    as_well = tuple(Other(one.observation, one.title, "told as well", one.because, one.id) for one in told)
    silent = tuple(_silent(kept, firing))
    true = sum(one.holds is True for one in kept)
    return Background(
        firing=firing,
        rule_now=rule_id,
        is_kept=account is not None,
        others=(*as_well, *silent),
        uncounted=max(0, account.true - max(true, len(told) + 1)) if account is not None else 0,
        place=str(rule.place) if rule is not None else "",
        silencers=silencers(rule) if rule is not None else (),
        carriers=carried,
        said=said,
    )


def _tells(account: Account, firing: Firing) -> bool:
    return any(one.key == firing.observation and one.reason == firing.reason for one in account.judged) or (
        account.true > len(account.judged)
    )


def _silent(kept: tuple[Judged, ...], firing: Firing) -> Iterator[Other]:
    """Yield what was true or held back, and told nothing."""
    for one in kept:
        if one.key == firing.observation or one.reason:
            continue
        if one.held is not None:
            yield Other(one.key, one.title, "held, to be looked at twice", one.because)
        elif one.holds and one.state == "pending":
            yield Other(one.key, one.title, "true, but not for long enough yet", one.because)
        elif one.holds:
            yield Other(one.key, one.title, "true, and known before", one.because)
