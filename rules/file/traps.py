"""What YAML's parser says when it stumbles, said for people: mostly a value that wants quotes.

libyaml and the pure Python parser word their errors differently but name the same things; both are understood here.
"""

from __future__ import annotations

import re

import yaml

_LINE = re.compile(r"[^\r\n]*")
_NO_SPACE_AFTER_COLON = re.compile(r"^\s*(?:- +)?([A-Za-z_]\w*):(?=[^\s/:])[^\r\n]*", re.MULTILINE)
_STARTS_A_KEY = re.compile(r"\s*(?:- +)*([\w-]+)\s*:(?:\s|$)")
_FIRST_KEY = re.compile(r"[ ]*(?:- +)*(?=([\w\"'][^\r\n:]*):)")
# What people type, or a word processor puts, where a list wants a dash and a space.
_OTHER_DASH = re.compile(r" *([–—−‐•·*]|-(?=\w))[ \t]*(\w[\w ]*:)")
_OTHER_COLON = re.compile(r" *(?:- +)?(\w+)(：|﹕|ː) ?")
_BARE_WORDS = re.compile(r"([A-Za-z_]\w*)[ \t]+(\S[^\r\n]*)")
_IN_QUOTES = re.compile(r"""(["'])(.*)\1[ \t]*(and|or)\b(.*)""", re.IGNORECASE)
_FORMATS = (
    (re.compile(r"\s*(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE), "a web page"),
    (re.compile(r"\s*<[?!\w]"), "XML"),
    (
        re.compile(r"\s*(?:[#;][^\n]*\n\s*)*\[\[?[\w.\" -]+\]\]?[ \t]*\r?\n(?:\s*[#;][^\n]*\n|\s*\n)*\s*[\w.-]+\s*="),
        "TOML or INI",
    ),
    (re.compile(r"\{\\rtf"), "a document of a word processor"),
)

Stretch = tuple[int, int, str, str]


def other_format(text: str) -> str:
    """Return what a text is that has the marks of something else than YAML; empty where it has none."""
    return next((name for mark, name in _FORMATS if mark.match(text)), "")


def explain_syntax(text: str, error: yaml.MarkedYAMLError) -> Stretch:
    """Return where a syntax error stands (start and end offsets), what is wrong, and what to write instead."""
    mark = error.problem_mark or error.context_mark
    at = mark.index if mark else 0
    begin = error.context_mark.index if error.context_mark else at
    problem, context = (error.problem or "").lower(), (error.context or "").lower()
    if found := _other_signs(text, at) or _at_a_token(text, begin, at, problem, context):
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
        said = "a list cannot begin behind a key on the same line"
        return at, at + 1, said, "begin it on the next line, or write it in brackets: [a, b]"
    if "flow" in context and ("expected ','" in problem or "node content" in problem):
        return _open_bracket(text, begin, at)
    if "block mapping" in context or "block collection" in context:
        return _off_the_grid(text, begin, at, context)
    if text[at : at + 1] == "%":
        return at, at + 1, "a line cannot begin with %", "put quotes around it, or indent it under its key"
    if "directive" in context or "document start" in problem:
        said = "this stands behind the end of what the file began with"
        return at, _line_end(text, at), said, "a rule file is one set of sections, such as channels: and rules:"
    if "node content" in problem:
        said = f"a value cannot begin with {text[at : at + 1]}"
        return at, at + 1, said, f"put quotes around it: {_quoted(text, at)}"
    hint = "look above it for a quotation or bracket without an end, or a key without a colon"
    return at, at + 1, "YAML cannot be read on from here", hint


def _other_signs(text: str, at: int) -> Stretch | None:
    """Return the fault of a dash or a colon that is none to YAML, in this line or in the one above.

    YAML takes such a line for a text, and stumbles over the key below it.
    """
    start = _line_start(text, at)
    above = _line_start(text, _last_written(text, start)) if text[:start].strip() else start
    for line in dict.fromkeys((above, start)):
        if colon := _OTHER_COLON.match(text, line):
            said = f"`{colon[2]}` is not the colon of this language, and a space follows it"
            return colon.start(1), colon.end(), said, f"write `{colon[1]}: `"
        if dash := _OTHER_DASH.match(text, line):
            said = "a space is missing after the dash"
            if dash[1] != "-":
                said = f"an item of a list begins with a plain dash, and `{dash[1]}` is none"
            return dash.start(1), dash.end(), said, f"write `- {dash[2]}`"
    return None


def _at_a_token(text: str, begin: int, at: int, problem: str, context: str) -> Stretch | None:
    """Return what is wrong inside a value or at its first character."""
    if "quoted scalar" in context:
        return _in_quotes(text, begin, at, problem)
    if "tab" in problem or ("cannot start any token" in problem and text[at : at + 1] == "\t"):
        return at, at + 1, "a tab stands where only spaces may", "indent with spaces"
    if "block scalar" in context:
        return _block_sign(text, begin)
    if "cannot start any token" in problem:
        said = f"a value cannot begin with {text[at : at + 1]}"
        return at, _line_end(text, at), said, f"put quotes around it: {_quoted(text, at)}"
    return None


def _in_quotes(text: str, begin: int, at: int, problem: str) -> Stretch:
    if "escape" in problem or "hexadec" in problem:
        # libyaml points at the backslash, the Python parser behind it.
        slash = text.rfind("\\", begin, at + 1)
        slash = at if slash < 0 else slash
        said = f"between double quotes {text[slash : slash + 2]} begins no escape that YAML knows"
        return slash, slash + 2, said, "put the value between single quotes, where a backslash is just a backslash"
    end = _line_end(text, begin)
    value = text[begin:end].rstrip()
    return begin, end, "the quotation that begins here has no end", f"end it where it ends: {value}{value[:1]}"


def _block_sign(text: str, begin: int) -> Stretch:
    sign = text[begin : begin + 1]
    said = f"YAML takes a leading {sign} for the beginning of a block of text"
    return begin, _line_end(text, begin), said, f"put quotes around the sentence: {_quoted(text, begin)}"


def _second_colon(text: str, at: int) -> Stretch:
    start, end = _line_start(text, at), _line_end(text, at)
    above = _line_start(text, _last_written(text, start))
    if glued := _NO_SPACE_AFTER_COLON.search(text, above, end):
        return _glued(glued)
    first = text.find(": ", start, at)
    if first >= 0:
        value = first + 2 + len(text[first + 2 : at]) - len(text[first + 2 : at].lstrip())
        hint = f"put quotes around the value: {_quoted(text, value)}"
        return at, at + 1, "a second colon stands in this value, so that YAML takes it for a key", hint
    said = "this key is indented deeper than the value above allows"
    return start + _indent(text, start), at + 1, said, _like_above(text, start, "the keys around it")


def _no_colon(text: str, begin: int) -> Stretch:
    if glued := _NO_SPACE_AFTER_COLON.search(text, _line_start(text, begin), _line_end(text, begin)):
        return _glued(glued)
    line = text[begin : _line_end(text, begin)].strip()
    said = "this line is neither `key: value` nor part of what stands above"
    if words := _BARE_WORDS.fullmatch(line):
        hint = f"if {words[1]} is a key, a colon is missing: {words[1]}: {words[2]}"
    else:
        hint = "indent it deeper if it belongs to the line above, put - before it if it is an item of a list"
    return begin, begin + len(line), said, hint


def _glued(glued: re.Match[str]) -> Stretch:
    key, value = glued[1], glued.string[glued.end(1) + 1 : glued.end()].strip()
    return glued.start(1), glued.end(), f"a space is missing after {key}:", f"write `{key}: {value}`"


def _open_bracket(text: str, begin: int, at: int) -> Stretch:
    bracket = text[begin : begin + 1]
    closing = "]" if bracket == "[" else "}"
    if text[at : at + 1] in set("[]{}") and _line_start(text, at) == _line_start(text, begin):
        start = max(text.rfind(": ", begin, at) + 2, text.rfind(", ", begin, at) + 2, begin + 1)
        value = text[start : _value_end(text, start)].strip()
        said = f"a {text[at]} inside {bracket} … {closing} belongs to YAML, not to the value"
        return at, at + 1, said, f"put quotes around the value: {_single(value)}"
    if text[at : at + 1] in set("\"'"):
        said = "a comma is missing between the value above and this one"
        if _line_start(text, at) == _line_start(text, _last_written(text, at)):
            said = "a comma is missing before this"
        return at, at + 1, said, f"write `, {text[at]}`"
    said = f"the {bracket} that begins here has no {closing}, or a comma is missing behind its last value"
    return begin, begin + 1, said, f"close it with {closing}, and separate its values with commas"


def _value_end(text: str, start: int) -> int:
    """Return where a value inside brackets ends: at the comma or bracket that is not its own."""
    depth = 0
    for at in range(start, _line_end(text, start)):
        depth += (text[at] in "[{") - (text[at] in "]}")
        if depth < 0 or (not depth and text[at] == ","):
            return at
    return _line_end(text, start)


def _off_the_grid(text: str, begin: int, at: int, context: str) -> Stretch:
    start, end = _line_start(text, at), _line_end(text, at)
    if text[start:at].rstrip().endswith(('"', "'", "]", "}")):
        return _beyond_the_value(text, start, at)
    if text.startswith(":", at):
        return at, at + 1, "a key is missing before the colon", "key: value"
    here, there = at - start, begin - _line_start(text, begin)
    is_key = _STARTS_A_KEY.match(text, start, end)
    above = "keys above" if "mapping" in context else "list above"
    if here == there and not text.startswith("-", at):
        deeper = _like_above(text, start, "its key") if is_key else "move it to the depth of its key"
        return at, end, "an item of the list above is expected here", f"put - before it, or {deeper}"
    if not is_key and not text.startswith("-", at):
        return at, end, "`key: value` is expected here", "a colon and a space separate a key from its value"
    said = f"this line is indented by {_spaces(here)}, the {above} by {there}"
    if text.startswith("-", at):
        return at, end, said, f"indent it by {_spaces(there)}, if it is another item of that list"
    return at, end, said, _like_above(text, start, "the keys that it belongs to")


def _beyond_the_value(text: str, start: int, at: int) -> Stretch:
    """Return the fault of what follows a value that has ended: an apostrophe ended it, or quotes hold half of it."""
    end = _line_end(text, at)
    said = "the value ended before this: quotes and brackets hold the whole value or none of it"
    key = _STARTS_A_KEY.match(text, start, at)
    value = text[key.end() if key else start : end].strip()
    if value.startswith("'") and value.endswith("'") and text[start:at].rstrip().endswith("'"):
        return at, end, said, f"inside single quotes an apostrophe is written twice: {_single(value[1:-1])}"
    if half := _IN_QUOTES.fullmatch(value):
        whole = f"{half[2]} {half[3]}{half[4]}"
        return at, end, said, f"put quotes around all of it: {_single(whole)}"
    return at, end, said, f"put quotes around all of it: {_single(value)}"


def _like_above(text: str, start: int, others: str) -> str:
    """Return the advice to indent a line like the key above it."""
    above = _line_start(text, _last_written(text, start))
    key = _FIRST_KEY.match(text, above, start)
    if key is None:
        return f"indent it like {others}"
    return f"indent it by {_spaces(key.end() - above)}, like `{key[1].strip()}` above"


def _spaces(count: int) -> str:
    return f"{count} space{'s' * (count != 1)}"


def _quoted(text: str, at: int) -> str:
    return _single(text[at : _line_end(text, at)].strip())


def _single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _last_written(text: str, before: int) -> int:
    """Return the place of the last character before a place that is no white space; 0 where there is none."""
    return max(0, len(text[:before].rstrip()) - 1)


def _indent(text: str, start: int) -> int:
    line = text[start : _line_end(text, start)]
    return len(line) - len(line.lstrip(" "))


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    found = _LINE.match(text, at)
    return found.end() if found else at
