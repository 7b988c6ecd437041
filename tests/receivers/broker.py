"""A real MQTT broker, Mosquitto: a listener with a password, and the same over TLS."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.receivers.daemons import Authority, free_port, give_away, installed, open_folder, running

USER, PASSWORD = "agent", "pa55-word"
CONFIGURATION = """
per_listener_settings false
allow_anonymous false
password_file {folder}/passwords
listener {port} 127.0.0.1
listener {tls_port} 127.0.0.1
certfile {folder}/server.pem
keyfile {folder}/server.key
"""


@dataclass(frozen=True)
class Broker:
    """The broker, and a way to read what it took."""

    port: int
    tls_port: int
    reader: str

    def url(self, topic: str, *, password: str = PASSWORD, more: str = "") -> str:
        return f"mqtt://{USER}:{password}@127.0.0.1:{self.port}/{topic}{more}"

    @contextmanager
    def reading(self, topic: str) -> Iterator[list[dict[str, Any]]]:
        """Yield a list that holds at the end of the block what came to a topic during it."""
        who = ["-i", f"reader-{uuid.uuid4().hex}", "-c", "-q", "1", "-t", topic]
        signed_in = ["-h", "127.0.0.1", "-p", str(self.port), "-u", USER, "-P", PASSWORD]
        # A session that lasts keeps what comes while nobody is there to read, so nothing depends on who is faster.
        subprocess.run([self.reader, *signed_in, *who, "-E"], check=True, timeout=30)
        came: list[dict[str, Any]] = []
        yield came
        read = [self.reader, *signed_in, *who, "-F", "%j", "-W", "1"]
        done = subprocess.run(read, check=False, capture_output=True, timeout=30)
        came += [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def broker(authority: Authority) -> Iterator[Broker]:
    """Run Mosquitto until the end of the block."""
    program, passwords = installed("mosquitto", "mosquitto"), installed("mosquitto_passwd", "mosquitto")
    reader = installed("mosquitto_sub", "mosquitto-clients")
    port, tls_port = free_port(), free_port()
    with open_folder("broker") as folder:
        authority.copy_to(folder)
        (folder / "passwords").touch(0o600)
        subprocess.run([passwords, "-b", folder / "passwords", USER, PASSWORD], check=True, capture_output=True)
        (folder / "configuration").write_text(CONFIGURATION.format(folder=folder, port=port, tls_port=tls_port))
        give_away(folder)
        with running([program, "-c", folder / "configuration"], folder, [port, tls_port]):
            yield Broker(port, tls_port, reader)
