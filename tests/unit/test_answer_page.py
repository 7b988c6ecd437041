"""The answer page, over HTTP: one tap gives one answer, and nothing else gets anywhere."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from re import findall, search
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from agent.answers import page as pages
from agent.answers import tickets
from agent.answers.desk import Desk
from agent.answers.page import NO_EXTRA, AnswerPage, CannotServe
from agent.answers.tickets import LIFE, PATH, Link, buttons, question_buttons, write_token
from agent.database import Database, StoreError, table_of
from agent.doing.answering import Reply
from agent.sign_of_life import page_trouble
from agent.tables import AnswerRow, MessageRow, MuteRow, SnoozeRow, TicketRow
from rules.delivery import Answers
from rules.rule import Network, RuleBook
from tests.answered import ANSWERS, NAMES, NOON, keep, told
from tests.story import ME, STREAM
from tests.story import rule as a_rule

pytest.importorskip("uvicorn", reason="the answer page needs the extra web")
pytest.importorskip("starlette", reason="the answer page needs the extra web")
from agent.answers import serving

FIRING = told("A <b>tokamak</b> burns")


async def until(come: Callable[[], bool]) -> None:
    """Wait for something that nobody announces."""
    while not come():  # noqa: ASYNC110 - the page is looked at from outside, as an owner would
        await asyncio.sleep(0.01)


@dataclass
class Home:
    """An agent's answer page, with a store of its own."""

    database: Database
    now: Any = NOON
    decided: list[tuple[str, str, str]] = field(default_factory=list)
    answered: int = 0

    def __post_init__(self) -> None:
        keep(self.database, FIRING)
        rule = a_rule("price below $150", STREAM, id="news", name="Fusion news")
        book = RuleBook((rule,), {}, ME, Network())
        self.desk = Desk(self.database, lambda: book, lambda: NAMES, self.decide)
        self.writing = asyncio.Lock()

    def decide(self, connection, key, answer, now, by):
        self.decided.append((key, answer, by))
        taken = len({said for _, said, _ in self.decided}) == 1
        return Reply(taken, "Done: it is ordered." if taken else "it is settled already: ordered")

    async def in_store(self, work, *args):
        async with self.writing:
            return await asyncio.to_thread(work, *args)

    def note(self):
        self.answered += 1

    @asynccontextmanager
    async def served(self, answers: Answers = ANSWERS):
        page = AnswerPage(self.desk, self.in_store, lambda: self.now, self.note)
        page.use(answers)
        running = asyncio.create_task(page.run())
        await until(lambda: running.done() or (page.port is not None and page._server.started))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{page.port}", trust_env=False) as client:
            try:
                yield client
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    def links(self) -> dict[str, str]:
        key = self.desk.key()
        made = [*buttons(FIRING, ANSWERS, key, NOON), *question_buttons(FIRING.key, ANSWERS, key, NOON + LIFE)]
        return {each.label: each.address.removeprefix(ANSWERS.address) for each in made}

    def rows(self, model):
        with self.database.reading() as connection:
            return connection.execute(select(table_of(model))).all()

    def everything(self):
        return [self.rows(model) for model in (AnswerRow, MessageRow, MuteRow, SnoozeRow, TicketRow)]


@pytest.fixture
def home(tmp_path):
    database = Database.open(tmp_path / "store.sqlite")
    yield Home(database)
    database.close()


async def as_sent(port: int, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a path as it is spelled here: clients clean theirs up before they send them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), {name.lower(): headers[name] for name in headers}, body


def text(response) -> str:
    return unescape(" ".join(findall(r">([^<>]+)<", search(r"<main>.*", response.text)[0])))


def test_opening_a_link_asks_and_changes_nothing(home):
    async def story():
        async with home.served() as client:
            links = home.links()
            before = home.everything()
            for _ in range(2):
                for link in links.values():
                    shown = await client.get(link)
                    assert shown.status_code == 200
                    assert "A <b>tokamak</b> burns" in text(shown)
                    assert shown.text.count("<form") == shown.text.count("<button") == 1
                    seen = await client.head(link)
                    assert (seen.status_code, seen.content) == (200, b"")
            assert home.everything() == before
            assert not home.decided

    asyncio.run(story())


