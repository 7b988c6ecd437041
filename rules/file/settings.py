"""The shape of the rule file: what may stand where, and what each key means.

These models feed the loader and the JSON schema alike, so their descriptions are what an owner reads in an editor.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from rules.delivery import IfLate
from rules.file.forms import (
    AtMost,
    Blindness,
    Bounds,
    ChannelUrl,
    Command,
    CronText,
    Currency,
    Digest,
    Duration,
    Hold,
    Listening,
    NetworkText,
    OneOrMore,
    QuietHours,
    Reminders,
    Rhythm,
    Sentence,
    Summary,
    TimeOfDay,
    WebAddress,
    YesOrNo,
    Zone,
    said,
)
from rules.rule import Urgency
from watchers.api import HttpOptions


class Settings(BaseModel):
    """What all parts of the file share: no unknown keys, no changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Polling(Settings):
    """What a rule may say, and `defaults:` for all rules."""

    every: Rhythm | None = Field(
        None,
        description="How often to look, 1s at least; auto: more often where more happens.",
        examples=["1h", "15m", "auto"],
    )
    between: Bounds | None = Field(None, description="How often at most and at least, with `every: auto`: [15m, 1d].")
    notify: OneOrMore | None = Field(None, description="The channel that is told, or a list.", examples=["phone"])
    urgency: Urgency | None = Field(None, description="How pressing a message is; urgent passes quiet hours.")
    confirm_after: Duration | None = Field(
        None, description="How soon to look again at a number that can hardly be right.", examples=["5m"]
    )
    keep: Duration | None = Field(None, description="How long readings are kept.", examples=["2 years"])
    if_late: IfLate | None = Field(
        None,
        description="What becomes of a message that is late: tell it all the same, drop it, or check: tell it if it is "
        "still true.",
    )
    late_after: Duration | None = Field(None, description="When a message is late.", examples=["1h", "1d"])
    blind_after: Blindness | None = Field(
        None, description="How long this may go unseen or unknown before you hear of that: 3 polls and 6h."
    )


def _with_names(value: object) -> object:
    if value is not None and not isinstance(value, dict):
        raise said("takes a name for each of them", "such as {shop: {url: …}, rival: {url: …}}")
    return value


# What each of them may say hangs on its kind: `rules.file.sources` reads that.
NamedSources = Annotated[dict[str, Any], BeforeValidator(_with_names)]


class ActionSettings(Settings):
    """What to do when a rule comes true, besides telling: one of run, webhook and publish."""

    run: Command | None = Field(
        None,
        description="A command with its arguments, in a list. It gets the facts as JSON on its standard input and in "
        "its environment.",
        examples=[["/usr/local/bin/order", "--confirm"]],
    )
    webhook: SecretStr | None = Field(None, description="An address that gets the facts as JSON, by POST.")
    headers: dict[str, SecretStr] = Field(default_factory=dict, description="What goes along with a webhook.")
    publish: SecretStr | None = Field(
        None, description="An MQTT address with its topic: mqtt://user:password@host/topic."
    )
    ask: YesOrNo | None = Field(
        None, description="Whether you are asked first; yes unless said otherwise for what `spends`."
    )
    spends: YesOrNo = Field(False, description="Whether it spends money, or cannot be undone.")
    within: Duration | None = Field(
        None, description="How long your yes may take; then it is not done.", examples=["2h"]
    )
    limit: AtMost | None = Field(None, description="How often at most: 2 a month.")
    timeout: Duration | None = Field(None, description="How long it may take.", examples=["1m"])


class RuleSettings(Polling):
    """One rule: what to look at, what to look for, whom to tell."""

    name: str = Field(description="What the rule is called in messages.", min_length=1, max_length=200)
    watch: str | None = Field(
        None, description="The kind of source to look at; left out by a rule that asks only how other rules stand."
    )
    sources: NamedSources | None = Field(
        None,
        description="Named sources that are compared: each has its options, and its facts are called a.price, b.price.",
        examples=[{"shop": {"url": "https://shop.example/1"}, "rival": {"url": "https://rival.example/1"}}],
    )
    each: str | tuple[str, ...] | None = Field(
        None,
        alias="for each",
        description="Makes one rule of many: {each} in an option stands for each entry of a list of your profile.",
        examples=["me.artists"],
    )
    send: OneOrMore | None = Field(
        None, description="What of your profile may leave the machine with this rule's requests.", examples=[["city"]]
    )
    id: str | None = Field(
        None, description="The rule's own id, under which all its history is kept; otherwise made of its name."
    )
    when: Sentence | None = Field(
        None,
        description="The condition, as a sentence. A stream without one tells of everything new.",
        examples=["price below $150 and not sold_out", "mentions topics.fusion", "changes"],
    )
    hold: Hold | None = Field(
        None, alias="for", description="How long the condition must be true before it counts: 3 polls, or 1h."
    )
    until: Sentence | None = Field(
        None,
        description="Once met, the rule stays met until this is true: a price that wavers tells once.",
        examples=["price above $160"],
    )
    again: Reminders | None = Field(
        None, description="Reminders while it stays true: when lower, when higher, every 1d; never: once for ever."
    )
    first: Literal["tell", "baseline"] | None = Field(
        None, description="What the first look may do: tell of what is true already, or only take it as known."
    )
    cron: CronText | None = Field(
        None, description="When to look: minute, hour, day, month, weekday; 0 and 7 are Sunday."
    )
    do: ActionSettings | None = Field(None, description="What to do when it comes true, besides telling you.")
    at: TimeOfDay | None = Field(None, description="The time of day to look at, each day.")
    message: str | None = Field(None, description="Your own words for the message.", min_length=1, max_length=2000)
    private: YesOrNo = Field(False, description="Whether this rule may look at private addresses, as in your home.")
    known: Literal["any"] | None = Field(
        None, description="any: judge a window such as `lowest in 90 days` however little of it is known."
    )
    enabled: YesOrNo = Field(True, description="no lets the rule sleep; it keeps all it remembers.")
    note: str | None = Field(None, description="A note to yourself.", max_length=4000)
    ignore_repeats: int = Field(
        5, strict=True, ge=0, le=100, description="How many earlier versions of a text are no news when they return."
    )


