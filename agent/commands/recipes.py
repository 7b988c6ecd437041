"""`recipes`: rules with blanks, to use by name; what each does, and what it would come to."""

# ruff: noqa: PLC0415 - the rules are loaded by the command that needs them.

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    complain,
    end,
    fail,
    installed_kinds,
    not_found,
    place_of,
    print_faults,
    print_json,
    say,
)

if TYPE_CHECKING:
    from agent.places import Place
    from rules.file.recipes import Recipe, Recipes
    from rules.rule import RuleBook

# What YAML reads as it is written, also between braces.
_SIMPLE = re.compile(r"[\w.+-]+(?: [\w.+-]+)*|\[[^\[\]{}]*\]")


def recipes(
    name: Annotated[str | None, typer.Argument(help="The recipe to look at; without one, all.")] = None,
    filled: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="BLANK=VALUE", help="Fill a blank; the others are filled with their examples."),
    ] = None,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """List the recipes, or show the rules that one of them makes.

    A recipe is used in the rule file by its name: `- use: steam-price` with its blanks below. Those in the folder
    recipes/ beside the rule file come first, then those that came along. With a name, the rules are read as the agent
    reads them, and printed as they come out; nothing is contacted or written.
    """
    from rules.file.collected import Faults

    place = place_of(rules, None)
    faults = Faults()
    known = _recipes(place, faults)
    if name is None:
        if filled:
            fail("--set fills the blanks of one recipe: name it", Exit.USAGE)
        _list(known, as_json=as_json)
    else:
        if name not in known.names:
            not_found("recipe", name, list(known.names))
        recipe = known.named(name)
        if recipe is not None:
            _show(recipe, place, _values(recipe, filled or []), as_json=as_json)
    if faults:
        print_faults(faults.found)
        end(Exit.FAULTY_RULES)


def _recipes(place: Place, faults: Any) -> Recipes:
    from agent.files import DiskFiles
    from rules.file.recipes import Recipes

    return Recipes(str(place.rules), DiskFiles(place.rules.parent), faults)


def _values(recipe: Recipe, filled: list[str]) -> dict[str, str]:
    """Return what fills the blanks: what was asked for, else their examples."""
    values = {blank.name: blank.example for blank in recipe.blanks.values()}
    for each in filled:
        blank, equals, value = each.partition("=")
        if not equals:
            fail(f"--set takes a blank and its value: --set {blank}=…", Exit.USAGE)
        if blank not in recipe.blanks:
            not_found(f"blank of the recipe {recipe.name} called", blank, list(recipe.blanks))
        values[blank] = value
    return values


def _use(recipe: Recipe, values: Mapping[str, str]) -> str:
    """Return the lines that use a recipe in a rule file."""
    lines = [f"- use: {recipe.name}", *(["  with:"] if values else [])]
    return "\n".join([*lines, *(f"    {blank}: {_written(value)}" for blank, value in values.items())]) + "\n"


def _written(value: str) -> str:
    return value if _SIMPLE.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _book(place: Place, use: str) -> RuleBook:
    """Return what the loader makes of a rule file that uses the recipe, with the owner's profile and topics."""
    from agent.files import DiskFiles
    from rules.faults import RuleFaults
    from rules.file.collected import Faults
    from rules.file.nodes import written
    from rules.file.sections import gather
    from rules.load import load

    class WithPreview(DiskFiles):
        """The files of this machine, with a rule file that is not there."""

        def text(self, name: str) -> str:
            return text if name == preview else super().text(name)

    ours = DiskFiles(place.rules.parent)
    named = gather(str(place.rules), ours, Faults()).named if place.rules.exists() else {}
    about = {
        section: {key: written(entry.value) for key, entry in named.get(section, {}).items()}
        for section in ("me", "topics")
    }
    parts = [f"{section}: {json.dumps(value)}\n" for section, value in about.items() if value]
    indented = "".join(f"  {line}\n" for line in use.splitlines())
    text = "".join([*parts, 'channels: {preview: "json://localhost"}\n', "rules:\n", indented])
    preview = str(place.rules.parent / "preview.yaml")
    try:
        return load(preview, WithPreview(place.rules.parent), installed_kinds(), zone=place.zone)
    except RuleFaults as error:
        for fault in error.faults:
            complain(str(fault))
        end(Exit.FAULTY_RULES)


def _plain(recipe: Recipe) -> dict[str, Any]:
    blanks = [{"name": blank.name, **blank.settings.model_dump()} for blank in recipe.blanks.values()]
    return {"name": recipe.name, "about": recipe.about, "own": recipe.is_own, "blanks": blanks}


def _list(known: Recipes, *, as_json: bool) -> None:
    found = [recipe for name in known.names if (recipe := known.named(name))]
    if as_json:
        print_json({"recipes": [_plain(recipe) for recipe in found]})
        return
    for recipe in found:
        say((recipe.name, "bold"), "  (yours)" if recipe.is_own else "")
        say(recipe.about, indent=2)
        say(("blanks: " + ", ".join(recipe.blanks), "dim"), indent=2)
    say("\ntrusted-agent recipes NAME shows what one makes, and how to use it.")


def _show(recipe: Recipe, place: Place, values: Mapping[str, str], *, as_json: bool) -> None:
    use = _use(recipe, values)
    book = _book(place, use)
    if as_json:
        made = [{"id": rule.id, "name": rule.name, "kind": rule.kind.name, "rule": rule.written} for rule in book.rules]
        print_json({**_plain(recipe), "use": use, "rules": made})
        return
    say((recipe.name, "bold"))
    say(recipe.about, indent=2)
    for blank in recipe.blanks.values():
        default = f"; {blank.settings.default} if not given" if blank.settings.default else ""
        optional = "; may be left out" if blank.settings.default == "" else default
        say((blank.name, "cyan"), f": {blank.settings.meaning} As {blank.example}{optional}.", indent=4)
    say("\nIn the rule file, under rules:")
    for line in use.splitlines():
        say(line, indent=2)
    say(f"\nIt makes {'this rule' if len(book.rules) == 1 else 'these rules'}:")
    for rule in book.rules:
        for number, line in enumerate(rule.written.splitlines()):
            say(("- " if number == 0 else "  ") + line, indent=2)
