"""The kind `site`: whether a site answers, how soon, and how long its certificate lasts.

    Probe ─▶ door ─┬─▶ an answer, whatever its status ──┐
                   ├─▶ none, and this machine is online ┴─▶ one observation
                   └─▶ none, and it may be this machine ──▶ a trouble: nothing is known of the site

That a site is down is a fact here and no trouble, so a rule can be true of it. What a site says to a program that it
takes for a robot is neither: a bot check or "asked too often" is a trouble.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Final

from pydantic import Field, field_validator

from watchers.api import (
    UNCHANGED,
    Context,
    Fact,
    FactSpec,
    Flag,
    HttpWatcher,
    Kind,
    Moment,
    Number,
    Observation,
    Page,
    Poll,
    SourceUnavailable,
    Span,
    Text,
    Texts,
    Unchanged,
    known,
)
from watchers.door.address import read_address
from watchers.door.answers import MOVED, what_stands_in_the_way
from watchers.door.probe import Probe, Probed
from watchers.options import WebAddress, WebAddressIfAny
from watchers.reading.certificate import Certificate, read_certificate
from watchers.reading.feedencoding import decode_document
from watchers.reading.plain import plain_line, words_of

_ACCEPT: Final = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
_TOO_OFTEN: Final = 429
_DAY: Final = timedelta(days=1)


class Site(HttpWatcher):
    """Watch whether a site is up, and its certificate."""

    kind: ClassVar[Kind] = Kind(
        name="site",
        shape="gauge",
        summary="Whether a site answers as it should, how soon, and how long its certificate lasts.",
        main="up",
        facts=(
            FactSpec("up", Flag, "Whether it answers, with a status that counts as good, and with `word` if given."),
            FactSpec("fault", Text, "What is wrong, while it is not up.", example="certificate"),
            FactSpec("status", Number, "The HTTP status of its answer.", example="503"),
            FactSpec("latency", Span, "How long it took until it began to answer.", example="2s"),
            FactSpec("days_left", Number, "Whole days until its certificate ends.", unit="days", example="14"),
            FactSpec("valid_until", Moment, "When its certificate ends.", example="2026-12-24", told=False),
            FactSpec("issuer", Text, "Who issued its certificate.", example="Let's Encrypt", told=False),
            FactSpec("trusted", Flag, "Whether its certificate was accepted.", told=False),
            FactSpec("has_word", Flag, "Whether the page has `word`.", told=False),
            FactSpec("redirects_to", Text, "Where its answer came from, if elsewhere.", example="https://one.example/"),
            FactSpec(
                "addresses",
                Texts,
                "What its name stands for in the DNS, in order.",
                example="93.184.215.14",
                told=False,
            ),
            FactSpec("title", Text, "The address that is watched.", example="https://one.example/", told=False),
        ),
    )
    kept_here: ClassVar[frozenset[str]] = frozenset({"word"})

    url: WebAddress = Field(description="The address to ask for.")
    word: str = Field(
        default="", description="A word or phrase that the page must have, without regard to case and to white space."
    )
    statuses: tuple[Annotated[int, Field(ge=100, le=599)], ...] = Field(
        default=(), description="The statuses that count as good, such as [200, 401]; otherwise each one below 400."
    )
    check: WebAddressIfAny = Field(
        default="",
        description="Another address, which always answers: it is asked when this one and the other hosts of your "
        "rules do not, to see whether this machine is online.",
    )

    @field_validator("statuses")
    @classmethod
    def _in_order(cls, statuses: tuple[int, ...]) -> tuple[int, ...]:
        if statuses and MOVED.issuperset(statuses):
            raise ValueError("redirects are followed: name the status at their end; `redirects_to` says where that is")
        # Their order means nothing, and must not make another watch.
        return tuple(sorted(set(statuses)))

    @property
    def label(self) -> str:
        """The address, without a password that it may carry."""
        return str(read_address(self.url))

    @property
    def hosts(self) -> frozenset[str]:
        """The host of the address, and that of the one that is asked in doubt."""
        return frozenset(read_address(url).host for url in (self.url, self.check) if url)

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Ask once; the address that is asked in doubt is the door's business."""
        page = await context.fetch(Probe(self.url, headers={"Accept": _ACCEPT}, whole=True, check=self.check))
        if page.unchanged:
            return UNCHANGED
        return await context.parse(self.read, page, context)

    def read(self, page: Page, context: Context) -> Poll:
        """Return what one answer, or the lack of one, says of the site.

        Raises:
            WatchError: What came is meant for a robot.
        """
        host = read_address(page.url).host
        if page.status == _TOO_OFTEN and _TOO_OFTEN not in self.statuses:
            raise SourceUnavailable(f"{host} says that it was asked too often (429): whether it is up is not known")
        seen = page if isinstance(page, Probed) else Probed(page.url, page.body, page.headers, page.status)
        has_word = self._has_word(seen)
        fault = self._fault(seen, host, has_word=has_word)
        if fault and seen.body and (gate := what_stands_in_the_way(seen)) is not None:
            raise gate
        is_seen = bool(fault) or not self.word or has_word is not None
        facts: dict[str, Fact | None] = {
            "title": Text(self.label),
            "up": Flag(not fault) if is_seen else None,
            "fault": Text(fault) if fault else None,
            "status": Number(Decimal(seen.status)) if seen.status else None,
            "latency": Span(timedelta(milliseconds=seen.took // timedelta(milliseconds=1))) if seen.took else None,
            "trusted": Flag(seen.trusted) if seen.trusted is not None else None,
            "has_word": Flag(has_word) if has_word is not None else None,
            "redirects_to": Text(seen.url) if seen.url != self.label else None,
            "addresses": Texts(seen.addresses) if seen.addresses else None,
        }
        certificate = _ending_first(map(read_certificate, seen.certificates))
        if certificate is not None:
            facts |= {
                "days_left": Number(Decimal((certificate.valid_until - context.now) // _DAY)),
                "valid_until": Moment(certificate.valid_until),
                "issuer": Text(issuer) if (issuer := plain_line(certificate.issuer)) else None,
            }
        return Poll((Observation("site", known(facts), self._unknown(seen, fault), link=self.label),))

    def _has_word(self, seen: Probed) -> bool | None:
        """Whether the page has the word; None where none was asked for, or there is no page to look at."""
        if not self.word or not seen.status or seen.unread:
            return None
        wanted = _folded(self.word)
        text = decode_document(seen.body, seen.charset)
        return wanted in _folded(words_of(text, len(text))) or wanted in _folded(text)

    def _fault(self, seen: Probed, host: str, *, has_word: bool | None) -> str:
        """Return what is wrong, or an empty text."""
        if seen.fault:
            return plain_line(seen.fault)
        if seen.status not in self.statuses if self.statuses else seen.status >= 400:
            return f"{host} answers with the status {seen.status}"
        if has_word is False:
            return f"the page of {host} does not have “{plain_line(self.word)}”"
        return ""

    def _unknown(self, seen: Probed, fault: str) -> dict[str, str]:
        """Return why facts are unknown, where there is more to say than that there is nothing."""
        unknown: dict[str, str] = {}
        if not seen.status:
            unknown |= {"status": fault, "latency": fault}
        if self.word and seen.unread:
            unknown |= dict.fromkeys(("has_word",) if fault else ("has_word", "up"), plain_line(seen.unread))
        if not seen.certificates and read_address(self.url).scheme == "http":
            unknown["days_left"] = "it is asked without encryption"
        return unknown


def _ending_first(certificates: Iterable[Certificate | None]) -> Certificate | None:
    """Return the certificate that ends before the others on the way."""
    there = [certificate for certificate in certificates if certificate is not None]
    return min(there, key=lambda certificate: certificate.valid_until, default=None)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
