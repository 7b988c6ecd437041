"""What a feed says, whatever it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry. Texts are one line of words without markup; an empty text is one that the feed does not state.

    Attributes:
        title_as_written: The title with the markup and the entities that the feed has in it.
        link: An absolute http(s) address.
        id: As written; it may be anything.
        published: In UTC; the only date that the feed gives, if it gives one.
        updated: In UTC; only where the feed calls it so.
        content: The full text, where the feed carries one besides a summary, or instead of it.
        attachment: The address of a file that comes with it, such as an episode.
    """

    title: str = ""
    title_as_written: str = ""
    link: str = ""
    id: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
    content: str = ""
    author: str = ""
    categories: tuple[str, ...] = ()
    attachment: str = ""

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it to tell: a text, or something to open."""
        return bool(self.title or self.summary or self.content or self.link or self.attachment)


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed, with its entries in the order of the document.

    Attributes:
        link: The address of the site that it is about.
        left_out: One sentence, if not everything was read; else empty.
    """

    title: str
    link: str
    entries: tuple[FeedEntry, ...]
    title_as_written: str = ""
    left_out: str = ""
