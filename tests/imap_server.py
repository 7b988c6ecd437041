"""A real IMAP server (Dovecot) on 127.0.0.1 for the tests, with one mailbox; stopped by its own id."""

from __future__ import annotations

import datetime as dt
import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mail_server import certificate

USER, PASSWORD = "me@home.example", 'pä55 "word"'
PLAIN_USER, PLAIN_PASSWORD = "plain", 'pass\\ "word"'
START_SECONDS = 20

CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = {encrypted_only}
auth_mechanisms = {mechanisms}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class ImapServer:
    """The server, and its owner's way in, which is not ours."""

    port: int
    tls_port: int
    ca: Path

    @contextmanager
    def mailbox(self, user: str = PLAIN_USER, password: str = PLAIN_PASSWORD) -> Iterator[imaplib.IMAP4]:
        """Sign in as the owner's own mail program, which may write."""
        client = imaplib.IMAP4_SSL("127.0.0.1", self.tls_port, ssl_context=self.trusting())
        client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        try:
            yield client
        finally:
            client.logout()

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca)

    def empty(self, folder: str = "INBOX") -> None:
        """Take every letter out of a folder."""
        with self.mailbox() as box:
            box.select(folder)
            box.store("1:*", "+FLAGS", "\\Deleted") if int(box.response("EXISTS")[1][-1] or 0) else None
            box.expunge()

    def take(self, letter: bytes, folder: str = "INBOX", at: dt.datetime | None = None) -> None:
        """Put a letter into a folder, as a server that takes one in does."""
        with self.mailbox() as box:
            when = imaplib.Time2Internaldate(at) if at else None
            status, told = box.append(folder, None, when, letter)
            assert status == "OK", told

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        """Return what is marked on each letter."""
        with self.mailbox() as box:
            box.select(folder, readonly=True)
            return [each for each in box.fetch("1:*", "(FLAGS)")[1] if isinstance(each, bytes)]


@contextmanager
def imap_server(folder: Path, *, encrypted_only: bool = False, mechanisms: str = "plain login") -> Iterator[ImapServer]:
    """Run Dovecot; skip where it is not installed."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd")
    certificate(folder)
    (folder / "users").write_text(
        f"{USER}:{{PLAIN}}{PASSWORD}\n{PLAIN_USER}:{{PLAIN}}{PLAIN_PASSWORD}\n", encoding="utf-8"
    )
    is_root = os.geteuid() == 0
    own = pwd.getpwuid(os.geteuid()).pw_name
    mail_user = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
    for name in ("mail", "state", "run"):
        (folder / name).mkdir()
    os.chown(folder / "mail", mail_user.pw_uid, mail_user.pw_gid)
    port, tls_port = _free_port(), _free_port()
    (folder / "dovecot.conf").write_text(
        CONFIGURATION.format(
            folder=folder,
            port=port,
            tls_port=tls_port,
            internal="dovecot" if is_root else own,
            internal_group="dovecot" if is_root else grp.getgrgid(os.getegid()).gr_name,
            login="dovenull" if is_root else own,
            user=mail_user.pw_name,
            group=grp.getgrgid(mail_user.pw_gid).gr_name,
            encrypted_only="yes" if encrypted_only else "no",
            mechanisms=mechanisms,
        ),
        encoding="utf-8",
    )
    server = subprocess.Popen(
        [program, "-F", "-c", folder / "dovecot.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _wait_for(port, server, folder)
        yield ImapServer(port, tls_port, folder / "certificate.pem")
    finally:
        server.terminate()
        server.communicate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            said = server.stderr.read().decode() if server.stderr else ""
            log = folder / "log"
            raise RuntimeError(f"Dovecot ended: {said} {log.read_text() if log.exists() else ''}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("Dovecot does not answer")
