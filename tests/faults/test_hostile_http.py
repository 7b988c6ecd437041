"""Whatever a server sends, a poll ends in a page or a named trouble, within its deadline and its body limit."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import socket
import struct
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.local_web import LocalWeb, door, reply
from watchers.api import Page, SourceChanged, SourceUnavailable, WatchError

CASES = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "hostile" / "http" / "cases.jsonl"
MEGABYTE = 1_000_000

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def ask(raw: bytes, **more) -> Page | WatchError:
    """Send some bytes as the answer, close, and return what became of it."""

    async def story():
        async with LocalWeb(raw, hang_up=True) as web, door(**more) as d:
            try:
                return await d.get(web.url())
            except WatchError as trouble:
                return trouble

    return asyncio.run(story())


def meet(serve: Serve, seconds: float = 0.5, **more):
    """Let something that is no honest server answer, and return what became of it and of the next poll elsewhere."""

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except OSError:
            pass
        finally:
            writer.close()

    async def story():
        server = await asyncio.start_server(guarded, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, LocalWeb(reply(b"fine")) as web, door(deadline=timedelta(seconds=seconds), **more) as d:
            try:
                found: Page | WatchError = await d.get(f"http://hostile.example:{port}/")
            except WatchError as trouble:
                found = trouble
            return found, (await d.get(web.url())).body, d.contacts[0]

    found, elsewhere, contact = asyncio.run(story())
    assert elsewhere == b"fine"
    return found, contact


def packed(body: bytes) -> bytes:
    """Return a body as gzip packs it; without the time, so that it is the same in every process."""
    return gzip.compress(body, mtime=0)


@pytest.mark.skipif(not CASES.exists(), reason="the corpus of raw answers is not here")
def test_every_raw_answer_of_the_corpus_ends_in_a_page_or_a_named_trouble_and_what_curl_refuses_is_no_page():
    wrong = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        raw = case["text"]["reply"].encode() if case.get("text") else base64.b64decode(case["base64"]["reply"])
        found = ask(raw, deadline=timedelta(seconds=5))
        # A later minor version is read as the latest known one (RFC 9110, section 2.5); curl refuses HTTP/1.2.
        refused = case.get("curl_exit", 0) != 0 and not raw.startswith(b"HTTP/1.2 ")
        if isinstance(found, Page) and (refused or not found.body):
            wrong.append((case["id"], found))
        if not isinstance(found, Page) and "within" in found.reason:
            wrong.append((case["id"], found))
    assert wrong == []


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nprice 149",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nprice 149\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n99\r\nprice 149",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"price 149" * 50, mtime=0)[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + zlib.compress(b"price 149" * 50)[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<p>price 149</p>",
    ],
)
def test_a_page_that_is_cut_off_or_damaged_is_no_page(raw):
    assert isinstance(ask(raw), SourceUnavailable)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"\0" * 60 * MEGABYTE, mtime=0)),
        ("deflate", zlib.compress(b"\0" * 60 * MEGABYTE)),
        ("gzip, gzip", packed(packed(b"\0" * 60 * MEGABYTE))),
        ("gzip, gzip, gzip", packed(packed(packed(b"\0" * 60 * MEGABYTE)))),
        ("gzip, " * 40 + "gzip", gzip.compress(b"x", mtime=0)),
        ("", b"\0" * 3 * MEGABYTE),
    ],
)
def test_a_bomb_is_stopped_without_taking_its_memory(encoding, body):
    raw = reply(body, content_encoding=encoding)
    tracemalloc.start()
    found = ask(raw, body_limit=2 * MEGABYTE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, SourceChanged)
    assert peak < 12 * MEGABYTE + len(raw)


def test_an_endless_page_is_stopped_at_the_limit():
    async def serve(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"more" * 10_000)
            await writer.drain()

    found, contact = meet(serve, seconds=20, body_limit=MEGABYTE)
    assert isinstance(found, SourceChanged)
    assert MEGABYTE < contact.bytes_received < 2 * MEGABYTE


def test_a_bomb_behind_an_error_status_is_stopped_too():
    found = ask(reply(gzip.compress(b"\0" * 60 * MEGABYTE, mtime=0), 500, content_encoding="gzip"))
    assert isinstance(found, SourceUnavailable)
    assert "500" in found.reason


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        (b"", b""),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 302 Moved\r\nLocation: /\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\n", b"x"),
    ],
)
def test_a_slow_drip_ends_at_the_deadline(before, drop):
    async def serve(reader, writer):
        writer.write(before)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.02)

    found, contact = meet(serve)
    assert isinstance(found, SourceUnavailable)
    assert "within 0.5 s" in found.reason
    assert contact.outcome.startswith("given up")


@pytest.mark.parametrize(
    "flood",
    [b"X-Header: " + b"a" * 1000 + b"\r\n", b"a" * 1000, b"HTTP/1.1 103 Hint\r\nX: y\r\n\r\n"],
    ids=["headers", "one line", "hints"],
)
def test_a_head_without_end_is_stopped(flood):
    async def serve(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n" if not flood.startswith(b"HTTP") else b"")
        while not writer.is_closing():
            writer.write(flood * 20)
            await writer.drain()

    found, _ = meet(serve, seconds=1)
    assert isinstance(found, SourceUnavailable)


def test_a_connection_that_is_torn_down_is_named():
    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    found, contact = meet(serve)
    assert isinstance(found, SourceUnavailable)
    assert "broke off" in found.reason
    assert contact.status is None


def test_a_page_in_many_tiny_pieces_is_read():
    body = b"price 149.00 " * 50

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for letter in body:
            writer.write(b"1\r\n" + bytes([letter]) + b"\r\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    found, _ = meet(serve, seconds=20)
    assert isinstance(found, Page)
    assert found.body == body


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 302 X\r\nLocation: "]),
)
def test_any_bytes_end_in_a_page_or_a_named_trouble(noise, before):
    found = ask(before + noise)
    assert isinstance(found, Page | WatchError)
