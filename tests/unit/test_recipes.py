"""Recipes: rules with blanks, which an owner uses by name. What came along is tested in tests/recipes."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.faults import Fault, RuleFaults
from rules.file.formatting import formatting
from rules.file.nodes import NOT_ALLOWED
from rules.file.recipes import shipped
from rules.file.schema import schema
from rules.load import load
from rules.rule import RuleBook
from tests.lived import ask
from tests.rule_files import CHANNEL, KINDS, Files

SHELF = """\
about: What lies on a shelf.
blanks:
  shelf: {meaning: The number of the shelf., example: 400, pattern: "[0-9]+"}
  limit: {meaning: What it may cost., example: 10 EUR}
  words: {meaning: Words to look for., example: a b, default: ""}
  country: {meaning: Whose shop., example: de, default: de}
rules:
  - name: "Shelf {shelf}"
    watch: shelf
    url: "https://shop.example/{shelf}?q={words}&cc={country}"
    when: price below {limit} and not sold_out
    note: "{words}"
    message: "{title} costs {price}"
"""
TWO = """\
about: Two shelves.
blanks: {limit: {meaning: What it may cost., example: 10 EUR}}
rules:
  - {name: Left, watch: shelf, url: "https://shop.example/left", when: "price below {limit}"}
  - {name: Right, watch: shelf, url: "https://shop.example/right", when: 'rule "left" and price below {limit}'}
