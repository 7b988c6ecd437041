"""The rule files that stand in the documents, each with the files beside it and a secret behind every reference."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from rules.file.files import FileTrouble, Scheme, Secret
from tests.docs.pages import Fence, fences, pages

MAIN = "rules.yaml"
A_CHANNEL = "channels: {phone: 'ntfys://ntfy.sh/a-long-secret-topic'}\n"
ADDRESS = "mailtos://ada:a-password@mail.example?to=ada@mail.example"


@dataclass(frozen=True, slots=True)
class AnySecret:
    """The files of one example, and something behind every reference."""

    texts: Mapping[str, str]

    def text(self, name: str) -> str:
        if name not in self.texts:
            raise FileTrouble(f"there is no file {name}")
        return self.texts[name]

    def glob(self, base: str, pattern: str) -> Sequence[str]:
        return sorted(fnmatch.filter(self.texts, pattern)) if "*" in pattern else [pattern]

    def secret(self, scheme: Scheme, name: str) -> Secret:
        return Secret(ADDRESS if "mail" in name else "a-secret-word")

    def path(self, name: str) -> str:
        return f"/rules/{name}"


@dataclass(frozen=True, slots=True)
class Example:
    """One rule file as a page shows it, and the names of the page's other files that it includes."""

    fence: Fence
    files: AnySecret
    included: frozenset[str]


def rule_files() -> Iterator[Example]:
    """Yield every rule file of the documents; a part of one is made whole by what it leaves out."""
    for page in pages():
        shown = fences(page, "yaml")
        beside = {fence.title: fence.body for fence in shown if fence.title}
        included = {fence.place: _included(fence, beside) for fence in shown}
        for fence in shown:
            if fence.title not in frozenset().union(*included.values()):
                files = AnySecret({**beside, MAIN: _whole(fence.body, fence.title)})
                yield Example(fence, files, included[fence.place])


def _included(fence: Fence, beside: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the page's files that one of them includes, or uses as recipes."""
    content = yaml.safe_load(fence.body)
    found = content.get("include", []) if isinstance(content, dict) else []
    rules = content if isinstance(content, list) else content.get("rules", [])
    used = [f"recipes/{rule['use']}.yaml" for rule in rules or () if isinstance(rule, dict) and "use" in rule]
    patterns = [*([found] if isinstance(found, str) else found), *used]
    return frozenset(name for name in beside for pattern in patterns if fnmatch.fnmatch(name, pattern))


def _whole(body: str, title: str) -> str:
    content = yaml.safe_load(body)
    if isinstance(content, list):
        return f"{A_CHANNEL}rules:\n{body}"
    return body if title or "channels" in content else A_CHANNEL + body


def sentences() -> Iterator[tuple[Fence, str, str]]:
    """Yield every line of the blocks of sentences: the block, the kind that it is about, the sentence."""
    for page in pages():
        for fence in fences(page, "when"):
            yield from ((fence, fence.title, line) for line in fence.body.splitlines() if line.strip())


def commands(page: Path) -> list[tuple[Fence, str]]:
    """Return every line of a page's blocks of shell commands."""
    return [(fence, line.strip()) for fence in fences(page, "sh") for line in fence.body.splitlines() if line.strip()]
