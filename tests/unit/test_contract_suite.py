"""The suite that every kind inherits notices a kind that breaks a promise."""

from __future__ import annotations

import random
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from pydantic import Field

from watchers.api import (
    Context,
    FactSpec,
    Flag,
    HttpWatcher,
    Kind,
    Number,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceGone,
    Text,
)
from watchers.testing import HOSTILE_BODIES, CannedContext, WatcherContract, check_poll, hostile_pages, poll_once

KIND = Kind(
    name="lines",
    shape="stream",
    summary="The lines of a text.",
    main="title",
    facts=(
        FactSpec("title", Text, "The line itself.", example="one"),
        FactSpec("colour", Text, "What the line is painted in.", choices=("red", "blue"), example="red"),
        FactSpec("loud", Flag, "Whether it ends with an exclamation mark.", evidence=True),
        FactSpec("length", Number, "How long it is.", unit="letters", example="3"),
    ),
)


class Lines(HttpWatcher):
    """Tell new lines of a text; right in every respect."""

    kind: ClassVar[Kind] = KIND

    url: str = Field(default="https://one.example/", description="The address of the text.")

    @property
    def label(self) -> str:
        return self.url

    def request(self) -> Request:
        return Request(self.url)

    def read(self, page: Page, context: Context) -> Poll:
        try:
            lines = {line.strip() for line in page.body.decode().splitlines()} - {""}
        except UnicodeDecodeError as error:
            raise SourceChanged("the text is no UTF-8") from error
        return Poll(tuple(self.observe(line.replace("\x00", "")) for line in lines if line.strip("\x00")))

    def observe(self, line: str) -> Observation:
        return Observation(line, {"title": Text(line), "loud": Flag(line.endswith("!"))})


def suite_of(kind: type[Lines]) -> WatcherContract:
    suite = type("Suite", (WatcherContract,), {"watcher": kind(), "answers": b"one\ntwo!", "reordered": b"two!\none"})
    return suite()


def faults_of(kind: type[Lines]) -> set[str]:
    """Return the tests of the suite that fail for a kind."""
    failed = set()
    for name in dir(WatcherContract):
        if name.startswith("test_"):
            try:
                getattr(suite_of(kind), name)()
            except Exception:  # noqa: BLE001 - whatever a broken kind does makes a test fail
                failed.add(name)
    return failed


def test_a_right_kind_passes():
    assert faults_of(Lines) == set()


class Clock(Lines):
    def observe(self, line: str) -> Observation:
        return super().observe(f"{line}{datetime.now(UTC).year}")


class Door(Lines):
    def observe(self, line: str) -> Observation:
        socket.socket().close()
        return super().observe(line)


class Disk(Lines):
    def observe(self, line: str) -> Observation:
        return super().observe(line + Path("/etc/hostname").read_text()[:0])


@pytest.mark.parametrize("kind", [Clock, Door, Disk])
def test_reading_with_a_clock_a_socket_or_a_file_is_noticed(kind):
    assert "test_reading_touches_no_clock_no_network_and_no_file" in faults_of(kind)


class Dice(Lines):
    def observe(self, line: str) -> Observation:
        return replace(super().observe(line), key=f"{line}{random.random()}")


class Places(Lines):
    def read(self, page: Page, context: Context) -> Poll:
        lines = page.body.decode(errors="ignore").split()
        return Poll(tuple(replace(self.observe(line), key=str(place)) for place, line in enumerate(lines)))


class Hasty(Lines):
    def read(self, page: Page, context: Context) -> Poll:
        return Poll(tuple(self.observe(line) for line in set(page.body.decode().split())))


class Vague(Lines):
    kind: ClassVar[Kind] = replace(KIND, facts=(*KIND.facts, FactSpec("price", Number, "", example="")))


class Secretive(Lines):
    token: str = ""


class Blind(Lines):
    async def poll(self, context: Context) -> Poll:
        return self.read(await context.fetch(self.request()), context)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (Dice, "test_the_same_answer_gives_the_same_observations"),
        (Places, "test_the_order_of_the_answer_does_not_matter"),
        (Hasty, "test_an_answer_in_the_wrong_charset_ends_in_a_poll_or_a_named_trouble"),
        (Hasty, "test_a_hostile_answer_ends_in_a_poll_or_a_named_trouble"),
        (Vague, "test_every_fact_is_declared_with_type_meaning_and_example"),
        (Secretive, "test_every_option_is_described"),
        (Blind, "test_an_unchanged_answer_is_no_empty_one"),
    ],
)
def test_a_broken_promise_is_noticed(kind, fault):
    assert fault in faults_of(kind)


def test_a_kind_that_takes_too_long_over_something_hostile_is_noticed(monkeypatch):
    monkeypatch.setattr("watchers.testing.DEADLINE_SECONDS", 0.0)
    assert "test_a_hostile_answer_ends_in_a_poll_or_a_named_trouble" in faults_of(Lines)


ONE = Observation("one", {"title": Text("one"), "loud": Flag(False)})
TWO = Observation("two", {"title": Text("two"), "loud": Flag(False)})


def with_facts(**facts: object) -> Observation:
    return replace(ONE, facts={**ONE.facts, **facts})


@pytest.mark.parametrize(
    ("observations", "said"),
    [
        ((ONE, ONE), "two observations have one key"),
        ((replace(ONE, also=("old",)), replace(TWO, also=("old",))), "share an earlier key"),
        ((replace(ONE, also=("two",)), TWO), "is the key of another"),
        ((replace(ONE, key=" "),), "has no key"),
        ((replace(ONE, facts={"title": Text("one")}),), "loud is evidence"),
        ((with_facts(size=Text("big")),), "size is not declared"),
        ((with_facts(length=Text("3")),), "length is a Text"),
        ((with_facts(colour=Text("green")),), "none of its choices"),
        ((with_facts(title=Text(" ")),), "empty text"),
        ((with_facts(title=Text("a\x00b")),), "NUL"),
        ((replace(ONE, unknown={"title": "hidden"}),), "known and unknown"),
        ((replace(ONE, unknown={"size": "hidden"}),), "not declared"),
        ((replace(ONE, link="javascript:x"),), "nothing to open"),
    ],
)
def test_a_poll_that_is_not_as_declared_is_noticed(observations, said):
    check_poll(KIND, Poll((TWO,)))
    with pytest.raises(AssertionError, match=said):
        check_poll(KIND, Poll(observations))


def test_what_cannot_be_stored_is_noticed():
    with pytest.raises(UnicodeEncodeError):
        check_poll(KIND, Poll((with_facts(title=Text("\ud800")),)))


def test_the_canned_context_answers_from_memory():
    context = CannedContext({"https://one.example/": b"one", "https://two.example/": SourceChanged("odd")})
    assert context.zone == ZoneInfo("UTC")
    assert {one.key for one in poll_once(Lines(), context).observations} == {"one"}
    with pytest.raises(SourceChanged, match="odd"):
        poll_once(Lines(url="https://two.example/"), context)
    with pytest.raises(SourceGone):
        poll_once(Lines(url="https://three.example/"), context)
    assert [request.url[8:11] for request in context.asked] == ["one", "two", "thr"]


def test_hostile_answers_stay_within_a_megabyte():
    assert max(len(body) for body in HOSTILE_BODIES.values()) <= 1_000_000
    assert len(list(hostile_pages())) == 4 * len(HOSTILE_BODIES)
