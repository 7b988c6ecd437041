"""A real IRC server, ngIRCd, with a password and somebody who reads in its room."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.receivers.daemons import free_port, give_away, installed, open_folder, running

PASSWORD, ROOM, READER = "pa55-word", "#watch", "owner"
CONFIGURATION = """
[Global]
Name = irc.home.example
Info = tests
Listen = 127.0.0.1
Ports = {port}
Password = {password}
MotdPhrase = hello
[Limits]
MaxConnectionsIP = 0
[Options]
PAM = no
Ident = no
DNS = no
[Channel]
Name = {room}
"""


@dataclass
class ChatServer:
    """The server, and the owner's own program, which stays in the room."""

    port: int
    _socket: socket.socket
    _rest: bytes = b""
    said: list[tuple[str, str]] = field(default_factory=list)

    def url(self, target: str = "%23watch", *, password: str = PASSWORD) -> str:
        return f"irc://agent:{password}@127.0.0.1:{self.port}/{target}?mode=server"

    def read_until(self, text: str, seconds: float = 30) -> list[tuple[str, str]]:
        """Return to whom and what was said so far, at the latest when a line ends with the text."""
        until = time.monotonic() + seconds
        while not any(line.endswith(text) for _, line in self.said):
            self._socket.settimeout(max(0.05, until - time.monotonic()))
            *lines, self._rest = (self._rest + self._socket.recv(65536)).split(b"\r\n")
            for line in lines:
                self._take(line.decode())
        return self.said

    def join(self) -> None:
        """Come in, and wait until the room is there."""
        hello = f"PASS {PASSWORD}\r\nNICK {READER}\r\nUSER {READER} 0 * :{READER}\r\nJOIN {ROOM}\r\n"
        self._socket.sendall(hello.encode())
        seen = b""
        while b" 366 " not in seen:
            seen += self._socket.recv(65536)

    def _take(self, line: str) -> None:
        if line.startswith("PING"):
            self._socket.sendall(line.replace("PING", "PONG", 1).encode() + b"\r\n")
        elif found := re.match(r":\S+ PRIVMSG (\S+) :(.*)", line):
            self.said.append((found[1], found[2]))


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Run ngIRCd until the end of the block."""
    program = installed("ngircd", "ngircd")
    port = free_port()
    with open_folder("chat") as folder:
        (folder / "configuration").write_text(CONFIGURATION.format(port=port, password=PASSWORD, room=ROOM))
        give_away(folder)
        command = [program, "-n", "-f", folder / "configuration"]
        with running(command, folder, [port]), socket.create_connection(("127.0.0.1", port), 30) as reader:
            server = ChatServer(port, reader)
            server.join()
            yield server
