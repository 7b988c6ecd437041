"""New entries of a rule file, put where they belong; every other byte stays as it is.

What stands in braces or brackets grows inside them, what stands on lines of its own grows by lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date

from rules.file.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, core_schema

Value = str | date | Sequence[str]

_SIMPLE = re.compile(r"[^\W_][\w .+-]*")


def with_item(text: str, section: SequenceNode, item: Mapping[str, Value]) -> str:
    """Return the text of a file with one more entry in a list of it."""
    if _is_flow(section):
        return _inside(text, section, _braced(item), is_first=not section.items)
    last = section.items[-1]
    dash = text.rindex("-", 0, last.start)
    return _after(text, _end(last), _lines(item, " " * section.source.place(dash).column))


def with_listed(text: str, holder: MappingNode, key: str, item: Mapping[str, Value]) -> str:
    """Return the text of a file with one more entry in a list of a mapping; the list may not be there yet."""
    entry = holder.entries.get(key)
    if entry is not None and isinstance(entry.value, SequenceNode):
        return with_item(text, entry.value, item)
    written = f"{key}: [{_braced(item)}]"
    if _is_flow(holder):
        return _inside(text, holder, written, is_first=not holder.entries)
    first = next(iter(holder.entries.values())).key
    indent = " " * (first.place.column - 1)
    return _after(text, _end(holder), [f"{indent}{written}"])


def with_section(text: str, key: str, item: Mapping[str, Value]) -> str:
    """Return the text of a file with a new section that holds one entry."""
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith(("\n", "\r")) else newline
    return text + gap + newline.join([f"{key}:", *_lines(item, "   "), ""])


def _is_flow(node: Node) -> bool:
    return node.source.text[node.start : node.start + 1] in ("[", "{")


def _end(node: Node) -> int:
    """Return where the last value of a node ends: what the parser calls its end may lie lines below."""
    if isinstance(node, ScalarNode) or _is_flow(node):
        return node.end
    last = node.items[-1] if isinstance(node, SequenceNode) else _last(node.entries)
    return _end(last)


def _last(entries: Mapping[str, Entry]) -> Node:
    last = max(entries.values(), key=lambda entry: entry.key.start)
    return last.key if isinstance(last.value, ScalarNode) and last.value.end < last.key.end else last.value


def _inside(text: str, node: Node, written: str, *, is_first: bool) -> str:
    close = node.end - 1
    before = text[:close].rstrip()
    comma = "" if is_first or before.endswith(",") else ","
    space = " " if comma else ""
    return f"{before}{comma}{space}{written}{text[len(before) : close]}{text[close:]}"


def _after(text: str, end: int, lines: Sequence[str]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    if end and text[end - 1] in "\r\n":
        return text[:end] + newline.join([*lines, ""]) + text[end:]
    # A comment behind the last value stays where it is.
    rest = re.search(r"\r\n|\r|\n", text[end:])
    at = end + rest.start() if rest else len(text)
    return text[:at] + newline + newline.join(lines) + text[at:]


def _lines(item: Mapping[str, Value], indent: str) -> list[str]:
    """Return an entry of a list on lines of its own; `indent` is what stands before its keys, but for one space."""
    written = [f"{key}: {_written(value)}" for key, value in item.items()]
    return [f"{indent[:-1]}- {written[0]}", *(f"{indent} {line}" for line in written[1:])]


def _braced(item: Mapping[str, Value]) -> str:
    return "{" + ", ".join(f"{key}: {_written(value)}" for key, value in item.items()) + "}"


def _written(value: Value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        plain = _SIMPLE.fullmatch(value) and value == value.strip() and core_schema(value) == value
        return value if plain else json.dumps(value, ensure_ascii=False)
    return "[" + ", ".join(map(_written, value)) + "]"
