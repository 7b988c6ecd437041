"""A real editor's server completes, explains and marks a rule file by the schema that `init` writes.

The server is yaml-language-server (1.25 was used here), which speaks the Language Server Protocol over its standard
streams: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/. Where it is not
installed, `tests/unit/test_schema.py` holds the same with a small reader of schemas.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.commands.init import starter
from tests.lived import ask
from tests.unit.test_commands_starter import with_every_example

SERVER = shutil.which("yaml-language-server")
pytestmark = pytest.mark.skipif(SERVER is None, reason="yaml-language-server is not installed")

HEAD = starter().splitlines()[0] + "\nrules:\n  - name: x\n"
PRICE = HEAD + "    watch: price\n    url: https://shop.example/1\n    when: changes\n"
CURSOR = "‸"


class Server:
    """One yaml-language-server that works in one folder."""

    def __init__(self, folder: Path) -> None:
        assert SERVER
        self.folder = folder
        self._process = subprocess.Popen([SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._asked = self._opened = 0
        client = {"textDocument": {"completion": {"completionItem": {"documentationFormat": ["plaintext"]}}}}
        self._ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": client})
        self._send({"method": "initialized", "params": {}})

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def marked(self, text: str) -> list[tuple[int, str]]:
        """Return the lines that are marked, from 1, and why."""
        return self._open(text)[1]

    def offered(self, text: str) -> dict[str, str]:
        """Return what is proposed at the cursor, with what is said of each."""
        found = self._ask("textDocument/completion", self._at_cursor(text))
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: str(item.get("documentation", "")) for item in items}

    def hover(self, text: str) -> str:
        found = self._ask("textDocument/hover", self._at_cursor(text))
        return str(found["contents"]["value"]).replace("\\", "")

    def _at_cursor(self, text: str) -> dict[str, Any]:
        before = text.partition(CURSOR)[0].split("\n")
        uri, _ = self._open(text.replace(CURSOR, ""))
        return {"textDocument": {"uri": uri}, "position": {"line": len(before) - 1, "character": len(before[-1])}}

    def _open(self, text: str) -> tuple[str, list[tuple[int, str]]]:
        self._opened += 1
        uri = (self.folder / f"{self._opened}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while True:
            message = self._next()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found = message["params"]["diagnostics"]
                return uri, [(each["range"]["start"]["line"] + 1, each["message"]) for each in found]

    def _ask(self, method: str, params: dict[str, Any]) -> Any:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._asked and "method" not in message:
                return message["result"]

    def _next(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        if "method" in message and "id" in message:  # the server wants to know our settings: there are none
            asked = message["params"].get("items", ()) if isinstance(message.get("params"), dict) else ()
            self._send({"id": message["id"], "result": [None for _ in asked]})
        return message

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._process.stdin.flush()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("rules")
    assert ask("init", "--rules", str(folder / "rules.yaml")).code == 0
    made = Server(folder)
    yield made
    made.close()


def test_the_starter_file_is_not_marked(server):
    assert server.marked(starter()) == []
    assert server.marked(with_every_example(starter())) == []


def test_keys_are_completed_by_kind_with_their_meaning(server):
    price = server.offered(f"{PRICE}    {CURSOR}\n")
    assert price["select"] == "A CSS selector of the element that shows the price, if it is not found."
    assert {"for", "until", "again", "notify"} <= set(price)
    assert not {"artist", "feeds", "watch"} & set(price)
    music = server.offered(f"{HEAD}    watch: music\n    {CURSOR}\n")
    assert {"artist", "mbid", "when"} <= set(music)
    assert "select" not in music


def test_words_and_sentences_are_proposed(server):
    assert {"price", "feed", "music", "news"} <= set(server.offered(f"{HEAD}    watch: {CURSOR}\n"))
    assert {"low", "normal", "high", "urgent"} == set(server.offered(f"{PRICE}    urgency: {CURSOR}\n"))
    sentences = server.offered(f"{HEAD}    watch: price\n    when: {CURSOR}\n")
    assert {"price below 150 USD", "sold_out", "changes"} <= set(sentences)


def test_a_key_explains_itself(server):
    said = server.hover(PRICE.replace("when:", f"wh{CURSOR}en:"))
    assert "The condition, as a sentence." in said
    assert "sold_out: Whether the page says that it is out of stock." in said


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        (PRICE + "    evry: 1h\n", [(7, "Property evry is not allowed.")]),
        (PRICE + "    every: soon\n", [(7, "such as 1h, 15m or auto")]),
        (PRICE + "    artist: Tool\n", [(7, "Property artist is not allowed.")]),
        (HEAD + "    watch: price\n    url: https://shop.example/1\n", [(3, 'Missing property "when".')]),
        (HEAD + "    when: changes\n", [(3, 'Missing property "watch".')]),
        ("rulez:\n", [(2, "Property rulez is not allowed.")]),
    ],
)
def test_a_slip_is_marked_where_it_stands(server, text, marks):
    named = text if text.startswith("#") else HEAD.splitlines()[0] + "\n" + text
    assert server.marked(named) == marks


def test_a_wrong_kind_is_marked_with_those_that_there_are(server):
    ((line, said),) = server.marked(HEAD + "    watch: prise\n")
    assert line == 4
    assert '"price"' in said
