"""Asking once, after somebody's day, what they were given: what is written down is never proposed again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from agent.database import Database, table_of
from agent.mailbox import Notice, put_notice
from agent.tables import NoticeRow
from rules.gifts import last_time, was_given
from rules.notices import gift_notice
from rules.rule import Rule, RuleBook, WatchSpec
from watchers.yearly import LeapDay

# Who was on a journey is asked on coming home; later than that nobody remembers.
STILL_ASKED = timedelta(days=7)

notices = table_of(NoticeRow).c


def ask_what_was_given(database: Database, book: RuleBook, now: datetime) -> int:
    """Put the questions that are due into the outbox; return how many. One day is asked about once."""
    today = now.astimezone(book.me.zone).date()
    due = {f"gift {name} {occasion} {day}": (name, occasion, day) for name, occasion, day in _open_days(book, today)}
    if not due:
        return 0
    with database.reading() as connection:
        asked = set(connection.scalars(select(notices.key).where(notices.key.in_(due))))
    asking = {key: what for key, what in due.items() if key not in asked}
    if not asking:
        return 0
    with database.writing() as connection:
        told = 0
        for key, (name, occasion, day) in asking.items():
            channels = _channels(book, name)
            words = gift_notice(name, occasion, day)
            put_notice(connection, Notice(key, words, now), channels, batch=f"gifts {today}")
            told += bool(channels)
    return told


def _open_days(book: RuleBook, today: date) -> Iterator[tuple[str, str, date]]:
    """Yield the days just past for which nothing is written down, of people whom a rule watches."""
    for person in book.people:
        reminding = _reminding(book, person.name)
        for occasion, written in person.days.items() if any(rule.notify for rule, _ in reminding) else ():
            # Where rules take 29 February for different days, the question comes after the later one.
            day = max(last_time(written, today, _leap_day(spec)) for _, spec in reminding)
            if today - day <= STILL_ASKED and not was_given(person, occasion, day):
                yield person.name, occasion, day


def _reminding(book: RuleBook, name: str) -> list[tuple[Rule, WatchSpec]]:
    """Return the rules that remind of somebody, each with the watch by which it does."""
    return [
        (rule, spec) for rule in book.rules for spec in rule.watches if spec.watcher.people_as and spec.label == name
    ]


def _leap_day(spec: WatchSpec) -> LeapDay:
    """Return when a watch has 29 February celebrated in other years: an option of the kinds that take people."""
    leap_day: LeapDay = getattr(spec.watcher, "leap_day", "feb28")
    return leap_day


def _channels(book: RuleBook, name: str) -> list[str]:
    """Return the channels of the rules that remind of somebody."""
    return sorted({channel for rule, _ in _reminding(book, name) for channel in rule.notify})
