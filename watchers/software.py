"""The kinds `software` and `eol`: what is released, and how long it is supported.

    repo, at a forge or a package index ─┐
    url of a feed or of a list in JSON ──┴─▶ watchers.reading.releases ─▶ one observation for each release
    product ─▶ endoflife.date ─▶ watchers.reading.lifecycles ───────────▶ one observation for each cycle

Releases appear, so `software` is a stream; a cycle's last day draws near, so `eol` is a gauge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from watchers.api import (
    UNCHANGED,
    Context,
    Day,
    FactSpec,
    Flag,
    HttpWatcher,
    Kind,
    Moment,
    Number,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceGone,
    SourceRefused,
    Text,
    Unchanged,
    Version,
    known,
)
from watchers.door.address import read_address
from watchers.options import WebAddressIfAny
from watchers.reading.forges import Forge, Project, is_in_order_of_names, next_page, project_at
from watchers.reading.latest import is_early, latest_version
from watchers.reading.lifecycles import Cycle, read_cycles
from watchers.reading.plain import MAX_TEXT
from watchers.reading.releasenames import checked_pattern, version_in
from watchers.reading.releases import Release, Releases, read_releases, together

MOST_PAGES: Final = 50
"""Of a list in the order of names: five thousand tags."""

LONG_OVER_DAYS: Final = 30
"""For how long after its end a cycle is still looked at that the rule does not name."""


class Software(HttpWatcher):
    """Tell new releases of a program, a library or an image."""

    kind: ClassVar[Kind] = Kind(
        name="software",
        shape="stream",
        summary="New releases of a program or library, from its repository, its package index or a feed.",
        main="text",
        facts=(
            FactSpec("text", Text, "Project, name and notes together.", example="security", told=False),
            FactSpec("title", Text, "The project and what the release is called.", example="agent 2.1"),
            FactSpec("version", Version, "The version, without what stands before it in the tag.", example="3.12"),
            FactSpec(
                "prerelease",
                Flag,
                "Whether it is an alpha, a beta, a release candidate …: as the source marks it, else by its version.",
            ),
            FactSpec(
                "latest",
                Flag,
                "Whether it is the latest: as the source says, else by the highest version that is finished.",
                told=False,
            ),
            FactSpec("yanked", Flag, "Whether it was withdrawn again, or is deprecated.", evidence=True, told=False),
            FactSpec("released", Moment, "When it came out; of a day alone, its beginning.", example="2026-05-01"),
            FactSpec("notes", Text, "The release notes, as plain text.", example="CVE-2026", told=False),
            FactSpec("tag", Text, "The tag, as its publisher writes it.", example="agent@3.12.0", told=False),
            FactSpec("project", Text, "What is released.", example="agent", told=False),
            FactSpec("link", Text, "Its page.", example="https://one.example/releases", told=False),
        ),
    )

    repo: str = Field(
        default="",
        description="owner/name of a repository at GitHub, or the address of one at any forge, or of a project at a "
        "package index for Python.",
    )
    forge: Forge | Literal[""] = Field(
        default="", description="What runs at the address of `repo`, where its host's name does not tell."
    )
    url: WebAddressIfAny = Field(
        default="", description="Instead of `repo`: the address of a release feed, or of a list of releases in JSON."
    )
    match: str = Field(
        default="",
        description="Only tags of this form, with a * in place of the version: “name@*”, “name/v*”, “v*-lts”.",
    )
    tags: bool = Field(default=False, description="Tags, for a repository that has no releases beside them.")
    api: bool = Field(
        default=False,
        description="Ask GitHub's interface for programs, which marks prereleases and gives a hundred releases; "
        "without a token (`auth: {bearer: …}`, which implies this) it answers 60 times an hour.",
    )

    @field_validator("match")
    @classmethod
    def _is_a_pattern(cls, match: str) -> str:
        return checked_pattern(match)

    @model_validator(mode="after")
    def _names_a_source(self) -> Self:
        if bool(self.repo) == bool(self.url):
            raise ValueError("write either repo: with a repository or url: with a list of releases")
        if self.repo:
            project_at(self.repo, self.forge)
        return self

    @property
    def label(self) -> str:
        """The repository and the pattern, or the address."""
        named = self.repo or str(read_address(self.url))
        return f"releases of {named}" + (f" ({self.match})" if self.match else "")

    @property
    def hosts(self) -> frozenset[str]:
        """The host that is asked."""
        return frozenset({read_address(self._address).host})

    @property
    def _project(self) -> Project | None:
        return project_at(self.repo, self.forge) if self.repo else None

    @property
    def _address(self) -> str:
        if self._project is None:
            return self.url
        return self._project.releases(tags=self.tags, api=self.api or (self.auth is not None))

    def request(self) -> Request:
        """Ask for the list."""
        return Request(self._address, headers={"Accept": "application/json, application/atom+xml;q=0.9, */*;q=0.5"})

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Read the list, which begins with what is new; one in the order of names is read to its end.

        The cursor says how many pages that had: of a single one an unchanged answer says that nothing changed.
        """
        if not is_in_order_of_names(self._address):
            return await super().poll(context)
        request = replace(self.request(), whole=context.cursor != "1")
        pages = [await context.fetch(request)]
        if pages[0].unchanged:
            return UNCHANGED
        while (following := next_page(pages[-1])) and len(pages) < MOST_PAGES:
            if read_address(following).host not in self.hosts:
                raise SourceRefused(f"the next page lies on another host: {read_address(following).host}")
            pages.append(await context.fetch(replace(request, url=following, whole=True)))
        return replace(await context.parse(self._poll, pages), cursor=str(len(pages)))

    def read(self, page: Page, context: Context) -> Poll:
        """Return the releases of one answer."""
        return self._poll([page])

    def _poll(self, pages: Sequence[Page]) -> Poll:
        found = together(read_releases(page, self.match) for page in pages)
        listed = found.items or _latest_alone(found)
        project = self._project.name if self._project is not None else found.project
        latest, why = (found.latest, "") if found.latest else latest_version(listed, project)
        observations = tuple(_release(one, project, latest, why) for one in listed)
        return Poll(observations, notices=tuple(self._notices(found)))

    def _notices(self, found: Releases) -> list[str]:
        notices = [f"{found.unread} entries of the answer are no releases that can be read"] if found.unread else []
        if not found.items and not found.latest:
            hint = " that `match` fits" if self.match else ""
            tags = ": `tags: yes` lists its tags" if self.repo and not (self.tags or self.match) else ""
            notices.append(f"there are no releases{hint}{tags}")
        return notices