RULE_KEYS = tuple(field.alias or name for name, field in RuleSettings.model_fields.items())


class WatchingSettings(RuleSettings):
    """One rule with a source of its own, as most have."""

    watch: str = Field(description="The kind of source to look at.")


class DefaultSettings(Polling):
    """What holds for every rule that does not say otherwise."""


class ChannelSettings(Settings):
    """One way to reach you."""

    url: ChannelUrl = Field(description="An Apprise address; keep its secrets out of the file: ${file:mail-url}.")
    quiet: QuietHours | None = Field(
        None, description="Hours in which only what is urgent is sent; the rest comes together when they end."
    )
    digest: Digest | None = Field(None, description="Gather messages, and send them together at this time.")
    limit: AtMost | None = Field(None, description="How many messages at most; what is over becomes one message.")
    fallback: OneOrMore | None = Field(None, description="The channel that is told while this one fails, or a list.")

    @model_validator(mode="before")
    @classmethod
    def _address_alone(cls, value: object) -> object:
        return {"url": value} if isinstance(value, str) else value


class TopicSettings(Settings):
    """Phrases under one name."""

    phrases: tuple[Annotated[str, Field(min_length=1, max_length=500)], ...] = Field(
        description="Words and phrases; any of them will do.", min_length=1
    )
    exact: YesOrNo = Field(False, description="Whether upper and lower case matter.")

    @model_validator(mode="before")
    @classmethod
    def _phrases_alone(cls, value: object) -> object:
        if isinstance(value, dict):
            return value
        return {"phrases": value if isinstance(value, list) else [value]}


class NetworkSettings(Settings):
    """Where polls may go, and how."""

    allow: tuple[NetworkText, ...] = Field((), description="Private networks and addresses that polls may contact.")
    hosts: dict[str, HttpOptions] = Field(default_factory=dict, description="Request options by host.")
    every: Duration | None = Field(None, description="The least time between two requests to one host: 1s.")
    contact: str = Field(
        "",
        max_length=200,
        pattern=r"^[ -~]*$",
        description="An address that sources may write to; sent to all of them. MusicBrainz asks for one.",
    )
    check: WebAddress = Field(
        "",
        description="An address that always answers: where a `site` gives no answer, and no other host of your rules "
        "does, it tells whether this machine is online. A rule's own `check` counts first.",
    )


class AnswerPageSettings(Settings):
    """The agent's own answer page, which the buttons and links of its messages open."""

    address: WebAddress = Field(
        description="The address by which your own devices reach it.", examples=["https://agent.home.example"]
    )
    listen: Listening = Field(
        ("127.0.0.1", 8443),
        validate_default=False,
        description="Where it listens: this machine alone unless said otherwise.",
    )


class HealthSettings(Settings):
    """What the agent says of itself."""

    notify: OneOrMore | None = Field(None, description="The channel that hears of it, or a list.")
    summary: Summary | None = Field(
        None, description="When it sums up what it watched, told and could not see: weekly on sunday at 18:00; or no."
    )
    heartbeat: SecretStr | None = Field(
        None,
        description="An address that is called while all is well, so that another watchdog can watch this one.",
    )
    every: Duration | None = Field(None, description="How often it is called.", examples=["5m"])


# In a list, a number is text: the artists that somebody likes are [Tool, 311].
_PROFILE_VALUE = str | bool | int | float | tuple[str, ...]


Names = tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] | None


class ProfileSettings(BaseModel):
    """Yourself: never sent anywhere. Any other key is yours to use in sentences, as me.city."""

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True)
    __pydantic_extra__: dict[str, _PROFILE_VALUE] = Field(init=False)

    timezone: Zone | None = Field(None, description="Your time zone, as the IANA list writes it.")
    currency: Currency | None = Field(
        None, description="The currency you reckon in; it also settles whose dollar $ is."
    )
    city: str | None = Field(None, description="Where you live.", examples=["Boston"])
    artists: Names = Field(None, description="Musicians and bands that you follow.", examples=[["Tool", "Opeth"]])
    authors: Names = Field(None, description="Authors that you read.")
    films: Names = Field(None, description="Films that you wait for.")
    series: Names = Field(None, description="Series that you watch.")
    wanted: Names = Field(None, description="Things that you would like to have.")
