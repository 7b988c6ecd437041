"""What YAML's parser says when it stumbles, said for people: mostly a value that wants quotes.

libyaml and the pure Python parser word their errors differently but name the same things; both are understood here.
"""

from __future__ import annotations

import re

import yaml

_LINE = re.compile(r"[^\r\n]*")
_NO_SPACE_AFTER_COLON = re.compile(r"^\s*(?:- +)?([A-Za-z_]\w*):(?=[^\s/:])", re.MULTILINE)
_STARTS_A_KEY = re.compile(r"\s*(?:- +)*([\w-]+)\s*:(?:\s|$)")

Stretch = tuple[int, int, str, str]


def explain_syntax(text: str, error: yaml.MarkedYAMLError) -> Stretch:
    """Return where a syntax error stands (start and end offsets), what is wrong, and what to write instead."""
    mark = error.problem_mark or error.context_mark
    at = mark.index if mark else 0
    begin = error.context_mark.index if error.context_mark else at
    problem, context = (error.problem or "").lower(), (error.context or "").lower()
    if found := _at_a_token(text, begin, at, problem, context):
        return found
    if "alias" in context or "anchor" in context:
        sign = text[begin : begin + 1]
        hint = f"put quotes around it: {_quoted(text, begin)}"
        return begin, _line_end(text, begin), f"YAML takes a leading {sign} for a sign of its own", hint
    if "mapping values are not allowed" in problem:
        return _second_colon(text, at)
    if "expected ':'" in problem:
        return _no_colon(text, begin)
    if "sequence entries are not allowed" in problem:
        return (
            at,
            at + 1,
            "a list cannot begin behind a key on the same line",
            "begin it on the next line, or: key: [a, b]",
        )
    if "flow" in context and ("expected ','" in problem or "node content" in problem):
        return _open_bracket(text, begin, at)
    if "block mapping" in context or "block collection" in context:
        return _off_the_grid(text, begin, at, context)
    if "directive" in context or "document start" in problem:
        return at, at + 1, "a line cannot begin with %", "put quotes around it, or indent it under its key"
    if "node content" in problem:
        return (
            at,
            at + 1,
            f"a value cannot begin with {text[at : at + 1]}",
            f"put quotes around it: {_quoted(text, at)}",
        )
    return at, at + 1, f"this is no YAML: {error.problem or 'the parser gives no reason'}", ""


def _at_a_token(text: str, begin: int, at: int, problem: str, context: str) -> Stretch | None:
    """Return what is wrong inside a value or at its first character."""
    if "quoted scalar" in context:
        return _in_quotes(text, begin, at, problem)
    if "tab" in problem or ("cannot start any token" in problem and text[at : at + 1] == "\t"):
        return at, at + 1, "a tab stands where only spaces may", "indent with spaces"
    if "block scalar" in context:
        return _block_sign(text, begin)
    if "cannot start any token" in problem:
        sign = text[at : at + 1]
        return (
            at,
            _line_end(text, at),
            f"a value cannot begin with {sign}",
            f"put quotes around it: {_quoted(text, at)}",
        )
    return None


def _in_quotes(text: str, begin: int, at: int, problem: str) -> Stretch:
    if "escape" in problem or "hexadec" in problem:
        # libyaml points at the backslash, the Python parser behind it.
        slash = text.rfind("\\", begin, at + 1)
        slash = at if slash < 0 else slash
        said = f"between double quotes {text[slash : slash + 2]} begins no escape that YAML knows"
        return slash, slash + 2, said, "put the value between single quotes, where a backslash is just a backslash"
    sign = text[begin : begin + 1]
    hint = f"write {sign} at the end; inside single quotes an apostrophe is written twice: 'it''s'"
    return begin, _line_end(text, begin), "the quotation that begins here has no end", hint


def _block_sign(text: str, begin: int) -> Stretch:
    sign = text[begin : begin + 1]
    said = f"YAML takes a leading {sign} for the beginning of a block of text"
    return begin, _line_end(text, begin), said, f"put quotes around the sentence: {_quoted(text, begin)}"


