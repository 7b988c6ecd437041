"""The tests that every kind of source has to pass, and a context without a network to pass them in.

A kind inherits them in three lines:

    class TestTide(WatcherContract):
        watcher = Tide(station="8443970")
        answers = b'{"level": 1.2}'

Shipped with the package so that a kind from another package takes the same road; nothing here runs outside tests.
"""
# ruff: noqa: D102, PT017, S101 - a test's name is its docstring; asserts are what tests are made of

from __future__ import annotations

import asyncio
import json
import sys
import time
import typing
import unittest
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from types import FrameType
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from watchers.api import (
    UNCHANGED,
    Flag,
    Kind,
    Number,
    Observation,
    P,
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    T,
    Text,
    Unchanged,
    Watcher,
    WatchError,
)
from watchers.facts import Fact, Money, decode_facts, encode_facts

Answer = bytes | Page | WatchError
Answers = Answer | Mapping[str, Answer] | Callable[[Request], Answer]

DEADLINE_SECONDS = 5.0
"""Processor time that a kind may need for one hostile answer of at most a megabyte."""

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass
class CannedContext:
    """A context that answers from memory.

    Attributes:
        answers: One answer for every address, one for each address, or a function of the request. An answer is the
            body of a good page, a whole page, or a trouble to raise; an address without one is gone.
        headers: The headers of answers that are given as bare bodies.
        asked: Every request so far, in order.
    """

    answers: Answers
    headers: Mapping[str, str] = field(default_factory=dict)
    cursor: str | None = None
    now: datetime = NOON
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    rule_files: tuple[str, ...] = ()
    asked: list[Request] = field(default_factory=list)

    async def fetch(self, request: Request | str) -> Page:
        """Answer from memory."""
        request = Request(request) if isinstance(request, str) else request
        self.asked.append(request)
        answer = self.answer(request)
        if isinstance(answer, WatchError):
            raise answer
        return answer if isinstance(answer, Page) else Page(request.url, answer, self.headers)

    async def parse(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the parser here and now."""
        return work(*args, **kwargs)

    def answer(self, request: Request) -> Answer:
        """Return what is kept for a request."""
        if callable(self.answers):
            return self.answers(request)
        if isinstance(self.answers, Mapping):
            return self.answers.get(request.url, SourceGone(f"nothing is at {request.url}"))
        return self.answers


def poll_once(watcher: Watcher, context: CannedContext) -> Poll | Unchanged:
    """Let a watcher look once, without an event loop around."""
    return asyncio.run(watcher.poll(context))


class KindContract:
    """What every kind promises of itself, also one that asks nobody over HTTP and tests its looks by its own means."""

    watcher: ClassVar[Watcher]  # one watch of the kind, with the options that it requires

    def test_the_kind_says_what_it_is(self) -> None:
        kind = self.watcher.kind
        assert kind.name.isidentifier(), f"the name {kind.name!r} is no plain word"
        assert kind.name.islower(), f"the name {kind.name!r} is not in lower case"
        assert kind.summary, "the kind has no summary"
        assert kind.fact(kind.main), f"the main fact {kind.main!r} is not declared"
        assert not kind.title or kind.fact(kind.title), f"the title {kind.title!r} is not declared"
        if kind.plot:
            plotted = kind.fact(kind.plot)
            assert plotted, f"the plotted fact {kind.plot!r} is not declared"
            assert plotted.type in (Number, Money), f"{kind.plot} cannot be plotted: it is no number"

    def test_every_fact_is_declared_with_type_meaning_and_example(self) -> None:
        names = [spec.name for spec in self.watcher.kind.facts]
        assert len(names) == len(set(names)), f"a fact is declared twice: {names}"
        for spec in self.watcher.kind.facts:
            assert spec.type in typing.get_args(Fact), f"{spec.name} is of no known type"
            assert " " in spec.meaning, f"{spec.name} has no sentence that says what it means"
            assert spec.type is Flag or spec.example, f"{spec.name} has no example"
            assert not spec.choices or spec.type is Text, f"{spec.name} is no text, so it has no choices"
            assert not spec.choices or spec.example in spec.choices, (
                f"the example of {spec.name} is none of its choices"
            )
            assert not spec.evidence or spec.type is Flag, f"{spec.name} is no flag, so it is no evidence"
            assert not spec.unit or spec.type is Number, f"{spec.name} is no number, so it has no unit"

    def test_every_option_is_described(self) -> None:
        for name, option in type(self.watcher).options().items():
            assert option.description, f"the option {name} has no description"

    def test_equal_options_name_equal_watches(self) -> None:
        twin = self.watcher.model_copy(deep=True)
        assert twin.watches() == self.watcher.watches()
        for watch in self.watcher.watches():
            assert watch.watches() == (watch,), f"{watch.label} names other watches instead of itself"
            assert type(watch)(**watch.model_dump()) == watch, f"{watch.label} does not come back from its options"
            assert watch.label, "a watch has no label"
            assert all(host == host.lower() for host in watch.hosts), f"{watch.hosts} are not in lower case"


class WatcherContract(KindContract):
    """What every kind promises; inherit it in a class whose name begins with Test.

    Attributes:
        answers: A good answer that gives at least one observation, in any form that `CannedContext` takes.
        headers: The headers that come with it.
        cursor: The cursor of the poll that gets it.
        reordered: For a stream, the same answer with its things in another order.
    """

    answers: ClassVar[Answers]
    headers: ClassVar[Mapping[str, str]] = {}
    cursor: ClassVar[str | None] = None
    reordered: ClassVar[Answers | None] = None

    def test_a_good_answer_is_read_as_declared(self) -> None:
        poll = self.good_poll()
        assert poll.observations, "the good answer gave no observation"
        check_poll(self.watcher.sees, poll)

    def test_the_same_answer_gives_the_same_observations(self) -> None:
        assert self.good_poll() == self.good_poll()

    def test_reading_touches_no_clock_no_network_and_no_file(self) -> None:
        async def poll_sealed() -> list[str]:
            await self.watch().poll(self.context())  # what is imported late is imported now
            with sealed(type(self.watcher)) as used:  # not around the event loop, which has sockets of its own
                await self.watch().poll(self.context())
            return used

        broken = asyncio.run(poll_sealed())
        assert not broken, f"reading an answer used {sorted(set(broken))}"

    def test_the_order_of_the_answer_does_not_matter(self) -> None:
        if self.reordered is None:
            raise unittest.SkipTest("no reordered answer was given")
        other = self.good_poll(self.reordered)
        by_key = {seen.key: seen for seen in other.observations}
        assert by_key == {seen.key: seen for seen in self.good_poll().observations}

    def test_an_unchanged_answer_is_no_empty_one(self) -> None:
        context = self.context(lambda request: Page(request.url, b"", unchanged=True))
        assert poll_once(self.watch(), context) is UNCHANGED

    def test_the_trouble_of_a_source_keeps_its_name(self) -> None:
        for trouble in (SourceUnavailable, SourceRefused, SourceGone, SourceChanged):
            try:
                result = poll_once(self.watch(), self.context(trouble("a reason")))
            except trouble as error:
                assert error.reason, "the trouble has lost its reason"
            else:
                raise AssertionError(f"{trouble.__name__} became {result}")

    def test_a_hostile_answer_ends_in_a_poll_or_a_named_trouble(self) -> None:
        for name, page in hostile_pages():
            self.survive(name, self.context(page))

    def test_an_answer_cut_anywhere_ends_in_a_poll_or_a_named_trouble(self) -> None:
        for share in range(0, 100, 2):
            self.survive(f"cut at {share} %", self.spoilt(partial(cut, share=share)))

    def test_an_answer_in_the_wrong_charset_ends_in_a_poll_or_a_named_trouble(self) -> None:
        for name, spoil in WRONG_CHARSETS.items():
            self.survive(name, self.spoilt(spoil))
        for charset in ("utf-16", "no-such-charset", "\x00", "rot13"):
            context = self.context()
            context.headers = {**self.headers, "content-type": f"text/html; charset={charset}"}
            self.survive(f"header says {charset}", context)

    def watch(self) -> Watcher:
        """Return the watch that is polled: the first one that the options name."""
        return self.watcher.watches()[0]

    def context(self, answers: Answers | None = None) -> CannedContext:
        """Return a fresh context, with the good answer unless another is given."""
        # Asked of the class, where a function stays a function of the request alone.
        given: Answers = type(self).answers if answers is None else answers
        return CannedContext(given, self.headers, self.cursor)

    def good_poll(self, answers: Answers | None = None) -> Poll:
        """Poll the good answer."""
        poll = poll_once(self.watch(), self.context(answers))
        assert isinstance(poll, Poll), "a changed answer was called unchanged"
        return poll

    def spoilt(self, spoil: Callable[[bytes], bytes]) -> CannedContext:
        """Return a context whose good answers have lost something on the way."""
        good = self.context()

        def spoilt_answer(request: Request) -> Answer:
            answer = good.answer(request)
            if isinstance(answer, WatchError):
                return answer
            page = answer if isinstance(answer, Page) else Page(request.url, answer, self.headers)
            return replace(page, body=spoil(page.body))

        return self.context(spoilt_answer)

    def survive(self, name: str, context: CannedContext) -> None:
        """Poll something bad: what comes back is as declared or has a name, soon."""
        before = time.process_time()
        try:
            poll = poll_once(self.watch(), context)
        except WatchError as error:
            assert error.reason, f"{name}: the trouble has no reason"
        else:
            if isinstance(poll, Poll):
                check_poll(self.watcher.sees, poll)
        took = time.process_time() - before
        assert took < DEADLINE_SECONDS, f"{name}: took {took:.1f} s of processor time"


def cut(body: bytes, share: int) -> bytes:
    """Return the first `share` per cent of a body."""
    return body[: len(body) * share // 100]


def check_poll(kind: Kind, poll: Poll) -> None:
    """Assert that a poll keeps to the declaration of its kind."""
    keys = [seen.key for seen in poll.observations]
    assert len(keys) == len(set(keys)), "two observations have one key"
    others = [also for seen in poll.observations for also in set(seen.also)]
    assert len(others) == len(set(others)), "two observations share an earlier key"
    assert not set(others) & set(keys), "an earlier key of one observation is the key of another, or its own"
    for seen in poll.observations:
        assert seen.key.strip(), "an observation has no key"
        check_facts(kind, seen)
    assert all(notice.strip() for notice in poll.notices), "a notice is empty"


def check_facts(kind: Kind, seen: Observation) -> None:
    """Assert that an observation has facts that its kind declares, of the declared types, fit to be stored."""
    for name, fact in seen.facts.items():
        spec = kind.fact(name)
        assert spec, f"{name} is not declared"
        assert type(fact) is spec.type, f"{name} is a {type(fact).__name__}, not a {spec.type.__name__}"
        if isinstance(fact, Text):
            assert fact.value.strip(), f"{name} is an empty text: it should be unknown"
            assert not spec.choices or fact.value in spec.choices, f"{name} is {fact.value!r}, none of its choices"
    for spec in kind.facts:
        assert not spec.evidence or spec.name in seen.facts, f"{spec.name} is evidence, yet unknown"
    for name in seen.unknown:
        assert kind.fact(name), f"{name} is unknown and not declared"
        assert name not in seen.facts, f"{name} is known and unknown"
    assert decode_facts(json.loads(json.dumps(encode_facts(seen.facts)))) == dict(seen.facts)
    stored = json.dumps([encode_facts(seen.facts), seen.key, seen.also, seen.link], ensure_ascii=False)
    stored.encode()  # a lone surrogate cannot be stored
    assert "\\u0000" not in stored, "PostgreSQL stores no NUL"
    assert not seen.link or seen.link.startswith(("http://", "https://")), f"{seen.link!r} is nothing to open"


WRONG_CHARSETS: Mapping[str, Callable[[bytes], bytes]] = {
    "UTF-16 unannounced": lambda body: body.decode("utf-8", "replace").encode("utf-16"),
    "UTF-32 unannounced": lambda body: body.decode("utf-8", "replace").encode("utf-32"),
    "EBCDIC": lambda body: body.decode("utf-8", "replace").encode("cp500", "replace"),
    "bytes that are no UTF-8": lambda body: body.replace(b"e", b"\xe9\xff"),
    "NUL between": lambda body: body.replace(b" ", b"\x00"),
    "lone surrogates": lambda body: body.replace(b"e", b"\xed\xa0\x80"),
}

_ENTITY_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10))
    + b"]><rss><channel><title>&k;</title></channel></rss>"
)

HOSTILE_BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "white space": b" \r\n\t",
    "a byte order mark": b"\xef\xbb\xbf",
    "half a byte order mark": b"\xff",
    "zeros": b"\x00" * 5000,
    "every byte": bytes(range(256)) * 20,
    "a compressed body that nobody unpacked": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + bytes(range(250)),
    "a word": b"OK",
    "an error page": b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title><body><h1>502</h1>",
    "a bot check": b"<html><title>Just a moment...</title><body>Enable JavaScript to continue</body></html>",
    "JSON null": b"null",
    "JSON number": b"1" * 5000,
    "JSON that is not finite": b'{"items": [NaN, Infinity, 1e999999], "price": 1e999999}',
    "JSON list": b"[[], {}, null, 1]",
    "JSON object": b"{}",
    "JSON with a lone surrogate": b'{"version": "https://jsonfeed.org/version/1.1", "title": "\\ud800", "items": []}',
    "JSON that is deep": b"[" * 100_000,
    "JSON objects that are deep": b'{"a":' * 100_000,
    "XML that is deep": b"<rss><channel>" + b"<a>" * 150_000,
    "HTML that is deep": b"<html><body>" + b"<div>" * 100_000,
    "open brackets": b"<" * 500_000,
    "open comments": b"<!--" * 100_000,
    "open declarations": b"<![CDATA[" * 50_000,
    "ampersands": b"<p>" + b"&" * 500_000,
    "attributes": b"<a " + b"b=c " * 100_000,
    "one long word": b"a" * 1_000_000,
    "an entity bomb": _ENTITY_BOMB,
    "an external entity": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title>'
    b"<item><title>&x;</title><guid>1</guid></item></channel></rss>",
}


def hostile_pages() -> Iterator[tuple[str, Page]]:
    """Yield bad answers with a name each: every hostile body, under each content type that it may come with."""
    for name, body in HOSTILE_BODIES.items():
        for content_type in ("", "text/html; charset=utf-8", "application/json", "application/xml"):
            headers = {"content-type": content_type} if content_type else {}
            yield f"{name} as {content_type or 'no content type'}", Page("https://hostile.example/", body, headers)


CLOCKS = frozenset({"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"})
DOORS = ("socket.", "subprocess.", "open", "os.system", "os.exec", "os.posix_spawn", "urllib.Request", "tempfile.")
_broken: list[list[str]] = []


def _watch_doors(event: str, arguments: tuple[Any, ...]) -> None:
    if _broken and event.startswith(DOORS):
        _broken[-1].append(f"{event} {arguments[0] if arguments else ''}")


@contextmanager
def sealed(kind: type[Watcher]) -> Iterator[list[str]]:
    """Collect what is used of the network, the disk and (by the kind's own package) the clock.

    Doors are seen by an audit hook, which cannot be taken away again and so sleeps between tests; clocks by a profile
    function, since `datetime.now` is built in and cannot be replaced.
    """
    package = kind.__module__.partition(".")[0]

    def watch_clocks(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and frame.f_globals.get("__name__", "").partition(".")[0] == package:
            owner = getattr(called, "__self__", None)
            name = f"{getattr(owner, '__name__', '')}.{called.__name__}"
            if name in CLOCKS:
                seen.append(name)

    if not getattr(_watch_doors, "installed", False):
        sys.addaudithook(_watch_doors)
        _watch_doors.installed = True  # type: ignore[attr-defined]
    seen: list[str] = []
    before = sys.getprofile()
    _broken.append(seen)
    sys.setprofile(watch_clocks)
    try:
        yield seen
    finally:
        sys.setprofile(before)
        _broken.pop()
