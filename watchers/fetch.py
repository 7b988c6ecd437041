"""The one door to the network for polls.

    fetch ▶ one errand for equal requests ▶ hop ▶ turn of its host ▶ wire ▶ Answer ▶ Page
                       │                     │
                       └ redirects           └ recall, keep, deadline

Each step is a module of its own: `address` reads addresses, `admission` and `guard` judge them, `politeness` gives
turns, `exchange` has the values, `wire` sends, `inflate` unpacks, `answers` names troubles. Every request that leaves
is one Contact in the ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from watchers.api import (
    HttpOptions,
    NotAsked,
    Page,
    Request,
    SourceChanged,
    SourceUnavailable,
    WatchError,
)
from watchers.door.admission import Admission, Resolve, resolve_name
from watchers.door.answers import MOVED, quiet_for, trouble_in
from watchers.door.attempt import Attempt
from watchers.door.browser import Browser
from watchers.door.elsewhere import Elsewhere, Known
from watchers.door.exchange import (
    SAFE_METHODS,
    Answer,
    Ask,
    Contact,
    Exchange,
    first_ask,
    next_ask,
    seen_again,
    seen_anew,
)
from watchers.door.folders import Caller, Folders
from watchers.door.guard import read_networks
from watchers.door.letters import FolderAsk
from watchers.door.politeness import Hosts
from watchers.door.probe import Probe, Probed, answered, is_of_the_host, own_fault, unanswered
from watchers.door.rendering import Rendering
from watchers.door.trip import Trip
from watchers.door.wire import Wire

__all__ = ["Contact", "Exchange", "Fetcher", "Resolve", "resolve_name"]

DEADLINE: Final = timedelta(seconds=60)
BODY_LIMIT: Final = 20_000_000
HOST_EVERY: Final = timedelta(seconds=1)
SHARED_FOR: Final = timedelta(seconds=0.5)
"""How long an answer serves whoever asks the same: watches that are due together come a moment apart."""
MAX_REDIRECTS: Final = 10
CHECK_SECONDS: Final = 15.0
"""How long the address has to answer by which a machine sees whether it is online."""
USER_AGENT: Final = "trusted-agent (a personal watchdog; no contact given)"


@dataclass(slots=True)
class _Errand:
    """One exchange that is under way or just over, for everybody who asks the same."""

    task: asyncio.Task[Answer]
    trip: Trip
    over_at: datetime | None = None


class Fetcher:
    """Asks sources over HTTP; made once, and used on one event loop."""

    def __init__(  # noqa: PLR0913 - each is one seam or one setting, by name
        self,
        *,
        now: Callable[[], datetime],
        recall: Callable[[str], Awaitable[Exchange | None]],
        keep: Callable[[Exchange], None],
        ledger: Callable[[Contact], None],
        allow: Sequence[str] = (),
        hosts: Mapping[str, HttpOptions] | None = None,
        host_every: timedelta = HOST_EVERY,
        user_agent: str = USER_AGENT,
        resolve: Resolve = resolve_name,
        redact: Callable[[str], str] = str,
        deadline: timedelta = DEADLINE,
        body_limit: int = BODY_LIMIT,
        turns: Hosts | None = None,
        check: str = "",
    ) -> None:
        """Wire the door.

        Args:
            now: The wall clock, in UTC.
            recall: Gives back what was last kept under a request's key.
            keep: Remembers an exchange; it may do so later.
            ledger: Writes one contact down.
            allow: Private networks that polls may contact, in CIDR form.
            hosts: Request options per host, used where a rule does not say otherwise.
            host_every: The pause between two exchanges with one host.
            user_agent: What the program calls itself.
            resolve: Looks a name up.
            redact: Takes secrets out of a text.
            deadline: For one exchange with its redirects; waiting politely does not count.
            body_limit: For one answer, in unpacked bytes.
            turns: Whose turn it is at each host, where that has to outlive this door.
            check: What a `Probe` asks that names no `check` of its own.

        Raises:
            ValueError: `allow` holds something that is no network.
        """
        self._now = now
        self._recall = recall
        self._keep = keep
        self._ledger = ledger
        self._options = {name.lower(): options for name, options in (hosts or {}).items()}
        self._host_every = host_every
        self._user_agent = user_agent
        self._redact = redact
        self._deadline = deadline.total_seconds()
        self._hosts = turns or Hosts(now)
        self._check = check
        admission = Admission(read_networks(allow), resolve)
        self._wire = Wire(admission, body_limit=body_limit)
        self._folders = Folders(admission, self._hosts, now=now, ledger=ledger, redact=redact, seconds=self._deadline)
        self._browser = Browser(admission, self._hosts, now=now, ledger=ledger, redact=redact, seconds=self._deadline)
        self._errands: dict[tuple[str, bool], _Errand] = {}
        self._elsewhere = Elsewhere()

    async def fetch(
        self,
        request: Request,
        options: HttpOptions,
        *,
        private: bool = False,
        asked_by: tuple[str, ...] = (),
        sends: tuple[str, ...] = (),
        last_read: str | None = None,
        host_every: timedelta | None = None,
        fresh: bool = False,
    ) -> Page:
        """Ask once, politely, and return a good answer.

        Args:
            request: What the kind asks for; of a `Probe` the page is a `Probed`, of a `FolderAsk` a `FolderPage`.
            options: The rule's own options; those of its host are filled in.
            private: The rule may contact private addresses.
            asked_by: The ids of the rules that want it, for the ledger.
            sends: What of the owner's profile goes out with it, for the ledger.
            last_read: The digest of what this watch last read: the same again is `unchanged`, and has no body.
            host_every: A pause other than the network's, as some sources ask for.
            fresh: What the source still calls current (Cache-Control, Expires) is `unchanged` without asking. Not the
                default: an owner who wrote `every: 1m` wants to know within a minute that a price fell, many shops send
                a max-age that they do not mean, and a second look to confirm a strange value must be a look. Being
                asked early costs a source a 304; one that wants quiet says Retry-After, which always holds.

        Raises:
            WatchError: There was no good answer; the reason says what the owner can do.
        """
        every = self._host_every if host_every is None else host_every
        try:
            if isinstance(request, FolderAsk):
                return await self._folders.read(request, Caller(private, asked_by, sends, every))
            ask = first_ask(request, options, self._options, private=private, user_agent=self._user_agent)
            who = (asked_by, sends)
            if isinstance(request, Rendering):
                return (await self._browser.render(ask, Caller(private, asked_by, sends, every))).page(last_read)
            if isinstance(request, Probe):
                return await self._probe(replace(ask, is_probe=True), request.check or self._check, every, who)
            if fresh and last_read is not None:
                known = await self._recall(ask.key)
                if known and known.digest == last_read and known.fresh_until and self._now() < known.fresh_until:
                    return Page(url=str(ask.address), body=b"", unchanged=True, digest=last_read)
            answer = await self._shared(ask, last_read, every, who)
            if answer.status == 304 and answer.digest != last_read:
                # Unchanged since another watch read it, but this one has not: it needs the whole page.
                answer = await self._shared(ask, None, every, who)
        except WatchError as trouble:
            # A new one for each who asked: an exception that is raised twice carries two stories in its traceback.
            raise type(trouble)(self._redact(trouble.reason), retry_after=trouble.retry_after) from trouble.__cause__
        return answer.page(last_read)

    async def close(self) -> None:
        """Give up what is under way and close every connection."""
        tasks = [errand.task for errand in self._errands.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._wire.close()

    async def _probe(
        self, ask: Ask, check: str, every: timedelta, who: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> Probed:
        """Ask for any answer at all.

        Raises:
            SourceUnavailable: None came, and it may be this machine that is offline.
            SourceRefused: It may not be contacted, or not with these options.
        """
        began = asyncio.get_running_loop().time()
        asked_by, sends = who
        trip = Trip(self._deadline, every, None, dict.fromkeys(asked_by), dict.fromkeys(sends))
        try:
            answer = await self._follow(ask, trip)
        except NotAsked:
            raise
        except WatchError as trouble:
            if not is_of_the_host(trouble, ask, trip.attempts):
                raise
            await self._rule_out_own_fault(trouble, ask, check, trip, began)
            return unanswered(ask, trip.attempts, type(trouble)(self._redact(trouble.reason)))
        return answered(answer, trip.attempts)

    async def _rule_out_own_fault(self, trouble: WatchError, ask: Ask, check: str, trip: Trip, began: float) -> None:
        """Make sure that it is not this machine that is offline where a host gives no answer.

        Raises:
            SourceUnavailable: It seems to be, or nobody can tell.
        """
        last = trip.attempts[-1] if trip.attempts else None
        if last is not None and last.status is not None:
            return
        note = partial(self._write_down_knock, trip)
        is_online = await self._elsewhere.answers(trip.host, last.ip if last else None, began, note)
        if check and not is_online:
            is_online = await self._answers(check, ask, trip)
        fault = own_fault(trouble, last, is_online=is_online)
        if fault is not None:
            raise fault

    async def _answers(self, check: str, ask: Ask, trip: Trip) -> bool | None:
        """Return whether an address gives any answer; None where it wants to be left alone."""
        options = HttpOptions(ca=ask.ca)
        asked = first_ask(Request(check), options, self._options, private=ask.private, user_agent=self._user_agent)
        try:
            own_trip = Trip(CHECK_SECONDS, trip.every, None, trip.asked_by, {})
            await self._hop(replace(asked, is_probe=True), own_trip)
        except NotAsked:
            return None
        except WatchError:
            return False
        return True

    async def _shared(
        self, ask: Ask, last_read: str | None, every: timedelta, who: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> Answer:
        """Join the errand of whoever asks the same now, or start one."""
        errand = self._errand_for(ask.key, whole=last_read is None)
        if errand is None:
            trip = Trip(self._deadline, every, last_read, {}, {})
            errand = _Errand(asyncio.create_task(self._follow(ask, trip)), trip)
            slot = (ask.key, last_read is None)
            self._errands[slot] = errand
            errand.task.add_done_callback(partial(self._end, slot, errand))
        asked_by, sends = who
        errand.trip.asked_by.update(dict.fromkeys(asked_by))
        errand.trip.sends.update(dict.fromkeys(sends))
        return await asyncio.shield(errand.task)

    def _errand_for(self, key: str, *, whole: bool) -> _Errand | None:
        for slot in ((key, True),) if whole else ((key, True), (key, False)):
            errand = self._errands.get(slot)
            if errand and (errand.over_at is None or timedelta() <= self._now() - errand.over_at < SHARED_FOR):
                return errand
        return None

    def _end(self, slot: tuple[str, bool], errand: _Errand, task: asyncio.Task[Answer]) -> None:
        errand.over_at = self._now()
        if not task.cancelled():
            task.exception()  # looked at, even where everybody who waited for it was cancelled
        task.get_loop().call_later(SHARED_FOR.total_seconds(), self._forget, slot, errand)

    def _forget(self, slot: tuple[str, bool], errand: _Errand) -> None:
        if self._errands.get(slot) is errand:
            del self._errands[slot]

    async def _follow(self, ask: Ask, trip: Trip) -> Answer:
        """Ask, and go where redirects lead."""
        been: set[tuple[str, frozenset[tuple[str, str]]]] = set()
        for _ in range(MAX_REDIRECTS + 1):
            place = (str(ask.address), frozenset(ask.jar.items()))
            if place in been:
                raise SourceChanged(f"{ask.address.host} redirects in a circle")
            been.add(place)
            answer = await self._hop(ask, trip)
            if answer.status not in MOVED:
                return answer
            ask = next_ask(ask, answer)
        raise SourceChanged(f"{ask.address.host} stands behind more than {MAX_REDIRECTS} redirects")

    async def _hop(self, ask: Ask, trip: Trip) -> Answer:
        """Ask one host in its turn, remember its answer, and raise the trouble that it is."""
        trip.host = ask.address.host
        known = await self._read_before(ask, trip.last_read)
        async with self._hosts.turn(ask.address, trip.every):
            answer = await self._in_time(ask, known, trip)
            now = self._now()
            quiet = quiet_for(answer, now)
            if quiet is not None:
                self._hosts.keep_quiet(ask.address, quiet)
        if answer.status in MOVED or ask.is_probe:
            return answer
        trouble = trouble_in(answer, now)
        if trouble is not None:
            raise trouble
        if ask.method in SAFE_METHODS:
            self._keep(
                seen_again(known, answer, now) if known and answer.status == 304 else seen_anew(ask, answer, now)
            )
        return answer

    async def _read_before(self, ask: Ask, last_read: str | None) -> Exchange | None:
        """Return the exchange that this watch last read, where it has a name by which to ask for news alone."""
        if last_read is None or ask.method not in SAFE_METHODS:
            return None
        known = await self._recall(ask.key)
        return known if known and known.digest == last_read and (known.etag or known.last_modified) else None

    async def _in_time(self, ask: Ask, known: Exchange | None, trip: Trip) -> Answer:
        trip.answered = False
        try:
            async with trip.spending():
                return await self._wire.ask(ask, known, trip.seconds, partial(self._write_down, ask, trip))
        except TimeoutError as error:
            trouble = SourceUnavailable(f"{ask.address.authority} did not answer within {self._deadline:g} s")
            if not trip.answered:
                self._hosts.note_silence(ask.address, trouble.reason)
            raise trouble from error
        except SourceUnavailable as trouble:
            if not trip.answered:
                self._hosts.note_silence(ask.address, trouble.reason)
            raise

    def _write_down(self, ask: Ask, trip: Trip, attempt: Attempt) -> None:
        trip.answered = trip.answered or attempt.status is not None
        trip.attempts.append(attempt)
        if attempt.status is not None and attempt.ip is not None:
            self._elsewhere.note(ask, attempt.ip)
        self._ledger(
            Contact(
                at=self._now(),
                method=ask.method,
                host=self._redact(ask.address.host),
                address=self._redact(str(ask.address)),
                ip=attempt.ip,
                status=attempt.status,
                bytes_sent=attempt.sent,
                bytes_received=attempt.received,
                outcome=self._redact(attempt.outcome),
                asked_by=tuple(trip.asked_by),
                sends=tuple(trip.sends),
            )
        )

    def _write_down_knock(self, trip: Trip, known: Known, outcome: str) -> None:
        address = self._redact(str(replace(known.address, target="/")))
        host = self._redact(known.address.host)
        self._ledger(Contact(self._now(), "KNOCK", host, address, known.ip, None, 0, 0, outcome, tuple(trip.asked_by)))
