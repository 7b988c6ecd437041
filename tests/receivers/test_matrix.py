"""A Matrix server, in its form: https://spec.matrix.org/latest/client-server-api/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pytest

from agent.channels import Sent, Unsent
from rules.words import Words
from tests.receivers.sent import BODY, HTML, LINK, picture, send, words
from tests.receivers.web import Answer, Asked, WebServer, web_server

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

PASSWORD, ROOM = "pa55-word", "#watch:home.example"


def takes(asked: Asked) -> Answer:
    """Answer as a server does where anybody may sign up and make rooms."""
    path = unquote(asked.path)
    if path.endswith("/login"):
        if json.loads(asked.body)["password"] != PASSWORD:
            return Answer(403, {"errcode": "M_FORBIDDEN", "error": "Invalid username or password"})
        return Answer(200, {"access_token": "syt_1", "user_id": "@agent:home.example", "device_id": "D"})
    if path.endswith("/register"):
        return Answer(200, {"access_token": "syt_2", "user_id": "@new:home.example", "device_id": "D"})
    if path.endswith("/createRoom"):
        return Answer(200, {"room_id": "!new:home.example", "room_alias": "#new:home.example"})
    if "/join/" in path:
        if path.endswith(ROOM):
            return Answer(200, {"room_id": "!a:home.example"})
        return Answer(404, {"errcode": "M_NOT_FOUND", "error": "Room alias not found"})
    if path.endswith("/upload"):
        return Answer(200, {"content_uri": "mxc://home.example/file"})
    return Answer(200, {"event_id": "$1"} if "/send/" in path else {})


@contextmanager
def matrix() -> Iterator[WebServer]:
    with web_server(takes) as server:
        yield server


def url(server: WebServer, *, room: str = ROOM, password: str = PASSWORD) -> str:
    return f"matrix://agent:{password}@127.0.0.1:{server.port}/{room.replace('#', '%23')}?e2ee=no"


def events(server: WebServer) -> list[dict[str, str]]:
    return [json.loads(asked.body) for asked in server.asked if "/send/" in asked.path]


def paths(server: WebServer) -> list[str]:
    return [asked.path.rpartition("/")[2] for asked in server.asked]


def test_a_room_sees_the_words_with_their_link_and_then_the_picture_alone() -> None:
    with matrix() as server:
        assert isinstance(send(url(server), words("Ärger: 139.00 USD", picture("price.png"))), Sent)
    said, shown = events(server)
    assert said["body"].split("\r\n") == ["# Ärger: 139.00 USD", BODY]
    assert said["formatted_body"] == f"<h1>Ärger: 139.00 USD</h1><br/>{HTML}"
    assert (shown["msgtype"], shown["body"], shown["url"]) == ("m.image", "price.png", "mxc://home.example/file")


def test_a_long_digest_is_one_event_that_says_that_it_was_cut() -> None:
    parts = [f"Überschrift {number}\nLink: {LINK}&n={number}" for number in range(1000)]
    with matrix() as server:
        long = Words("Many", "\n\n".join(parts), "".join(f"<p>{part}</p>" for part in parts))
        assert isinstance(send(url(server), long), Sent)
    (event,) = events(server)
    assert "cut here" in event["body"]
    assert len(json.dumps(event)) < 65_536


def test_a_room_that_does_not_exist_is_not_made() -> None:
    with matrix() as server:
        unsent = send(url(server, room="#wacht:home.example"), words("no"))
    assert isinstance(unsent, Unsent)
    assert (unsent.status, unsent.permanent) == (404, True)
    assert "createRoom" not in paths(server)
    assert events(server) == []


def test_a_wrong_password_signs_nobody_up_and_is_for_a_person_to_mend() -> None:
    with matrix() as server:
        unsent = send(url(server, password="another-pa55"), words("no"))
    assert isinstance(unsent, Unsent)
    assert (unsent.status, unsent.permanent) == (403, True)
    assert "register" not in paths(server)
