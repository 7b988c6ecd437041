"""Recording a rule: one real look at its sources, kept as a rule test that passes at once.

watch ──▶ the door, overheard ──▶ answers, blanked ──▶ read again by the real watcher ──▶ judged ──▶ NAME.test.yaml
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent.blanking import Blanker
from agent.context import Errand, PollContext
from agent.doors import door_of
from agent.redaction import Redactor
from agent.rehearsal import Rehearsal
from rules.file.watches import secrets_of
from rules.rule import Network, Place, Rule, RuleBook, WatchSpec
from rules.trials.case import Answer, Case, Turn
from rules.trials.live import Told, live
from rules.when.quantities import read_date
from rules.words import compose, written_time
from watchers.api import HttpOptions, Moment, Page, Poll, Request, Unchanged, WatchError
from watchers.door.exchange import Answer as Answered
from watchers.door.exchange import Ask
from watchers.fetch import Fetcher

FOLDER = "tests"
_ENDINGS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/json": "json",
    "text/plain": "txt",
    "text/calendar": "ics",
}


class NothingRecorded(Exception):
    """A source gave nothing that could be kept; the message says why."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One request of a poll, and what came of it."""

    request: Request
    page: Page | None = None
    trouble: WatchError | None = None


@dataclass(slots=True)
class Overheard:
    """Everything that was said while a rule's watches were polled.

    Attributes:
        cookies: Every `Set-Cookie` on the way, also those of redirects.
        polls: By watch: what its poll came to.
    """

    heard: list[Heard] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    polls: dict[str, Poll | Unchanged] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """What is to be kept.

    Attributes:
        answers: What each file holds, by its path relative to the test's file.
        told: What the rule tells of it now.
        blanked: How often what was taken out.
        doubts: Sentences for the owner about what the blanking changed.
    """

    test: str
    answers: Mapping[str, bytes]
    told: tuple[Told, ...]
    blanked: Mapping[str, int]
    doubts: tuple[str, ...]


# Listening.


async def listen(rule: Rule, network: Network, redactor: Redactor, now: datetime, zone: ZoneInfo) -> Overheard:
    """Poll each of a rule's watches once, through the real door, and keep what was said.

    Raises:
        NothingRecorded: A source gave nothing.
    """
    overheard = Overheard()
    door = _Door(network, redactor, now, overheard)
    try:
        for spec in rule.watches:
            try:
                overheard.polls[spec.id] = await spec.watcher.poll(PollContext(door, spec, Errand(), now, zone))
            except WatchError as trouble:
                raise NothingRecorded(f"{spec.label}: {redactor.clean(trouble.reason)}") from trouble
    finally:
        await door.close()
    return overheard


class _OpenEar(Fetcher):
    """A door that notes every cookie: a page may show what a redirect before it has set."""

    def __init__(self, cookies: list[str], **wiring: Any) -> None:
        super().__init__(**wiring)
        self._heard_cookies = cookies

    async def _hop(self, ask: Ask, trip: Any) -> Answered:
        answer = await super()._hop(ask, trip)
        self._heard_cookies += answer.set_cookies
        return answer


class _Door:
    """The door of a recording; nothing that passes it is remembered by the agent."""

    def __init__(self, network: Network, redactor: Redactor, now: datetime, overheard: Overheard) -> None:
        self._overheard = overheard
        listening = partial(_OpenEar, overheard.cookies)
        self._door = door_of(network, redactor, now=lambda: now, made_by=listening)

    async def fetch(
        self,
        request: Request,
        options: HttpOptions,
        *,
        private: bool,
        asked_by: tuple[str, ...],
        sends: tuple[str, ...],
        last_read: str | None,
        host_every: timedelta | None,
    ) -> Page:
        """Ask, and note what was said."""
        try:
            page = await self._door.fetch(
                request,
                options,
                private=private,
                asked_by=asked_by,
                sends=sends,
                last_read=last_read,
                host_every=host_every,
            )
        except WatchError as trouble:
            self._overheard.heard.append(Heard(request, trouble=trouble))
            raise
        self._overheard.heard.append(Heard(request, page))
        return page

    async def close(self) -> None:
        """Close every connection."""
        await self._door.close()


