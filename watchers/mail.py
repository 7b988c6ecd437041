"""The kind `mail`: letters in a folder of a mailbox, read only.

    FolderAsk ─▶ door (IMAP) ─▶ letters that came since ─▶ read_letter ─▶ observations, and what `find:` finds in them

The cursor is how far the folder was read, so that a letter is fetched once. Nothing is marked, moved or deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar, Final
from urllib.parse import quote

import regex
from pydantic import Field, SecretStr, field_validator

from watchers.api import (
    UNCHANGED,
    Context,
    Fact,
    FactSpec,
    Kind,
    Moment,
    Number,
    Observation,
    Page,
    Poll,
    SourceChanged,
    Text,
    Texts,
    Unchanged,
    Watcher,
    known,
)
from watchers.door.address import read_address
from watchers.door.letters import Encryption, FolderAsk, FolderPage, FolderPlace, Letter
from watchers.door.localfiles import checked_path
from watchers.reading.letter import named_attachments, read_letter
from watchers.reading.plain import plain_line
from watchers.reading.typedfacts import check_names

PORTS: Final[Mapping[str, int]] = {"yes": 993, "starttls": 143, "no": 143}
MOST_PATTERNS: Final = 20
MAX_PATTERN: Final = 500
MAX_FOUND: Final = 200
FIND_SECONDS: Final = 0.2
"""How long a pattern of the owner's may look through one letter: some take for ever on a text that does not fit."""