@pytest.mark.parametrize(
    ("label", "said", "undo"),
    [
        ("Snooze 3 days", "Fusion news is snoozed until Thu 2026-07-09 12:00 UTC", "trusted-agent snooze news --off"),
        ("Useful", "earlier in digests", f"trusted-agent useful {FIRING.id} --off"),
        ("Not useful", "later in digests", f"trusted-agent useful {FIRING.id} --off"),
        ("Mute", "You hear nothing of the topic tokamak by Fusion news", "mute --end news --topic tokamak"),
        ("Yes", "Done: it is ordered.", ""),
        ("No", "Done: it is ordered.", ""),
    ],
)
def test_a_tap_answers_and_says_how_to_take_it_back(home, label, said, undo):
    async def story():
        async with home.served() as client:
            answer = await client.post(home.links()[label])
            assert answer.status_code == 200
            assert said in text(answer)
            assert undo in text(answer)
        assert home.answered == 1
        assert len(home.rows(TicketRow)) == 1

    asyncio.run(story())


def test_each_answer_does_what_it_says(home):
    async def story():
        async with home.served() as client:
            links = home.links()
            for label in ("Snooze 3 days", "Useful", "Yes"):
                await client.post(links[label])
            assert [(row.rule_id, row.until) for row in home.rows(SnoozeRow)] == [("news", NOON + timedelta(days=3))]
            assert home.rows(MessageRow)[0].held_until == NOON + timedelta(days=3)
            assert [(row.answer, row.by) for row in home.rows(AnswerRow)] == [("useful", "the answer page")]
            assert home.decided == [(FIRING.key, "yes", "the answer page")]

    asyncio.run(story())


def test_a_no_offers_to_turn_something_down_by_one_more_tap(home):
    async def story():
        async with home.served() as client:
            answer = await client.post(home.links()["Not useful"])
            offers = findall(r'action="([^"]+)"><button class="less">([^<]+)<', answer.text)
            assert [label for _, label in offers] == [
                "No more about tokamak",
                "No more about fusion",
                "No more from One Daily",
                "Nothing of Fusion news",
            ]
            muted = await client.post(answer.url.join(offers[2][0]))
            assert "nothing of what comes from One Daily by Fusion news until you end it" in text(muted)
            assert "1 on the way is not sent" in text(muted)
        assert [(row.what, row.value) for row in home.rows(MuteRow)] == [("source", "One Daily")]
        assert home.rows(MessageRow)[0].state == "muted"

    asyncio.run(story())


def test_a_second_tap_does_nothing_more(home):
    async def story():
        async with home.served() as client:
            link = home.links()["Useful"]
            assert (await client.post(link)).status_code == 200
            before = home.everything()
            home.now += timedelta(hours=1)
            for again in (await client.post(link), await client.get(link)):
                assert again.status_code == 410
                assert "answered before" in text(again)
                assert "<form" not in again.text
            assert home.everything() == before
        assert home.answered == 1

    asyncio.run(story())


def test_of_many_taps_at_once_exactly_one_is_done(home):
    async def story():
        async with home.served() as client:
            link = home.links()["Yes"]
            answers = await asyncio.gather(*(client.post(link) for _ in range(20)))
            assert sorted(answer.status_code for answer in answers) == [200] + [410] * 19
        assert len(home.decided) == home.answered == 1

    asyncio.run(story())


def test_an_old_link_says_so_and_nothing_else(home):
    async def story():
        async with home.served() as client:
            link = home.links()["Useful"]
            home.now = NOON + LIFE
            for late in (await client.get(link), await client.post(link)):
                assert late.status_code == 410
                assert "too old" in text(late)
                assert "tokamak" not in late.text
        assert not home.rows(AnswerRow)
        assert not home.rows(TicketRow)

    asyncio.run(story())


def test_whatever_else_is_asked_looks_the_same(home):
    other = write_token(Link("useful", "00" * 16, NOON + LIFE), home.desk.key())

    async def story():
        async with home.served() as client:
            link = home.links()["Useful"]
            token = link.removeprefix(PATH)
            forged = write_token(Link("useful", FIRING.key[:32], NOON + LIFE), b"x" * 32)
            paths = [
                "/",
                "/a",
                "/a/",
                "/favicon.ico",
                "/robots.txt",
                "/.well-known/security.txt",
                "/a/" + other,  # of a message that is not there
                "/a/" + forged,
                "/a/" + token[:-1] + ("A" if token[-1] != "A" else "B"),
                "/a/" + token[:-1],
                f"/a/{token}/",
                f"/a//{token}",
                f"//a/{token}",
                f"/A/{token}",
                f"/x/../a/{token}",
                f"/a/%2e%2e/a/{token}",
                f"/a/{token}%00",
                f"/a/{token}%20",
                f"/a/%{ord(token[0]):02x}{token[1:]}",
                f"/a/{token};x=1",
                "/a/" + "A" * 1001,
            ]
            asked = [(path, method) for path in paths for method in ("GET", "POST", "HEAD")]
            asked += [(link, method) for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "ASK")]
            nothing = await client.get("/")
            kept = {name: value for name, value in nothing.headers.items() if name not in ("date", "connection")}
            for path, method in asked:
                status, headers, body = await as_sent(client.base_url.port, method, path)
                assert status == 404, (method, path)
                assert body == (b"" if method == "HEAD" else nothing.content), (method, path)
                assert {name: headers[name] for name in headers if name not in ("date", "connection")} == kept
        assert not home.rows(AnswerRow)

    asyncio.run(story())


