"""The answer page when somebody else knocks: who sends much, slowly or nonsense gets nowhere."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import httpx
import pytest

from agent.answers.tickets import PATH
from agent.tables import AnswerRow
from tests.answer_page import FIRING, as_sent, at_home

pytest.importorskip("uvicorn", reason="the answer page needs the extra web")
pytest.importorskip("starlette", reason="the answer page needs the extra web")
from agent.answers import serving


@pytest.fixture
def home(tmp_path):
    with at_home(tmp_path) as made:
        yield made


def test_every_answer_forbids_what_a_page_could_do(home):
    async def story():
        async with home.served() as client:
            link = home.links()["Useful"]
            answers = [await client.get("/"), await client.get(link), await client.post(link), await client.post(link)]
            for answer in answers:
                policy = answer.headers["content-security-policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert "frame-ancestors 'none'" in policy
                assert answer.headers["referrer-policy"] == "no-referrer"
                assert answer.headers["cache-control"] == "no-store"
                assert answer.headers["x-frame-options"] == "DENY"
                assert answer.headers["date"]
                assert "server" not in answer.headers
                assert "set-cookie" not in answer.headers
                assert "<script" not in answer.text
                assert "://" not in answer.text

    asyncio.run(story())


def test_much_is_refused_and_a_little_is_ignored(home):
    async def many():
        for _ in range(1024):
            yield b"x" * 1024

    async def story():
        async with home.served() as client:
            link = home.links()["Useful"]
            for content in (b"x" * 1_000_000, many()):
                try:
                    refused = await client.post(link, content=content)
                except httpx.TransportError:
                    continue  # it was cut off while it was still sending
                assert refused.status_code == 413
            assert not home.rows(AnswerRow)
            assert (await client.post(link, content=b'{"text": "a few words of a service"}')).status_code == 200

    asyncio.run(story())


def test_a_huge_header_is_cut_off(home):
    async def story():
        async with home.served() as client:
            try:
                answer = await client.get("/", headers={"X-Much": "x" * 1_000_000})
            except httpx.TransportError:
                return
            assert answer.status_code == 400

    asyncio.run(story())


@pytest.mark.parametrize("path", ["/a/é", "/a/ b", "\t"])
def test_what_is_no_http_is_refused(home, path):
    async def story():
        async with home.served() as client:
            status, headers, body = await as_sent(client.base_url.port, "POST", path)
            assert status == 400
            assert headers["connection"] == "close"
            assert len(body) < 100

    asyncio.run(story())


def test_who_sends_slowly_or_nothing_is_cut_off(home, monkeypatch):
    monkeypatch.setattr(serving, "CONNECTION_SECONDS", 0.5)

    async def story():
        async with home.served() as client:
            port = client.base_url.port
            link = home.links()["Useful"]
            openings = (
                b"",
                b"GET / HTTP/1.1\r\nX-Slow: ",
                f"POST {link} HTTP/1.1\r\nContent-Length: 9\r\n\r\nx".encode(),
            )
            for opening in openings:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(opening)
                # It ends by itself, however long that takes here.
                with suppress(ConnectionError):
                    assert b"200" not in await reader.read()
                writer.close()
        assert not home.rows(AnswerRow)

    asyncio.run(story())


def test_more_clients_than_there_is_room_for_are_turned_away(home, monkeypatch):
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 3)

    async def story():
        async with home.served() as client:
            idle = [await asyncio.open_connection("127.0.0.1", client.base_url.port) for _ in range(6)]
            ended = [asyncio.create_task(reader.read()) for reader, _ in idle]
            done, left = await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
            while len(done) < 3:
                more, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
                done |= more
            assert len(left) == 3
            for each in (*done, *left):
                each.cancel()
            for _, writer in idle:
                writer.transport.abort()
            await asyncio.gather(*ended, return_exceptions=True)

    asyncio.run(story())


def test_the_log_names_no_link(home, caplog):
    async def story():
        async with home.served() as client:
            link = home.links()["Useful"]
            await client.get(link)
            await client.post(link)
            await client.post("/a/secret")

    with caplog.at_level(logging.DEBUG):
        asyncio.run(story())
    assert f"answered useful to message {FIRING.id}" in caplog.text
    assert "answer page: POST from 127.0.0.1: 404" in caplog.text
    # httpx, which is the client here, logs its own requests.
    own = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    token = home.links()["Useful"].removeprefix(PATH)
    assert not any(token in line or "secret" in line for line in own)
