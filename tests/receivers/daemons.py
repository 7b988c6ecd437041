"""Servers that run beside the tests: started on free ports of 127.0.0.1, stopped by their own ids."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.authority import certificate

START_SECONDS = 30
NOBODY = "nobody"
IS_ROOT = os.geteuid() == 0
SYSTEM_FOLDERS = "/usr/sbin:/sbin:/usr/local/sbin"


def installed(name: str, package: str) -> str:
    """Return where a program is; skip the test where it is not installed."""
    program = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM_FOLDERS}")
    if program is None:
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    return program


def free_port() -> int:
    """Return a port below those that the system gives to others, so that nobody takes it until the server has it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def open_folder(name: str) -> Iterator[Path]:
    """Yield a folder that servers without rights can reach, which pytest's own is not; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"trusted-agent-{name}-", dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


def give_away(folder: Path, user: str = NOBODY) -> None:
    """Make a folder and all in it the user's, where this runs as root."""
    if IS_ROOT:
        account = pwd.getpwnam(user)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid)


def as_nobody() -> dict[str, Any]:
    """Return what makes a process run as nobody, where this runs as root."""
    return {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid, "extra_groups": []} if IS_ROOT else {}


@contextmanager
def running(
    command: Sequence[str | Path], folder: Path, ports: Sequence[int], *, as_root: bool = False
) -> Iterator[None]:
    """Run a server until the end of the block, as nobody where this runs as root."""
    account = {} if as_root else as_nobody()
    log = folder / "output"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*map(str, command)], cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **account
        )
        try:
            for port in ports:
                wait_for(port, server, log)
            yield
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(10)


def wait_for(port: int, server: subprocess.Popen[bytes] | None = None, log: Path | None = None) -> None:
    """Wait until something listens there."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server is not None and server.poll() is not None:
            break
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    said = log.read_text(errors="replace")[-2000:] if log is not None else ""
    pytest.fail(f"nothing listens on port {port}: {said}")


class Authority:
    """An authority of the tests' own, and the certificate that it gave to this machine's servers.

    Attributes:
        trusted: The file of what a client has to trust.
        certificate, key: The files of a server called `localhost`, and by no other name.
    """

    def __init__(self, folder: Path) -> None:
        signer = certificate("authority of the tests", is_ca=True)
        made, secret = certificate("localhost", signer=signer)
        self.trusted, self.certificate, self.key = folder / "trusted.pem", folder / "server.pem", folder / "server.key"
        self.trusted.write_bytes(_pem(signer[0]))
        self.certificate.write_bytes(_pem(made))
        self.key.write_bytes(
            secret.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def shown(self) -> ssl.SSLContext:
        """Return what a server needs to show the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def copy_to(self, folder: Path) -> None:
        """Put the server's certificate and key there."""
        shutil.copy(self.certificate, folder)
        shutil.copy(self.key, folder)


def _pem(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)