def _latest_alone(found: Releases) -> tuple[Release, ...]:
    """Return the release of which an answer says no more than its version, where it lists none."""
    latest = found.latest
    return (Release(key=latest, tag=latest, version=version_in(latest) or latest),) if latest else ()


def _release(one: Release, project: str, latest: str, why: str) -> Observation:
    called = one.name or one.tag
    title = called if project.casefold() in called.casefold() else f"{project} {called}"
    marked = is_early(one)
    facts = known(
        {
            "text": Text(f"{title} · {one.text}"[:MAX_TEXT] if one.text else title) if title.strip() else None,
            "title": Text(title) if title.strip() else None,
            "version": Version(one.version) if one.version else None,
            "prerelease": Flag(marked) if marked is not None else None,
            "latest": Flag(latest in (one.tag, one.version)) if latest else None,
            "yanked": Flag(one.is_yanked),
            "released": Moment(one.released) if one.released else None,
            "notes": Text(one.text) if one.text else None,
            "tag": Text(one.tag) if one.tag else None,
            "project": Text(project) if project else None,
            "link": Text(one.link) if one.link else None,
        }
    )
    unknown = {"latest": why} if why else {}
    if not one.version:
        unknown |= dict.fromkeys(("version", "prerelease"), f"“{called}” holds no version")
    if "prerelease" not in facts:
        unknown.setdefault("prerelease", f"“{one.version}” may mean anything: `match` can name what follows a version")
    return Observation(
        one.key, facts, {name: why for name, why in unknown.items() if name not in facts}, {}, one.link, one.also
    )


