"""A rule lived through again on what was kept: when it would have told, as it stands or by another sentence.

    Record ──▶ the polls that left it ──▶ rules.replay ──▶ firings

Of a gauge the store keeps readings: what was seen from when to when, and how much of that was looked at. From these
the polls are made anew, at the rule's own rhythm, so that `for` counts and windows weigh as they did. Of a stream it
keeps what the source still holds and what was told; of the rest it keeps only that it was there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import pairwise
from zoneinfo import ZoneInfo

from rules.condition import Reading
from rules.firing import Firing
from rules.history import fewest, keeps_readings, window
from rules.memory import RuleMemory, Verdict
from rules.replay import Replay
from rules.rule import Rule
from watchers.api import Observation

Rhythm = Callable[[str, datetime], datetime]
"""When a watch is polled next, by its id and the instant of its poll."""

_MOST_BEATS = 5000
# What the time may change waits for a poll that is due at the very instant, as in the running agent.
_JUST = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Series:
    """What was kept of one observation: its readings, oldest first."""

    watch_id: str
    key: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing of a stream.

    Attributes:
        at: When it was first seen, as far as is known.
        was_there: The source held it when the rule looked for the first time: it is no news.
        is_there: The source holds it still; of what left, nobody knows when.
        told_at: When its owner was told of it; it was there until then.
        is_moving: It was told for what had become of it since it came.
    """

    watch_id: str
    observation: Observation
    at: datetime
    was_there: bool = False
    is_there: bool = True
    told_at: datetime | None = None
    is_moving: bool = False

    def lasts(self, at: datetime, until: datetime) -> bool:
        """Return whether it was surely there at an instant before `until`."""
        return at <= until if self.is_there else self.told_at is not None and at <= self.told_at


