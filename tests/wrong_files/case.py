"""One wrong rule file: the text as a person wrote it, with marks where it is wrong, and what they should be told.

⟪…⟫ stands around what the caret underlines (without it: the first character); ⟦…⟧ around what the proposed text
replaces, where that is another stretch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CHANNEL = 'channels: {phone: "ntfys://ntfy.sh/a-topic-that-nobody-guesses"}\n'

_OPEN, _CLOSE, _FROM, _TO = "⟪⟫⟦⟧"


@dataclass(frozen=True)
class Wrong:
    """A wrong file.

    Attributes:
        text: The main file, with marks.
        says: Words of what is wrong, one for each fault in the order of the file.
        hint: Words of what to write instead, likewise.
        mend: The text that the hint proposes, likewise: in its place it makes the file load. Empty where the hint
            proposes none.
        files: Further files by their names.
        included_by: The main file, where the wrong one is a part of it that is called part.yaml.
    """

    text: str
    says: tuple[str, ...]
    hint: tuple[str, ...] = ()
    mend: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    included_by: str = ""

    @property
    def written(self) -> str:
        """The file as it was written."""
        return "".join(letter for letter in self.text if letter not in "⟪⟫⟦⟧")

    @property
    def places(self) -> list[tuple[int, int, int]]:
        """Line, column and length of every fault, as an editor counts; a length ends with the line."""
        return [
            (line, column, end - start)
            for start, end in self._stretches(_OPEN, _CLOSE) or [(0, 1)]
            for line, column in [self._place(start)]
        ]

    @property
    def mended(self) -> str:
        """The file with every proposed text in its place."""
        stretches = self._stretches(_FROM, _TO) or self._stretches(_OPEN, _CLOSE)
        parts, at = [], 0
        for (start, end), instead in zip(stretches, self.mend, strict=True):
            parts += [self.written[at:start], instead]
            at = end
        return "".join([*parts, self.written[at:]])

    def _place(self, offset: int) -> tuple[int, int]:
        before = self.written[:offset]
        return before.count("\n") + 1, offset - before.rfind("\n")

    def _stretches(self, opening: str, closing: str) -> list[tuple[int, int]]:
        found, offset = [], 0
        for letter in self.text:
            if letter == opening:
                found.append((offset, offset))
            elif letter == closing:
                found[-1] = (found[-1][0], offset)
            offset += letter not in "⟪⟫⟦⟧"
        return found


def wrong(text: str, says: str, hint: str = "", mend: str | None = None, **files: str) -> Wrong:
    """Return a file with one fault; without `hint` the hint is the proposed text."""
    return Wrong(text, (says,), (hint or mend or "",), () if mend is None else (mend,), files)


def rule(*lines: str) -> str:
    """Return a file with one rule, whose keys after the name these lines are."""
    return CHANNEL + "rules:\n  - name: A rule\n" + "".join(f"    {line}\n" for line in lines)


def price(*lines: str) -> str:
    """Return a rule of a price that is right but for these lines; they may bring a `when` of their own."""
    when = () if any(line.lstrip("⟪⟦").startswith("when") for line in lines) else ("when: below $5",)
    return rule("watch: price", "url: https://shop.example/1", *when, *lines)


def news(*lines: str) -> str:
    """Return a rule of news that is right but for these lines."""
    return rule("watch: news", "feeds: [https://one.example/rss]", *lines)


def music(*lines: str) -> str:
    """Return a rule of music that is right but for these lines."""
    return rule("watch: music", "artist: Tool", *lines)
