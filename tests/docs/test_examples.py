"""Every example in the documents is one: rule files load, sentences compile, commands exist."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from rules.faults import RuleFaults
from rules.file.nodes import Source, written
from rules.file.schema import schema
from rules.file.yaml import read_yaml
from rules.firing import Firing
from rules.load import load
from rules.when import compile_condition
from rules.words import compose
from tests.docs.commands import PROGRAM, command_of
from tests.docs.examples import NAMES as SAID_OF_ME
from tests.docs.examples import answer
from tests.docs.pages import REPOSITORY, Fence, fences, pages, prose
from tests.docs.rulefiles import MAIN, Example, commands, rule_files, sentences
from tests.docs.test_a_watcher_of_your_own import tide
from tests.editor import Editor
from watchers.api import Money, Text
from watchers.registry import kinds

EXAMPLES = list(rule_files())
SENTENCES = list(sentences())
EDITOR = Editor(schema({**kinds(), "tide": tide()}))
RUN = re.compile(r"^    ([a-z]+)(?: \| [a-z-]+)*\) ", re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.fence.place for example in EXAMPLES])
def test_a_rule_file_in_the_documents_loads(example: Example) -> None:
    try:
        book = load(MAIN, example.files, {**kinds(), "tide": tide()})
    except RuleFaults as wrong:
        pytest.fail(f"{example.fence.place}\n{wrong}")
    assert example.included <= set(book.files)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.fence.place for example in EXAMPLES])
def test_an_editor_marks_nothing_in_a_rule_file_of_the_documents(example: Example) -> None:
    root, _ = read_yaml(Source(MAIN, example.files.text(MAIN)))
    assert root is not None
    assert EDITOR.objections(written(root)) == []


@pytest.mark.parametrize(("fence", "kind", "sentence"), SENTENCES, ids=[sentence for _, _, sentence in SENTENCES])
def test_a_sentence_in_the_documents_can_be_judged(fence: Fence, kind: str, sentence: str) -> None:
    condition = compile_condition(sentence, kinds()[kind].kind, SAID_OF_ME)
    assert condition.text == sentence
    assert answer(sentence, "nothing", kinds()[kind].kind).split(":")[0] in {"true", "false", "unknown"}


@pytest.mark.parametrize("page", pages(), ids=[page.name for page in pages()])
def test_every_command_in_a_block_exists_with_its_options(page: Path) -> None:
    for fence, line in commands(page):
        words = shlex.split(line, comments=True)
        if words[:1] == [PROGRAM]:
            refuse_unknown(words, fence.place)
        elif words[:1] == ["./run"]:
            assert words[1] in RUN.findall((REPOSITORY / "run").read_text(encoding="utf-8")), f"{fence.place}: {line}"


@pytest.mark.parametrize("page", pages(), ids=[page.name for page in pages()])
def test_every_command_in_a_sentence_exists_with_its_options(page: Path) -> None:
    for said in re.findall(rf"`({PROGRAM} [^`\n]+)`", prose(page)):
        refuse_unknown(shlex.split(said.replace("…", "")), f"{page.name}: {said}")


def refuse_unknown(words: list[str], place: str) -> None:
    """Fail where a line names a command or an option that there is not."""
    found = command_of(words)
    assert found is not None, f"{place}: {' '.join(words)} is no command"
    command, rest = found
    is_group = hasattr(command.made, "commands")
    assert not is_group or not rest or rest[0].startswith("-"), f"{place}: there is no {' '.join(words)}"
    for word in rest:
        option = word.partition("=")[0]
        assert not option.startswith("-") or option in command.options, f"{place}: {option} of {' '.join(words)}"


def test_the_message_in_the_readme_is_the_one_that_is_sent() -> None:
    seen = datetime(2026, 7, 6, 18, 3, tzinfo=UTC)
    firing = Firing(
        key="3fa2c1" + "0" * 58,
        rule_id="headphones-below-150",
        rule_name="Headphones below $150",
        kind="price",
        watch_id="",
        source="https://shop.example/headphones",
        observation="product",
        title="Acme Studio Headphones",
        reason="crossed",
        sentence="price below $150 and not sold_out",
        because=answer("price below $150 and not sold_out", "price 139 USD; sold_out no", kinds()["price"].kind)[6:],
        subject="price",
        facts={"price": Money(Decimal(139), "USD"), "title": Text("Acme Studio Headphones")},
        seen_at=seen,
        before={"price": Money(Decimal(164), "USD")},
        before_at=seen - timedelta(hours=1),
        link="https://shop.example/headphones",
        zone="America/New_York",
    )
    words = compose(firing)
    shown = [fence.body.strip() for fence in fences(REPOSITORY / "README.md", "")]
    assert f"{words.title}\n\n{words.body}" in shown
