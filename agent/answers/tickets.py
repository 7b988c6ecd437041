"""Signed links: an answer that one tap gives, once, within thirty days.

    address/a/ + base64url( HMAC-SHA256(key, …)[:16] · what · expiry · the firing · a detail )

A link says all that it does, so nothing is kept of it until it is used; then its ticket is in the store, and it does
nothing more. A code of 128 bits is half of SHA-256's, which RFC 2104 (section 5) gives as the least. The key lies in
the store: whoever can read that has everything already.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from agent.database import insert_new, table_of
from agent.tables import MuteRow, RuleRow, SettingRow, TicketRow
from rules.delivery import Answers
from rules.enclosure import Button
from rules.firing import Firing

Tap = Literal["snooze", "useful", "not useful", "mute", "yes", "no"]

LIFE = timedelta(days=30)
# A used ticket is kept for longer than any link of the same message can live that was made before its use.
KEEP_USED = 2 * LIFE
SNOOZE = timedelta(days=3)
KEY_SETTING = "key of the answer page"
KEY_BYTES = 32
MOST_TOKEN_LETTERS = 1000
PATH = "/a/"

_SIGNED = b"trusted-agent answer 1\x00"
_MAC_BYTES = 16
_FIRING_BYTES = 16
_HEAD = struct.Struct(f">BI{_FIRING_BYTES}s")
# Of four bytes, in the year 2106: a question may stand for as long as its owner likes.
_LAST_SECOND = 2**32 - 1
_NUMBERS: dict[Tap, int] = {"snooze": 1, "useful": 2, "not useful": 3, "mute": 4, "yes": 5, "no": 6}
_TAPS = {number: tap for tap, number in _NUMBERS.items()}

settings = table_of(SettingRow)
tickets = table_of(TicketRow)


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed link says.

    Attributes:
        firing: The beginning of the firing's key, 128 bits of it in hexadecimal.
        detail: What is muted, as `what:value`; empty elsewhere.
    """

    tap: Tap
    firing: str
    expires_at: datetime
    detail: str = ""

    @property
    def ticket(self) -> str:
        """What is used up with it: the same answer to the same message by whichever channel."""
        return sha256("\x1f".join((self.tap, self.firing, self.detail)).encode()).hexdigest()


def signing_key(connection: Connection) -> bytes:
    """Return the key that signs this store's links; made at the first call, in a transaction that may write."""
    chosen = select(settings.c.value).where(settings.c.name == KEY_SETTING)
    known = connection.scalar(chosen)
    if known is None:
        insert_new(connection, SettingRow, [{"name": KEY_SETTING, "value": secrets.token_hex(KEY_BYTES)}])
        known = connection.scalar(chosen)
    return bytes.fromhex(str(known))


def write_token(link: Link, key: bytes) -> str:
    """Return a link as the last part of an address."""
    seconds = min(int(link.expires_at.timestamp()), _LAST_SECOND)
    payload = _HEAD.pack(_NUMBERS[link.tap], seconds, bytes.fromhex(link.firing)) + link.detail.encode()
    return base64.urlsafe_b64encode(_code(payload, key) + payload).decode().rstrip("=")


def read_token(token: str, key: bytes) -> Link | None:
    """Return what a link says; None of anything that was not signed with this key, in exactly this spelling."""
    content = _decoded(token)
    if content is None or len(content) < _MAC_BYTES + _HEAD.size:
        return None
    code, payload = content[:_MAC_BYTES], content[_MAC_BYTES:]
    if not hmac.compare_digest(code, _code(payload, key)):
        return None
    number, seconds, firing = _HEAD.unpack_from(payload)
    detail = payload[_HEAD.size :].decode()
    return Link(_TAPS[number], firing.hex(), datetime.fromtimestamp(seconds, UTC), detail)


def _code(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _SIGNED + payload, "sha256")[:_MAC_BYTES]


def _decoded(token: str) -> bytes | None:
    """Return what a token holds; None where it could be spelled in another way, or is none."""
    if len(token) > MOST_TOKEN_LETTERS or not token.isascii():
        return None
    try:
        content = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    return content if base64.urlsafe_b64encode(content).decode().rstrip("=") == token else None


# Buttons.


def buttons(firing: Firing, answers: Answers, key: bytes, now: datetime) -> tuple[Button, ...]:
    """Return the answers that a message offers, the most used first: some services show three.

    Called where a message is handed over for the first time: they are a part of its record.
    """
    shown: tuple[tuple[str, Tap], ...] = (
        ("Snooze 3 days", "snooze"),
        ("Useful", "useful"),
        ("Not useful", "not useful"),
        ("Mute", "mute"),
    )
    return tuple(Button(label, link_to(answers, key, Link(tap, _of(firing.key), now + LIFE))) for label, tap in shown)


def question_buttons(firing_key: str, answers: Answers, key: bytes, until: datetime) -> tuple[Button, ...]:
    """Return Yes and No for a question whether to act; they work until the question lapses."""
    shown: tuple[tuple[str, Tap], ...] = (("Yes", "yes"), ("No", "no"))
    return tuple(Button(label, link_to(answers, key, Link(tap, _of(firing_key), until))) for label, tap in shown)


def link_to(answers: Answers, key: bytes, link: Link) -> str:
    """Return the address that a device of the owner's opens."""
    return f"{answers.address.rstrip('/')}{PATH}{write_token(link, key)}"


def _of(firing_key: str) -> str:
    return firing_key[: 2 * _FIRING_BYTES]


# Used up.


def is_used(connection: Connection, link: Link) -> bool:
    """Return whether a link was used before."""
    return connection.scalar(select(tickets.c.id).where(tickets.c.id == link.ticket)) is not None


def use(connection: Connection, link: Link, now: datetime) -> bool:
    """Use a link up; return False where another tap came first, also one in a transaction that is just ending."""
    row = {"id": link.ticket, "used_at": now, "expires_at": now + KEEP_USED}
    try:
        with connection.begin_nested():
            connection.execute(insert(tickets).values(row))
    except IntegrityError:
        return False
    return True


def tidy_answers(connection: Connection, now: datetime) -> None:
    """Forget tickets that no link can ask for any more, mutes that have ended, and mutes of rules that were forgotten.

    Called by `agent.tidying.tidy`, in its transaction, after sleeping rules were forgotten.
    """
    mutes = table_of(MuteRow)
    connection.execute(delete(tickets).where(tickets.c.expires_at < now))
    connection.execute(delete(mutes).where(mutes.c.until < now - LIFE))
    connection.execute(delete(mutes).where(mutes.c.rule_id.not_in(select(table_of(RuleRow).c.id))))
