"""The kind `report`: what the owner's own programs tell the agent, as by `trusted-agent tell RULE price=12.50`.

    tell ─▶ the store, judged at once        poll ─▶ unchanged: what was told last still holds

Nothing is looked for and nobody is asked. What is told is judged where it is told, by the agent or, while that is
stopped, by `tell` itself; so silence is silence, however long the agent was off.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final

from pydantic import Field, field_validator

from watchers.api import UNCHANGED, Context, FactSpec, Kind, Moment, Money, Number, Unchanged, Watcher
from watchers.reading.typedfacts import FactOption, FactType, check_names, spec_of

MOST_FACTS: Final = 50
_TOLD_AT: Final = FactSpec("told_at", Moment, "When it was last told.", example="2026-05-01", told=False)


class Report(Watcher):
    """Judge what other programs tell."""

    kind: ClassVar[Kind] = Kind(
        name="report",
        shape="gauge",
        summary="What your own programs tell the agent (`trusted-agent tell`), and whether they still tell it.",
        main="told_at",
        title="",
        news_at="told_at",
        facts=(_TOLD_AT,),
    )
    is_told: ClassVar[bool] = True

    facts: dict[str, FactType] = Field(
        default_factory=dict,
        max_length=MOST_FACTS,
        description="What is told, by name and type: {price: money, note: text}; without any, only that it is told.",
    )

    @field_validator("facts")
    @classmethod
    def _are_names(cls, facts: dict[str, FactType]) -> dict[str, FactType]:
        check_names(facts, {_TOLD_AT.name})
        return facts

    @property
    def sees(self) -> Kind:
        """The kind, with the facts that are told; the first of them is what a sentence without a subject speaks of."""
        told = tuple(
            spec_of(name, FactOption(path=name, type=of, meaning=f"The {name} that is told."))
            for name, of in self.facts.items()
        )
        plotted = next((spec.name for spec in told if spec.type in (Money, Number)), "")
        main = told[0].name if told else _TOLD_AT.name
        return replace(self.kind, main=main, plot=plotted, facts=(*told, _TOLD_AT))

    @property
    def label(self) -> str:
        """What is told."""
        return f"told: {', '.join(self.facts)}" if self.facts else "told"

    async def poll(self, context: Context) -> Unchanged:
        """Change nothing: what was told last still holds."""
        return UNCHANGED