def _second_colon(text: str, at: int) -> Stretch:
    start, end = _line_start(text, at), _line_end(text, at)
    before = text.rfind("\n", 0, max(0, start - 1)) + 1
    if glued := _NO_SPACE_AFTER_COLON.search(text, before, end):
        return _glued(glued)
    first = text.find(": ", start, at)
    if first >= 0:
        value = first + 2 + len(text[first + 2 : at]) - len(text[first + 2 : at].lstrip())
        hint = f"put quotes around the value: {_quoted(text, value)}"
        return at, at + 1, "a second colon stands in this value, so that YAML takes it for a key", hint
    hint = "give it the indentation of the keys around it"
    return start + _indent(text, start), at + 1, "this key is indented deeper than the value above allows", hint


def _no_colon(text: str, begin: int) -> Stretch:
    if glued := _NO_SPACE_AFTER_COLON.search(text, _line_start(text, begin), _line_end(text, begin)):
        return _glued(glued)
    line = text[begin : _line_end(text, begin)].strip()
    hint = "indent it deeper if it belongs to the line above, put - before it if it is an item of a list"
    return begin, begin + len(line), "this line is neither `key: value` nor part of what stands above", hint


def _glued(glued: re.Match[str]) -> Stretch:
    key = glued.group(1)
    return glued.start(1), glued.end(), f"a space is missing after {key}:", f"{key}: value"


def _open_bracket(text: str, begin: int, at: int) -> Stretch:
    bracket = text[begin : begin + 1]
    closing = "]" if bracket == "[" else "}"
    if text[at : at + 1] in set("[]{}") and _line_start(text, at) == _line_start(text, begin):
        value = max(text.rfind(": ", begin, at) + 2, text.rfind(", ", begin, at) + 2, begin + 1)
        said = f"a {text[at]} inside {bracket} … {closing} belongs to YAML, not to the value"
        return at, at + 1, said, f"put quotes around the value: '{text[value:at].strip()} …'"
    said = f"the {bracket} that begins here has no {closing}, or a comma is missing behind its last value"
    return begin, begin + 1, said, f"close it with {closing}, and separate its values with commas"


def _off_the_grid(text: str, begin: int, at: int, context: str) -> Stretch:
    start, end = _line_start(text, at), _line_end(text, at)
    before = text[start:at].rstrip()
    if before.endswith(('"', "'", "]", "}")):
        said = "the value ended before this: quotes and brackets hold the whole value or none of it"
        if before.endswith("'"):
            return at, end, said, "inside single quotes an apostrophe is written twice: 'it''s'"
        key = _STARTS_A_KEY.match(text, start, at)
        return at, end, said, f"put quotes around all of it: {_quoted(text, key.end() if key else start)}"
    if text.startswith(":", at):
        return at, at + 1, "a key is missing before the colon", "key: value"
    here, there = at - start, begin - _line_start(text, begin)
    above = "keys above" if "mapping" in context else "list above"
    said = f"this line is indented by {here} space{'s' * (here != 1)}, the {above} by {there}"
    if here == there and not text.startswith("-", at):
        return (
            at,
            end,
            "an item of the list above is expected here",
            "put - before it, or move it to the depth of its key",
        )
    if not _STARTS_A_KEY.match(text, start, end) and not text.startswith("-", at):
        return at, end, "`key: value` is expected here", "a colon and a space separate a key from its value"
    return at, end, said, "give keys that belong together the same indentation"


def _quoted(text: str, at: int) -> str:
    value = text[at : _line_end(text, at)].strip()
    return "'" + value.replace("'", "''") + "'"


def _indent(text: str, start: int) -> int:
    line = text[start : _line_end(text, start)]
    return len(line) - len(line.lstrip(" "))


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    found = _LINE.match(text, at)
    return found.end() if found else at
