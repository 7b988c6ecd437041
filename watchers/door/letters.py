"""A folder of mail as a door sees it: what is asked, and the letters that come back.

FolderAsk ▶ Fetcher ▶ FolderPage(letters, the place to go on from)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import SecretStr

from watchers.api import Page, Request

Encryption = Literal["yes", "starttls", "no"]


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """How far a folder was read: every letter below `next_uid`, for as long as its numbers stay the same.

    Attributes:
        validity: Names the numbering (UIDVALIDITY): another one says nothing of ours.
    """

    validity: int
    next_uid: int

    def __str__(self) -> str:
        return f"{self.validity}:{self.next_uid}"

    @classmethod
    def read(cls, written: str | None) -> FolderPlace | None:
        """Return the place that a text names, or None where it names none."""
        validity, _, next_uid = (written or "").partition(":")
        return cls(int(validity), int(next_uid)) if validity.isdigit() and next_uid.isdigit() else None


@dataclass(frozen=True, slots=True)
class FolderAsk(Request):
    """The question what is new in a folder.

    Attributes:
        url: `imaps://host:port/folder`, of which the host and the port are asked; the rest is for the ledger.
        ca: A file of authorities to trust besides the system's.
        place: How far it was read before; None: its newest letters are wanted.
    """

    tls: Encryption = "yes"
    ca: str | None = None
    user: str = field(default="", repr=False)
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    folder: str = "INBOX"
    place: FolderPlace | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, as far as it was read.

    Attributes:
        uid: Its number in the folder.
        raw: Its bytes from the first on.
        size: How many there are; None where the server does not say.
        received: When the server took it.
        named: What the parts call themselves, where not all of them were read: parameters of a Content-Disposition.
    """

    uid: int
    raw: bytes
    size: int | None = None
    received: datetime | None = None
    named: tuple[dict[str, str], ...] | None = None

    @property
    def is_cut(self) -> bool:
        """Whether there is more of it than was read."""
        return self.size is not None and self.size > len(self.raw)


@dataclass(frozen=True, slots=True)
class FolderPage(Page):
    """What is new in a folder.

    Attributes:
        place: How far it is read now.
        is_whole: Nothing was known of it before: these are its newest letters.
        left: How many more came that were not read yet.
    """

    letters: tuple[Letter, ...] = ()
    place: FolderPlace = FolderPlace(0, 0)
    is_whole: bool = True
    left: int = 0
