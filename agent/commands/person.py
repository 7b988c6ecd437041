"""`person`: the people in your rule file, and what you gave them."""

# ruff: noqa: PLC0415 - what edits the file is loaded by the command that needs it.

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from agent.commands.shell import AsJson, Exit, Rules, fail, not_found, place_of, print_json, rules_of, say

if TYPE_CHECKING:
    from agent.people_file import NotWritten
    from rules.people import Person

person = typer.Typer(name="person", help="The people in your rule file, and what you gave them.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Who it is, as in the rule file.")]


@person.command("show")
def show(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Whom; everybody without one.")] = None,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Show what the rule file says of somebody: their days, what they like, what they were given."""
    people = rules_of(place_of(rules, None)).people
    if name is not None and name not in {one.name for one in people}:
        not_found("person", name, [one.name for one in people])
    chosen = [one for one in people if name in (None, one.name)]
    if as_json:
        for one in chosen:
            print_json(_plain(one))
        return
    for number, one in enumerate(chosen):
        if number:
            say()
        _show(one)
    if not chosen:
        say("The rule file names nobody yet: trusted-agent person add NAME --birthday 05-13")


@person.command("add")
def add(  # noqa: PLR0917 - each is an option of the command line
    name: Name,
    birthday: Annotated[str | None, typer.Option("--birthday", help="1988-05-13, or 05-13.")] = None,
    anniversary: Annotated[str | None, typer.Option("--anniversary", help="The day of a wedding, say.")] = None,
    likes: Annotated[list[str] | None, typer.Option("--likes", help="What they like; may be given again.")] = None,
    dislikes: Annotated[list[str] | None, typer.Option("--dislikes", help="What they do not like.")] = None,
    budget: Annotated[str | None, typer.Option("--budget", help="What a gift may cost: 50 EUR.")] = None,
    notes: Annotated[str | None, typer.Option("--notes", help="Anything else.")] = None,
    rules: Rules = None,
) -> None:
    """Write somebody into the rule file; all else in it stays as it is."""
    from agent.people_file import NotWritten, add_person

    place = place_of(rules, None)
    if any(one.name == name for one in rules_of(place).people):
        fail(f"{name} stands in the rule file already: change that there", Exit.USAGE)
    days = _filled(birthday=birthday, anniversary=anniversary)
    words = _filled(likes=_said(likes), dislikes=_said(dislikes), budget=budget, notes=notes)
    try:
        add_person(place, {"name": name, **days, **words})
    except NotWritten as refused:
        _refuse(refused)
    say(("✓ ", "bold green"), (name, "bold"), " is in the rule file")


@person.command("gift")
def gift(
    name: Name,
    what: Annotated[str, typer.Argument(metavar="WHAT", help="What it was.")],
    on: Annotated[str | None, typer.Option("--on", help="The day: 2026-05-13; today without it.")] = None,
    occasion: Annotated[str | None, typer.Option("--for", help="What for: birthday, anniversary …")] = None,
    cost: Annotated[str | None, typer.Option("--cost", help="What it cost: 45 EUR.")] = None,
    rules: Rules = None,
) -> None:
    """Write down what somebody was given: it is never proposed again."""
    from agent.clock import wall
    from agent.people_file import NotWritten, add_gift

    place = place_of(rules, None)
    book = rules_of(place)
    if name not in {one.name for one in book.people}:
        not_found("person", name, [one.name for one in book.people])
    try:
        day = date.fromisoformat(on) if on else wall().astimezone(book.me.zone).date()
    except ValueError:
        fail(f"{on} is no date: write it as 2026-05-13", Exit.USAGE)
    try:
        add_gift(place, name, {"what": what, "on": day, **_filled(**{"for": occasion}, cost=cost)})
    except NotWritten as refused:
        _refuse(refused)
    say(("✓ ", "bold green"), (name, "bold"), f" was given {what} on {day}")


def _refuse(refused: NotWritten) -> NoReturn:
    from agent.people_file import NotWritable

    fail(str(refused), Exit.FAULTY_RULES if isinstance(refused, NotWritable) else Exit.USAGE)


def _said(words: list[str] | None) -> list[str]:
    return [word for word in words or [] if word.strip()]


def _filled(**item: Any) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value}


def _plain(one: Person) -> Any:
    from agent.commands.plain import plain

    return plain(one)


def _show(one: Person) -> None:
    from rules.gifts import reminder

    say((one.name, "bold"))
    for what, day in one.days.items():
        say(f"{what}: {day}", indent=2)
    for line in reminder(one, [], "", []):
        say(line, indent=2)
