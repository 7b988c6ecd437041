"""Sending as the agent does, and words to send."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta

from pydantic import SecretStr

from agent.channels import Channels, Sent, Unsent
from agent.redaction import Redactor
from rules.enclosure import Attachment, Button
from rules.rule import Channel, Place, Urgency
from rules.words import Words
from watchers.door.exchange import Contact

LINK = "https://shop.example/headphones?a=1&b=2"
BODY = f"Sony & Co\n\nPrice: 139.00 USD\nBecause: *price* is <below>\n\nLink: {LINK}\nÜberall — 價格 👾"
HTML = (
    "<p>Sony &amp; Co</p>\n<p><b>Price:</b> 139.00 USD<br><b>Because:</b> *price* is &lt;below&gt;</p>\n"
    f'<p><b>Link:</b> <a href="{LINK.replace("&", "&amp;")}">{LINK.replace("&", "&amp;")}</a><br>Überall — 價格 👾</p>'
)
BUTTONS = (
    Button("Snooze 3 days", "https://agent.example:8443/answer/aGVsbG8.d29ybGQ?x=%2Fa&y=1+2"),
    Button("Nicht das, „bitte“; danke", "https://agent.example:8443/answer/bm90.dGhpcw"),
)


def words(title: str, *attachments: Attachment, buttons: tuple[Button, ...] = ()) -> Words:
    return Words(title, BODY, HTML, attachments, buttons)


def picture(name: str = "price.png", width: int = 40, *, noise: bool = False) -> Attachment:
    """Return a real PNG; a noisy one cannot be made small by anybody on its way."""
    row = b"\0" + bytes((number * 7919 >> 3) % 256 if noise else 90 for number in range(width * 3))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, width, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * width, 0 if noise else 9)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return Attachment(name, "image/png", b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def send(
    url: str,
    said: Words,
    urgency: Urgency = "normal",
    *,
    message_id: str = "3f2a1b",
    seconds: float = 60,
    ledger: Callable[[Contact], None] | None = None,
) -> Sent | Unsent:
    """Send one message through a channel of this address, and wait for the pictures that follow it."""
    channel = Channel("it", SecretStr(url), Place("rules.yaml", 1, 1))
    sender = Channels({"it": channel}, Redactor(), ledger, deadline=timedelta(seconds=seconds))

    async def all_of_it() -> Sent | Unsent:
        outcome = await sender.send("it", said, urgency, message_id=message_id)
        await sender.settled()
        return outcome

    return asyncio.run(all_of_it())
