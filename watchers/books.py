"""New books by an author, as Open Library lists them.

    author's name ─▶ search ─▶ number ─▶ every page of their works ─▶ one observation for each
                               └ kept in the cursor, so that later polls begin here

The service is described at https://openlibrary.org/developers/api, which asks regular users for a User-Agent that names
the program and a contact, and for few requests a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Final, Self
from urllib.parse import urlencode

from pydantic import Field, field_validator, model_validator

from watchers.api import (
    UNCHANGED,
    Context,
    Day,
    Fact,
    FactSpec,
    Kind,
    Number,
    Observation,
    Page,
    Poll,
    Request,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Text,
    Texts,
    Unchanged,
    known,
)
from watchers.door.services import ask_service, checked_server
from watchers.reading.names import folded, phrase
from watchers.reading.openlibrary import (
    AUTHOR,
    FIELDS,
    Author,
    Book,
    Works,
    read_author,
    read_authors,
    read_works,
)
from watchers.service import ServiceWatcher

PAGE_SIZE: Final = 100
MOST_WORKS: Final = 5_000
"""What a poll reads at most: 50 requests, a minute at the pace that is kept."""

MOST_NAMED: Final = 8
"""How many authors an error lists."""

_ADDRESS = re.compile(r"(?:https?://\S+)?(?:/?authors/)?(OL[0-9]{1,12}A)(?:[/?#]\S*)?", re.IGNORECASE)
_CURSOR = re.compile(rf"({AUTHOR.pattern}) ([0-9]+)")


class Books(ServiceWatcher):
    """Watch for new books by an author."""

    public_host: ClassVar[str] = "openlibrary.org"
    kind: ClassVar[Kind] = Kind(
        name="books",
        shape="stream",
        summary="New books by an author, from Open Library.",
        main="text",
        facts=(
            FactSpec("text", Text, "Title, subtitle and authors together.", example="hobbit", told=False),
            FactSpec("title", Text, "The title of the book.", example="The Hobbit"),
            FactSpec("subtitle", Text, "What stands below the title.", example="or There and Back Again"),
            FactSpec("author", Texts, "Who wrote it: all of them.", example="J.R.R. Tolkien"),
            FactSpec(
                "published",
                Day,
                "When its first edition came or comes out, as exact as that is stated: a day, a month or a year.",
                example="2026-05-13",
            ),
            FactSpec(
                "languages", Texts, "The languages of its editions, as codes of three letters (MARC).", example="eng"
            ),
            FactSpec("publishers", Texts, "Who published its editions.", example="Allen & Unwin"),
            FactSpec("formats", Texts, "What its editions are, in their own words.", example="Hardcover"),
            FactSpec("isbn", Texts, "The numbers of its editions.", example="9780261102217", told=False),
            FactSpec("edition_count", Number, "How many editions of it are known.", example="3"),
            FactSpec("url", Text, "Its page.", example="https://openlibrary.org/works/OL27482W", told=False),
        ),
    )

    author: str = Field(
        default="",
        description="The author's name, without regard to case and accents, also another name; or the number "
        "(OL26320A) or page at Open Library. Where several authors have the name, the error lists them.",
    )
    id: str = Field(
        default="",
        description="The author's number or page, where the name is not enough; `author` is then a label.",
    )
    language: str = Field(default="", description="Only works with an edition in this language, by its code: eng.")
    server: str = Field(default="https://openlibrary.org", description="The address of another server like it.")

    @field_validator("id")
    @classmethod
    def _is_a_number(cls, value: str) -> str:
        match = _ADDRESS.fullmatch(value)
        if value and not match:
            raise ValueError("an author's number looks like OL26320A; paste the author's page instead")
        return match[1].upper() if match else ""

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, language: str) -> str:
        if language and not re.fullmatch(r"[a-z]{3}", language):
            raise ValueError("a language is its code of three letters, such as eng, fre or ger")
        return language

    @field_validator("server")
    @classmethod
    def _is_a_server(cls, server: str) -> str:
        return checked_server(server, "https://openlibrary.org")

    @model_validator(mode="after")
    def _names_one_author(self) -> Self:
        if not (self.author or self.id):
            raise ValueError("write author: with a name, or id: with the author's number")
        return self

    @property
    def label(self) -> str:
        """The author as written, and the server."""
        return f"books: {self.author or self.id} ({self._host})"

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Read the author's whole list, or nothing.

        1. Find the author: the cursor knows them, or the options name them, or a search does.
        2. Read every page; a list that fitted one page is asked for on condition that it changed.
        3. Where the list changed, learn whether the author was merged into another, and read that one's list.
        """
        last = _CURSOR.fullmatch(context.cursor or "")
        number, notices = (last[1], ()) if last else await self._identity(context)
        works = await self._works(context, number, was_long=bool(last and int(last[2]) > 1))
        if works is None:
            return UNCHANGED
        number, merged = await self._followed(context, number)
        if merged:
            works = await self._works(context, number, was_long=True) or []
        books = {book.id: book for page in works for book in page.books}
        unread = sum(page.listed - len(page.books) for page in works)
        return Poll(
            self._observations(books.values()),
            cursor=f"{number} {len(works)}",
            notices=(*notices, *merged, *_unread(unread)),
            # What the heir of a merged author wrote before is nothing new.
            is_baseline=bool(merged),
        )

    def read(self, page: Page, context: Context) -> Poll:
        """Return the works of one saved answer."""
        works = read_works(page.body)
        books = {book.id: book for book in works.books}
        return Poll(self._observations(books.values()), notices=_unread(works.listed - len(works.books)))

    async def _identity(self, context: Context) -> tuple[str, tuple[str, ...]]:
        """Return the number of the author that the options mean, with a notice where a search found it."""
        stated = _ADDRESS.fullmatch(self.author)
        if self.id or stated:
            return self.id or (stated[1].upper() if stated else ""), ()
        page = await self._ask(context, "search/authors", whole=True, q=phrase(self.author), limit="100")
        found = await context.parse(read_authors, page.body)
        fitting = fitting_authors(self.author, found)
        if not fitting:
            near = f"; the nearest: {_listed(found)}" if found else ""
            raise SourceRefused(f"{self._host} has no author named “{self.author}”{near}")
        if len(fitting) > 1:
            raise SourceRefused(
                f"{len(fitting)} authors are named “{self.author}”: {_listed(fitting)}. "
                "Write id: with the number of the one you mean"
            )
        return fitting[0].id, (f"“{self.author}” is taken to be {fitting[0]}",)

    async def _works(self, context: Context, number: str, *, was_long: bool) -> list[Works] | None:
        """Read all pages; None where they are those of the last poll.

        A list that was long (more than a page) at the last poll is read whole: one unchanged page says nothing of it.
        """
        query = {"q": f"author_key:{number}" + (f" language:{self.language}" if self.language else "")}
        query |= {"fields": ",".join(FIELDS), "sort": "key", "limit": str(PAGE_SIZE)}
        pages: list[Works] = []
        offset = 0
        while not pages or (pages[-1].listed and offset < pages[0].total):
            place = {"offset": str(offset)} if offset else {}
            page = await self._ask(context, "search", whole=was_long or offset > 0, **query, **place)
            if page.unchanged:
                return None
            pages.append(await context.parse(read_works, page.body))
            offset += pages[-1].listed
            self._refuse_many(pages[0].total)
        if offset < pages[0].total:
            raise SourceUnavailable(f"the list of works ends after {offset} of {pages[0].total}")
        return pages

    def _refuse_many(self, total: int) -> None:
        if total > MOST_WORKS:
            narrower = "name another author" if self.language else "give language: to see fewer"
            raise SourceRefused(f"{total} works are too many to watch (at most {MOST_WORKS}): {narrower}")

    async def _followed(self, context: Context, number: str) -> tuple[str, tuple[str, ...]]:
        """Return the author's present number, with a notice if it is another.

        Works move to the heir of a merger, though not always all, and not always at once: what is listed says nothing.
        """
        try:
            page = await self._ask(context, f"authors/{number}", whole=True)
        except SourceGone as gone:
            raise SourceGone(f"{self._host} has no author {number}: deleted, or a wrong number") from gone
        present = await context.parse(read_author, page.body)
        if present == number:
            return number, ()
        return present, (f"{self.author or number} was merged into {present}, who is watched from now on",)

    async def _ask(self, context: Context, path: str, *, whole: bool, **query: str) -> Page:
        asked = f"?{urlencode(query)}" if query else ""
        address = f"{self.server}/{path}.json{asked}"
        return await ask_service(context, Request(address, headers={"Accept": "application/json"}, whole=whole))

    def _observations(self, books: Iterable[Book]) -> tuple[Observation, ...]:
        each = tuple(books)
        # A work that was merged and is listed still is itself.
        taken = {book.id for book in each}
        found = []
        for book in each:
            also = tuple(other for other in book.others if other not in taken)
            taken |= set(also)
            found.append(self._observation(book, also))
        return tuple(found)

    def _observation(self, book: Book, also: tuple[str, ...]) -> Observation:
        url = f"{self.server}/works/{book.id}"
        below = f": {book.subtitle}" if book.subtitle else ""
        by = f" – {', '.join(book.authors)}" if book.authors else ""
        several = {
            "author": book.authors,
            "languages": book.languages,
            "publishers": book.publishers,
            "formats": book.formats,
            "isbn": book.isbns,
        }
        facts: dict[str, Fact | None] = {name: Texts(values) if values else None for name, values in several.items()}
        facts |= {
            "text": Text(f"{book.title}{below}{by}"),
            "title": Text(book.title),
            "subtitle": Text(book.subtitle) if book.subtitle else None,
            "published": book.published,
            "edition_count": Number(Decimal(book.editions)) if book.editions is not None else None,
            "url": Text(url),
        }
        evidence = {"published": "publish_date of its editions"} if book.published else {}
        return Observation(book.id, known(facts), evidence=evidence, link=url, also=also)


def fitting_authors(name: str, authors: Iterable[Author]) -> tuple[Author, ...]:
    """Return the authors that have this name; only where none has, those for whom it is another name.

    A record without works is a slip that nobody is known by, and makes no name ambiguous.
    """
    wanted = folded(name)
    each = tuple({author.id: author for author in authors}.values())
    each = tuple(author for author in each if author.works) or each
    named = tuple(author for author in each if folded(author.name) == wanted)
    return named or tuple(author for author in each if wanted in map(folded, author.other_names))


def _listed(authors: Iterable[Author]) -> str:
    each = tuple(dict.fromkeys(map(str, authors)))
    more = f"; and {len(each) - MOST_NAMED} more" if len(each) > MOST_NAMED else ""
    return "; ".join(each[:MOST_NAMED]) + more


def _unread(count: int) -> tuple[str, ...]:
    return (f"{count} entries of the answer have no number or no title",) if count else ()