class Eol(HttpWatcher):
    """Watch how long the versions of a product are supported."""

    kind: ClassVar[Kind] = Kind(
        name="eol",
        shape="gauge",
        summary="How long each version of a product is supported, from endoflife.date.",
        main="days_left",
        facts=(
            FactSpec("title", Text, "The product and its version.", example="Python 3.12"),
            FactSpec("cycle", Text, "The version whose support ends, as the source calls it.", example="3.12"),
            FactSpec("eol", Day, "The day on which its support ends.", example="2028-10-31"),
            FactSpec("days_left", Number, "How many days off that is; negative when it is over.", "days", example="90"),
            FactSpec("supported", Flag, "Whether it is still supported."),
            FactSpec("active_until", Day, "Until when it gets more than fixes of security.", example="2026-10-01"),
            FactSpec("lts", Flag, "Whether it is supported for longer than others.", told=False),
            FactSpec("released", Day, "When it came out first.", example="2026-10-01", told=False),
            FactSpec("latest", Version, "Its latest release.", example="3.12.4"),
            FactSpec("latest_released", Day, "When that came out.", example="2026-10-01", told=False),
        ),
        plot="days_left",
    )

    product: str = Field(description="The name of the product in its address at endoflife.date, such as python.")
    cycle: str = Field(
        default="",
        description="One version alone, as it is called there, in quotes: “3.12”. Otherwise each one that is supported "
        f"or ended less than {LONG_OVER_DAYS} days ago.",
    )
    server: str = Field(default="https://endoflife.date", description="The address of a mirror.")

    @field_validator("product")
    @classmethod
    def _is_a_name(cls, product: str) -> str:
        product = product.lower()
        if not re.fullmatch(r"[a-z0-9][a-z0-9.+_-]*", product):
            raise ValueError("a product is written as in its address there: python, or windows-server")
        return product

    @field_validator("server")
    @classmethod
    def _is_a_server(cls, server: str) -> str:
        read_address(server)
        return server.rstrip("/")

    @property
    def label(self) -> str:
        """The product, and the cycle if one is named."""
        return f"end of life: {self.product} {self.cycle}".rstrip()

    @property
    def hosts(self) -> frozenset[str]:
        """The server alone."""
        return frozenset({read_address(self.server).host})

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Ask once; the same answer read on another day says something else, so the cursor is the day."""
        today = f"{context.now.astimezone(context.zone).date()} {context.zone.key}"
        address = f"{self.server}/api/v1/products/{self.product}"
        try:
            page = await context.fetch(Request(address, whole=context.cursor != today))
        except SourceGone as gone:
            raise SourceGone(f"{read_address(self.server).host} knows no product “{self.product}”") from gone
        if page.unchanged:
            return UNCHANGED
        return replace(await context.parse(self.read, page, context), cursor=today)

    def read(self, page: Page, context: Context) -> Poll:
        """Return the cycles of one answer."""
        product, cycles = read_cycles(page.body)
        today = context.now.astimezone(context.zone).date()
        if self.cycle:
            wanted = [cycle for cycle in cycles if cycle.name.casefold() == self.cycle.casefold()]
            if not wanted:
                named = ", ".join(cycle.name for cycle in cycles[:10])
                raise SourceChanged(f"{self.product} has no version “{self.cycle}”; it has {named}")
        else:
            wanted = [cycle for cycle in cycles if not _is_long_over(cycle, today)]
        return Poll(tuple(self._observation(product or self.product, cycle, today) for cycle in wanted))

    def _observation(self, product: str, cycle: Cycle, today: date) -> Observation:
        left = (cycle.eol - today).days if cycle.eol is not None else None
        is_supported = cycle.is_supported if left is None else left >= 0
        facts = known(
            {
                "title": Text(f"{product} {cycle.name}"),
                "cycle": Text(cycle.name),
                "eol": _day(cycle.eol),
                "days_left": Number(Decimal(left)) if left is not None else None,
                "supported": Flag(is_supported) if is_supported is not None else None,
                "active_until": _day(cycle.active_until),
                "lts": Flag(cycle.is_lts) if cycle.is_lts is not None else None,
                "released": _day(cycle.released),
                "latest": Version(cycle.latest) if cycle.latest else None,
                "latest_released": _day(cycle.latest_released),
            }
        )
        why = "no day is named, only that it is over" if is_supported is False else "no end is announced"
        unknown = {} if cycle.eol is not None else dict.fromkeys(("eol", "days_left"), why)
        return Observation(cycle.name, facts, unknown, link=f"{self.server}/{self.product}")


def _is_long_over(cycle: Cycle, today: date) -> bool:
    if cycle.eol is not None:
        return (today - cycle.eol).days > LONG_OVER_DAYS
    return cycle.is_supported is False


def _day(day: date | None) -> Day | None:
    return Day(day.year, day.month, day.day) if day is not None else None
