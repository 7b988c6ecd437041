"""One value of a YAML file written anew in its place, in the manner in which it stands there.

Quotes stay quotes, and are added where YAML would read the new value as something else. What stood on several lines
does so again if it is too long for one; what stood on one line stays there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.file.nodes import MappingNode, ScalarNode, Source, Style
from rules.file.yaml import read_yaml
from rules.when.unreadable import joined_pieces

LONGEST_LINE = 100
_SHORTEST_WIDTH = 40

_LINE_END = re.compile(r"\r\n|\r|\n")
# A word with the spaces that stand inside its quotes.
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"])+')
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def says(scalar: ScalarNode, text: str) -> bool:
    """Return whether a value says a text already; where its lines end is its owner's choice."""
    if scalar.style in {"literal", "folded"}:
        return scalar.text.split() == text.split()
    return scalar.text == text


def respelled(scalar: ScalarNode, text: str, *, in_flow: bool) -> str:
    """Return what stands for a text in place of a value.

    Args:
        scalar: The value as it stands.
        text: What it is to say: words with single spaces between them, aside from what stands in double quotes.
        in_flow: It stands inside brackets or braces.
    """
    style, lines = _layout(scalar, text)
    newline, indent = _second_line(scalar)
    if style in {"literal", "folded"}:
        header = scalar.as_written[: _first_line_end(scalar)]
        return (newline + indent).join([header, *lines])
    return next(
        written
        for tried in dict.fromkeys((style, "plain", "single", "double"))
        if _means(written := _flow(lines, tried, newline + indent), text, in_flow=in_flow)
    )


def _layout(scalar: ScalarNode, text: str) -> tuple[Style, list[str]]:
    """Return the style and the lines in which a value is written anew."""
    is_block = scalar.style in {"literal", "folded"}
    breaks = len(_LINE_END.findall(scalar.as_written))
    if re.search(r"[\n\r]", text):
        return "double", [text]  # the one style in which a line end inside a quotation can be seen
    # A comment beside the header has no other place to stand.
    is_commented = is_block and "#" in scalar.as_written[: _first_line_end(scalar)]
    fits = scalar.place.column + len(text) <= LONGEST_LINE
    if not breaks or (fits and not is_commented):
        return ("plain" if is_block else scalar.style), [text]
    _, indent = _second_line(scalar)
    return scalar.style, list(_wrapped(text, max(_SHORTEST_WIDTH, LONGEST_LINE - len(indent))))


def _first_line_end(scalar: ScalarNode) -> int:
    found = _LINE_END.search(scalar.as_written)
    return found.start() if found else len(scalar.as_written)


def _second_line(scalar: ScalarNode) -> tuple[str, str]:
    """Return the line end after a value's first line, and what its next line is indented by."""
    found = re.search(r"(\r\n|\r|\n)(?:[ \t]*[\r\n])*([ ]*)", scalar.as_written)
    return (found[1], found[2]) if found else ("\n", " ")


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Yield lines: each part that the outermost `and` and `or` join begins one, and is filled up to the width."""
    starts = [0, *(end for _, end in joined_pieces(text)[:-1])]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line = ""
        for word in _WORD.findall(text[start:end]):
            if line and len(line) + 1 + len(word) > width:
                yield line
                line = ""
            line = f"{line} {word}".lstrip()
        yield line


def _flow(lines: list[str], style: Style, between: str) -> str:
    if style == "single":
        lines = [line.replace("'", "''") for line in lines]
    elif style == "double":
        lines = [line.translate(_ESCAPES) for line in lines]
    quote = {"single": "'", "double": '"'}.get(style, "")
    return f"{quote}{between.join(lines)}{quote}"


def _means(written: str, text: str, *, in_flow: bool) -> bool:
    """Return whether YAML reads back a text from what is to be written."""
    root, faults = read_yaml(Source("", f"{{k: {written}}}" if in_flow else f"k: {written}\n"))
    value = root.get("k") if isinstance(root, MappingNode) and len(root.entries) == 1 else None
    return not faults and isinstance(value, ScalarNode) and value.value == text
