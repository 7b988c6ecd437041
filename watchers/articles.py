"""What the entries of a feed say on their own pages: `full_text: yes`.

    entries of a poll ─▶ those not read yet ─▶ ten pages at most ─▶ their articles ─▶ what came since the last poll
                              ▲                                          │
                              └── the cursor: what was read, and what failed how often

What stood in the feed when the watch first looked is no news to anybody and is not asked for. An entry is shown once
its page was read, so that a rule judges all of it; one whose page cannot be had is shown as the feed has it, and says
so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

from watchers.api import Context, Observation, Page, Poll, Request, SourceChanged, SourceUnavailable, Text, WatchError
from watchers.reading.article import read_article
from watchers.reading.blockedpages import ACCEPT, open_page
from watchers.reading.links import web_address
from watchers.reading.plain import MAX_TEXT

MOST_PAGES: Final = 10
"""Pages that one poll asks for; the other entries come at the next polls."""
MOST_TRIES: Final = 3
MOST_REMEMBERED: Final = 2_000
FEWEST_LETTERS: Final = 400
"""A page with less text than this is a teaser, or shows its article to subscribers or to scripts only."""
ENOUGH_LETTERS: Final = 1_500
"""A feed that carries so much of an entry carries the article; nobody is asked for it again."""
FULL_TEXT: Final = (
    "Read each new entry's own page as well, so that `mentions` looks into the whole article: ten pages a poll at most."
)
_GAP: Final = "\f"


@dataclass(frozen=True, slots=True)
class Progress:
    """What was read so far.

    Attributes:
        done: Marks of the entries that were shown, the latest first.
        tries: How often the page of an entry gave nothing, of those that are to be tried again.
    """

    done: tuple[str, ...] = ()
    tries: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether nothing waits for its page to be read."""
        return not self.tries


def progress_of(cursor: str | None) -> Progress | None:
    """Return what the cursor of a watch says of its reading; None where there is none yet."""
    _, gap, said = (cursor or "").partition(_GAP)
    if not gap:
        return None
    done, _, waiting = said.partition("|")
    pairs = (one.split("=") for one in waiting.split())
    return Progress(tuple(done.split()), {mark: int(times) for mark, times in pairs})


async def with_articles(poll: Poll, before: Progress | None, context: Context, *, is_open: bool, home: str) -> Poll:
    """Return what came since the last poll, each entry with the text of its own page.

    Args:
        poll: What the feed shows now.
        before: What was read so far; None at the first look.
        context: The poll's.
        is_open: The owner gave nothing that is for the feed's host alone: other hosts may be asked.
        home: The feed's host.
    """
    marks = {one.key: _marks(one) for one in poll.observations}
    if before is None or poll.is_baseline:
        return replace(poll, cursor=_cursor(poll, Progress(tuple(_first(marks.values())))))
    done = set(before.done)
    fresh = [one for one in poll.observations if done.isdisjoint(marks[one.key])]
    reader = _Reader(context, before.tries, is_open=is_open, home=home)
    shown = [found for one in fresh if (found := await reader.read(one, marks[one.key][0])) is not None]
    shown_keys = {one.key for one in shown}
    there = [one for one in poll.observations if one.key in shown_keys or not done.isdisjoint(marks[one.key])]
    known = (*_first(marks[one.key] for one in there), *before.done)
    after = Progress(tuple(dict.fromkeys(known))[:MOST_REMEMBERED], reader.tries)
    return replace(poll, observations=tuple(shown), cursor=_cursor(poll, after), is_addition=True)


