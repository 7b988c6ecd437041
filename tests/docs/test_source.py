"""What holds for every file of the product and of its documents."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.docs.commands import PROGRAM, command_of
from tests.docs.pages import REPOSITORY, pages

PACKAGES = ("agent", "rules", "watchers")
MOST_LINES = 400
SOURCES = sorted(file for package in PACKAGES for file in (REPOSITORY / package).rglob("*.py"))
WRITTEN = [
    *SOURCES,
    *pages(),
    *sorted((REPOSITORY / "tests").rglob("*.py")),
    *(REPOSITORY / name for name in ("pyproject.toml", "constraints.txt", "run", ".ci/run")),
    *sorted(file for package in PACKAGES for file in (REPOSITORY / package).rglob("*.yaml")),
    *sorted(file for package in PACKAGES for file in (REPOSITORY / package).rglob("*.service")),
]
IDS = [str(file.relative_to(REPOSITORY)) for file in WRITTEN]

# The folder in which this lies, the home of whoever wrote it, an index to install from, and what keys look like.
HERE = [folder for folder in (REPOSITORY, REPOSITORY.parent, Path.home()) if len(folder.parts) > 1]
PRIVATE = {
    "a path of this machine": re.compile(rf"(?<![\w.~])(?:{'|'.join(re.escape(f'{folder}/') for folder in HERE)})"),
    "a package index": re.compile(r"index-url|https?://[\w./-]+/simple\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n"),
    "a token": re.compile(r"\b(?:ghp_\w{36}|xox[bap]-\d{10,}|AKIA[0-9A-Z]{16}|sk-[A-Za-z0-9]{32,})\b"),
}


@pytest.mark.parametrize("file", SOURCES, ids=[str(file.relative_to(REPOSITORY)) for file in SOURCES])
def test_a_file_of_the_product_can_be_read_at_a_sitting(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("file", SOURCES, ids=[str(file.relative_to(REPOSITORY)) for file in SOURCES])
def test_a_module_says_what_it_is(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if file.name == "__init__.py" and not text.strip():
        return
    said = ast.get_docstring(ast.parse(text))
    assert said, "it has no docstring"
    assert said.partition("\n")[0].endswith((".", ":", "…", "`")), "its first line is no sentence"


SAID = re.compile(rf"{PROGRAM}(?: [a-z-]+){{1,2}}")
# Words that follow the program's name in a sentence about it.
ABOUT = {f"{PROGRAM} with the"}


@pytest.mark.parametrize("file", SOURCES, ids=[str(file.relative_to(REPOSITORY)) for file in SOURCES])
def test_a_command_that_the_program_proposes_is_there(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        for said in set(SAID.findall(node.value)) - ABOUT:
            found = command_of(said.split())
            assert found is not None, f"line {node.lineno}: there is no {said}"
            command, rest = found
            assert not (hasattr(command.made, "commands") and rest), f"line {node.lineno}: there is no {said}"


@pytest.mark.parametrize("file", WRITTEN, ids=IDS)
def test_a_file_holds_nothing_of_the_machine_that_it_was_written_on(file: Path) -> None:
    if file == Path(__file__):
        return
    text = file.read_text(encoding="utf-8")
    for what, pattern in PRIVATE.items():
        assert not pattern.search(text), f"it holds {what}"
