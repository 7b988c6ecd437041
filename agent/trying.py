"""Trying a rule or a kind: the code that the agent runs, on a live or a saved answer, with nothing stored or sent.

Trial ──▶ look: poll through a door that forgets | read_saved: the bytes of a file ──▶ Tried: seen, or why not
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agent.context import Errand, PollContext
from agent.redaction import Redactor
from rules.condition import Condition, Finding, Standing, View
from rules.joint import Part, together
from rules.rule import Joint, Network, WatchSpec
from watchers.api import (
    HttpOptions,
    HttpWatcher,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceRefused,
    Text,
    Unchanged,
    Watcher,
    WatchError,
)

if TYPE_CHECKING:
    from watchers.door.exchange import Contact

# As much as a poll takes of one answer.
MOST_BYTES = 20_000_000
# Where a saved answer came from if nobody says so; a name that no host can have: RFC 2606.
NOWHERE = "https://saved.invalid/"
SOMEWHERE = f"{NOWHERE}-/"
UNPLACED = "where this answer came from is not known, so that its relative links stay as they are: --url says it"
OUR_FAULT = "OurFault"
# More than these wait for their turn at a host, or for a slow one; each has its turn.
LOOKS_AT_ONCE = 50

log = logging.getLogger(__name__)


class NoAddress(Exception):
    """A kind has no option that takes an address."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What to try.

    Attributes:
        specs: The watches, one for each address or query.
        condition: What to say of each observation; None where nothing is asked.
        zone: The owner's time zone.
        joint: The condition speaks of all watches together; None: of each alone.
        asked_by: By watch, the ids of the rules for which it is asked.
        ledger: Notes whom a look contacted.
        rule_files: Every file that the rules were read from; without any, no command of theirs is run.
        others: How the rules stand that the condition names.
    """

    specs: tuple[WatchSpec, ...]
    condition: Condition | None
    now: datetime
    zone: ZoneInfo
    network: Network
    redactor: Redactor
    joint: Joint | None = None
    asked_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ledger: Callable[[Contact], None] = lambda _: None
    rule_files: tuple[str, ...] = ()
    others: Mapping[str, Standing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the condition says of one observation that nothing is remembered of."""

    key: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an answer says nothing: its name is what to do next."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What one answer came to.

    Attributes:
        file: Where it was saved; None of a live one.
        source: What was looked at.
        notices: What the kind has to say about the source itself.
    """

    file: str | None
    source: str
    observations: tuple[Observation, ...]
    notices: tuple[str, ...]
    trouble: Trouble | None
    findings: tuple[Judged, ...]


# What to try.


def watches_of(kind: type[Watcher], address: str | None, *, private: bool) -> tuple[WatchSpec, ...]:
    """Return the watches of a kind that looks at an address, without any rule.

    Args:
        kind: The kind.
        address: None where only saved answers are read.
        private: Private addresses may be contacted.

    Raises:
        NoAddress: No option of the kind takes that address alone.
    """
    try:
        parts = _with(kind, {}, address or SOMEWHERE).watches()
    except NoAddress:
        if address is not None:
            raise
        # To read a saved answer, most kinds need none of their options.
        parts = (kind.model_construct(),)
    return tuple(WatchSpec("", kind.kind, _label(part, address), part, private) for part in parts)


def elsewhere(spec: WatchSpec, address: str) -> WatchSpec:
    """Return a rule's watch with all its options, but looking at another address.

    Raises:
        NoAddress: No option of its kind takes it.
    """
    watcher = spec.watcher
    options = {name: getattr(watcher, name) for name in _own_options(type(watcher))}
    # What holds an address now is what the new one replaces.
    held = [name for name, value in options.items() if "://" in str(value)]
    made = _with(type(watcher), {name: value for name, value in options.items() if name not in held}, address)
    if isinstance(made, HttpWatcher) and isinstance(watcher, HttpWatcher):
        made = made.sharing(**{name: getattr(watcher, name) for name in HttpOptions.model_fields})
    return replace(spec, watcher=made, label=made.label)


def _own_options(kind: type[Watcher]) -> list[str]:
    return [name for name in kind.options() if name not in HttpOptions.model_fields]


def _with(kind: type[Watcher], options: Mapping[str, object], address: str) -> Watcher:
    """Return a watcher whose first option that takes the address has it."""
    # An option that takes the address, though others are wanted beside it, says more than those that do not take it.
    reasons = ["none of its options takes an address"]
    for name in _own_options(kind):
        for value in (address, (address,)):
            try:
                return kind.model_validate({**options, name: value})
            except ValidationError as error:
                faults = error.errors()
                own = [each for each in faults if each["loc"][:1] == (name,)]
                if not own and name == "url" and isinstance(value, str):
                    raise NoAddress(f"{kind.kind.name} needs more than an address: {_said(faults[0])}") from error
                reasons += [_said(each) for each in own if each["type"] == "value_error"][:1]
    raise NoAddress(f"the kind {kind.kind.name} cannot look at {address}: {reasons[-1]}")


def _said(fault: ErrorDetails) -> str:
    """Return what is wrong with the options, as their kind says it."""
    where = ".".join(map(str, fault["loc"]))
    message = fault["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def _label(watcher: Watcher, address: str | None) -> str:
    return watcher.label if address is not None else ""


# Trying it.


async def look(trial: Trial) -> list[Tried]:
    """Poll each watch once, as the agent does: with its guard, its limits and its manners."""
    # Loaded here, for a saved answer needs no door.
    from agent.doors import door_of  # noqa: PLC0415

    door = door_of(trial.network, trial.redactor, now=lambda: trial.now, ledger=trial.ledger)
    room = asyncio.Semaphore(LOOKS_AT_ONCE)

    async def poll(spec: WatchSpec) -> Tried:
        async with room:
            errand = Errand(rule_ids=trial.asked_by.get(spec.id, ()), rule_files=trial.rule_files)
            return await _poll(trial, spec, PollContext(door, spec, errand, trial.now, trial.zone))

    try:
        return list(await asyncio.gather(*(poll(spec) for spec in trial.specs)))
    finally:
        await door.close()


def look_together(trial: Trial, tried: Sequence[Tried]) -> Tried | None:
    """Return what several watches show as the one thing that their rule judges; None where each is judged alone."""
    if trial.joint is None:
        return None
    seen = {
        spec.id: Part(one.observations if one.trouble is None else None, trial.now)
        for spec, one in zip(trial.specs, tried, strict=True)
    }
    subject = trial.condition.subject if trial.condition is not None else ""
    joined = together(trial.joint, seen, trial.now, timedelta(), subject)
    findings = tuple(_findings(trial, (joined,)))
    return Tried(None, trial.joint.spec.label, (joined,), (), None, findings)


async def read_saved(trial: Trial, file: str, body: bytes, address: str | None) -> Tried:
    """Read one saved answer.

    Args:
        trial: What to try.
        file: Its name, for the result.
        body: Its bytes, unpacked.
        address: Where it came from; None: from where the watch looks.
    """
    spec = trial.specs[0]
    context = PollContext(_NoDoor(), spec, Errand(), trial.now, trial.zone)
    page = Page(url=address or _address_of(spec.watcher), body=body)
    if len(body) > MOST_BYTES:
        too_long = SourceChanged(f"it is longer than {MOST_BYTES:,} bytes, more than a poll takes")
        return _blind(file, spec, too_long, trial)
    try:
        poll = await context.parse(spec.watcher.read, page, context)
    except WatchError as trouble:
        return _blind(file, spec, trouble, trial)
    except Exception as error:
        # As the engine has it: a fault of ours is said whole, and the other answers are tried all the same.
        log.exception("reading %s failed", file)
        return _blind(file, spec, error, trial)
    return _judged(trial, file, spec, poll if page.url != SOMEWHERE else _unplaced(poll))


def _unplaced(poll: Poll) -> Poll:
    """Return a poll whose links are relative again, where nobody knows of which address."""
    observations = tuple(_without_address(each) for each in poll.observations)
    pairs = zip(observations, poll.observations, strict=True)
    is_relative = any(now.link not in ("", before.link) for now, before in pairs)
    return replace(poll, observations=observations, notices=(*poll.notices, UNPLACED) if is_relative else poll.notices)


def _without_address(seen: Observation) -> Observation:
    def relative(text: str) -> str:
        return text.replace(SOMEWHERE, "").replace(NOWHERE, "/") if NOWHERE in text else text

    return replace(
        seen,
        key=relative(seen.key) or seen.key,
        facts={
            name: Text(relative(fact.value)) if isinstance(fact, Text) else fact for name, fact in seen.facts.items()
        },
        evidence={name: relative(where) for name, where in seen.evidence.items()},
        link=relative(seen.link),
        also=tuple(relative(key) for key in seen.also),
    )


class _NoDoor:
    """Where a saved answer is read, nothing is asked."""

    async def fetch(self, request: Request, *_: object, **__: object) -> Page:
        """Refuse.

        Raises:
            SourceRefused: Always.
        """
        raise SourceRefused(f"a saved answer is read alone: {request.url} is not asked")


def _address_of(watcher: Watcher) -> str:
    options = [getattr(watcher, name, "") for name in _own_options(type(watcher))]
    values = [value for option in options for value in (option if isinstance(option, tuple) else (option,))]
    return next((value for value in values if isinstance(value, str) and "://" in value), SOMEWHERE)


async def _poll(trial: Trial, spec: WatchSpec, context: PollContext) -> Tried:
    try:
        seen = await spec.watcher.poll(context)
    except WatchError as trouble:
        return _blind(None, spec, trouble, trial)
    except Exception as error:
        log.exception("watch %s failed", spec.label)
        return _blind(None, spec, error, trial)
    return _judged(trial, None, spec, Poll(()) if isinstance(seen, Unchanged) else seen)


def _blind(file: str | None, spec: WatchSpec, error: Exception, trial: Trial) -> Tried:
    if isinstance(error, WatchError):
        trouble = Trouble(type(error).__name__, trial.redactor.clean(error.reason))
    else:
        trouble = Trouble(OUR_FAULT, f"a fault of the agent itself: {type(error).__name__}")
    return Tried(file, spec.label, (), (), trouble, ())


def _judged(trial: Trial, file: str | None, spec: WatchSpec, poll: Poll) -> Tried:
    # What speaks of several watches together says nothing of one.
    findings = tuple(_findings(trial, poll.observations)) if trial.joint is None else ()
    return Tried(file, spec.label, poll.observations, poll.notices, None, findings)


def _findings(trial: Trial, observations: Sequence[Observation]) -> list[Judged]:
    condition, now, zone = trial.condition, trial.now, trial.zone
    # `nothing for 7 days` speaks of time that passes, of which one answer knows nothing.
    if condition is None or condition.is_absence:
        return []
    return [
        Judged(each.key, condition.evaluate(View(each.facts, now, zone, each.unknown, others=trial.others)))
        for each in observations
    ]