class _Reader:
    """Reads the pages of one poll; `tries` says of each entry that is put off how often it has failed."""

    def __init__(self, context: Context, tries: Mapping[str, int], *, is_open: bool, home: str) -> None:
        self._context = context
        self._failed = tries
        self._is_open = is_open
        self._home = home
        self._asked = 0
        self._silent: set[str] = set()
        self.tries: dict[str, int] = {}

    async def read(self, seen: Observation, mark: str) -> Observation | None:
        """Return an entry with its article, or as its feed has it; None where it is put off to a later poll."""
        said = str(seen.facts.get("body", ""))
        address = web_address("", str(seen.facts.get("link", "")))
        host = (urlsplit(address).hostname or "").lower()
        if len(said) >= ENOUGH_LETTERS:
            return seen
        if not address:
            return _as_it_was(seen, "the entry leads to no page")
        if not self._is_open and host != self._home:
            return _as_it_was(seen, f"its page lies on {host}, which is not to see what this rule sends to its feed")
        if self._asked == MOST_PAGES and host not in self._silent:
            self.tries[mark] = self._failed.get(mark, 0)
            return None
        try:
            text = await self._article(address, host)
        except SourceUnavailable as trouble:
            self._silent.add(host)
            tries = self._failed.get(mark, 0) + 1
            if tries < MOST_TRIES:
                self.tries[mark] = tries
                return None
            return _as_it_was(seen, trouble.reason)
        except WatchError as trouble:
            return _as_it_was(seen, trouble.reason)
        if len(text) <= max(len(said), len(str(seen.facts.get("summary", "")))):
            return _as_it_was(seen, f"{host} shows less of the article than the feed does")
        return _with_text(seen, text, host)

    async def _article(self, address: str, host: str) -> str:
        """Return the article at an address; a host that failed a moment ago is not asked again in this poll."""
        if host in self._silent:
            raise SourceUnavailable(f"{host} does not answer")
        self._asked += 1
        page = await self._context.fetch(Request(address, headers={"Accept": ACCEPT}, whole=True))
        return await self._context.parse(article_text, page, address)


def article_text(page: Page, asked_for: str) -> str:
    """Return the text of the article that a page shows, as one line.

    Raises:
        SourceRefused: A sign-in, a consent page or a bot check stands in its place.
        SourceUnavailable: It says that it is out of order.
        SourceChanged: It is no web page, or holds hardly any text of its own.
    """
    text = read_article(open_page(page, asked_for=asked_for)).text[:MAX_TEXT].rstrip()
    if len(text.encode()) < FEWEST_LETTERS:
        host = urlsplit(page.url).hostname or "the site"
        raise SourceChanged(f"{host} shows hardly any text there: it may be for subscribers, or be made by scripts")
    return text


def _with_text(seen: Observation, text: str, host: str) -> Observation:
    title = str(seen.facts.get("title", ""))
    whole = f"{title} · {text}" if title and title not in text else text
    summary = str(seen.facts.get("summary", ""))
    whole = f"{whole} · {summary}" if summary and summary not in whole else whole
    facts = {**seen.facts, "body": Text(text), "text": Text(whole[:MAX_TEXT].rstrip())}
    where = f"the entry's own page, on {host}"
    return replace(seen, facts=facts, evidence={**seen.evidence, "body": where, "text": where})


def _as_it_was(seen: Observation, why: str) -> Observation:
    """Return an entry as its feed has it, with the reason why there is no more."""
    if "body" in seen.facts:
        return replace(seen, evidence={**seen.evidence, "body": f"the feed itself: {why}"})
    unknown = {**seen.unknown, "body": why}
    return replace(seen, unknown=unknown, evidence={**seen.evidence, "text": f"the feed itself: {why}"})


def _marks(seen: Observation) -> tuple[str, ...]:
    """Return what tells an entry among what was read: one for each of its keys."""
    return tuple(
        blake2b(key.encode(errors="surrogatepass"), digest_size=5).hexdigest() for key in (seen.key, *seen.also)
    )


def _first(marks: Iterable[Sequence[str]]) -> Iterable[str]:
    return (one[0] for one in marks)


def _cursor(poll: Poll, progress: Progress) -> str:
    shown, _, _ = (poll.cursor or "").partition(_GAP)
    waiting = " ".join(f"{mark}={times}" for mark, times in progress.tries.items())
    return f"{shown}{_GAP}{' '.join(progress.done)}|{waiting}"