class Mail(Watcher):
    """Tell new letters in a folder of a mailbox."""

    kind: ClassVar[Kind] = Kind(
        name="mail",
        shape="stream",
        summary="New letters in a folder of a mailbox (IMAP), which are only read: none is marked, moved or deleted.",
        main="text",
        title="subject",
        news_at="received",
        facts=(
            FactSpec("text", Text, "What it says as plain text, its subject before it.", example="invoice", told=False),
            FactSpec("subject", Text, "What it is about, as its sender wrote it.", example="Your parcel"),
            FactSpec("from", Text, "The address that it says it is from.", example="shop.example"),
            FactSpec("from_name", Text, "The name that its sender goes by.", example="Jane Doe"),
            FactSpec(
                "to", Texts, "The addresses that it is for, copies included.", example="me@home.example", told=False
            ),
            FactSpec("list", Text, "The mailing list that it came by.", example="news.shop.example"),
            FactSpec("attachments", Texts, "What the files that hang on it are called.", example="invoice.pdf"),
            FactSpec("date", Moment, "When it was sent, as it says itself.", example="2026-05-01"),
            FactSpec("received", Moment, "When the mailbox took it.", example="2026-05-01", told=False),
            FactSpec("size", Number, "How long it is in all.", unit="bytes", example="1000000", told=False),
        ),
    )
    kept_here: ClassVar[frozenset[str]] = frozenset({"find"})

    host: str = Field(description="The mail server's name: imap.home.example.", min_length=1)
    user: str = Field(description="The name that you sign in with, often your address.", min_length=1)
    password: SecretStr = Field(
        description="Its password, by reference: ${cred:mail}; some services want one of its own."
    )
    folder: str = Field(
        default="INBOX", min_length=1, max_length=500, description="Which folder, as the server names it."
    )
    tls: Encryption = Field(
        default="yes", description="Encrypted from the start (yes), after asking (starttls), or not (no), at home only."
    )
    port: int = Field(default=0, ge=0, le=65535, description="The port; 0: 993, or 143 without `tls: yes`.")
    ca: str = Field(
        default="", description="The whole path of a PEM file of certificates to trust besides the system's."
    )
    find: dict[str, str] = Field(
        default_factory=dict,
        description='Facts of your own by patterns, such as {parcel: "JD[0-9]{16,}"}; of a pattern with a group, that.',
    )

    @field_validator("host")
    @classmethod
    def _is_a_host(cls, host: str) -> str:
        if "/" in host or "@" in host:
            raise ValueError("write the server's name alone, without imap:// and without a user")
        return read_address(f"https://{f'[{host}]' if host.count(':') > 1 else host}/").host

    @field_validator("tls", mode="before")
    @classmethod
    def _yes_or_no(cls, tls: object) -> object:
        return {True: "yes", False: "no"}.get(tls, tls) if isinstance(tls, bool) else tls

    @field_validator("ca")
    @classmethod
    def _is_a_path(cls, ca: str) -> str:
        return checked_path(ca)

    @field_validator("find")
    @classmethod
    def _are_patterns(cls, find: dict[str, str]) -> dict[str, str]:
        if len(find) > MOST_PATTERNS:
            raise ValueError(f"more than {MOST_PATTERNS} patterns")
        check_names(find, {spec.name for spec in cls.kind.facts})
        for name, pattern in find.items():
            if len(pattern) > MAX_PATTERN:
                raise ValueError(f"the pattern of {name} is longer than {MAX_PATTERN} letters")
            try:
                _compiled(pattern)
            except (regex.error, RecursionError, OverflowError) as error:
                raise ValueError(f"the pattern of {name} cannot be read: {error}") from error
        return find

    @property
    def sees(self) -> Kind:
        """The kind, with a text for each pattern of `find:`."""
        found = (
            FactSpec(name, Text, f"What the pattern {pattern} finds in the letter.")
            for name, pattern in self.find.items()
        )
        return replace(self.kind, facts=(*self.kind.facts, *found))

    @property
    def label(self) -> str:
        """The folder and the server, without the user."""
        return f"{self.folder} at {self.host}"

    @property
    def hosts(self) -> frozenset[str]:
        """The mail server."""
        return frozenset({self.host})

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Read what came since the last time; at first the newest letters."""
        page = await context.fetch(self._ask(FolderPlace.read(context.cursor)))
        if page.unchanged:
            return UNCHANGED
        return await context.parse(self.read, page, context)

    def read(self, page: Page, context: Context) -> Poll:
        """Return the letters of one look; a page of any other door is one letter, as programs save them."""
        if isinstance(page, FolderPage):
            # One letter can lie in a folder twice: it is one thing.
            seen = {one.key: one for one in map(self._observed, page.letters)}
            notices = (f"{page.left:,} more letters are read at the next looks",) if page.left else ()
            return Poll(tuple(seen.values()), str(page.place), notices, is_addition=not page.is_whole)
        if not read_letter(page.body).is_letter:
            raise SourceChanged("this is no letter: it has none of the headers that letters have")
        return Poll((self._observed(Letter(0, page.body, len(page.body))),))

    def _ask(self, place: FolderPlace | None) -> FolderAsk:
        port = self.port or PORTS[self.tls]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return FolderAsk(
            f"imap{'s' if self.tls == 'yes' else ''}://{host}:{port}/{quote(self.folder)}",
            method="IMAP",
            tls=self.tls,
            ca=self.ca or None,
            user=self.user,
            password=self.password,
            folder=self.folder,
            place=place,
        )

    def _observed(self, letter: Letter) -> Observation:
        read = read_letter(letter.raw)
        attached = named_attachments(letter.named) if letter.named is not None else read.attachments
        text = plain_line(f"{read.subject} {read.text}")
        facts: dict[str, Fact | None] = {
            "text": _text(text),
            "subject": _text(read.subject),
            "from": _text(read.sender[0]),
            "from_name": _text(read.sender[1]),
            "to": Texts(read.recipients) if read.recipients else None,
            "list": _text(read.list_id),
            "attachments": Texts(attached),
            "date": _moment(read.date or letter.received),
            "received": _moment(letter.received),
            "size": Number(Decimal(letter.size)) if letter.size is not None else None,
        }
        unknown = {}
        if letter.is_cut and not read.text:
            unknown["text"] = "it begins behind what is read of so long a letter"
            facts["text"] = None
        for name, pattern in self.find.items():
            try:
                facts[name] = _text(_found(pattern, text))
            except TimeoutError:
                unknown[name] = f"looking for it took longer than {FIND_SECONDS:g} s"
        return Observation(read.key, known(facts), unknown)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def _found(pattern: str, text: str) -> str:
    """Return what a pattern finds: its first group, or all of it; empty where it finds nothing.

    Raises:
        TimeoutError: It took too long.
    """
    match = _compiled(pattern).search(text, timeout=FIND_SECONDS)
    if match is None:
        return ""
    return plain_line((match[1] if match.re.groups else match[0]) or "", MAX_FOUND)


def _text(text: str) -> Text | None:
    return Text(text) if text else None


def _moment(at: datetime | None) -> Moment | None:
    return Moment(at) if at is not None else None
