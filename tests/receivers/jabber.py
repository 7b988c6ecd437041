"""A real XMPP server, Prosody, with an account for the agent and one for its owner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.receivers.daemons import Authority, as_nobody, free_port, give_away, installed, open_folder, running

PASSWORD, OWNER = "pa55-word", "owner@localhost"
CONFIGURATION = """
pidfile = "{folder}/pid"
data_path = "{folder}/data"
modules_enabled = {{ "saslauth", "tls", "offline" }}
modules_disabled = {{ "s2s" }}
c2s_ports = {{ {port} }}
c2s_interfaces = {{ "127.0.0.1" }}
c2s_require_encryption = true
authentication = "internal_hashed"
storage = "internal"
log = {{ warn = "*console" }}
ssl = {{ certificate = "{folder}/server.pem", key = "{folder}/server.key" }}
VirtualHost "localhost"
"""
# slixmpp wants an event loop of its own, so the owner's program is one of its own; it ends when all has come.
READER = """
import asyncio, json, ssl, sys
import slixmpp

port, password, last = int(sys.argv[1]), sys.argv[2], sys.argv[3]
messages = []


async def read():
    owner = slixmpp.ClientXMPP("owner@localhost", password)
    owner.ssl_context = ssl.create_default_context(cafile=sys.argv[4])
    done = asyncio.Event()

    async def started(_):
        owner.send_presence()

    def came(message):
        messages.append(message["body"])
        if last in message["body"]:
            done.set()

    owner.add_event_handler("session_start", started)
    owner.add_event_handler("message", came)
    owner.connect("127.0.0.1", port)
    await asyncio.wait_for(done.wait(), 30)
    await owner.disconnect()


asyncio.run(read())
print(json.dumps(messages))
"""


@dataclass(frozen=True)
class Jabber:
    """The server."""

    port: int
    trusted: Path

    def url(self, to: str = OWNER, *, user: str = "agent", password: str = PASSWORD, more: str = "&verify=no") -> str:
        return f"xmpp://{user}:{password}@localhost:{self.port}/{to}?mode=starttls{more}"

    def read_until(self, text: str) -> list[str]:
        """Return what was kept for the owner while they were away; the text is in the last of it."""
        command = [sys.executable, "-c", READER, str(self.port), PASSWORD, text, str(self.trusted)]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        messages: list[str] = json.loads(said.stdout)
        return messages


@contextmanager
def jabber_server(authority: Authority) -> Iterator[Jabber]:
    """Run Prosody until the end of the block."""
    program, control = installed("prosody", "prosody"), installed("prosodyctl", "prosody")
    if find_spec("slixmpp") is None:
        pytest.skip("slixmpp is not installed, by which Apprise speaks XMPP: pip install slixmpp")
    port = free_port()
    with open_folder("jabber") as folder:
        authority.copy_to(folder)
        (folder / "data").mkdir()
        written = folder / "configuration.lua"
        written.write_text(CONFIGURATION.format(folder=folder, port=port))
        give_away(folder)
        for user in ("agent", "owner"):
            register = [control, "--config", str(written), "register", user, "localhost", PASSWORD]
            environment = os.environ | {"HOME": str(folder)}
            subprocess.run(
                register, check=True, capture_output=True, cwd=folder, env=environment, timeout=60, **as_nobody()
            )
        with running([program, "-F", "--config", written], folder, [port]):
            yield Jabber(port, authority.trusted)
