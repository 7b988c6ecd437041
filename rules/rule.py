"""The rule book: what `rules.load` makes of the rule file, ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from rules.condition import Condition
from rules.delivery import Action, Answers, IfLate, Limit, Patience, Quiet, Upkeep
from rules.people import Person
from watchers.api import HttpOptions, Kind, Watcher

Urgency = Literal["low", "normal", "high", "urgent"]


@dataclass(frozen=True, slots=True)
class For:
    """How long a condition must be true before it counts: so many polls in a row, or so much time looked at."""

    polls: int = 0
    length: timedelta = timedelta()

    @property
    def is_set(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.polls or self.length)


@dataclass(frozen=True, slots=True)
class Again:
    """Reminders while a condition stays true.

    Attributes:
        when: "crossing" is the default: only a new crossing tells. "lower" and "higher" compare the condition's
            subject with the value last told. "every" reminds after each `every`. "never" tells once for ever.
    """

    when: Literal["crossing", "lower", "higher", "every", "never"] = "crossing"
    every: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Pace:
    """`every: auto`: how often to look follows what there is to see, between two bounds."""

    least: timedelta = timedelta(minutes=15)
    most: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WatchSpec:
    """One watch that a rule reads.

    Attributes:
        id: A hash of the kind and the options as written (secrets by reference): equal watches are one watch.
        label: What it looks at, without secrets.
        private: The owner allowed private addresses for it.
        each: The entry of `for each` that it stands for; empty without one.
        sends: What of the owner's profile goes out with its requests, by name.
    """

    id: str
    kind: Kind
    label: str
    watcher: Watcher
    private: bool = False
    each: str = ""
    sends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joint:
    """Several watches that a rule judges as one thing, which has the facts of them all.

    Attributes:
        spec: Stands for all of them; it is never polled.
        sources: Their names in the sentence with the ids of their watches; none for a rule about other rules alone.
    """

    spec: WatchSpec
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a rule file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One enabled rule, checked and ready to judge.

    Attributes:
        id: The slug of its name unless given: all its state hangs on it.
        meaning: Changes when `when` and what it resolves (topics, profile) or `first` change: then a new baseline.
        settings: A hash of everything but name and id: how a rename is recognised.
        written: The rule as it stands in the file, for explanations; secrets by reference.
        until: Once met, it stays met until this is true; None: until `condition` is false.
        first: What the first good poll of a watch may do.
        cron: Five numeric fields, Sunday is 0, and never both kinds of days restricted; `every` is its longest gap.
        keep: How long its readings are kept; None: the default of the store.
        known_any: A window may be judged however little of it is known (`known: any`).
        pace: How far `every` may move, which is then where it stands at present; None: it stays.
        joint: Its watches are judged together; None: each alone.
        ignore_repeats: How many earlier versions of a text are no news when they return.
        if_late: Whether a message that is late is told all the same, dropped, or told only if it is still true.
        late_after: When it is.
        blind_after: How long it may go unjudged before its owner hears of that.
        action: What it does besides telling.
    """

    id: str
    name: str
    kind: Kind
    watches: tuple[WatchSpec, ...]
    condition: Condition
    meaning: str
    settings: str
    written: str
    place: Place
    every: timedelta
    confirm_after: timedelta
    notify: tuple[str, ...]
    until: Condition | None = None
    hold: For = field(default_factory=For)
    again: Again = field(default_factory=Again)
    first: Literal["tell", "baseline"] = "tell"
    cron: str | None = None
    urgency: Urgency = "normal"
    message: str | None = None
    keep: timedelta | None = None
    known_any: bool = False
    ignore_repeats: int = 5
    note: str = ""
    joint: Joint | None = None
    pace: Pace | None = None
    if_late: IfLate = "tell"
    late_after: timedelta = timedelta(hours=1)
    blind_after: Patience = field(default_factory=Patience)
    action: Action | None = None

    @property
    def others(self) -> frozenset[str]:
        """The ids of the rules that its sentences name."""
        sentences = (self.condition, self.until) if self.until else (self.condition,)
        return frozenset(mention.rule_id for sentence in sentences for mention in sentence.others)


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to tell the owner: an Apprise URL under a name.

    Attributes:
        quiet: When only what is urgent is sent; the rest is delivered together when it is over.
        digest: When what was gathered is sent, as a cron text in the owner's zone; None: at once.
        limit: How many messages it takes; the rest becomes one.
        fallback: Channels that are told instead, in this order, while this one fails.
    """

    name: str
    url: SecretStr
    place: Place
    quiet: Quiet | None = None
    digest: str | None = None
    limit: Limit | None = None
    fallback: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What the owner wrote under `me`: never sent anywhere."""

    zone: ZoneInfo
    currency: str | None
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Topic:
    """Phrases under one name, for `mentions topics.x`.

    Attributes:
        exact: Upper and lower case matter.
    """

    phrases: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What a sentence may name besides facts: `me.x` and `topics.x`."""

    me: Profile
    topics: Mapping[str, Topic] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Network:
    """The owner's network settings.

    Attributes:
        allow: Private networks and addresses that polls may contact, in CIDR form; empty by default.
        hosts: Request options per host, used where a rule does not say otherwise.
        host_every: The least time between two requests to one host.
        contact: What the owner lets every source know of how to reach them; empty by default.
        check: An address that always answers, asked where a site does not; empty by default.
    """

    allow: tuple[str, ...] = ()
    hosts: Mapping[str, HttpOptions] = field(default_factory=dict)
    host_every: timedelta = timedelta(seconds=1)
    contact: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """A rule file that is right in every part.

    Attributes:
        rules: The enabled rules, in the order of the file.
        disabled: The ids of rules with `enabled: no`: they sleep, and keep their state.
        people: Who matters to the owner.
        answers: The answer page, if there is to be one.
        upkeep: What the agent says of itself.
        topics: Phrases under names.
        secrets: Every value that came by reference or is one by its place (a channel's address, a password): what must
            never be logged, stored or shown.
        files: Every file that was read, secrets included, and every pattern of `include`, so that a change can be
            noticed.
        notices: Sentences for the owner about what is allowed but probably not meant.
    """

    rules: tuple[Rule, ...]
    channels: Mapping[str, Channel]
    me: Profile
    network: Network
    disabled: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    answers: Answers | None = None
    upkeep: Upkeep = field(default_factory=Upkeep)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def names(self) -> Names:
        """What a sentence may name besides facts."""
        return Names(self.me, self.topics)

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule with that id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
