"""What is left of a rule file where one of its rules is no YAML: the others.

text ──▶ the items of `rules:`, each read alone ──▶ those that are no YAML made comments ──▶ the rest
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from rules.file.traps import Stretch, explain_syntax

_SECTION = re.compile(r"^(?:rules|\"rules\"|'rules'):[ \t\r]*(?:#.*)?$", re.MULTILINE)
_END = re.compile(r"^[^\s#-]", re.MULTILINE)
_DASH = re.compile(r"^( *)-(?=[ \t\r\n])", re.MULTILINE)
_ANCHOR = re.compile(r"(?<!\S)&\w")
_LINE_BEGIN = re.compile(r"^[^\r\n]", re.MULTILINE)
_HEAD = "rules:\n"


@dataclass(frozen=True, slots=True)
class Salvage:
    """A text in which every rule that is no YAML is a comment, so that all else keeps its place, and what was wrong."""

    text: str
    found: tuple[Stretch, ...]


def salvage(text: str, loader: type) -> Salvage | None:
    """Return what can be read besides the rules that cannot; None where the trouble lies elsewhere.

    A rule is read alone, so that a quotation without an end spoils no other. Nothing is salvaged where such a rule
    names something with `&`: others may repeat it.
    """
    found, kept, at = [], [], 0
    for start, end in _items(text):
        piece = _HEAD + text[start:end]
        if stumbled := _stumbled(piece, loader):
            if _ANCHOR.search(text, start, end):
                return None
            begin, stop, said, hint = stumbled
            shift = start - len(_HEAD)
            found.append((max(start, begin + shift), stop + shift, said, hint))
            kept += [text[at:start], _LINE_BEGIN.sub("#", text[start:end])]
            at = end
    return Salvage("".join([*kept, text[at:]]), tuple(found)) if found else None


def _stumbled(piece: str, loader: type) -> Stretch | None:
    try:
        for _ in yaml.parse(piece, Loader=loader):
            pass
    except yaml.MarkedYAMLError as error:
        return explain_syntax(piece, error)
    return None


def _items(text: str) -> list[tuple[int, int]]:
    """Return where each item of the list under `rules:` begins and ends, by the dashes at the depth of the first one.

    What stands before the first dash belongs to the first item: its own dash may be what is wrong with it.
    """
    section = _SECTION.search(text)
    if section is None or section.end() == len(text):
        return []
    start = section.end() + 1
    stop = _END.search(text, start)
    end = stop.start() if stop else len(text)
    dashes = list(_DASH.finditer(text, start, end))
    if not dashes:
        return []
    depth = dashes[0][1]
    bounds = [dash.start() for dash in dashes if dash[1] == depth]
    if not text[start : bounds[0]].strip():
        bounds = bounds[1:]
    return list(zip([start, *bounds], [*bounds, end], strict=True))
