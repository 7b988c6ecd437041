"""Recipes: rules with blanks, which an owner uses by name instead of writing them.

    - use: steam-price                    recipes/steam-price.yaml beside the rule file, else the one that came along
      with: {game: 400, price: 10 EUR}    fills its blanks; `game:` and `price:` beside `use` do the same
      notify: phone                       any other key takes the place of the recipe's

A recipe is a YAML file without code: `about`, `blanks` with their meanings, and `rules` in which a blank stands as
{name}. What comes of a use is `rules.file.uses`: rules as if written by their owner, which the loader reads on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files as resources
from pathlib import PurePath
from typing import Any, Final

import regex
from pydantic import BaseModel, ConfigDict, Field, field_validator

from rules.faults import Fault, nearest
from rules.file.collected import Faults
from rules.file.files import Files, FileTrouble
from rules.file.filled import NAMED
from rules.file.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, Source, scalars
from rules.file.settings import RULE_KEYS
from rules.file.validation import Subject, did_you_mean, validated
from rules.file.yaml import read_yaml

USE: Final = "use"
WITH: Final = "with"
OWN_FOLDER: Final = "recipes"

_BLANK_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Filled in later, by other parts of the rule file.
_LATER = frozenset({"each"})
# Words of the owner, in which braces name facts; which there are is checked with the kind.
_NAMES_FACTS = ("message",)


class BlankSettings(BaseModel):
    """One blank of a recipe: what its user fills in."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    meaning: str = Field(min_length=1, max_length=500, description="What to write there, and where to find it.")
    example: str | tuple[str, ...] = Field(description="A value with which the recipe works.")
    default: str | tuple[str, ...] | None = Field(
        None, description="What stands there if nothing is given; an empty text leaves its key out."
    )
    pattern: str = Field("", description="A regular expression that the whole value has to match.")

    @field_validator("pattern")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            regex.compile(pattern)
        except regex.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return pattern


