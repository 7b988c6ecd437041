"""The shape of a rule test: what may stand where, and what each key means."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules.file.forms import Interval, OneOrMore, Zone
from rules.file.settings import Settings

NO_POLL, TROUBLE, UNKNOWN = "_", "x", "?"

_Value = str | int | float | bool
_Mark = Literal["_", "x"]


class TellSettings(Settings):
    """One message that is expected."""

    at: str | int = Field(
        description="The number of the poll that it is about, from 1; or when it is told.",
        examples=[2, "2026-03-01 10:00"],
    )
    reason: str | None = Field(
        None, description="Why it is told.", examples=["crossed", "new", "already true when first seen"]
    )
    message: str | None = Field(
        None, description="The whole message: title, an empty line, and the rest but for its last line, `Ask: …`."
    )
    contains: OneOrMore | None = Field(None, description="A piece of the message, or several.")
    of: str | None = Field(None, description="What it is about: the title or the key of an entry.")

    @model_validator(mode="before")
    @classmethod
    def _time_alone(cls, value: object) -> object:
        return {"at": value} if isinstance(value, str | int) and not isinstance(value, bool) else value


class AnswerSettings(Settings):
    """One saved answer of a source."""

    file: str | None = Field(None, description="The file that holds its body, relative to this one.")
    url: str | None = Field(None, description="The address that it answers; without it, it answers any.")
    method: str | None = Field(None, description="The method that it answers.", examples=["GET"])
    status: int = Field(200, ge=100, le=599, description="Its status.", examples=[503])
    type: str | None = Field(None, description="Its content type.", examples=["text/html; charset=utf-8"])
    landed: str | None = Field(None, description="The address at the end of the redirects, where there were any.")
    trouble: Literal["SourceUnavailable", "SourceRefused", "SourceGone", "SourceChanged"] | None = Field(
        None, description="What the poll met instead of an answer."
    )

    @model_validator(mode="before")
    @classmethod
    def _file_alone(cls, value: object) -> object:
        return {"file": value} if isinstance(value, str) else value


class TrialSettings(BaseModel):
    """One rule test. Any other key is a fact of the rule's kind, with its values poll by poll: `price: 160 149 _ x`."""

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True)
    __pydantic_extra__: dict[str, _Value | tuple[_Value, ...]] = Field(init=False)

    rule: str = Field(description="The rule that is tested, by its id or name.", min_length=1)
    name: str | None = Field(None, description="What the test is called.", max_length=200)
    at: str | None = Field(
        None, description="When the first poll is made: 2026-03-01 09:00 unless given.", examples=["2026-03-01 09:00"]
    )
    zone: Zone | None = Field(None, description="The time zone of that clock; me.timezone unless given.")
    every: Interval | None = Field(None, description="The time between two polls; the rule's own unless given.")
    first: Literal["tell", "baseline"] | None = Field(
        None, description="What the first poll may do, where that is not to be as the rule has it."
    )
    source: str | None = Field(
        None, description="Which of the rule's sources is meant: a part of its address, or an entry of `for each`."
    )
    polls: tuple[_Mark | tuple[dict[str, _Value | tuple[_Value, ...]], ...], ...] | None = Field(
        None, description="The new entries of a stream, poll by poll: [{title: …}], [] for none."
    )
    responses: tuple[_Mark | tuple[AnswerSettings, ...] | AnswerSettings, ...] | None = Field(
        None, description="Saved answers, one for each poll, as `record` writes them: a file, or {status: 503}."
    )
    others: dict[str, _Value | tuple[_Value, ...]] | None = Field(
        None, description="How other rules stand that this one names, poll by poll: {album-out: no yes yes}."
    )
    tells: tuple[TellSettings, ...] = Field(description="All that is to be told, and nothing else: [] for nothing.")


KEYS = tuple(TrialSettings.model_fields)
