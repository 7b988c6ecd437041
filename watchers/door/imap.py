r"""Reading what is new in a folder of mail over IMAP4rev1 (RFC 3501), and nothing else.

    greeting ▶ STARTTLS ▶ sign in ▶ EXAMINE ▶ which are new ▶ FETCH … BODY.PEEK ▶ Letters

EXAMINE opens a folder to read it only, and PEEK leaves \Seen alone: twice over, nothing is marked or moved.
"""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from watchers.api import SourceChanged, SourceGone, SourceRefused, SourceUnavailable
from watchers.door.conversation import Conversation
from watchers.door.imapwords import (
    LITERAL,
    Misread,
    Word,
    folder_name,
    named_parts,
    number,
    pairs,
    quoted,
    read_words,
    shown_folder_name,
    text,
)
from watchers.door.letters import FolderAsk, FolderPlace, Letter

LETTER_BYTES: Final = 128 * 1024
"""What is read of a letter: its text, and with large attachments their names."""
FIRST_LOOK: Final = 100
MOST_AT_ONCE: Final = 200
_BATCH: Final = 8
_MOST_NAMED: Final = 12
_MOST_LITERAL: Final = 2_000_000
# Of answers, without the texts of letters in them: the numbers of half a million letters.
_MOST_IN_LINES: Final = 4_000_000
_MOST_LINES: Final = 20_000
_CODE: Final = re.compile(r"\[([A-Z0-9-]+)([^\]]*)\]")
# https://www.rfc-editor.org/rfc/rfc5530: what passes, as against what a person has to mend.
_PASSING: Final = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder says of itself when it is opened."""

    count: int
    validity: int
    next_uid: int


class _Refused(Exception):
    """The server answered NO; `code` is its own word for why, if it has one."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        found = _CODE.search(words.upper())
        self.code = found[1] if found else ""
        self.is_passing = self.code in _PASSING