class RecipeSettings(BaseModel):
    """One recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    about: str = Field(min_length=1, max_length=500, description="What it does, as one sentence.")
    blanks: dict[str, BlankSettings] = Field(default_factory=dict, description="What its user fills in, by name.")
    rules: list[dict[str, Any]] = Field(min_length=1, description="The rules, in which a blank stands as {name}.")

    @field_validator("blanks")
    @classmethod
    def _have_names(cls, blanks: dict[str, BlankSettings]) -> dict[str, BlankSettings]:
        for name in blanks:
            if not _BLANK_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name for a blank: small letters, digits and _, a letter first")
            if name in {*RULE_KEYS, *_LATER, USE, WITH}:
                raise ValueError(f"{name!r} means something else in a rule: choose another name for the blank")
        return blanks


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank, with its default as it stands in the recipe."""

    name: str
    settings: BlankSettings
    default: Node | None

    @property
    def takes_list(self) -> bool:
        """Whether several values may fill it."""
        return not isinstance(self.settings.example, str)

    @property
    def example(self) -> str:
        """Its example, as it is written in a rule."""
        example = self.settings.example
        return example if isinstance(example, str) else f"[{', '.join(example)}]"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Rules with blanks.

    Attributes:
        is_own: Its file lies in the owner's folder.
    """

    name: str
    about: str
    blanks: Mapping[str, Blank]
    rules: tuple[MappingNode, ...]
    source: Source
    is_own: bool


@cache
def shipped() -> Mapping[str, Source]:
    """Return the recipes that came with the program, by name, as they are written."""
    # Part of the program as its code is, and read as the grammar of `when` is.
    folder = resources("rules") / OWN_FOLDER
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda each: each.name)
    return {entry.name.removesuffix(".yaml"): Source(entry.name, entry.read_text(encoding="utf-8")) for entry in found}


class Recipes:
    """The recipes that a rule file can use: those of the folder beside it, then those that came along."""

    def __init__(self, rule_file: str, files: Files, faults: Faults) -> None:
        self._rule_file = rule_file
        self._files = files
        self._faults = faults
        self._read: dict[str, Recipe | None] = {}
        self._own: Mapping[str, str] | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the owner's own lie, and those that were read: a change there is one of the rules."""
        pattern = str(PurePath(self._rule_file).parent / OWN_FOLDER / "*.yaml")
        return (pattern, *(path for name, path in self._own_files().items() if name in self._read))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that can be used."""
        return tuple(sorted({*self._own_files(), *shipped()}))

    def named(self, name: str) -> Recipe | None:
        """Return a recipe, or None where it is faulty, which is noted, or is not there."""
        if name not in self._read:
            source = self._source(name)
            self._read[name] = read_recipe(name, source, self._faults, is_own=self._is_own(name)) if source else None
        return self._read[name]

    def _is_own(self, name: str) -> bool:
        return name in self._own_files()

    def _own_files(self) -> Mapping[str, str]:
        if self._own is None:
            try:
                found = self._files.glob(self._rule_file, f"{OWN_FOLDER}/*.yaml")
            except FileTrouble as trouble:
                place = Source(str(PurePath(self._rule_file).parent / OWN_FOLDER), "").place(0)
                self._faults.add_raw([Fault(place, trouble.reason, trouble.hint)])
                found = ()
            self._own = {PurePath(path).name.removesuffix(".yaml"): path for path in found}
        return self._own

    def _source(self, name: str) -> Source | None:
        path = self._own_files().get(name)
        if path is None:
            return shipped().get(name)
        try:
            return Source(path, self._files.text(path).removeprefix("\ufeff"))
        except FileTrouble as trouble:
            place = replace(Source(path, "").place(0), line=max(1, trouble.line), column=max(1, trouble.column))
            self._faults.add_raw([Fault(place, trouble.reason, trouble.hint)])
            return None


def read_recipe(name: str, source: Source, faults: Faults, *, is_own: bool) -> Recipe | None:
    """Return a recipe, or None where it is faulty; then each fault is noted at its place in the recipe."""
    root, found = read_yaml(source)
    faults.add_raw(found)
    if not isinstance(root, MappingNode):
        if not found:
            fault = source.fault(0, 1, f"the recipe {name} holds no rules", "about: …, blanks: …, rules: …")
            faults.add_raw([fault])
        return None
    settings = validated(RecipeSettings, root, faults, Subject(f"the recipe {name}", root))
    rules = root.get("rules")
    if found or settings is None or not isinstance(rules, SequenceNode):
        return None
    written = root.get("blanks")
    nodes = written.entries if isinstance(written, MappingNode) else {}
    blanks = {}
    for blank, meant in settings.blanks.items():
        holder = nodes[blank].value
        default = holder.get("default") if isinstance(holder, MappingNode) and meant.default is not None else None
        blanks[blank] = Blank(blank, meant, default)
    templates = tuple(rule for rule in rules.items if isinstance(rule, MappingNode))
    recipe = Recipe(name, settings.about, blanks, templates, source, is_own)
    return recipe if _names_its_blanks(recipe, nodes, faults) else None


def _names_its_blanks(recipe: Recipe, nodes: Mapping[str, Entry], faults: Faults) -> bool:
    """Return whether what stands in braces is a blank, and each blank stands somewhere; what is not is noted."""
    used: set[str] = set()
    is_right = True
    for rule in recipe.rules:
        if USE in rule.entries:
            faults.add(rule.entries[USE].key, "a recipe uses no other recipe", "write its rules out")
            is_right = False
        for key, entry in rule.entries.items():
            for scalar in scalars(entry.value):
                names = set(NAMED.findall(scalar.text)) - _LATER
                used |= names
                unknown = sorted(names - set(recipe.blanks)) if key not in _NAMES_FACTS else []
                for name in unknown:
                    hint = did_you_mean(nearest(name, recipe.blanks), tuple(recipe.blanks))
                    faults.add(scalar, f"`{{{name}}}` is no blank of the recipe {recipe.name}", hint)
                    is_right = False
                for name in _lists_inside(scalar, recipe):
                    faults.add(scalar, f"`{{{name}}}` is a list, and no part of a text", f'write "{{{name}}}" alone')
                    is_right = False
    for idle in [name for name in recipe.blanks if name not in used]:
        faults.add(
            nodes[idle].key, f"the blank `{idle}` stands in none of the rules", f"write {{{idle}}}, or delete it"
        )
        is_right = False
    return is_right


def _lists_inside(scalar: ScalarNode, recipe: Recipe) -> list[str]:
    """Return the blanks that hold lists and stand in a text with more than them."""
    if NAMED.fullmatch(scalar.text):
        return []
    named = [recipe.blanks[name] for name in NAMED.findall(scalar.text) if name in recipe.blanks]
    return [blank.name for blank in named if blank.takes_list]
