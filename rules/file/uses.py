"""What stands beside `use` in a rule file, and the rules that come of it.

a use ──▶ its recipe ──▶ what fills each blank ──▶ one rule for each of the recipe's, written out
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import regex

from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.filled import Asked, Given, filled_in
from rules.file.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from rules.file.recipes import USE, WITH, Blank, Recipe, Recipes
from rules.file.sections import Sections
from rules.file.settings import RULE_KEYS
from rules.file.surroundings import Surroundings
from rules.file.validation import did_you_mean, unknown_key
from watchers.api import Watcher

PATTERN_SECONDS: Final = 0.1
"""What the pattern of a blank may take."""

# What tells one rule from another cannot be said of several at once.
_OF_ONE_RULE = ("name", "id", "when", "until")

Kinds = Mapping[str, type[Watcher]]


def expanded(sections: Sections, around: Surroundings) -> Iterator[MappingNode]:
    """Yield the rules of a file, those that recipes make in the place of their uses; what is wrong is noted."""
    if not any(USE in node.entries for node in sections.rules):
        yield from sections.rules
        return
    recipes = Recipes(sections.files[0], around.files, around.faults)
    for node in sections.rules:
        if USE in node.entries:
            yield from _made(node, recipes, around.kinds, around.faults)
        else:
            yield node
    sections.patterns += recipes.paths


def _made(node: MappingNode, recipes: Recipes, kinds: Kinds, faults: Faults) -> Iterator[MappingNode]:
    use = node.entries[USE].value
    if not isinstance(use, ScalarNode) or not use.text:
        faults.add(use, "`use` takes the name of a recipe", "trusted-agent recipes lists them")
        return
    recipe = recipes.named(use.text)
    if recipe is None:
        if use.text not in recipes.names:
            hint = did_you_mean(nearest(use.text, recipes.names), recipes.names)
            faults.add(use, f"there is no recipe `{use.text}`", hint)
        faults.close(use)
        return
    divided = _divided(node, recipe, kinds, faults)
    given = _given(divided, recipe, use, faults)
    if given is None:
        return
    for template in recipe.rules:
        made, wrong = filled_in(template, given, divided.own, Asked(recipe.name, use, node))
        faults.add_raw(wrong)
        if not wrong:
            yield made


@dataclass(frozen=True, slots=True)
class _Divided:
    """What stands beside `use`: what fills blanks, and the keys of the rule itself."""

    blanks: dict[str, Entry]
    own: MappingNode


def _divided(node: MappingNode, recipe: Recipe, kinds: Kinds, faults: Faults) -> _Divided:
    """Return what stands beside `use`; what is no key there is noted."""
    filling = _filling(node, recipe, faults)
    own: dict[str, Entry] = {}
    words = _words(recipe, kinds)
    for key, entry in node.entries.items():
        if key in (USE, WITH):
            continue
        if key in recipe.blanks:
            if key in filling:
                faults.add(entry.key, f"the blank `{key}` is filled in twice", f"keep the one under {WITH}:, or this")
            filling[key] = entry
        elif key == "watch":
            hint = f"delete the line, or {USE}: and write a rule of your own"
            faults.add(entry.key, f"the recipe {recipe.name} says what is watched", hint)
        elif key not in words:
            unknown_key(entry.key, faults, [*recipe.blanks, *words], node.entries)
        elif key in _OF_ONE_RULE and len(recipe.rules) > 1:
            said = f"the recipe {recipe.name} makes {len(recipe.rules)} rules, each with its own `{key}`"
            faults.add(entry.key, said, "delete the line")
        else:
            own[key] = entry
    return _Divided(filling, MappingNode(node.source, node.start, node.end, own))


def _filling(node: MappingNode, recipe: Recipe, faults: Faults) -> dict[str, Entry]:
    """Return what stands under `with`."""
    value = node.get(WITH)
    if value is None or (isinstance(value, ScalarNode) and value.value is None):
        return {}
    if not isinstance(value, MappingNode):
        faults.add(value, f"`{WITH}` takes blanks with values", f"{WITH}: {{{_examples(recipe.blanks)}}}")
        faults.close(node.entries[USE].value)  # where blanks without a value would be noted
        return {}
    for key, entry in value.entries.items():
        if key not in recipe.blanks:
            hint = did_you_mean(nearest(key, recipe.blanks), tuple(recipe.blanks))
            faults.add(entry.key, f"the recipe {recipe.name} has no blank `{key}`", hint)
    return {key: entry for key, entry in value.entries.items() if key in recipe.blanks}


def _words(recipe: Recipe, kinds: Kinds) -> list[str]:
    """Return the keys that may take the place of the recipe's: those of every rule, and the options of its kinds."""
    named = [watch.text for rule in recipe.rules if isinstance(watch := rule.get("watch"), ScalarNode)]
    options = [option for name in named if name in kinds for option in kinds[name].options()]
    return list(dict.fromkeys([*RULE_KEYS, *options]))


def _given(divided: _Divided, recipe: Recipe, use: ScalarNode, faults: Faults) -> dict[str, Given] | None:
    """Return what fills each blank, or None where one is left open or wrong, which is noted."""
    given: dict[str, Given] = {}
    is_right = True
    for name, entry in divided.blanks.items():
        blank = recipe.blanks[name]
        if wrong := _wrong(entry.value, blank):
            faults.add(entry.value, f"the recipe {recipe.name}: {wrong}", f"{name}: {blank.settings.meaning}")
            is_right = False
        given[name] = Given(name, entry.value, is_own=True)
    missing = []
    for name, blank in recipe.blanks.items():
        if name in given:
            continue
        if blank.default is None:
            missing.append(blank)
        else:
            given[name] = Given(name, blank.default, is_own=False)
    if missing:
        listed = " and ".join(f"`{blank.name}`" for blank in missing)
        hint = f"add {WITH}: {{{_examples({blank.name: blank for blank in missing})}}}"
        faults.add(use, f"the recipe {recipe.name} needs {listed}", hint)
    return given if is_right and not missing else None


def _wrong(value: Node, blank: Blank) -> str:
    """Return what is wrong with what fills a blank; empty where nothing is."""
    several = value.items if isinstance(value, SequenceNode) else (value,)
    if isinstance(value, SequenceNode) and not blank.takes_list:
        return f"`{blank.name}` takes one value, such as {blank.example}"
    if not several:
        return f"`{blank.name}` is an empty list"
    for each in several:
        if not isinstance(each, ScalarNode):
            return f"`{blank.name}` takes {'a list' if blank.takes_list else 'one value'}, such as {blank.example}"
        if each.value is None or not each.text.strip():
            return f"`{blank.name}` has no value"
        if not _matches(each.text, blank.settings.pattern):
            return f"`{each.text}` cannot be `{blank.name}`, which is for example {blank.example}"
    return ""


def _matches(text: str, pattern: str) -> bool:
    if not pattern or "${" in text or "{each}" in text:
        return True  # what will stand there is not known yet
    try:
        return regex.fullmatch(pattern, text, timeout=PATTERN_SECONDS) is not None
    except TimeoutError:
        return False


def _examples(blanks: Mapping[str, Blank]) -> str:
    return ", ".join(f"{name}: {blank.example}" for name, blank in blanks.items())