"""
USE = "  - use: shelf\n    with: {shelf: 4, limit: 10 EUR}\n"


def read(rules: str, *, me: str = "", **recipes: str) -> RuleBook:
    texts = {f"recipes/{name}.yaml": text for name, text in ({"shelf": SHELF} | recipes).items()}
    return load("rules.yaml", Files({"rules.yaml": f"{me}{CHANNEL}rules:\n{rules}", **texts}), KINDS)


def faults(rules: str, **recipes: str) -> tuple[Fault, ...]:
    with pytest.raises(RuleFaults) as wrong:
        read(rules, **recipes)
    return wrong.value.faults


def only_fault(rules: str, **recipes: str) -> tuple[str, str, str]:
    """Return where the one fault stands, what is underlined there, and what is said."""
    (fault,) = faults(rules, **recipes)
    marked = fault.line[fault.place.column - 1 : fault.place.column - 1 + fault.length]
    return f"{fault.place.file}:{fault.place.line}", marked, f"{fault.message}; {fault.hint}"


# What comes out.


def test_a_use_becomes_the_rule_that_its_owner_could_have_written():
    by_hand = (
        "  - {name: Shelf 4, watch: shelf, url: 'https://shop.example/4?q=&cc=de', "
        "when: price below 10 EUR and not sold_out, message: '{title} costs {price}'}\n"
    )
    (made,), (written,) = read(USE).rules, read(by_hand).rules
    assert (made.id, made.meaning, made.settings) == (written.id, written.meaning, written.settings)
    assert [watch.id for watch in made.watches] == [watch.id for watch in written.watches]


def test_blanks_may_stand_beside_use_or_below_with():
    (beside,) = read("  - {use: shelf, shelf: 4, limit: 10 EUR}\n").rules
    assert beside.settings == read(USE).rules[0].settings


def test_any_other_key_takes_the_place_of_the_recipes():
    (rule,) = read(USE + "    name: My shelf\n    when: price below 3 EUR\n    every: 2h\n    tags: [oak]\n").rules
    assert (rule.id, rule.condition.text, rule.every.total_seconds()) == ("my-shelf", "price below 3 EUR", 7200)
    assert rule.watches[0].watcher.tags == {"oak"}


def test_the_rule_is_shown_as_it_came_out_and_placed_where_it_is_used():
    (rule,) = read(USE).rules
    assert rule.written.splitlines() == [
        'name: "Shelf 4"',
        "watch: shelf",
        'url: "https://shop.example/4?q=&cc=de"',
        "when: price below 10 EUR and not sold_out",
        'message: "{title} costs {price}"',
    ]
    assert str(rule.place) == "rules.yaml:3:5"


def test_a_value_in_an_address_is_written_as_addresses_are_but_elsewhere_as_it_is():
    (rule,) = read("  - {use: shelf, shelf: 4, limit: 10 EUR, words: 'ä & b'}\n").rules
    assert "q=%C3%A4%20%26%20b&cc=de" in rule.watches[0].watcher.url
    assert rule.note == "ä & b"


def test_a_blank_that_holds_nothing_leaves_its_key_out():
    assert "note" not in read(USE).rules[0].written


def test_a_secret_by_reference_fills_a_blank_and_is_not_shown():
    recipe = SHELF.replace("    note:", '    headers: {X-Key: "{words}"}\n    note:').replace(
        '    note: "{words}"\n', ""
    )
    texts = {
        "rules.yaml": f"{CHANNEL}rules:\n  - {{use: shelf, shelf: 4, limit: 10 EUR, words: '${{env:KEY}}'}}\n",
        "recipes/shelf.yaml": recipe.replace("?q={words}&", "?"),
    }
    (rule,) = load("rules.yaml", Files(texts, {"env:KEY": "geheim-1234"}), KINDS).rules
    assert rule.watches[0].watcher.headers["X-Key"].get_secret_value() == "geheim-1234"
    assert "geheim" not in rule.written


def test_a_recipe_with_for_each_makes_a_watch_for_each_entry():
    rules = "  - {use: shelf, for each: me.wanted, shelf: '{each}', limit: 10 EUR, send: wanted, name: Wanted}\n"
    (rule,) = read(rules, me="me: {wanted: [1, 2]}\n").rules
    assert [watch.each for watch in rule.watches] == ["1", "2"]


def test_a_recipe_may_make_several_rules_that_name_each_other():
    assert [rule.id for rule in read("  - {use: two, limit: 9 EUR}\n", two=TWO).rules] == ["left", "right"]


def test_a_list_fills_a_blank_that_stands_alone():
    recipe = SHELF.replace('url: "https://shop.example/{shelf}?q={words}&cc={country}"', 'urls: "{pages}"')
    recipe = recipe.replace("  words:", "  pages: {meaning: Pages., example: [https://a.example/1]}\n  words:")
    recipe = recipe.replace("  country: {meaning: Whose shop., example: de, default: de}\n", "")
    rules = "  - {use: shelf, shelf: 4, limit: 10 EUR, pages: [https://a.example/1, https://b.example/2]}\n"
    (rule,) = read(rules, shelf=recipe).rules
    assert [watch.watcher.url for watch in rule.watches] == ["https://a.example/1", "https://b.example/2"]


def test_the_owners_recipe_goes_before_the_one_that_came_along():
    name = next(iter(shipped()))
    (rule,) = read(f"  - {{use: {name}, shelf: 4, limit: 10 EUR}}\n", **{name: SHELF}).rules
    assert rule.id == "shelf-4"


def test_a_change_in_the_folder_of_recipes_is_a_change_of_the_rules():
    assert "recipes/*.yaml" in read(USE).files


def test_a_rule_file_without_recipes_does_not_look_for_any():
    rule = "  - {name: A, watch: shelf, url: 'https://shop.example/4', when: sold_out}\n"
    assert "recipes/*.yaml" not in read(rule).files


# What is wrong with a use.


def test_an_unknown_recipe_is_told_with_the_nearest_one():
    where, marked, said = only_fault("  - use: shelff\n    with: {shelf: 4}\n")
    assert (where, marked) == ("rules.yaml:3", "shelff")
    assert "there is no recipe `shelff`; did you mean shelf?" in said


def test_blanks_left_open_are_told_together_with_what_to_write():
    where, marked, said = only_fault("  - use: shelf\n")
    assert (where, marked) == ("rules.yaml:3", "shelf")
    assert "needs `shelf` and `limit`; add with: {shelf: 400, limit: 10 EUR}" in said


@pytest.mark.parametrize(
    ("use", "marked", "said"),
    [
        ("{use: shelf, with: {shelf: x4, limit: 10 EUR}}", "x4", "`x4` cannot be `shelf`, which is for example 400"),
        (
            "{use: shelf, with: {shelf: 4, limit: 10 EUR, wrods: x}}",
            "wrods",
            "has no blank `wrods`; did you mean words?",
        ),
        ("{use: shelf, with: {shelf: 4, limit: }}", "", "`limit` has no value"),
        ("{use: shelf, with: {shelf: [4], limit: 10 EUR}}", "[4]", "`shelf` takes one value, such as 400"),
        ("{use: shelf, with: [4]}", "[4]", "`with` takes blanks with values"),
        (
            "{use: shelf, with: {shelf: 4, limit: 10 EURR}}",
            "10 EURR",
            "`EURR` is no unit or currency (recipe shelf, blank",
        ),
        ("{use: shelf, shelf: 4, limit: 10 EUR, evry: 1h}", "evry", "did you mean every?"),
        ("{use: shelf, shelf: 4, limit: 10 EUR, watch: feed}", "watch", "the recipe shelf says what is watched"),
        ("{use: shelf, shelf: 4, with: {shelf: 4, limit: 10 EUR}}", "shelf", "`shelf` is filled in twice"),
        ("{use: shelf, shelf: 4, limit: 10 EUR, when: prise < 3}", "prise", "`prise` is no fact"),
        ("{use: shelf, shelf: 4, limit: 10 EUR, every: soon}", "soon", "`every`"),
        ("{use: [shelf]}", "[shelf]", "`use` takes the name of a recipe"),
        ("{use: two, limit: 9 EUR, name: Both}", "name", "makes 2 rules, each with its own `name`"),
    ],
)
def test_each_mistake_is_told_where_its_owner_made_it(use, marked, said):
    where, underlined, message = only_fault(f"  - {use}\n", two=TWO)
    assert where == "rules.yaml:3"
    assert said in message
    assert underlined.startswith(marked)


def test_a_mistake_of_the_recipe_is_told_where_it_is_used_with_its_name():
    where, _, said = only_fault(USE, shelf=SHELF.replace("not sold_out", "not soldout"))
    assert where == "rules.yaml:3"
    assert "`soldout` is no fact of the kind shelf (recipe shelf); did you mean `sold_out`?" in said


def test_a_mistake_in_a_default_names_its_blank():
    recipe = SHELF.replace(
        "limit: {meaning: What it may cost., example: 10 EUR}", "limit: {meaning: L., example: 1, default: 1 EURR}"
    )
    *_, said = only_fault("  - {use: shelf, shelf: 4}\n", shelf=recipe)
    assert "(recipe shelf, blank `limit`)" in said


def test_a_use_with_a_secret_on_its_line_does_not_show_it():
    use = "  - {use: shelf, shelf: 4, limit: 10 EUR, auth: {bearer: geheim-1234}}\n"
    shown = "".join(map(str, faults(use, shelf=SHELF.replace("not sold_out", "not soldout"))))
    assert "use: shelf" in shown
    assert "geheim" not in shown


def test_the_same_recipe_twice_with_the_same_name_is_told():
    *_, said = only_fault(USE + USE)
    assert "the id `shelf-4` is taken by the rule at rules.yaml:3:10 (recipe shelf" in said


# What is wrong with a recipe.


@pytest.mark.parametrize(
    ("line", "recipe", "said"),
    [
        (10, SHELF.replace("{words}&", "{wordz}&"), "`{wordz}` is no blank of the recipe shelf; did you mean words?"),
        (3, SHELF.replace("  shelf:", "  idle: {meaning: I., example: 1}\n  shelf:"), "stands in none of the rules"),
        (
            3,
            SHELF.replace("  shelf:", "  every: {meaning: I., example: 1}\n  shelf:"),
            "means something else in a rule",
        ),
        (3, SHELF.replace('"[0-9]+"', '"[0-9"'), "is no regular expression"),
        (1, SHELF.replace("about: What lies on a shelf.\n", ""), "has no `about`"),
        (8, SHELF.replace("  - name:", "  - use: other\n    name:"), "a recipe uses no other recipe"),
        (1, "", "the recipe shelf holds no rules"),
        (2, "about: x\nrules: [a\n", ""),
    ],
)
def test_a_faulty_recipe_is_told_at_its_own_place(line, recipe, said):
    found = faults(USE, shelf=recipe)
    assert {fault.place.file for fault in found} == {"recipes/shelf.yaml"}
    assert any(said in f"{fault.message}; {fault.hint}" for fault in found)
    assert found[0].place.line in (line, line + 1)


def test_a_faulty_recipe_that_nobody_uses_does_not_stand_in_the_way():
    assert read(USE, broken="rules: [").rules


# Whatever fills a blank.


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="$"), min_size=1, max_size=40).filter(
    lambda words: words.strip() and not NOT_ALLOWED.search(words) and not set(words) & {"\n", "\r"}
)


@given(WORDS)
def test_whatever_fills_a_blank_arrives_as_it_is(words):
    quoted = words.replace("'", "''")
    rules = f"  - {{use: shelf, shelf: 4, limit: 10 EUR, words: '{quoted}'}}\n"
    recipe = SHELF.replace('    note: "{words}"', '    note: "said: {words}."').replace("?q={words}&", "?")
    (rule,) = read(rules, shelf=recipe).rules
    assert rule.note == f"said: {words}."


# The rest of the program.


def test_fmt_leaves_a_use_alone_and_spells_its_lengths_of_time():
    text = f"{CHANNEL}rules:\n{USE}    every: 2 hours\n"
    files = Files({"rules.yaml": text, "recipes/shelf.yaml": SHELF})
    (formatted,) = formatting("rules.yaml", files, KINDS).files
    assert formatted.after == text.replace("2 hours", "2h")


@pytest.mark.parametrize(
    ("use", "is_right"),
    [
        ({"use": "steam-price", "with": {"game": 400}, "notify": "phone"}, True),
        ({"use": "steam-price", "game": 400, "every": "6h"}, True),
        ({"use": 5}, False),
        ({"use": "steam-price", "watch": "shelf"}, False),
        ({"use": "steam-price", "urgency": "soon"}, False),
    ],
)
def test_an_editor_knows_what_a_use_may_say(use, is_right):
    validator = jsonschema.Draft202012Validator(schema(KINDS))
    assert validator.is_valid({"rules": [use]}) == is_right


def test_the_command_lists_the_owners_recipes_and_those_that_came_along(tmp_path: Path):
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "mine.yaml").write_text(
        "about: A page of mine.\n"
        "rules: [{name: Mine, watch: price, url: 'https://shop.example/1', when: price below $5}]\n"
    )
    listed = ask("recipes", "--rules", str(tmp_path), "--json").json["recipes"]
    assert {recipe["name"] for recipe in listed} == {"mine", *shipped()}
    assert [recipe["name"] for recipe in listed if recipe["own"]] == ["mine"]
    said = ask("recipes", "--rules", str(tmp_path))
    assert said.code == 0
    assert "mine  (yours)" in said.text


def test_the_command_shows_what_a_recipe_makes_of_what_one_sets(tmp_path: Path):
    found = ask("recipes", "podcast", "--set", "podcast=My Show", "--rules", str(tmp_path), "--json").json
    assert [rule["name"] for rule in found["rules"]] == ["My Show, new episode"]
    assert "url: " in found["rules"][0]["rule"]
    assert found["use"].startswith("- use: podcast\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["podcats"], 5, "did you mean podcast?"),
        (["podcast", "--set", "feed"], 2, "--set feed=…"),
        (["podcast", "--set", "fead=x"], 5, "did you mean feed?"),
        (["podcast", "--set", "feed=x"], 3, "`x` cannot be `feed`"),
        (["--set", "feed=x"], 2, "name it"),
    ],
)
def test_the_command_says_what_is_wrong_with_what_one_asks(tmp_path: Path, words, code, said):
    found = ask("recipes", *words, "--rules", str(tmp_path))
    assert found.code == code
    assert said in found.error
