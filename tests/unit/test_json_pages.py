"""How the kind `json` reads a list that a server gives page by page, and that moves on while it is read."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.local_web import Asked, LocalWeb, door, reply
from tests.polled import Polled
from watchers.api import Page, Poll, Request, SourceChanged, SourceGone, SourceUnavailable, WatchError
from watchers.json_api import Json
from watchers.testing import CannedContext, poll_once

URL = "https://api.example/v1/things"


def keys(poll: Poll) -> list[str]:
    return [seen.key for seen in poll.observations]


@pytest.mark.parametrize(("status", "body"), [(400, b'{"code": "rest_post_invalid_page_number"}'), (404, b"{}")])
def test_a_page_beyond_the_last_that_is_an_error_to_the_server_is_the_end_of_the_list(status, body):
    def answer(one: Asked) -> bytes:
        if "page=3" in one.target:
            return reply(body, status, content_type="application/json")
        number = 2 if "page=2" in one.target else 1
        document = {"items": [{"id": number}], "next": f"?page={number + 1}"}
        return reply(json.dumps(document).encode(), content_type="application/json")

    async def look(**options: object) -> Poll:
        async with LocalWeb(answer) as web, door() as d:
            poll = await Polled(Json(url=web.url("/posts"), items="items", pages=9, **options), d).poll()
            assert isinstance(poll, Poll)
            return poll

    assert keys(asyncio.run(look(page_parameter="page"))) == ["1", "2"]
    with pytest.raises((SourceGone, SourceChanged)):
        # A page that the one before it promised is not left out in silence.
        asyncio.run(look(next="next"))


def test_a_further_page_that_fails_is_no_shorter_list():
    def answer(one: Request) -> Page | WatchError:
        return SourceUnavailable("asked too often") if "page=2" in one.url else Page(one.url, b'[{"id": 1}]')

    with pytest.raises(SourceUnavailable):
        poll_once(Json(url=URL, items="@", page_parameter="page", pages=3), CannedContext(answer))


def paged(first: list[object], second: list[object], cursor: str | None = None, **options: object) -> Poll:
    """Return what is seen of a list of two pages."""
    context = CannedContext(
        {URL: json.dumps(first).encode(), f"{URL}?page=2": json.dumps(second).encode()}, cursor=cursor
    )
    poll = poll_once(Json(url=URL, items="@", page_parameter="page", pages=2, **options), context)
    assert isinstance(poll, Poll)
    return poll


def thing(number: int, views: int = 0) -> dict[str, object]:
    return {"id": number, "title": f"Thing {number}", "views": views}


@pytest.mark.parametrize("views", [0, 7])
def test_an_item_that_moves_to_the_next_page_while_they_are_read_is_no_new_one(views):
    before = paged([thing(3), thing(2)], [thing(1)])
    # Between the two requests another one came, which pushed the last of the first page to the second.
    after = paged([thing(4), thing(3)], [thing(3, views), thing(2)], before.cursor)
    assert keys(before) == ["3", "2", "1"]
    assert keys(after) == ["4", "3", "2"]


def test_an_item_that_stands_on_two_pages_at_the_first_look_is_known_by_its_id_all_the_same():
    poll = paged([thing(3), thing(2)], [thing(2), thing(1)])
    assert keys(poll) == ["3", "2", "1"]
    assert poll.cursor == "id"


def test_two_items_of_one_id_that_say_different_things_are_two():
    poll = paged([{"id": 1, "title": "Red"}], [{"id": 1, "title": "Blue"}], key="id")
    assert len(set(keys(poll))) == 2
    assert "1" not in keys(poll)
