"""The door to folders of mail: the same guard, turns, deadline and ledger as for pages.

FolderAsk ▶ admitted addresses ▶ turn of its host ▶ Mailbox ▶ FolderPage          and one Contact, whatever comes of it
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final

from watchers.api import SourceRefused, SourceUnavailable, WatchError
from watchers.door.address import read_address
from watchers.door.admission import Admission
from watchers.door.conversation import Conversation
from watchers.door.exchange import Ask, Contact
from watchers.door.guard import special_range
from watchers.door.imap import MOST_AT_ONCE, Mailbox
from watchers.door.letters import FolderAsk, FolderPage, FolderPlace, Letter
from watchers.door.politeness import Hosts
from watchers.door.tls import tls_context

MOST_BYTES: Final = 50_000_000
MAX_ADDRESSES: Final = 4


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, for the ledger and the guard."""

    private: bool
    asked_by: tuple[str, ...]
    sends: tuple[str, ...]
    every: timedelta


class Folders:
    """Reads folders of mail."""

    def __init__(
        self,
        admission: Admission,
        turns: Hosts,
        *,
        now: Callable[[], datetime],
        ledger: Callable[[Contact], None],
        redact: Callable[[str], str],
        seconds: float,
    ) -> None:
        """Take over the parts of the door that it goes through; `seconds` is the deadline of one look."""
        self._admission = admission
        self._turns = turns
        self._now = now
        self._ledger = ledger
        self._redact = redact
        self._seconds = seconds

    async def read(self, ask: FolderAsk, caller: Caller) -> FolderPage:
        """Return what is new in a folder.

        Raises:
            WatchError: It cannot be read; the reason says what the owner can do.
        """
        # One reading of addresses for every protocol, so that the guard means the host that is asked.
        address = read_address(f"https://{ask.url.partition('://')[2]}")
        guarded = Ask("IMAP", address, private=caller.private, user_agent="")
        contact = Contact(
            at=self._now(),
            method="IMAP",
            host=self._redact(address.host),
            address=self._redact(ask.url),
            ip=None,
            status=None,
            bytes_sent=0,
            bytes_received=0,
            outcome="given up before an answer",
            asked_by=caller.asked_by,
            sends=caller.sends,
        )
        async with self._turns.turn(address, caller.every):
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._read(ask, guarded, _Noted(self._ledger, contact))
            except TimeoutError as error:
                trouble = SourceUnavailable(f"{address.host} did not answer within {self._seconds:g} s")
                self._turns.note_silence(address, trouble.reason)
                raise trouble from error
            except SourceUnavailable as trouble:
                self._turns.note_silence(address, trouble.reason)
                raise

    async def _read(self, ask: FolderAsk, guarded: Ask, noted: _Noted) -> FolderPage:
        addresses = (await self._admission.addresses(guarded))[:MAX_ADDRESSES]
        host = guarded.address.host
        if ask.tls == "no" and any(special_range(ip_address(ip)) is None for ip in addresses):
            raise SourceRefused(f"{host} is on the internet, where `tls: no` would show your password to others")
        tls = tls_context(ask.ca) if ask.tls == "yes" else None
        try:
            line = await Conversation.open(
                (host, guarded.address.port),
                addresses,
                tls=tls,
                most=MOST_BYTES,
                seconds=self._seconds,
                note=noted.note_refusal,
            )
        except SourceUnavailable as trouble:
            if isinstance(trouble.__cause__, ssl.SSLError):
                raise SourceRefused(f"{trouble.reason}; is it `tls: starttls` at this port?") from trouble
            raise
        try:
            page = await _new_in(Mailbox(line), ask, self._seconds / 2)
        except WatchError as trouble:
            noted.note(line, trouble.reason)
            raise
        except BaseException:
            noted.note(line, "given up in the middle of its answer" if line.received else "given up before an answer")
            raise
        else:
            noted.note(line, "nothing new" if page.unchanged else f"new letters: {len(page.letters)}")
            return page
        finally:
            await line.close()


@dataclass(frozen=True, slots=True)
class _Noted:
    """Writes down what became of a contact."""

    ledger: Callable[[Contact], None]
    contact: Contact

    def note_refusal(self, ip: str, outcome: str) -> None:
        self.ledger(replace(self.contact, ip=ip, outcome=outcome))

    def note(self, line: Conversation, outcome: str) -> None:
        self.ledger(
            replace(self.contact, ip=line.ip, bytes_sent=line.sent, bytes_received=line.received, outcome=outcome)
        )


async def _new_in(mailbox: Mailbox, ask: FolderAsk, seconds: float) -> FolderPage:
    """Read what is new; what does not come within that time is left for the next look."""
    until = asyncio.get_running_loop().time() + seconds
    await mailbox.sign_in(ask)
    folder = await mailbox.examine(ask.folder)
    known = ask.place if ask.place is not None and ask.place.validity == folder.validity else None
    if known is not None and 0 < folder.next_uid <= known.next_uid:
        return await _taking_leave(mailbox, FolderPage(ask.url, b"", unchanged=True, place=known, is_whole=False))
    uids = await mailbox.new_uids(folder, known)
    # Of what came, the oldest first, so that the rest can follow. Of a first look, the newest: it is none of it news.
    wanted = uids[:MOST_AT_ONCE] if known is not None else uids[::-1]
    letters: list[Letter] = []
    done: list[int] = []
    async for batch, read in mailbox.letters(wanted):
        letters += read
        done += batch
        if asyncio.get_running_loop().time() > until:
            break
    left = len(uids) - len(done) if known is not None else 0
    place = FolderPlace(folder.validity, max([folder.next_uid] * (not left) + [uid + 1 for uid in done], default=1))
    found = tuple(sorted(letters, key=lambda letter: letter.uid))
    if known is not None and not found:
        return await _taking_leave(mailbox, FolderPage(ask.url, b"", unchanged=True, place=known, is_whole=False))
    page = FolderPage(ask.url, b"", letters=found, place=place, is_whole=known is None, left=left)
    return await _taking_leave(mailbox, page)


async def _taking_leave(mailbox: Mailbox, page: FolderPage) -> FolderPage:
    """Say good-bye; what was read does not hang on whether that is heard."""
    with suppress(WatchError):
        await mailbox.sign_out()
    return page