class Mailbox:
    """A signed-in conversation with a mail server."""

    def __init__(self, line: Conversation) -> None:
        self._line = line
        self._count = 0
        self._lines = 0
        self._in_lines = 0
        self._can: frozenset[str] = frozenset()

    async def sign_in(self, ask: FolderAsk) -> None:
        """Greet, encrypt where that is still to be done, and sign in.

        Raises:
            SourceRefused: The server does not accept user and password, or would have the password in the open.
        """
        greeting = await self._hear()
        state = text(greeting[1]).upper() if len(greeting) > 1 and greeting[0] == "*" else ""
        if state == "BYE":
            raise SourceUnavailable(f"{self._line.host} takes nobody in now")
        if state not in ("OK", "PREAUTH"):
            raise SourceChanged(f"what answers at {self._line.host} is no mail server (IMAP)")
        if ask.tls == "starttls":
            if state == "PREAUTH":
                # Then nothing can be encrypted any more, which somebody on the way may want (RFC 9051, section 11.1).
                raise SourceRefused(f"{self._line.host} signs in by itself, in the open: is it `tls: yes`?")
            await self._start_tls(ask)
        if state == "PREAUTH":
            return
        self._can = await self._capabilities()
        if "LOGINDISABLED" in self._can and "AUTH=PLAIN" not in self._can:
            said = "does not take a password in the open" if ask.tls == "no" else "takes no password"
            raise SourceRefused(f"{self._line.host} {said}: `tls: starttls` or another way of signing in is needed")
        try:
            await self._say_password(ask)
        except _Refused as no:
            if no.is_passing:
                raise SourceUnavailable(f"{self._line.host} lets nobody sign in now") from no
            said = "does not accept this user and password; some services want a password made for one program"
            raise SourceRefused(f"{self._line.host} {said}") from no

    async def examine(self, name: str) -> Folder:
        """Open a folder to read it only.

        Raises:
            SourceGone: There is no such folder; the reason names those that there are.
        """
        try:
            told = await self._command(b"EXAMINE " + quoted(folder_name(name)))
        except _Refused as no:
            if no.is_passing:
                raise SourceUnavailable(f"the folder {name} cannot be opened now") from no
            there = ", ".join(await self._folder_names())
            raise SourceGone(f"there is no folder {name} that may be read; there are: {there or 'none'}") from no
        counts = [number(words[1]) for words in told if len(words) > 2 and text(words[2]).upper() == "EXISTS"]
        said = {"UIDVALIDITY": 0, "UIDNEXT": 0}
        for words in told:
            for code, value in _CODE.findall(" ".join(map(text, words)).upper()):
                if code in said:
                    said[code] = number(value.strip()) or 0
        if not counts or counts[-1] is None:
            raise SourceChanged("the mail server does not say how many letters the folder holds")
        return Folder(counts[-1], said["UIDVALIDITY"], said["UIDNEXT"])

    async def new_uids(self, folder: Folder, place: FolderPlace | None) -> list[int]:
        """Return the numbers of the letters that came since a place, oldest first; without one, of the newest."""
        if folder.count == 0:
            return []
        if place is None:
            first = max(1, folder.count - FIRST_LOOK + 1)
            told = await self._command_or_trouble(b"FETCH %d:%d (UID)" % (first, folder.count))
            found = [number(one.get("UID")) for one in _fetched(told)]
        else:
            told = await self._command_or_trouble(b"UID SEARCH UID %d:*" % place.next_uid)
            found = [number(word) for words in told if _is(words, "SEARCH") for word in words[2:]]
        # `7:*` names the last letter also where that is an earlier one (RFC 3501, section 6.4.8).
        least = place.next_uid if place is not None else 1
        return sorted({uid for uid in found if uid is not None and uid >= least})

    async def letters(self, uids: Sequence[int]) -> AsyncIterator[tuple[Sequence[int], list[Letter]]]:
        """Yield the letters of these numbers, as far as they are still there, a few numbers at a time."""
        for start in range(0, len(uids), _BATCH):
            batch = uids[start : start + _BATCH]
            asked = b"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.%d>)" % LETTER_BYTES
            read = [_letter(one) for one in _fetched(await self._command_or_trouble(_uid_fetch(batch, asked)))]
            # A server may also tell what nobody asked for: that another program marked a letter, say.
            found = {letter.uid: letter for letter in read if letter is not None and letter.uid in batch}
            cut = [uid for uid, letter in found.items() if letter.is_cut]
            names = await self._attachments(cut) if cut else {}
            yield batch, [replace(letter, named=names.get(uid)) for uid, letter in found.items()]

    async def sign_out(self) -> None:
        """Take leave; nothing more is heard."""
        await self._line.say(b"z LOGOUT\r\n")

    async def _attachments(self, uids: Sequence[int]) -> dict[int, tuple[dict[str, str], ...]]:
        """Return what the parts of letters too long to be read whole are called, by the letter's number."""
        told = await self._command_or_trouble(_uid_fetch(uids, b"(UID BODYSTRUCTURE)"))
        return {
            uid: tuple(named_parts(one["BODYSTRUCTURE"]))
            for one in _fetched(told)
            if (uid := number(one.get("UID"))) is not None and "BODYSTRUCTURE" in one
        }

    async def _folder_names(self) -> list[str]:
        told = await self._command_or_trouble(b'LIST "" "*"')
        names = [shown_folder_name(text(words[-1])) for words in told if _is(words, "LIST") and len(words) > 4]
        return [*names[:_MOST_NAMED], *([f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else [])]

    async def _start_tls(self, ask: FolderAsk) -> None:
        try:
            await self._command(b"STARTTLS")
        except (_Refused, SourceChanged) as error:
            raise SourceRefused(f"{self._line.host} offers no encryption at this port: is it `tls: yes`?") from error
        await self._line.encrypt(ask.ca)

    async def _capabilities(self) -> frozenset[str]:
        told = await self._command_or_trouble(b"CAPABILITY")
        return frozenset(text(word).upper() for words in told if _is(words, "CAPABILITY") for word in words[2:])

    async def _say_password(self, ask: FolderAsk) -> None:
        password = ask.password.get_secret_value()
        if "AUTH=PLAIN" in self._can:
            # RFC 4616; the only way to say a name or password beyond ASCII.
            secret = base64.b64encode(f"\0{ask.user}\0{password}".encode())
            if "SASL-IR" in self._can:
                await self._command(b"AUTHENTICATE PLAIN " + secret)
            else:
                await self._command(b"AUTHENTICATE PLAIN", secret)
            return
        if not (ask.user + password).isascii() or re.search(r"[\r\n\0]", ask.user + password):
            raise SourceRefused(f"{self._line.host} takes a user and password of ASCII letters and signs only")
        await self._command(b"LOGIN " + quoted(ask.user) + b" " + quoted(password))

    async def _command_or_trouble(self, words: bytes) -> list[list[Word]]:
        """Say a command of which nobody expects a refusal."""
        try:
            return await self._command(words)
        except _Refused as no:
            kind = SourceUnavailable if no.is_passing else SourceChanged
            raise kind(f"the mail server refuses {words.split()[0].decode()}") from no

    async def _command(self, words: bytes, more: bytes | None = None) -> list[list[Word]]:
        """Say a command, and on being asked for it what goes with it; return what was told before it was done.

        Raises:
            _Refused: The server says NO.
        """
        self._count += 1
        tag = f"a{self._count}"
        await self._line.say(tag.encode() + b" " + words + b"\r\n")
        told = []
        while True:
            answer = await self._hear()
            if answer[:1] == ["+"] and more is not None:
                await self._line.say(more + b"\r\n")
                more = None
            elif answer[:1] == [tag]:
                break
            elif _is(answer, "BYE", at=1):
                raise SourceUnavailable("the mail server hung up")
            else:
                told.append(answer)
        state = text(answer[1]).upper() if len(answer) > 1 else ""
        if state == "NO":
            raise _Refused(" ".join(map(text, answer[2:])))
        if state != "OK":
            raise SourceChanged(f"the mail server does not understand {words.split()[0].decode()}")
        return told

    async def _hear(self) -> list[Word]:
        """Return the words of the next answer, with the texts that it counts out."""
        pieces = [await self._hear_line()]
        while announced := LITERAL.search(pieces[-1]):
            if int(announced[1]) > _MOST_LITERAL:
                raise SourceChanged("the mail server sends more of a letter than was asked for")
            pieces += [await self._line.hear_bytes(int(announced[1])), await self._hear_line()]
        try:
            return read_words(pieces)
        except Misread as error:
            raise SourceChanged(f"the mail server speaks no proper IMAP: {error}") from error

    async def _hear_line(self) -> bytes:
        line = await self._line.hear_line()
        self._lines += 1
        self._in_lines += len(line)
        if self._lines > _MOST_LINES or self._in_lines > _MOST_IN_LINES:
            raise SourceChanged("the mail server says more than anybody asked for")
        return line


def _is(words: list[Word], name: str, *, at: int = 1) -> bool:
    return len(words) > at and words[0] == "*" and text(words[at]).upper() == name


def _uid_fetch(uids: Sequence[int], asked: bytes) -> bytes:
    return b"UID FETCH " + ",".join(map(str, uids)).encode() + b" " + asked


def _fetched(told: Sequence[list[Word]]) -> Iterator[dict[str, Word]]:
    for words in told:
        if _is(words, "FETCH", at=2) and len(words) > 3:
            yield pairs(words[3])


def _letter(fetched: dict[str, Word]) -> Letter | None:
    uid, raw = number(fetched.get("UID")), fetched.get("BODY[]<0>")
    if uid is None or not isinstance(raw, bytes):
        return None
    return Letter(uid, raw, number(fetched.get("RFC822.SIZE")), _instant(text(fetched.get("INTERNALDATE"))))


def _instant(written: str) -> datetime | None:
    """Return an INTERNALDATE: ` 7-Nov-2026 09:05:00 +0100`; its months are English in every locale."""
    found = _DATE.fullmatch(written.strip())
    if found is None:
        return None
    month = f"{_MONTHS.index(found[2].title()) + 1:02}" if found[2].title() in _MONTHS else ""
    try:
        return datetime.fromisoformat(f"{found[3]}-{month}-{int(found[1]):02}T{found[4]}{found[5]}")
    except ValueError:
        return None


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE: Final = re.compile(r"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) ([+-][0-9]{4})")
