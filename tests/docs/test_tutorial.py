"""The tutorial, followed by somebody new: every file written, every command run, in its order."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.docs.commands import PROGRAM
from tests.docs.pages import DOCS, fences
from tests.end_to_end.scene import Web, little_web
from tests.http_sink import HttpSink, http_sink

# What changes the machine itself is tried where that may be done: in a container, with the service's own tests.
NOT_HERE = ("service",)
CONFIRM_SECONDS = 1.0


class Reader:
    """Somebody new, with an empty home, a shop and a phone on this machine."""

    def __init__(self, home: Path, web: Web, phone: HttpSink) -> None:
        self.home, self.web, self.phone = home, web, phone
        self.rules = home / ".config" / "trusted-agent" / "rules.yaml"
        self.said = ""

    def here(self, text: str) -> str:
        """Return a text of the tutorial with this machine's shop and phone in place of the world's."""
        text = text.replace("https://shop.example/headphones", self.web.url("/headphones"))
        text = text.replace("ntfys://ntfy.sh/", f"ntfy://{self.phone.host}/").replace("10s", f"{CONFIRM_SECONDS:g}s")
        last = re.findall(r"^([0-9a-f]{6}) ", self.said, re.MULTILINE)
        return text.replace("3fa2c1", last[0] if last else "3fa2c1")

    def write(self, text: str) -> None:
        """Replace the rule file; this machine's own address has to be allowed."""
        self.rules.write_text(f"network: {{allow: [127.0.0.1/32]}}\n{self.here(text)}", encoding="utf-8")

    def run(self, line: str) -> None:
        """Run one command of the tutorial."""
        words = shlex.split(self.here(line))[1:]
        words += ["--private"] if "--url" in words else []
        environment = {**os.environ, "HOME": str(self.home), "TZ": "America/New_York"}
        for name in [name for name in environment if name.startswith(("XDG_", "TRUSTED_AGENT_"))]:
            del environment[name]
        program = [sys.executable, "-c", "from agent.command import main; main()"]
        done = subprocess.run([*program, *words], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        self.said = done.stdout

    def told(self) -> list[str]:
        """Return what came to the phone, each message as its title and its text."""
        came = [json.loads(asked.body) for asked in self.phone.asked]
        return [f"{message['title']}\n\n{message['message']}" for message in came]

    def sees(self, text: str) -> None:
        """Find every line that the tutorial shows, but the moment and its id, in what came of the last command."""
        seen = [*self.said.splitlines(), *(self.told() or [""])[-1].splitlines()]
        for line in self.here(text).splitlines():
            assert line in seen or line.startswith(("Seen: ", "Ask: ")), f"{line}\n\nbut there was:\n{seen}"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    with little_web() as web, http_sink() as phone:
        web.sell("/headphones", 139)
        yield Reader(tmp_path, web, phone)


def test_the_tutorial_leads_to_the_first_message(reader: Reader) -> None:
    heard: list[list[str]] = []
    for fence in fences(DOCS / "tutorial.md"):
        if fence.kind == "yaml":
            reader.write(fence.body)
        if fence.kind == "text":
            reader.sees(fence.body)
        for line in fence.body.splitlines() if fence.kind == "sh" else ():
            if not line.startswith(f"{PROGRAM} ") or line.split()[1] in NOT_HERE:
                continue
            if line.endswith("run --once"):
                time.sleep(CONFIRM_SECONDS if heard else 0)
            reader.run(line)
            if line.endswith("run --once"):
                heard.append(reader.told())
            if line.endswith("status"):
                assert "Looked at twice before it counts" in reader.said
    first, second = heard
    assert [message.partition("\n")[0] for message in first] == ["A test of the channel phone"]
    assert [message.partition("\n")[0] for message in second[1:]] == ["139.00 USD: Studio Headphones"]
    assert reader.told() == second
