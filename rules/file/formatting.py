"""The rule file in its one spelling; every byte that is not part of a spelling stays as it is.

    load ──▶ sentences and lengths of time, each with its place ──▶ spliced ──▶ load again

What is faulty is not touched, and what is formatted is loaded once more: every rule means what it did.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from rules.faults import RuleFaults
from rules.file.build import build_rule
from rules.file.collected import Faults, addresses, inline_secrets
from rules.file.files import Files, Scheme, Secret
from rules.file.nodes import MappingNode, Node, ScalarNode, SequenceNode, Source
from rules.file.profile import names
from rules.file.references import References
from rules.file.sections import Sections, gather
from rules.file.settings import DefaultSettings
from rules.file.splicing import respelled, says
from rules.file.surroundings import Surroundings
from rules.file.yaml import read_yaml
from rules.load import UTC_ZONE, load
from rules.rule import Rule, RuleBook
from rules.when.lengths import in_short
from rules.when.spelling import spelling
from watchers.api import Watcher

_BYTE_ORDER_MARK = "\ufeff"
_SENTENCES = ("when", "until")
_OPENS_FLOW = re.compile(r"(?:&\S+\s+)?[\[{]")

Stretch = tuple[int, int]
Wish = tuple[ScalarNode, str]
"""A value, and what it should say."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """One file, as it is and as it should be."""

    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether it is not in its one spelling yet."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Formatting:
    """A rule file with the files that it includes, the main one first.

    Attributes:
        secrets: What must not be shown of them.
    """

    files: tuple[Formatted, ...]
    secrets: frozenset[str]


class FormattingChangesMeaning(Exception):
    """The formatted file would be read as something else: a mistake of the formatter, which leaves the file alone."""


def formatting(name: str, files: Files, kinds: Mapping[str, type[Watcher]], *, zone: ZoneInfo = UTC_ZONE) -> Formatting:
    """Return a rule file and the files it includes in their one spelling.

    Args:
        name: The main file, as `files` knows it.
        files: The seam to the disk, the environment and credentials.
        kinds: The kinds of sources that are installed.
        zone: The machine's time zone, for an owner who states none.

    Raises:
        RuleFaults: Something in them is wrong; every fault is in it.
        FormattingChangesMeaning: Our mistake.
    """
    once = _ReadOnce(files)
    book = load(name, once, kinds, zone=zone)
    sections = gather(name, once, Faults())
    pages = {file: _Page(Source(file, once.text(file).removeprefix(_BYTE_ORDER_MARK))) for file in sections.files}
    for scalar, wanted in _wishes(sections, once, kinds, zone):
        pages[scalar.source.name].take(scalar, wanted)
    found = tuple(_formatted(file, once.text(file), page) for file, page in pages.items())
    _check_meaning(name, book, _ReadOnce(files, {file.name: file.after for file in found}), kinds, zone)
    return Formatting(found, book.secrets.union(*(page.secrets for page in pages.values())))


class _ReadOnce:
    """Files as they are at one time, or as they would be: each is read once and then stands."""

    def __init__(self, files: Files, texts: Mapping[str, str] | None = None) -> None:
        self._files = files
        self._texts = dict(texts or {})

    def text(self, name: str) -> str:
        if name not in self._texts:
            self._texts[name] = self._files.text(name)
        return self._texts[name]

    def glob(self, base: str, pattern: str) -> Sequence[str]:
        return self._files.glob(base, pattern)

    def secret(self, scheme: Scheme, name: str) -> Secret:
        return self._files.secret(scheme, name)

    def path(self, name: str) -> str:
        return self._files.path(name)


# What should be written otherwise.


def _wishes(sections: Sections, files: Files, kinds: Mapping[str, type[Watcher]], zone: ZoneInfo) -> Iterator[Wish]:
    """Yield every value that has one spelling, with that spelling."""
    unseen = Faults()  # whatever is wrong was found by `load`
    known = names(sections.named["me"], sections.named["topics"], zone, unseen)
    around = Surroundings(
        kinds=kinds,
        names=known,
        channel_names=tuple(sections.named["channels"]),
        defaults=DefaultSettings(),
        references=References(files, unseen),
        files=files,
        faults=unseen,
    )
    for node in sections.rules:
        rule = build_rule(node, around).rule
        for key in _SENTENCES:
            sentence = node.get(key)
            if rule is not None and isinstance(sentence, ScalarNode):
                yield sentence, spelling(sentence.text, rule.kind, known)
        yield from _settings(node)
    for section in ("defaults", "network", "answers", "health"):
        yield from _settings(sections.once.get(section))


def _settings(node: Node | None) -> Iterator[Wish]:
    """Yield the settings beside sentences that have one spelling."""
    for key, spelled in _SPELLED.items():
        value = node.get(key) if isinstance(node, MappingNode) else None
        for item in value.items if isinstance(value, SequenceNode) else (value,):
            if isinstance(item, ScalarNode):
                yield item, spelled(item.text)


def _hold(written: str) -> str:
    count, _, polls = written.strip().partition(" ")
    if count.isdecimal() and polls.strip() in {"poll", "polls"}:
        return f"{int(count)} {'poll' if int(count) == 1 else 'polls'}"
    return in_short(written)


def _again(written: str) -> str:
    first, _, rest = " ".join(written.split()).casefold().partition(" ")
    if first in {"lower", "higher"}:
        return f"when {first}"
    return f"{first} {in_short(rest)}".rstrip()


_SPELLED: Mapping[str, Callable[[str], str]] = {
    "every": in_short,
    "between": in_short,
    "for": _hold,
    "again": _again,
    "keep": in_short,
    "confirm_after": in_short,
}


# Where it is written.


@dataclass(slots=True)
class _Uses:
    """Where a value is used: an alias uses it once more."""

    count: int = 0
    in_flow: bool = False


@dataclass(slots=True)
class _Page:
    """One file, and what of it should be written otherwise."""

    source: Source
    secrets: set[str] = field(default_factory=set)
    _uses: defaultdict[Stretch, _Uses] = field(default_factory=lambda: defaultdict(_Uses))
    _wishes: defaultdict[Stretch, list[Wish]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        root, _ = read_yaml(self.source)
        if isinstance(root, MappingNode):
            channels = root.get("channels")
            hidden = [*inline_secrets(root), *(addresses(channels) if channels else [])]
            self.secrets.update(scalar.text for scalar in hidden)
            self._count(root, in_flow=False)

    def _count(self, node: Node, *, in_flow: bool) -> None:
        if isinstance(node, ScalarNode):
            uses = self._uses[node.start, node.end]
            uses.count, uses.in_flow = uses.count + 1, uses.in_flow or in_flow
            return
        in_flow = in_flow or _OPENS_FLOW.match(self.source.text, node.start) is not None
        if isinstance(node, SequenceNode):
            parts: list[Node] = list(node.items)
        else:
            parts = [part for entry in node.entries.values() for part in (entry.key, entry.value)]
        for part in parts:
            self._count(part, in_flow=in_flow)

    def take(self, scalar: ScalarNode, wanted: str) -> None:
        """Note that a value should say something else."""
        self._wishes[scalar.start, scalar.end].append((scalar, wanted))

    def text(self) -> str:
        """Return the file as it should be."""
        parts, at = [], 0
        for place, wishes in sorted(self._wishes.items()):
            scalar, wanted = wishes[0]
            uses = self._uses[place]
            # What an alias repeats elsewhere is left alone, unless it is the same wish there.
            is_settled = len(wishes) == uses.count and all(wish == wanted for _, wish in wishes)
            if is_settled and not says(scalar, wanted):
                parts += [self.source.text[at : scalar.start], respelled(scalar, wanted, in_flow=uses.in_flow)]
                at = scalar.end
        return "".join([*parts, self.source.text[at:]])


def _formatted(name: str, before: str, page: _Page) -> Formatted:
    mark = _BYTE_ORDER_MARK if before.startswith(_BYTE_ORDER_MARK) else ""
    return Formatted(name, before, mark + page.text())


# Whether it means the same.


def _check_meaning(name: str, book: RuleBook, files: Files, kinds: Mapping[str, type[Watcher]], zone: ZoneInfo) -> None:
    try:
        after = load(name, files, kinds, zone=zone)
    except RuleFaults as faulty:
        raise FormattingChangesMeaning(str(faulty)) from faulty
    for one, other in zip(book.rules, after.rules, strict=True):
        if _meaning(one) != _meaning(other):
            raise FormattingChangesMeaning(f"the rule {one.id} at {one.place}")


def _meaning(rule: Rule) -> object:
    watches = [watch.id for watch in rule.watches]
    settings = (rule.every, rule.pace, rule.cron, rule.hold, rule.again, rule.keep, rule.confirm_after)
    return rule.id, rule.meaning, watches, rule.condition.subject, rule.notify, rule.message, *settings
