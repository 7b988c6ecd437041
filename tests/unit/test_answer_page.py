"""The answer page, over HTTP: one tap gives one answer, and nothing else gets anywhere."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta
from re import findall

import pytest

from agent.answers import page as pages
from agent.answers import tickets
from agent.answers.page import NO_EXTRA, AnswerPage, CannotServe
from agent.answers.tickets import LIFE, PATH, Link, buttons, write_token
from agent.database import StoreError
from agent.sign_of_life import page_trouble
from agent.tables import AnswerRow, MessageRow, MuteRow, SnoozeRow, TicketRow
from rules.delivery import Answers
from tests.answer_page import FIRING, as_sent, at_home, text, until
from tests.answered import ANSWERS, NOON

pytest.importorskip("uvicorn", reason="the answer page needs the extra web")
pytest.importorskip("starlette", reason="the answer page needs the extra web")


@pytest.fixture
def home(tmp_path):
    with at_home(tmp_path) as made:
        yield made


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
