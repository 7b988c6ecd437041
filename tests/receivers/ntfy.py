"""ntfy: the real server where it is installed, and everywhere one that takes its forms and answers as it does.

The forms: https://docs.ntfy.sh/publish/. The real one is in Debian from trixie on (package `ntfy`); the program of that
name in older releases is another one. A path to it may stand in the environment as NTFY_BIN.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.request import Request, urlopen

import pytest

from tests.receivers.daemons import as_nobody, free_port, give_away, open_folder, running
from tests.receivers.web import Answer, Asked, web_server

USER, PASSWORD = "agent", "pa55-word"
MOST_BYTES = 20_000
PRIORITIES = {"min": 1, "low": 2, "default": 3, "high": 4, "max": 5}
SIGNED_IN = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


class Ntfy(Protocol):
    """A server, and what its topics hold."""

    port: int

    def messages(self, topic: str) -> list[dict[str, Any]]:
        """Return what a phone gets that subscribed to the topic, in order."""

    def file(self, message: dict[str, Any]) -> bytes:
        """Return what a phone downloads for a message."""


def url(server: Ntfy, topic: str, *, password: str = PASSWORD, more: str = "") -> str:
    return f"ntfy://{USER}:{password}@127.0.0.1:{server.port}/{topic}{more}"


# The real one.


@dataclass(frozen=True)
class _RealNtfy:
    port: int

    def messages(self, topic: str) -> list[dict[str, Any]]:
        said = self._get(f"http://127.0.0.1:{self.port}/{topic}/json?poll=1")
        return [json.loads(line) for line in said.splitlines()]

    def file(self, message: dict[str, Any]) -> bytes:
        return self._get(message["attachment"]["url"])

    def _get(self, address: str) -> bytes:
        with urlopen(Request(address, headers={"Authorization": SIGNED_IN}), timeout=30) as answer:
            content: bytes = answer.read()
            return content


@contextmanager
def real_ntfy(*, most_requests: int = 10_000) -> Iterator[_RealNtfy]:
    """Run it until the end of the block, for one user and with a limit on files."""
    program = os.environ.get("NTFY_BIN") or shutil.which("ntfy")
    if program is None or not _serves(program):
        pytest.skip("the ntfy server is not installed: Debian has it from trixie on; NTFY_BIN may name it")
    port = free_port()
    with open_folder("ntfy") as folder:
        settings = {
            "base-url": f"http://127.0.0.1:{port}",
            "listen-http": f"127.0.0.1:{port}",
            "cache-file": f"{folder}/cache.db",
            "auth-file": f"{folder}/users.db",
            "auth-default-access": "deny-all",
            "attachment-cache-dir": f"{folder}/files",
            "attachment-file-size-limit": str(MOST_BYTES),
            "visitor-request-limit-burst": most_requests,
            "visitor-request-limit-replenish": "1h",
        }
        written = folder / "server.yml"
        written.write_text("".join(f"{name}: {json.dumps(value)}\n" for name, value in settings.items()))
        give_away(folder)
        with running([program, "serve", "-c", written], folder, [port]):
            # It makes the file of its users when it starts.
            for command in (["user", "-c", written, "add", USER], ["access", "-c", written, USER, "*", "rw"]):
                environment = os.environ | {"NTFY_PASSWORD": PASSWORD, "HOME": str(folder)}
                subprocess.run(
                    [program, *command], check=True, capture_output=True, env=environment, timeout=60, **as_nobody()
                )
            yield _RealNtfy(port)


def _serves(program: str) -> bool:
    said = subprocess.run([program, "serve", "--help"], capture_output=True, text=True, check=False, timeout=60)
    return "--listen-http" in said.stdout


# One that takes its forms.


class NtfyLike:
    """Its topics and files, in memory."""

    def __init__(self) -> None:
        self.port = 0
        self._topics: dict[str, list[dict[str, Any]]] = {}
        self._files: dict[str, bytes] = {}

    def messages(self, topic: str) -> list[dict[str, Any]]:
        return self._topics.get(topic, [])

    def file(self, message: dict[str, Any]) -> bytes:
        return self._files[message["attachment"]["url"]]

    def takes(self, asked: Asked) -> Answer:
        """Answer one request as ntfy's `handlePublish` does."""
        if asked.headers.get("Authorization") != SIGNED_IN:
            return _refused(401, 40101, "unauthorized")
        is_json = asked.path == "/"
        said = json.loads(asked.body) if is_json else {"topic": asked.path[1:], **asked.query}
        if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", said.get("topic", "")):
            return _refused(400, 40009, "invalid request: topic invalid")
        priority = asked.headers.get("X-Priority", "default")
        if priority not in PRIORITIES:
            return _refused(400, 40007, "invalid priority parameter")
        actions = json.loads(asked.headers.get("X-Actions", "[]"))
        if len(actions) > 3 or not all(set(action) >= {"action", "label", "url"} for action in actions):
            return _refused(400, 40018, "invalid request: actions invalid")
        message = {"id": secrets.token_hex(6), "time": int(time.time()), "event": "message", **said}
        message.update({"priority": PRIORITIES[priority]} if priority != "default" else {})
        message.update({"tags": asked.headers["X-Tags"].split(",")} if "X-Tags" in asked.headers else {})
        message.update({"actions": actions} if actions else {})
        if not is_json:
            if len(asked.body) > MOST_BYTES:
                return _refused(413, 41301, "attachment too large, or bandwidth limit reached")
            message["attachment"] = {"name": message.pop("filename"), "url": f"/file/{message['id']}"}
            self._files[message["attachment"]["url"]] = asked.body
        self._topics.setdefault(said["topic"], []).append(message)
        return Answer(200, message)


def _refused(status: int, code: int, why: str) -> Answer:
    return Answer(status, {"code": code, "http": status, "error": why, "link": "https://ntfy.sh/docs/"})


@contextmanager
def ntfy_like() -> Iterator[NtfyLike]:
    """Serve until the end of the block."""
    like = NtfyLike()
    with web_server(like.takes) as served:
        like.port = served.port
        yield like
