"""From a character of a value back to the character of the file that it came from."""

from __future__ import annotations

from rules.file.nodes import ScalarNode

_SPACE = " \t\r\n"
_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


def origins(scalar: ScalarNode) -> list[int]:
    """Return the offset in the file of every character of a scalar, and of its end.

    Exact for what stands on one line; where lines are folded, a space that stands for a line end and an indentation
    is placed where that white space begins.
    """
    source = scalar.source.text
    at, places = _first(scalar), []
    for letter in scalar.text:
        at, width = _next(source, at, scalar, letter)
        places.append(at)
        at += width
    return [*places, min(at, scalar.end)]


def _first(scalar: ScalarNode) -> int:
    if scalar.style in {"single", "double"}:
        return scalar.start + 1
    if scalar.style in {"literal", "folded"}:
        header = scalar.source.text.find("\n", scalar.start, scalar.end)
        return header + 1 if header >= 0 else scalar.end
    return scalar.start


def _next(source: str, at: int, scalar: ScalarNode, letter: str) -> tuple[int, int]:
    """Return where the next letter of the value stands, at or behind `at`, and how many characters it takes there."""
    while at < scalar.end:
        if scalar.style == "double" and source[at] == "\\":
            if source[at + 1 : at + 2] not in {"\r", "\n"}:
                return at, _ESCAPE_LENGTHS.get(source[at + 1 : at + 2], 2)
            at += 2
        elif source[at] in _SPACE and letter not in _SPACE:
            at += 1
        elif scalar.style == "single" and source.startswith("''", at):
            return at, 2
        else:
            return at, 1
    return scalar.end, 0
