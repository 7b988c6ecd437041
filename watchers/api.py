"""What a kind of source is: the one module that a watcher needs.

    engine ──▶ Watcher.poll(context) ──▶ Poll(observations) | UNCHANGED | WatchError

A kind is one class in one file: its fields are the options of the rule file, `kind` declares what it sees, and `read`
turns one answer of the source into observations. A kind that asks more than once overrides `poll`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, ClassVar, Final, Literal, ParamSpec, Protocol, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from watchers.facts import Day, Fact, Flag, Moment, Money, Number, Span, Text, Texts, Version
from watchers.troubles import (
    NotAsked,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    WatchError,
)

P = ParamSpec("P")
T = TypeVar("T")

__all__ = [
    "UNCHANGED",
    "Auth",
    "Context",
    "Day",
    "Fact",
    "FactSpec",
    "Flag",
    "HttpOptions",
    "HttpWatcher",
    "Kind",
    "Moment",
    "Money",
    "NotAsked",
    "Number",
    "Observation",
    "Page",
    "Poll",
    "Request",
    "SourceChanged",
    "SourceGone",
    "SourceRefused",
    "SourceUnavailable",
    "Span",
    "Text",
    "Texts",
    "Unchanged",
    "Version",
    "WatchError",
    "Watcher",
    "known",
]


@dataclass(frozen=True, slots=True)
class FactSpec:
    """The declaration of one fact of a kind.

    Attributes:
        type: The class of its values.
        meaning: One sentence for the owner; feeds the reference page, the schema and explanations.
        unit: The unit of a Number, such as "days" or "km"; empty where it has none.
        choices: Every value that a Text can take, where that is a fixed set.
        evidence: True only where the source says so, otherwise false: such a flag is never unknown.
        example: A value as the owner would write it in `when`.
        told: A message mentions it besides what its rule speaks of; false for what repeats other facts, or means
            nothing to a person.
        momentary: It says what happened since the look before, as `changed` of a page does: a sentence about it is
            true of one reading only, so that each such reading is told.
    """

    name: str
    type: type[Fact]
    meaning: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    evidence: bool = False
    example: str = ""
    told: bool = True
    momentary: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of source is called and sees.

    Attributes:
        shape: "gauge" for a value that moves, "stream" for things that appear.
        main: The fact that a predicate without a subject speaks of.
        title: The fact that names an observation in a message.
        plot: The numeric fact that `history` draws; empty where there is none.
        change: The fact that says in words what changed; a message shows it in place of a long main fact.
        doubted: A fact whose implausible values are looked at twice before they count; empty where any value is
            plausible. A shop that shows 0.01 for a minute must not wake its customer.
        news_at: A Moment that says when something last came, whoever looked: `nothing for 1 day` counts from the latest
            of them, also over a night in which the agent was off. Empty where only looking can tell.
        derive: Returns an observation with what happened since a rule looked last, from what that rule saw of it
            before, oldest first: another rule may have had the watch polled in between. None where no fact says that.
    """

    name: str
    shape: Literal["gauge", "stream"]
    summary: str
    main: str
    facts: tuple[FactSpec, ...]
    title: str = "title"
    plot: str = ""
    doubted: str = ""
    change: str = ""
    news_at: str = ""
    derive: Callable[[Observation, Sequence[Mapping[str, Fact]]], Observation] | None = None

    def fact(self, name: str) -> FactSpec | None:
        """Return the declaration of a fact, or None where the kind has no such fact."""
        return next((spec for spec in self.facts if spec.name == name), None)


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing seen by a poll.

    Attributes:
        key: Stays the same for the same thing as long as the source lives.
        facts: What is known of it. A fact that is not here is unknown; never a zero, an empty text or a guess.
        unknown: Why a declared fact is unknown, where there is more to say than that the source does not state it.
        evidence: Where in the answer a fact stood, such as "JSON-LD offers.price".
        link: An address for the owner to open.
        also: Other keys under which the same thing may have been seen before: it is new only if none of them was.
        is_news: False where it came into sight without having come about, as next year's date of a weekly event does.
        picture: A small JPEG of it, which goes along in messages; empty where there is none.
    """

    key: str
    facts: Mapping[str, Fact]
    unknown: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    also: tuple[str, ...] = ()
    is_news: bool = True
    picture: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Poll:
    """What a poll saw: everything that the source holds now.

    Attributes:
        cursor: What this watch wants to be given back at its next poll (an identity that it resolved, say).
        notices: Sentences for the owner about the source itself, such as an artist that was merged into another.
        is_baseline: The watch now looks at something else than before (that artist's heir): what it holds is seen, not
            news.
        is_addition: Only what came since the last good poll was read; what the watch showed before is there still.
    """

    observations: tuple[Observation, ...]
    cursor: str | None = None
    notices: tuple[str, ...] = ()
    is_baseline: bool = False
    is_addition: bool = False


class Unchanged(Enum):
    """The source holds what it held at this watch's last good poll."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a source; the context adds the options that the rule gave (headers, auth, proxy …).

    Attributes:
        whole: The body is wanted even if this watch read the same before: for a kind that asks for several pages and
            needs all of them once one has changed.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One good answer of a source.

    Attributes:
        url: The address that answered, after redirects.
        headers: With lower-case names.
        body: Decompressed; empty where `unchanged`.
        unchanged: The answer is the one that this watch last read.
        digest: A hash of the body, by which a watch remembers what it last read.
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    unchanged: bool = False
    digest: str = ""

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty where none was stated."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset of the Content-Type header, if it names one."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'") or None
        return None


class Context(Protocol):
    """What the agent lends to a watcher for one poll."""

    @property
    def now(self) -> datetime:
        """The instant of the poll, in UTC; watchers read no clock."""

    @property
    def zone(self) -> ZoneInfo:
        """The owner's time zone, in which days are reckoned."""

    @property
    def cursor(self) -> str | None:
        """What the last good poll of this watch returned as its cursor."""

    @property
    def rule_files(self) -> tuple[str, ...]:
        """Every file that the rules were read from, the main one first; none where they stand in no file."""

    async def fetch(self, request: Request | str) -> Page:
        """Ask a source over HTTP, through the guard, the host's limits and the ledger.

        Raises:
            WatchError: The answer was no good one: see `watchers.troubles`.
        """

    async def parse(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a parser off the event loop with a deadline.

        Raises:
            SourceChanged: It took longer than the deadline.
        """


class Watcher(BaseModel):
    """One watch: its fields are the options that the owner writes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    kind: ClassVar[Kind]
    kept_here: ClassVar[frozenset[str]] = frozenset()  # options that never leave the machine
    is_told: ClassVar[bool] = False  # `tell` brings what it sees, to one rule: no two rules share such a watch
    is_own: ClassVar[bool] = False  # what it sees hangs on its last look: no two rules share such a watch
    people_as: ClassVar[str] = ""  # the option that `people:` of the rule file is read into

    @property
    def sees(self) -> Kind:
        """What this watch sees: its kind, completed where its facts are options of the rule file."""
        return self.kind

    def watches(self) -> tuple[Watcher, ...]:
        """Return one watcher for each address or query that these options name; a kind with several overrides it."""
        return (self,)

    @property
    def label(self) -> str:
        """What this watch looks at, for lists and logs: an address or a query, no secrets."""
        return self.kind.name

    @property
    def host_every(self) -> timedelta | None:
        """The least time between two requests that the source's rules ask for; None where they name none."""
        return None

    @property
    def asks_for_contact(self) -> bool:
        """Whether the source's rules ask who asks: `network: {contact: …}` then goes along in the User-Agent."""
        return False

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that this watch will contact of itself, in lower case: what its owner admitted by naming it."""
        return frozenset()

    @classmethod
    def options(cls) -> Mapping[str, Any]:
        """Return the options with their declarations, in the order of the class."""
        return cls.model_fields

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Look once.

        Raises:
            WatchError: The poll gave nothing, for a reason that has a name.
        """
        raise TypeError(f"the kind {self.kind.name} has no poll")

    def read(self, page: Page, context: Context) -> Poll:
        """Return what one answer of the source says; no input or output, so that a saved answer can be tried.

        Raises:
            WatchError: The answer cannot be understood, or is no answer to us.
        """
        raise TypeError(f"the kind {self.kind.name} has no read")


class Auth(BaseModel):
    """How to sign in: a user with a password, or a bearer token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str = Field(default="", description="User name for HTTP Basic authentication.")
    password: SecretStr | None = Field(default=None, description="Its password, by reference: ${cred:shop}.")
    bearer: SecretStr | None = Field(default=None, description="A bearer token, by reference: ${env:TOKEN}.")


class HttpOptions(BaseModel):
    """How requests are made; each may also be set per host under `network: {hosts: …}`."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    headers: dict[str, SecretStr] = Field(default_factory=dict, description="More request headers.")
    auth: Auth | None = Field(default=None, description="User and password, or a bearer token.")
    cookies: dict[str, SecretStr] = Field(default_factory=dict, description="Cookies to send.")
    user_agent: str | None = Field(default=None, description="The User-Agent to send instead of the agent's own.")
    ca: str | None = Field(default=None, description="A PEM file of certificates to trust besides the system's.")
    proxy: SecretStr | None = Field(
        default=None, description="http://, https:// or socks5:// proxy for these requests."
    )

    def over(self, default: HttpOptions) -> HttpOptions:
        """Return these options, with those of `default` where these say nothing; headers and cookies are joined."""
        return HttpOptions(
            headers={**default.headers, **self.headers},
            auth=self.auth or default.auth,
            cookies={**default.cookies, **self.cookies},
            user_agent=self.user_agent or default.user_agent,
            ca=self.ca or default.ca,
            proxy=self.proxy or default.proxy,
        )


class HttpWatcher(Watcher, HttpOptions):
    """A watch of one address over HTTP."""

    @property
    def http(self) -> HttpOptions:
        """The request options alone."""
        return HttpOptions(**{name: getattr(self, name) for name in HttpOptions.model_fields})

    def sharing(self, **options: Any) -> Self:
        """Return a watcher with other options and the same request options."""
        return self.model_copy(update=options)

    def request(self) -> Request:
        """Return the request of a kind that asks once."""
        raise TypeError(f"the kind {self.kind.name} has no request")

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Ask once and read the answer off the event loop."""
        page = await context.fetch(self.request())
        if page.unchanged:
            return UNCHANGED
        return await context.parse(self.read, page, context)


def known(facts: Mapping[str, Fact | None]) -> dict[str, Fact]:
    """Return only the facts that are there: for building an observation from what may be missing."""
    return {name: fact for name, fact in facts.items() if fact is not None}
