"""Calendars and address books: files that a rule names by address or by path, and that mean something else each day.

address ─▶ door ────┐
                    ├─▶ files ─▶ the kind's own reading, for the day on which they are read
path ─▶ this machine ┘
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import ClassVar, TypeVar

from pydantic import Field, field_validator

from watchers.api import UNCHANGED, Context, HttpWatcher, Page, Poll, Request, Unchanged, WatchError
from watchers.door.address import read_address
from watchers.door.localfiles import LocalFile, checked_path, read_local
from watchers.reading.plain import plain_line

MOST_NOTICES = 5

Read = TypeVar("Read")


class Subscription(HttpWatcher):
    """A watch of a file that lies at an address or on this machine.

    Attributes:
        accept: The media types that it wants.
        endings: The endings of the names of such files, in a folder of them.
    """

    accept: ClassVar[str]
    endings: ClassVar[tuple[str, ...]]

    url: str = Field(default="", description="Its address: https://… or webcal://….")
    file: str = Field(default="", description="Its whole path on this machine: a file, or a folder of such files.")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if not url:
            return url
        scheme, _, rest = url.partition("://")
        # The scheme only tells a browser which program is to subscribe.
        url = f"https://{rest}" if scheme.lower() in ("webcal", "webcals") else url
        read_address(url)
        return url

    @field_validator("file")
    @classmethod
    def _is_a_path(cls, file: str) -> str:
        return checked_path(file)

    @property
    def label(self) -> str:
        """The address, without a password that it may carry, or the path."""
        return str(read_address(self.url)) if self.url else self.file

    @property
    def hosts(self) -> frozenset[str]:
        """The host of the address; none for a path."""
        return frozenset({read_address(self.url).host}) if self.url else frozenset()

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Read it; the same file read on another day says something else.

        The cursor is the day and zone of the last reading, and of local files also a hash: only where all are the same
        does an unchanged answer say that nothing changed.
        """
        today = f"{context.now.astimezone(context.zone).date()} {context.zone.key}"
        if self.file:
            files = await context.parse(read_local, self.file, self.endings)
            cursor = f"{today} {_digest(files)}"
            if cursor == context.cursor:
                return UNCHANGED
            return replace(await context.parse(self.read_files, files, context), cursor=cursor)
        page = await context.fetch(Request(self.url, headers={"Accept": self.accept}, whole=context.cursor != today))
        if page.unchanged:
            return UNCHANGED
        return replace(await context.parse(self.read, page, context), cursor=today)

    def read(self, page: Page, context: Context) -> Poll:
        """Return what one answer says."""
        return self.read_files((LocalFile("", page.body),), context)

    def read_files(self, files: tuple[LocalFile, ...], context: Context) -> Poll:
        """Return what all files together say.

        Raises:
            WatchError: One file was given, and it cannot be understood.
        """
        raise TypeError(f"the kind {self.kind.name} has no read_files")


def last_read_on(cursor: str | None) -> date | None:
    """Return the day of the last reading, which stands first in the cursor; None where this is the first one."""
    return date.fromisoformat(cursor[:10]) if cursor else None


def each_read(files: tuple[LocalFile, ...], read: Callable[[bytes], Read]) -> tuple[tuple[Read, ...], tuple[str, ...]]:
    """Return what each file says, and sentences about those that cannot be understood.

    One such file of many hides none of the others; one alone is a trouble.

    Raises:
        WatchError: No file can be understood.
    """
    found: list[Read] = []
    troubles: list[WatchError] = []
    notices = []
    for file in files:
        try:
            found.append(read(file.body))
        except WatchError as trouble:
            troubles.append(trouble)
            notices.append(f"{plain_line(file.name, 100)} is left out: {trouble.reason}")
    if troubles and not found:
        raise troubles[0]
    return tuple(found), tuple(notices[:MOST_NOTICES])


def _digest(files: tuple[LocalFile, ...]) -> str:
    parts = sha256()
    for file in files:
        name = file.name.encode("utf-8", "surrogateescape")
        parts.update(b"%d %d " % (len(name), len(file.body)) + name + file.body)
    return parts.hexdigest()[:16]
