"""A rule coming true for one observation, with everything that is needed to explain it for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rules.rule import Urgency
from watchers.api import Fact

# Reasons: why now.
FIRST_SEEN = "already true when first seen"
NEW = "new"
CROSSED = "crossed"
CHANGED = "changed"
REMINDED = "again"


@dataclass(frozen=True, slots=True)
class Firing:
    """One firing. Its message is a function of it alone, so it can be rebuilt from the record byte for byte.

    Attributes:
        key: One for ever: the same crossing, moment, new observation or reminder has the same key after a crash.
        rule_id: The rule; `rule_name` and `sentence` are kept as they were then.
        watch_id: The watch that saw it, and `source` what that watch looks at, without secrets.
        observation: The key of the observation.
        title: The observation's own name: a product, a headline, a record; empty where it has none.
        reason: Why now: "crossed", "new", "changed", "already true when first seen", "again: lower" …
        sentence: The condition as the owner wrote it; empty where the rule has none.
        because: The sentence with the values in it.
        subject: The fact that the message leads with, and `unit` its unit.
        facts: What was known of the observation, and `before` what this rule judged before it; empty if nothing.
        evidence: Where in the answer each fact stood.
        untold: Facts that a message has no need to mention.
        change: The fact that says what changed, where the kind has one.
        enclosed: Lines that go along with it, such as what somebody likes whose birthday comes.
        seen_at: When it was seen, in UTC; `before_at` when the earlier facts were.
        message: The owner's own words, if the rule has some.
        written: The whole rule as it stood in the file then; secrets by reference.
    """

    key: str
    rule_id: str
    rule_name: str
    kind: str
    watch_id: str
    source: str
    observation: str
    title: str
    reason: str
    sentence: str
    because: str
    subject: str
    facts: Mapping[str, Fact]
    seen_at: datetime
    unit: str = ""
    before: Mapping[str, Fact] = field(default_factory=dict)
    before_at: datetime | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    urgency: Urgency = "normal"
    message: str | None = None
    zone: str = "UTC"
    written: str = ""
    untold: tuple[str, ...] = ()
    enclosed: tuple[str, ...] = ()
    change: str = ""

    @property
    def id(self) -> str:
        """The short id to ask about: six characters of the key."""
        return self.key[:6]
