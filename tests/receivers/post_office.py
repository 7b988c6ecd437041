"""A real mail system: Postfix takes mail by STARTTLS and password, Dovecot keeps it and is read over IMAP.

Postfix's own folders lie below the test's; what it does on demand stands in its restrictions, by the recipient.
"""

from __future__ import annotations

import imaplib
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.receivers.daemons import IS_ROOT, Authority, free_port, installed, open_folder, running, wait_for

USER, PASSWORD = "owner@home.example", "pa55-word/with+signs"
MOST_BYTES = 200_000

DOVECOT = """
protocols = imap lmtp
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  inet_listener {{
    port = {auth}
  }}
}}
"""
POSTFIX = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.home.example
mydestination =
virtual_mailbox_domains = home.example
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:nothing leaves this machine
message_size_limit = {most}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_error_sleep_time = 0
smtpd_recipient_restrictions =
  check_recipient_access inline:{{
    {{busy@home.example = 450 4.7.1 too many messages}},
    {{broken@home.example = 451 4.3.0 out of order}},
    {{nobody@home.example = 550 5.1.1 no such user}}
  }},
  permit_sasl_authenticated, reject
smtpd_end_of_data_restrictions = check_recipient_access inline:{{ {{slow@home.example = sleep 4}} }}
"""
SERVICES = """
127.0.0.1:{smtp} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_cert_file={folder}/server.pem
  -o smtpd_tls_key_file={folder}/server.key
  -o smtpd_tls_auth_only=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sasl_type=dovecot
  -o smtpd_sasl_path=inet:127.0.0.1:{auth}
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
flush unix n - n 1000? 0 flush
verify unix - - n - 1 verify
showq unix n - n - - showq
"""


@dataclass(frozen=True)
class PostOffice:
    """The mail system; its owner reads at `imap`, with a password that is not the agent's to know."""

    smtp: int
    imap: int
    trusted: Path

    def url(self, *, to: str = USER, password: str = PASSWORD, host: str = "localhost", more: str = "") -> str:
        """Return the Apprise address that sends to one of its mailboxes."""
        asked = f"mode=starttls&smtp={host}&user={USER}&pass={quote(password, safe='')}&from=agent@home.example&to={to}"
        return f"mailtos://home.example:{self.smtp}/?{asked}{more}"

    def letter(self, subject: str, mailbox: str = USER) -> EmailMessage:
        """Return the one letter of that subject, as soon as it is there, read as the owner's mail program does."""
        with imaplib.IMAP4("localhost", self.imap, timeout=30) as box:
            box.starttls(ssl.create_default_context(cafile=self.trusted))
            box.login(mailbox, PASSWORD)
            for _ in range(300):
                box.select("INBOX", readonly=True)
                found = box.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
                if found:
                    (number,) = found
                    return message_from_bytes(box.fetch(number, "(RFC822)")[1][0][1], policy=policy.default)
                # Postfix answers the sender before Dovecot has the letter.
                box.noop()
                time.sleep(0.1)
        pytest.fail(f"no letter {subject!r} came")


@contextmanager
def post_office(authority: Authority) -> Iterator[PostOffice]:
    """Run both until the end of the block."""
    if not IS_ROOT:
        pytest.skip("Postfix can be started by root alone")
    dovecot, postfix = installed("dovecot", "dovecot-imapd"), installed("postfix", "postfix")
    if not Path("/usr/lib/dovecot/lmtp").exists():
        pytest.skip("Dovecot's LMTP is not installed: apt-get install dovecot-lmtpd")
    ports = {name: free_port() for name in ("smtp", "imap", "lmtp", "auth")}
    with open_folder("post-office") as folder:
        authority.copy_to(folder)
        for name in ("mail", "queue", "data", "run", "postfix"):
            (folder / name).mkdir()
        shutil.chown(folder / "mail", "mail", "mail")
        shutil.chown(folder / "data", "postfix", "postfix")
        users = (USER, "slow@home.example")
        (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in users))
        (folder / "dovecot.conf").write_text(DOVECOT.format(folder=folder, **ports))
        (folder / "postfix/main.cf").write_text(POSTFIX.format(folder=folder, most=MOST_BYTES, **ports))
        (folder / "postfix/master.cf").write_text(SERVICES.format(folder=folder, **ports))
        control = [postfix, "-c", str(folder / "postfix")]
        command = [dovecot, "-F", "-c", folder / "dovecot.conf"]
        with running(command, folder, [ports["imap"], ports["lmtp"], ports["auth"]], as_root=True):
            subprocess.run([*control, "start"], check=True, capture_output=True, timeout=60)
            try:
                wait_for(ports["smtp"], log=folder / "postfix.log")
                yield PostOffice(ports["smtp"], ports["imap"], authority.trusted)
            finally:
                subprocess.run([*control, "abort"], check=True, capture_output=True, timeout=60)