# What is kept.


def recording(rule: Rule, book: RuleBook, name: str, overheard: Overheard, now: datetime) -> Recording:
    """Return what to keep of what was overheard, without a secret.

    Args:
        rule: The rule.
        book: Its rule book, for the zone and the secrets.
        name: What the recording is called.
        overheard: What was said at `now`.
        now: A full minute, so that it can be written down.

    Raises:
        NothingRecorded: A secret could not be taken out of it.
    """
    if not overheard.heard:
        raise NothingRecorded("all of it lies on this machine, and nobody was asked: write its facts into a test")
    known = {secret for spec in rule.watches for secret in secrets_of(spec.watcher, certain=True)}
    blanker = Blanker(book.secrets | known, overheard.cookies)
    blanked: Counter[str] = Counter()
    kept = tuple(_kept(number, each, name, blanker, blanked) for number, each in enumerate(overheard.heard, 1))
    # Of a stream, everything there is new to the test: so it shows which entries the sentence is about.
    is_stream = rule.kind.shape == "stream"
    rule = replace(rule, first="tell") if is_stream else rule
    said, plain = tuple(answer for answer, _ in kept), tuple(map(_said_by, overheard.heard))
    case = _case(rule, book.me.zone, said, now)
    rehearsal = Rehearsal(blanker.address)
    told = tuple(live(case, rehearsal).told)
    test = _written(case, told, kept, now, as_new=is_stream)
    answers = {file: answer.body for answer, file in kept if file}
    if blanker.leaks(test.encode()) or any(map(blanker.leaks, answers.values())):
        raise NothingRecorded("a secret of the rule file stands in the answer in a form that could not be taken out")
    seen = [(spec, overheard.polls[spec.id]) for spec in rule.watches]
    doubts = tuple(doubt for spec, poll in seen for doubt in _doubts(spec, poll, case, plain, said, rehearsal))
    return Recording(test, answers, told, +blanked, doubts)


def _kept(number: int, heard: Heard, name: str, blanker: Blanker, blanked: Counter[str]) -> tuple[Answer, str]:
    """Return an answer without secrets, and the file that is to hold its body; no file where there is no body."""
    page, said = heard.page, _said_by(heard)
    url = blanker.address(said.url)
    if page is None or said.trouble:
        return replace(said, url=url), ""
    left = blanker.body(said.body, said.content_type)
    blanked.update(left.counts)
    landed = blanker.address(page.url)
    answer = replace(
        said,
        url=url,
        content_type=blanker.text(said.content_type)[0],
        landed=landed if landed != url else "",
        body=left.body,
    )
    return answer, f"{name}/{number}.{_ending(page)}"


def _said_by(heard: Heard) -> Answer:
    """Return an answer as it was given, secrets and all; that a host was silent is one of its own."""
    request, page = heard.request, heard.page
    said = Answer(url=request.url, method=request.method.upper())
    if page is None:
        return replace(said, trouble=type(heard.trouble).__name__.replace("NotAsked", "SourceUnavailable"))
    if not page.status:
        return replace(said, trouble="SourceUnavailable")
    landed = page.url if page.url != request.url else ""
    content_type = page.headers.get("content-type", "")
    return replace(said, status=page.status, content_type=content_type, landed=landed, body=page.body)


def _ending(page: Page) -> str:
    if "xml" in page.content_type and page.content_type not in _ENDINGS:
        return "xml"
    return "json" if page.content_type.endswith("json") else _ENDINGS.get(page.content_type, "bin")


def _case(rule: Rule, zone: ZoneInfo, answers: tuple[Answer, ...], now: datetime) -> Case:
    turn = Turn(now, {spec.id: answers for spec in rule.watches})
    return Case(rule.id, rule, zone, Place(rule.place.file, 1, 1), (turn,), ())