def test_a_link_works_behind_a_proxy_with_a_path(home):
    answers = Answers("https://home.example/agent", "127.0.0.1", 0)
    link = buttons(FIRING, answers, home.desk.key(), NOON)[1].address

    async def story():
        async with home.served(answers) as client:
            assert link.startswith("https://home.example/agent/a/")
            assert (await client.get(link.removeprefix("https://home.example"))).status_code == 200
            assert (await client.get(link.removeprefix("https://home.example/agent"))).status_code == 200

    asyncio.run(story())


def test_a_link_works_behind_a_proxy_whose_path_has_letters_of_its_owner(home):
    answers = Answers("https://home.example/wächter", "127.0.0.1", 0)
    link = buttons(FIRING, answers, home.desk.key(), NOON)[1].address

    async def story():
        async with home.served(answers) as client:
            assert (await client.get(link.removeprefix("https://home.example"))).status_code == 200

    asyncio.run(story())


def test_a_no_after_the_yes_does_not_seem_to_have_counted(home):
    async def story():
        async with home.served() as client:
            assert (await client.post(home.links()["Yes"])).status_code == 200
            late = await client.post(home.links()["No"])
            assert late.status_code == 409
            assert "it is settled already" in text(late)
            assert (await client.post(home.links()["No"])).status_code == 410

    asyncio.run(story())


def test_an_app_of_another_origin_reads_what_came_of_its_tap_and_nothing_else(home):
    async def story():
        async with home.served() as client:
            link = home.links()["Yes"]
            allowed = "access-control-allow-origin"
            for answer in (await client.get(link), await client.get("/"), await client.post("/a/none")):
                assert allowed not in answer.headers
            first, second = await client.post(link), await client.post(link)
            assert [(each.status_code, each.headers[allowed]) for each in (first, second)] == [(200, "*"), (410, "*")]

    asyncio.run(story())


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


def test_a_store_that_cannot_be_written_leaves_the_link_for_later(home, monkeypatch):
    async def story():
        async with home.served() as client:
            link = home.links()["Useful"]
            with monkeypatch.context() as broken:

                def fail(*_):
                    raise StoreError("the disk is full")

                broken.setattr(tickets, "use", fail)
                refused = await client.post(link)
            assert refused.status_code == 503
            assert "Nothing was done" in text(refused)
            assert (await client.post(link)).status_code == 200

    asyncio.run(story())


def test_a_port_that_is_taken_is_said_and_tried_again(home, caplog, monkeypatch):
    monkeypatch.setattr(pages, "RETRY_SECONDS", 0.01)

    async def story():
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            page = AnswerPage(home.desk, home.in_store, lambda: NOON)
            with pytest.raises(CannotServe, match=f"cannot listen on 127.0.0.1:{port}"):
                await page.serve(Answers("https://x.example", "127.0.0.1", port))
            page.use(Answers("https://x.example", "127.0.0.1", port))
            running = asyncio.create_task(page.run())
            await until(lambda: "cannot listen" in caplog.text)
            await until(lambda: str(port) in page_trouble(home.database))
            assert page.port is None
        await until(lambda: page.port is not None)
        assert page.port == port
        await until(lambda: page_trouble(home.database) == "")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())


def test_the_page_follows_the_rule_file(home):
    async def story():
        page = AnswerPage(home.desk, home.in_store, lambda: NOON)
        running = asyncio.create_task(page.run())
        await asyncio.sleep(0)
        assert page.port is None
        page.use(ANSWERS)
        await until(lambda: page.port is not None)
        page.use(None)
        await until(lambda: page.port is None)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())


def test_without_the_extra_the_owner_reads_how_to_install_it(home, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "agent.answers.serving", None)

    async def story():
        with pytest.raises(CannotServe, match="pip install"):
            await AnswerPage(home.desk, home.in_store, lambda: NOON).serve(ANSWERS)

    asyncio.run(story())
    assert "'.[web]'" in NO_EXTRA