@dataclass(frozen=True, slots=True)
class Record:
    """What a rule, or another that looks at the same, left in the store.

    Attributes:
        lent_by: The ids of the other rules whose readings stand in for those that this one has not made.
    """

    series: tuple[Series, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    lent_by: tuple[str, ...] = ()

    @property
    def begins(self) -> datetime | None:
        """The first instant of which anything is known; None where nothing is."""
        seen = [one.readings[0].at for one in self.series if one.readings]
        return min([*seen, *(arrival.at for arrival in self.arrivals)], default=None)

    @property
    def readings(self) -> list[Reading]:
        """Every reading of every observation."""
        return [reading for one in self.series for reading in one.readings]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a rule is lived through again.

    Attributes:
        since: What was told before is not counted; what was seen before is remembered, as far as the rule looks back.
        until: When it ends: time alone may make a rule true.
    """

    record: Record
    zone: ZoneInfo
    since: datetime
    until: datetime
    rhythm: Rhythm

    def told(self, rule: Rule) -> tuple[Firing, ...]:
        """Return what a rule would have told, oldest first."""
        firings = (firing for verdict in self._verdicts(rule) for firing in verdict.firings)
        return tuple(sorted((each for each in firings if each.seen_at >= self.since), key=lambda each: each.seen_at))

    def never_known(self, rule: Rule) -> str:
        """Return why nobody could ever tell whether the rule's sentence was true; empty where it could be told once."""
        because = ""
        for verdict in self._verdicts(rule):
            for finding in verdict.findings.values():
                if finding.holds is not None:
                    return ""
                because = finding.because
        return because

    def _verdicts(self, rule: Rule) -> Iterator[Verdict]:
        actor = _actor(rule)
        return self._of_readings(actor) if rests_on_readings(rule, self.record) else self._of_arrivals(actor)

    def _of_readings(self, rule: Rule) -> Iterator[Verdict]:
        known = {spec.id for spec in rule.watches}
        by_watch: dict[str, list[Series]] = {}
        for one in (_as_far_back(each, self.since - window(rule), fewest(rule)) for each in self.record.series):
            if one.watch_id in known and one.readings:
                by_watch.setdefault(one.watch_id, []).append(one)
        paced, rhythm = self._paced(rule)
        replay = Replay(paced, self.zone)
        at_rest: dict[str, bool] = {}
        asked: dict[str, datetime | None] = {}
        polls = (
            _polls(watch_id, series, rule.every, lambda watch_id, at: _sooner(rhythm(watch_id, at), asked[watch_id]))
            for watch_id, series in by_watch.items()
        )
        for poll in merge(*polls, key=lambda poll: poll.at):
            yield from _passing(replay, poll.at - _JUST)
            if not poll.is_certain and at_rest.get(poll.watch_id):
                continue
            verdict = replay.poll(poll.watch_id, poll.observations, poll.at)
            yield from [verdict] if verdict is not None else []
            at_rest[poll.watch_id] = verdict is not None and _is_at_rest(rule, verdict, replay.memory(poll.watch_id))
            asked[poll.watch_id] = verdict.poll_again_at if verdict is not None else None
        yield from _passing(replay, self.until)

    def _paced(self, rule: Rule) -> tuple[Rule, Rhythm]:
        """Return a rule with the rhythm of its polls: where it looks back, at no more instants than anyone will read.

        What slides out of a window is noticed a few minutes late then, of a rule that looks every minute for months.
        """
        longest = (self.until - self.since) / _MOST_BEATS
        if rule.hold.is_set or longest <= rule.every:
            return rule, self.rhythm
        return replace(rule, every=longest), lambda _, at: at + longest

    def _of_arrivals(self, rule: Rule) -> Iterator[Verdict]:
        # Each alone: no thing of a stream bears on another.
        begins: dict[str, datetime] = {}
        for arrival in self.record.arrivals:
            begins[arrival.watch_id] = min(arrival.at, begins.get(arrival.watch_id, arrival.at))
        known = {spec.id for spec in rule.watches}
        for arrival in self.record.arrivals:
            if arrival.watch_id in known:
                yield from self._arriving(rule, arrival, begins[arrival.watch_id])

    def _arriving(self, rule: Rule, arrival: Arrival, baseline: datetime) -> Iterator[Verdict]:
        replay = Replay(rule, self.zone)
        at = arrival.at
        if not arrival.was_there:
            replay.poll(arrival.watch_id, (), baseline)
        while True:
            verdict = replay.poll(arrival.watch_id, (arrival.observation,), at)
            yield from [verdict] if verdict is not None else []
            memory = replay.memory(arrival.watch_id).of(arrival.observation)
            # `for` wants it to be seen again; where it left, there is no telling for how long it was there.
            is_pending = memory is not None and memory.state == "pending"
            following = _sooner(self.rhythm(arrival.watch_id, at), verdict.poll_again_at if verdict else None)
            if not (is_pending and arrival.lasts(following, self.until)):
                break
            yield from _passing(replay, following - _JUST)
            at = following
        if arrival.is_there:
            yield from _passing(replay, self.until)


def _sooner(planned: datetime, asked: datetime | None) -> datetime:
    """Return when a watch is polled next: a pending rule asks for the instant at which `for` would be full."""
    return planned if asked is None else min(planned, asked)


def _is_at_rest(rule: Rule, verdict: Verdict, memory: RuleMemory) -> bool:
    """Return whether the same facts again could change nothing until time does: then a poll need not be judged."""
    if rule.condition.is_absence or window(rule):
        return False
    if rule.hold.is_set and verdict.judge_again_at is not None:
        return False
    return all(one.state != "pending" for one in memory.seen.values())


def rests_on_readings(rule: Rule, record: Record) -> bool:
    """Return whether a rule is tried on readings: of a stream only what looks back has some, and few facts in them."""
    return bool(record.series) and keeps_readings(rule)


def _actor(rule: Rule) -> Rule:
    """Return a rule that believes its record, where nothing stands that was doubted when it was seen.

    Several sources that are judged together have left a record of their own, as one observation with the facts of all.
    """
    believing = replace(rule, kind=replace(rule.kind, doubted=""))
    return believing if rule.joint is None else replace(believing, watches=(rule.joint.spec,), joint=None)


def _passing(replay: Replay, until: datetime) -> Iterator[Verdict]:
    for _, verdict in replay.pass_time(until):
        yield verdict


def _as_far_back(series: Series, start: datetime, fewest: int) -> Series:
    """Return a series from an instant on, with as many readings before it as are looked at however old they are."""
    first = bisect_left([reading.until for reading in series.readings], start)
    return replace(series, readings=series.readings[max(0, first - fewest) :])


# From readings to the polls that left them.


@dataclass(frozen=True, slots=True)
class _Poll:
    at: datetime
    watch_id: str
    observations: tuple[Observation, ...] | None
    is_certain: bool


@dataclass(frozen=True, slots=True)
class _Track:
    """One series, to be asked what it showed at an instant."""

    key: str
    readings: tuple[Reading, ...]
    ends: list[datetime] = field(repr=False)
    shown: list[Observation] = field(repr=False)

    def place(self, at: datetime) -> int | None:
        """Return which reading holds at an instant."""
        found = bisect_left(self.ends, at)
        return found if found < len(self.readings) and self.readings[found].at <= at else None


def _track(series: Series) -> _Track:
    shown = [Observation(series.key, reading.facts) for reading in series.readings]
    return _Track(series.key, series.readings, [reading.until for reading in series.readings], shown)


def _polls(watch_id: str, series: Sequence[Series], every: timedelta, rhythm: Rhythm) -> Iterator[_Poll]:
    """Yield the polls of one watch.

    Where a reading begins or ends a poll stood for certain. In between there was one at each beat, as far as the
    reading says that it was looked at: what was missed is put into one gap before its end, which begins with a trouble.
    """
    tracks = [_track(one) for one in series]
    certain = sorted({at for one in series for reading in one.readings for at in (reading.at, reading.until)})
    for at, following in pairwise([*certain, certain[-1]]):
        places = [track.place(at) for track in tracks]
        observations = _shown(tracks, places)
        yield _Poll(at, watch_id, observations, is_certain=True)
        share, last = _share(tracks, places, following, every), at
        if share is not None and following != at:
            # Between two certain polls every series shows what it showed at the first, or has ended there.
            lasting = [
                place if _lasts(track, place, following) else None for track, place in zip(tracks, places, strict=True)
            ]
            observations = _shown(tracks, lasting)
            for beat in _beats(at, following, share, every, lambda at: rhythm(watch_id, at)):
                yield _Poll(beat, watch_id, observations, is_certain=False)
                last = beat
        if following - last > 2 * max(every, (missed := rhythm(watch_id, last)) - last):
            yield _Poll(missed, watch_id, None, is_certain=False)


def _shown(tracks: Sequence[_Track], places: Sequence[int | None]) -> tuple[Observation, ...]:
    return tuple(track.shown[place] for track, place in zip(tracks, places, strict=True) if place is not None)


def _lasts(track: _Track, place: int | None, until: datetime) -> bool:
    return place is not None and track.ends[place] >= until


def _share(tracks: Sequence[_Track], places: Sequence[int | None], until: datetime, every: timedelta) -> float | None:
    """Return how much of the time up to the next certain poll was looked at; None where nothing was known in it.

    The shortest reading that spans it says so most exactly.
    """
    spanning = [
        (track.ends[place] - track.readings[place].at, _looked_at(track.readings, place, every))
        for track, place in zip(tracks, places, strict=True)
        if place is not None and _lasts(track, place, until)
    ]
    length, looked = min(spanning, default=(timedelta(), timedelta()))
    return looked / length if length else None


def _looked_at(readings: Sequence[Reading], place: int, every: timedelta) -> timedelta:
    """Return how much of a reading's own time was looked at: the gap to the next one is counted in `known_for` too."""
    reading = readings[place]
    known = reading.known_for
    if place + 1 < len(readings):
        known -= min(readings[place + 1].at - reading.until, 2 * every)
    return max(timedelta(), min(known, reading.until - reading.at))


def _beats(
    at: datetime, until: datetime, share: float, every: timedelta, rhythm: Callable[[datetime], datetime]
) -> Iterator[datetime]:
    """Yield the polls between two that are certain."""
    missed = (until - at) * (1 - share)
    is_whole = missed < every
    # Of a gap as much counts as of any: twice the interval.
    end = until if is_whole else until - missed - 2 * every
    while True:
        beat = rhythm(at)
        slack = (beat - at) / 2
        if beat > (end - slack if is_whole else end + slack):
            return
        yield beat
        at = beat


# What cannot be known.


def unknowns(rule: Rule, record: Record, *, is_altered: bool, thinned_before: datetime) -> Iterator[str]:
    """Yield what the record cannot tell of a rule, as sentences.

    Args:
        rule: The rule that was lived through again.
        record: What was kept.
        is_altered: It has another sentence than the one under which the record was made.
        thinned_before: Before this, of each day only the first and last reading and the extremes are kept.
    """
    if rule.others:
        yield f"how the rules {', '.join(sorted(rule.others))} stood then is not kept: what rests on them is unknown"
    if record.begins is None:
        yield "nothing was kept yet that this rule could be tried on"
        return
    if record.lent_by:
        yield f"this rule has not looked yet: it is tried on what {', '.join(record.lent_by)} saw of the same source"
    if not rests_on_readings(rule, record):
        yield from _unknown_of_stream(rule, record, is_altered=is_altered)
    else:
        if any(reading.at < thinned_before for reading in record.readings):
            yield f"before {thinned_before:%Y-%m-%d} only the first, last, highest and lowest reading of a day are kept"
        known = {name for reading in record.readings for name in reading.facts}
        missing = sorted(_facts(rule) - known - {spec.name for spec in rule.kind.facts if spec.evidence})
        if missing:
            yield f"no reading knows {', '.join(missing)}"


def _unknown_of_stream(rule: Rule, record: Record, *, is_altered: bool) -> Iterator[str]:
    if rule.condition.is_absence:
        yield "when a stream was looked at and nothing new came is not kept: only what was told of it is"
    there = sum(arrival.was_there for arrival in record.arrivals)
    if there:
        counted = f"{there} things were" if there > 1 else "1 thing was"
        yield f"{counted} there when the rule first looked as it stands: since when is not known"
    if moving := sum(arrival.is_moving for arrival in record.arrivals):
        yield f"{moving} thing{'s' * (moving > 1)} changed after coming: what was seen in between is not kept"
    if is_altered:
        yield "what left the source untold is not kept: another sentence might have told of it"


def _facts(rule: Rule) -> frozenset[str]:
    return rule.condition.facts | (rule.until.facts if rule.until else frozenset())