def _doubts(
    spec: WatchSpec,
    poll: Poll | Unchanged,
    case: Case,
    plain: tuple[Answer, ...],
    kept: tuple[Answer, ...],
    rehearsal: Rehearsal,
) -> Iterator[str]:
    """Yield where saved answers say less than was seen: without what was blanked, or as no answer holds it."""
    now = case.turns[0].at
    try:
        before = Rehearsal().look(spec, plain, now, case.zone, None)
        after = rehearsal.look(spec, kept, now, case.zone, None)
    except WatchError as trouble:
        yield f"{spec.label}: without what was blanked it cannot be read any more: {trouble.reason}"
        return
    if _facts(before) != _facts(after):
        yield f"{spec.label}: what was blanked is part of what the rule reads there, and reads *** now"
    both = zip(_facts(poll), _facts(before), strict=False)
    lost = {name for one, again in both for name in one.keys() - again.keys()}
    if lost := lost & case.rule.condition.facts:
        yield f"{spec.label}: a saved answer does not hold {', '.join(sorted(lost))}: to the test it is unknown"


def _facts(poll: Poll | Unchanged) -> list[Mapping[str, object]]:
    return [dict(each.facts) for each in poll.observations] if isinstance(poll, Poll) else []


# How it is written.


def _written(
    case: Case, told: Sequence[Told], kept: Sequence[tuple[Answer, str]], now: datetime, *, as_new: bool
) -> str:
    """Return the text of the test's file."""
    zone = case.zone
    lines = [
        f"# Recorded {written_time(now, zone.key)}. What was blanked reads ***.",
        "tests:",
        f"  - rule: {_text(case.rule.id)}",
        f"    at: {_time(now, zone)}",
        f"    zone: {zone.key}",
    ]
    if as_new:
        lines.append("    first: tell  # as if everything in it were new")
    lines += ["    responses:", "      -"]
    lines += [f"        - {_flow(_said(answer, file))}" for answer, file in kept]
    lines.append("    tells:" if told else "    tells: []")
    for each in told:
        firing = each.firing
        wanted: dict[str, object] = {"at": each.poll, "reason": firing.reason}
        if firing.title or firing.observation:
            wanted["of"] = firing.title or firing.observation
        lines.append(f"      - {_flow({**wanted, 'contains': compose(firing).title})}")
    return "\n".join(lines) + "\n"


def _said(answer: Answer, file: str) -> dict[str, object]:
    said = {
        "url": answer.url,
        "method": "" if answer.method == "GET" else answer.method,
        "file": file,
        "type": answer.content_type,
        "landed": answer.landed,
        "status": "" if answer.status == 200 else answer.status,
        "trouble": answer.trouble,
    }
    return {name: value for name, value in said.items() if value != ""}


def _flow(values: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{name}: {_text(value)}" for name, value in values.items()) + "}"


def _text(value: object) -> str:
    """Return a value as YAML: a JSON text is one, but for characters that YAML wants escaped."""
    quoted = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]", lambda odd: f"\\u{ord(odd[0]):04x}", quoted)


def _time(at: datetime, zone: ZoneInfo) -> str:
    there = at.astimezone(zone)
    text = f"{there:%Y-%m-%d %H:%M}"
    # The hour that the clock shows twice wants to say which of the two it is.
    return text if read_date(text, zone) == Moment(at) else f"{text}{there.isoformat()[-6:]}"


# On the disk.


def taken(rule_file: Path, name: str) -> Path | None:
    """Return what would be overwritten by a recording of that name, or None."""
    folder = rule_file.parent / FOLDER
    return next((path for path in (folder / f"{name}.test.yaml", folder / name) if path.exists()), None)


def keep(found: Recording, rule_file: Path, name: str) -> Path:
    """Write a recording beside the rule file, in place of an earlier one of that name, and return its file.

    Raises:
        OSError: The folder cannot be written.
    """
    folder = rule_file.parent / FOLDER
    (folder / name).mkdir(parents=True, exist_ok=True)
    for old in (folder / name).glob("[0-9]*.*"):
        old.unlink()
    for file, body in found.answers.items():
        (folder / file).write_bytes(body)
    test = folder / f"{name}.test.yaml"
    test.write_text(found.test, encoding="utf-8")
    return test
