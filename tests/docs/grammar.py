"""The grammar of the `when` language, as the parser has it."""

from __future__ import annotations

import re

from tests.docs.pages import REPOSITORY
from tests.docs.tables import table

_TERMINAL = re.compile(r"^(?P<name>[A-Z_]+)(?:\.\d+)?: (?P<form>.+)$", re.MULTILINE)
_LOOK_AROUND = re.compile(r"\(\?[!=](?:[^()\[\]]|\[[^\]]*\])*\)")
_WORDS = re.compile(r"[a-z ]+|[<>=!≤≥≠]+")


def grammar() -> str:
    """Return the rules of the grammar, without what they are called in the code."""
    rules = _text().partition("start:")[2].partition("AND.")[0]
    shown = re.sub(r" *-> \w+", "", f"start:{rules}").replace("!?", "").replace("?atom", "atom")
    lines = [re.sub(r"^\?(?=\w+:)", "", line).replace("      |", "     |") for line in shown.strip().splitlines()]
    return "```text\n" + "\n".join(lines) + "\n```"


def spellings() -> str:
    """Return how each word of the language may be written."""
    rows = [[f"`{name}`", " ".join(f"`{word}`" for word in words)] for name, words in words_of_terminals().items()]
    return table(["in the grammar", "written"], rows)


def words_of_terminals() -> dict[str, list[str]]:
    """Return the spellings of every terminal that is a fixed word or sign."""
    found = {}
    for terminal in _TERMINAL.finditer(_text()):
        form = terminal["form"]
        bare = _LOOK_AROUND.sub("", form.removesuffix("i").strip("/")).replace(r"\s+", " ")
        alternatives = bare.replace("(?:", "").replace(")", "").split("|")
        if form.startswith("/") and all(_WORDS.fullmatch(word) for word in alternatives):
            found[terminal["name"]] = alternatives
    return found


def _text() -> str:
    (file,) = (REPOSITORY / "rules").rglob("grammar.lark")
    return file.read_text(encoding="utf-8")
