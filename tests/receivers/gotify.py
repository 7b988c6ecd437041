"""Gotify, as a server that takes its form and answers as it does: https://gotify.net/api-docs#/message/createMessage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.receivers.daemons import Authority
from tests.receivers.web import Answer, Asked, WebServer, web_server

TOKEN = "AToken12345"


def takes(asked: Asked) -> Answer:
    """Answer one request as Gotify does."""
    if asked.path != "/message":
        return _refused(404, "Not Found", "page not found")
    if asked.headers.get("X-Gotify-Key") != TOKEN:
        wanted = "you need to provide a valid access token or user credentials to access this api"
        return _refused(401, "Unauthorized", wanted)
    said: dict[str, Any] = json.loads(asked.body)
    if not said.get("message"):
        return _refused(400, "Bad Request", "Field 'message' is required")
    if not isinstance(said.get("priority", 0), int):
        return _refused(400, "Bad Request", "cannot unmarshal into field priority of type int")
    return Answer(200, {"id": 25, "appid": 5, "date": "2026-07-06T18:03:00Z", **said})


def _refused(status: int, error: str, why: str) -> Answer:
    return Answer(status, {"error": error, "errorCode": status, "errorDescription": why})


@contextmanager
def gotify(authority: Authority | None = None) -> Iterator[WebServer]:
    """Serve until the end of the block."""
    with web_server(takes, authority) as served:
        yield served
