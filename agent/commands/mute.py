"""`mute`: nothing more of a rule, a topic, a source or a thing, until you end it."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.replying import Meant, book_of, meant, show, writing, zone_of
from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    State,
    counted,
    fail,
    names_of,
    not_found,
    place_of,
    print_json,
    say,
    store_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from agent.answers.answering import Offer
    from agent.answers.muting import Ended, Mute
    from agent.places import Place
    from rules.rule import Names

# So many of a rule's latest messages are looked through for the names of its sources.
MOST_LOOKED_AT = 1000


def mute(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    asked: Annotated[
        str | None, typer.Argument(metavar="[RULE|ID]", help="A rule, or the short id at the end of a message.")
    ] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="Only what mentions this topic or phrase.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Only what comes from this source.")] = None,
    length: Annotated[str | None, typer.Option("--for", help="For how long: 30d; until you end it without.")] = None,
    end: Annotated[bool, typer.Option("--end", help="Hear of it again.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List what is muted.")] = False,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Hear nothing more of a rule, or of a topic or source of it; it is judged on, and `firings` lists what was hidden.

    Of a message without more said, that is what it is narrowest about: its topic, its source, its thing, or its rule.
    """
    place = place_of(rules, state)
    if list_:
        if end or {asked, topic, source, length} != {None}:
            fail("--list stands alone", Exit.USAGE)
        _list(place, as_json=as_json)
        return
    if asked is None:
        fail("name a rule or a message, or ask for --list", Exit.USAGE)
    if topic is not None and source is not None:
        fail("--topic and --source are two mutes: say one after the other", Exit.USAGE)
    if end and length is not None:
        fail("--for says how long a mute lasts: it goes without --end", Exit.USAGE)
    if end:
        _end(place, asked, topic, source, as_json=as_json)
        return
    _mute(place, asked, topic, source, _span(length), as_json=as_json)


def _span(length: str | None) -> timedelta | None:
    from rules.durations import read_duration

    span = read_duration(length) if length is not None else None
    if length is not None and span is None:
        fail(f"{length} is no length of time: write 30d, 12h or 2 weeks", Exit.USAGE)
    return span


def _mute(
    place: Place, asked: str, topic: str | None, source: str | None, span: timedelta | None, *, as_json: bool
) -> None:
    from agent.answers.answering import muted
    from agent.answers.muting import Mute
    from agent.answers.muting import mute as put
    from agent.clock import wall

    book, names, now = book_of(place), names_of(place), wall()
    with writing(place) as connection:
        what = meant(connection, asked, book)
        offer = _offer(connection, what, topic, source, names)
        until = now + span if span is not None else None
        one = Mute(what.rule_id, offer.what, offer.value, now, until, offer.name)
        firing_id = what.about.firing.id if what.about is not None else ""
        given = muted(one, put(connection, one, now, names), what.name, zone_of(place, book), firing_id)
    show(given, as_json=as_json, rule_id=what.rule_id, what=one.what, value=one.value, until=until)


def _offer(connection: Connection, what: Meant, topic: str | None, source: str | None, names: Names) -> Offer:
    """Return what is to be muted, in the spelling that is known; what no message could be about ends the command."""
    from agent.answers.answering import Offer, narrowest

    if topic is not None:
        return Offer("topic", _known("topic", topic, _topics(what, names)), "")
    if source is not None:
        return Offer("source", _known("source", source, _sources(connection, what)), "")
    if what.about is not None:
        return narrowest(what.about, what.rule, names)
    return Offer("rule", "", "")


def _known(kind: str, said: str, known: list[str]) -> str:
    from rules.when.evaluate_texts import alike

    found = next((each for each in known if alike(each) == alike(said)), None)
    return found if found is not None else not_found(f"{kind} of this rule called", said, known)


def _topics(what: Meant, names: Names) -> list[str]:
    from agent.answers.aspects import asked_for

    sentence = what.rule.condition.text if what.rule is not None else what.about.firing.sentence if what.about else ""
    return [*asked_for(sentence, names)]


def _sources(connection: Connection, what: Meant) -> list[str]:
    """Return every name of every source of a rule: as it stands in the file, and as its messages called it."""
    from sqlalchemy import select

    from agent.answers.aspects import sources, spellings
    from agent.database import table_of
    from agent.records import read_firing
    from agent.tables import FiringRow

    firings = table_of(FiringRow)
    told = select(firings.c.record).where(firings.c.rule_id == what.rule_id).order_by(firings.c.at.desc())
    labels = [name for spec in (what.rule.watches if what.rule else ()) for name in spellings(spec.label)]
    seen = [name for record in connection.scalars(told.limit(MOST_LOOKED_AT)) for name in sources(read_firing(record))]
    return [*dict.fromkeys((*labels, *seen))]


def _end(place: Place, asked: str, topic: str | None, source: str | None, *, as_json: bool) -> None:
    from agent.answers.muting import end as put_an_end_to
    from agent.answers.muting import in_force, named
    from agent.clock import wall
    from rules.when.evaluate_texts import alike

    book, names = book_of(place), names_of(place)
    with writing(place) as connection:
        what = meant(connection, asked, book)
        muted = in_force(connection, wall(), what.rule_id)
        if topic is not None or source is not None:
            kind, value = ("topic", topic) if topic is not None else ("source", source)
            muted = tuple(one for one in muted if one.what == kind and alike(one.value) == alike(value or ""))
        elif what.about is not None:
            muted = tuple(one for one in muted if one.concerns(what.about.firing, names))
        else:
            # What was turned down of a rule besides the whole of it was said apart, and stays so.
            muted = tuple(one for one in muted if one.what == "rule") or muted
        ended = put_an_end_to(connection, muted, names)
        left = tuple(named(connection, in_force(connection, wall(), what.rule_id), names)) if ended else ()
    if as_json:
        print_json([_plain(each.mute) | {"hidden": each.hidden} for each in ended])
        return
    for each in ended:
        _say_ended(each, what.name)
    if left:
        say((f"Muted still: {', '.join(map(str, left))}.", "dim"))
    if not ended:
        say((what.name, "bold"), ": nothing of that is muted")


def _say_ended(ended: Ended, name: str) -> None:
    from agent.answers.answering import covered

    hidden = f"{counted(ended.hidden, 'message')} {'was' if ended.hidden == 1 else 'were'} never sent"
    where = f": trusted-agent firings --rule {ended.mute.rule_id} lists them" if ended.hidden else ""
    say((covered(ended.mute, name), "bold"), f" is told again. {hidden}{where}.")


def _list(place: Place, *, as_json: bool) -> None:
    from agent.answers.muting import hidden, in_force, named
    from agent.clock import wall
    from rules.words import written_time

    zone = zone_of(place, book_of(place))
    names = names_of(place)
    with store_of(place) as database, database.reading() as connection:
        muted = tuple(named(connection, in_force(connection, wall()), names))
        counts = [hidden(connection, one, names) for one in muted]
    if as_json:
        print_json([_plain(one) | {"hidden": count} for one, count in zip(muted, counts, strict=True)])
        return
    for one, count in zip(muted, counts, strict=True):
        until = f"until {written_time(one.until, zone)}" if one.until else "until you end it"
        say((one.rule_id, "cyan"), f"  {one}, since {written_time(one.at, zone)}, {until}; {count} not sent")
    if not muted:
        say("Nothing is muted.")


def _plain(one: Mute) -> dict[str, Any]:
    return {
        "rule_id": one.rule_id,
        "what": one.what,
        "value": one.value,
        "name": one.name,
        "at": one.at,
        "until": one.until,
    }
