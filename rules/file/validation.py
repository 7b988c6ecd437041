"""From nodes to models, and from pydantic's errors to sentences at the place of the value that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rules.durations import read_duration
from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.forms import SAID
from rules.file.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, Spot, scalars, value_of, written

M = TypeVar("M", bound=BaseModel)

# What a type of pydantic's errors says that it expected: https://docs.pydantic.dev/latest/errors/validation_errors/.
_EXPECTED: dict[str, str] = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "finite_number": "a number",
    "bool": "yes or no",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "iterable": "a list",
    "dict": "keys with values",
    "mapping": "keys with values",
    "model": "keys with values",
    "date": "a date such as 2026-12-24",
    "datetime": "a time such as 2026-12-24 18:00",
    "time": "a time such as 18:00",
    "time_delta": "a length of time such as 30m, 12h or 7d",
    "url": "an address such as https://shop.example/page",
    "uuid": "an id such as 123e4567-e89b-12d3-a456-426614174000",
}
# What other programs, or people, call a key; a misspelt one is found by its nearness instead.
_OTHER_NAMES: dict[str, frozenset[str]] = {
    "every": frozenset(
        {"minutes", "hours", "seconds", "interval", "frequency", "schedule", "period", "poll", "refresh"}
        | {"time_between_check", "scan_interval", "check_interval"}
    ),
    "rules": frozenset({"automation", "automations", "jobs", "watches", "monitors", "checks", "alerts", "triggers"}),
    "channels": frozenset({"notifiers", "notifications", "notification_urls", "receivers", "outputs", "apprise"}),
    "css": frozenset({"selector", "css_selector", "css_filter", "include_filters", "select"}),
    "run": frozenset({"shell", "command", "exec", "script"}),
    "until": frozenset({"hysteresis"}),
    "user_agent": frozenset({"agent"}),
    "watch": frozenset({"kind", "type", "source", "watcher", "platform"}),
    "when": frozenset(
        {"condition", "conditions", "if", "filter", "trigger", "where", "rule"}
        | {"trigger_text", "below", "above", "under", "over", "threshold", "target", "contains", "mentions"}
    ),
    "notify": frozenset({"channel", "channels", "to", "tell", "alert", "send_to", "action", "actions"}),
    "urgency": frozenset({"priority", "severity", "level", "importance"}),
    "name": frozenset({"title", "label", "alias"}),
    "url": frozenset({"urls", "feed", "link", "address", "page", "href", "site", "uri", "website"}),
    "urls": frozenset({"links", "addresses", "pages", "sites"}),
    "feeds": frozenset({"url", "urls", "feed", "rss", "sites"}),
    "artist": frozenset({"artists", "band", "bands"}),
    "host": frozenset({"server", "hostname", "imap"}),
    "again": frozenset({"repeat", "cooldown", "remind", "reminder", "renotify"}),
    "enabled": frozenset({"active", "disabled", "paused"}),
    "message": frozenset({"text", "body", "template"}),
    "note": frozenset({"description", "comment", "comments", "notes"}),
    "timezone": frozenset({"tz", "zone", "time_zone"}),
    "select": frozenset({"selector", "css", "xpath"}),
    "quiet": frozenset({"quiet_hours", "silent", "dnd"}),
    "user": frozenset({"username", "login"}),
    "bearer": frozenset({"token"}),
}
_OTHER_CHOICES: dict[str, frozenset[str]] = {
    "urgent": frozenset({"critical", "emergency", "max", "immediate"}),
    "high": frozenset({"important", "warning"}),
    "normal": frozenset({"medium", "default", "info"}),
    "low": frozenset({"min", "minor"}),
    "baseline": frozenset({"silent", "skip", "ignore", "no", "quiet"}),
    "any": frozenset({"all", "yes", "true"}),
}
_TYPE_ERROR = re.compile(r"(.+?)_(?:type|parsing|attributes_type|from_float|date_parsing|datetime_parsing)")
_AS_IN = {"a whole number": "5", "a number": "1.5", "yes or no": "yes"}
_PAIR = re.compile(r"[\w-]+: [^\s,{}\[\]#:]+")
_CHOICE = re.compile(r"'([^']*)'")

# What is said of a bound, and what to write instead.
_BOUNDS: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "greater_than": lambda ctx: (f"must be more than {ctx['gt']}", ""),
    "greater_than_equal": lambda ctx: (f"must be {ctx['ge']} at least", f"write {ctx['ge']}, or more"),
    "less_than": lambda ctx: (f"must be less than {ctx['lt']}", ""),
    "less_than_equal": lambda ctx: (f"must be {ctx['le']} at most", f"write {ctx['le']}, or less"),
    "multiple_of": lambda ctx: (f"must be a multiple of {ctx['multiple_of']}", ""),
    "string_too_short": lambda ctx: _too_short(ctx["min_length"], "letters", "is empty"),
    "string_too_long": lambda ctx: (f"is longer than {ctx['max_length']} letters", "make it shorter"),
    "too_short": lambda ctx: _too_short(ctx["min_length"], "entries", "is an empty list"),
    "too_long": lambda ctx: (f"has more than {ctx['max_length']} entries", "make it shorter"),
}


def _too_short(least: int, what: str, empty: str) -> tuple[str, str]:
    if least == 1:
        return empty, "write something, or delete it"
    return f"needs {least} {what}", "make it longer"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a node is called where it is wrong as a whole ("the channel phone"), and where that is shown.

    Attributes:
        adding: What to write where a key is missing, if it can be guessed.
    """

    name: str
    spot: Spot
    adding: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where an error points: the path through the data, the key nearest above with the mapping it is of, the value."""

    path: tuple[str | int, ...]
    entry: Entry | None
    holder: MappingNode | None
    node: Node

    @property
    def key(self) -> str:
        return self.entry.key.text if self.entry else ""


def validated(
    model: type[M], node: Node, faults: Faults, subject: Subject, read: Callable[[ScalarNode], object] = value_of
) -> M | None:
    """Return a node as a model, or None where it is none; then its faults are noted.

    `read` gives what stands for a single value, such as the text behind a reference. A number or a bare `true` where
    text is meant is taken as it is written: an artist may be called 311.
    """
    data = written(node, read)
    if isinstance(node, ScalarNode) and not isinstance(data, str | None):
        data = node.text  # no model is a number: this is the short form of one, such as a topic's only phrase
    mended: set[tuple[str | int, ...]] = set()
    while True:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            if not _mend(data, node, details, mended):
                _report(details, node, faults, model, subject)
                return None


def sound(blank: M, node: Node | None, read: Callable[[ScalarNode], object] = value_of) -> M:
    """Return what is right of a node that is not: a blank model, with each key that can be read by itself.

    So what else is wrong is found at once, and not after the first fault is mended.
    """
    if not isinstance(node, MappingNode):
        return blank
    needed = {name for name, field in type(blank).model_fields.items() if field.is_required()}
    for key, entry in node.entries.items():
        alone = {name: Entry(entry.key, entry.key) for name in needed} | {key: entry}
        by_itself = MappingNode(node.source, node.start, node.end, alone)
        part = validated(type(blank), by_itself, Faults(), Subject("", node), read)
        if part is not None:
            blank = blank.model_copy(update={name: getattr(part, name) for name in part.model_fields_set - needed})
    return blank


def _mend(data: Any, node: Node, details: Sequence[ErrorDetails], mended: set[tuple[str | int, ...]]) -> bool:
    """Put what was meant where it can be told from what is written, and return whether that changed anything."""
    before = len(mended)
    for detail in details:
        found = _find(node, detail["loc"])
        if not isinstance(found.node, ScalarNode) or not found.path or found.path in mended:
            continue
        value: object = None
        if detail["type"] == "string_type" and not isinstance(found.node.value, str | None):
            value = found.node.text
        elif detail["type"] == "time_delta_parsing":
            value = read_duration(found.node.text)
        if value is not None:
            mended.add(found.path)
            _put(data, found.path, value)
    return len(mended) > before


def _put(data: Any, path: Sequence[str | int], value: object) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


def _find(node: Node, loc: Iterable[str | int]) -> _Found:
    """Follow an error's location as far as it leads; it also names branches of unions, which lead nowhere."""
    path: list[str | int] = []
    entry: Entry | None = None
    holder: MappingNode | None = None
    here = node
    for step in loc:
        if isinstance(here, MappingNode) and str(step) in here.entries:
            entry, holder = here.entries[str(step)], here
            here = entry.value
            path.append(str(step))
        elif isinstance(here, SequenceNode) and isinstance(step, int) and step < len(here.items):
            here = here.items[step]
            path.append(step)
    return _Found(tuple(path), entry, holder, here)


def _report(
    details: Sequence[ErrorDetails], node: Node, faults: Faults, model: type[BaseModel], whole: Subject
) -> None:
    by_place: dict[tuple[str | int, ...], list[ErrorDetails]] = {}
    called_otherwise: set[tuple[str | int, ...]] = set()
    for detail in details:
        found = _find(node, detail["loc"])
        if detail["type"] == "extra_forbidden" and found.entry and found.holder:
            meant = unknown_key(found.entry.key, faults, _keys_at(model, found.path[:-1]), found.holder.entries)
            called_otherwise.add((*found.path[:-1], meant))
        else:
            by_place.setdefault(found.path, []).append(detail)
    for path, several in by_place.items():
        if any(len(other) > len(path) and other[: len(path)] == path for other in by_place):
            continue  # a list is not too short, say, because of what is wrong with an entry of it
        found = _find(node, path)
        subject, spot = f"`{found.key}`" if found.key else whole.name, found.node if path else whole.spot
        if missing := [str(detail["loc"][-1]) for detail in several if detail["type"] == "missing"]:
            missing = [name for name in missing if (*path, name) not in called_otherwise]
            if not missing:
                continue
            adding = "" if path else whole.adding.get(missing[0], "")
            said = f"{subject} has no `{'` and no `'.join(missing)}`"
            faults.add(spot, said, f"add {adding or f'`{missing[0]}: …`'}")
        else:
            message, hint = _sentence(several, found, subject)
            if isinstance(found.node, SequenceNode) and path and f"{path[-1]}s" in model.model_fields:
                listed = ", ".join(scalar.as_written for scalar in scalars(found.node))
                hint = f"for several write {path[-1]}s: [{listed}]"
            faults.add(spot, faults.clean(message), faults.clean(hint or _described(model, path)))


def _described(model: type[BaseModel], path: Sequence[str | int]) -> str:
    """Return what an option of a model is for, as the hint where nothing closer can be said."""
    field = model.model_fields.get(str(path[0])) if len(path) == 1 else None
    return f"{path[0]}: {field.description.rstrip('.')}" if field and field.description else ""


def unknown_key(key: ScalarNode, faults: Faults, words: Sequence[str], present: Iterable[str]) -> str:
    """Note that nobody knows a key, and return the one that was probably meant, or nothing.

    Args:
        key: The key as it stands in the file.
        faults: Where to note it.
        words: The keys that can stand there.
        present: Those that do.
    """
    absent = [word for word in words if word not in present]
    meant = meant_key(key.text, absent)
    hint = did_you_mean(meant, absent)
    if meant == "enabled" and key.text.casefold() in _OTHER_NAMES["enabled"] - {"active"}:
        hint = "write enabled: no"
    if (there := meant_key(key.text, words)) not in {"", *absent}:
        hint = f"did you mean {there}? it stands here already"
    faults.add(key, f"`{key.text}` is no key that is known here", hint)
    return meant


def meant_key(key: str, words: Sequence[str]) -> str:
    """Return the one of `words` that was probably meant by a key, misspelt or called otherwise; or nothing."""
    folded = key.strip().casefold().replace("-", "_").replace(" ", "_")
    others = (word for word, names in _OTHER_NAMES.items() if folded in names)
    return next((word for word in others if word in words), "") or nearest(folded, words)


def did_you_mean(meant: str, words: Sequence[str]) -> str:
    """Return a hint: the word that was probably meant, or all that are possible."""
    if meant:
        return f"did you mean {meant}?"
    return f"possible here: {', '.join(words)}" if words else "there is none yet"


def _keys_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Return the keys that a model knows at a place inside it."""
    inner = model
    for step in path:
        if isinstance(step, str) and step in inner.model_fields:
            inner = _model_in(inner.model_fields[step].annotation) or inner
    return [field.alias or name for name, field in inner.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation holds: that of a list, of the values of a mapping, of an optional field."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _sentence(details: Sequence[ErrorDetails], found: _Found, subject: str) -> tuple[str, str]:
    """Return what is said of the errors of one value, which are several where it could have been one of several."""
    first = next((detail for detail in details if not _TYPE_ERROR.fullmatch(detail["type"])), None)
    if first is None:
        expected = _expected(details)
        if isinstance(found.node, ScalarNode) and found.node.value is None:
            return f"{subject} has no value", f"write {expected} after the colon, or delete the line"
        return f"{subject} takes {expected}", _in_that_form(found.node, expected)
    context = first.get("ctx", {})
    if first["type"] == SAID:
        return f"{subject} {context['message']}", str(context["hint"])
    if first["type"] in {"value_error", "assertion_error"}:
        return f"{subject}: {context['error']}", ""
    if first["type"] in {"literal_error", "enum"}:
        return _choice(_CHOICE.findall(str(context["expected"])), found.node, subject)
    if bound := _BOUNDS.get(first["type"]):
        message, hint = bound(context)
        return f"{subject} {message}", hint
    # pydantic's own sentence, "Input should be …", names neither schema nor class.
    return f"{subject} {re.sub(r'^(Input|Value|String) should', 'should', first['msg'])}", ""


def _choice(choices: Sequence[str], node: Node, subject: str) -> tuple[str, str]:
    """Return what is said of a value that is none of those that are possible."""
    written = node.text.casefold() if isinstance(node, ScalarNode) else ""
    other = next((word for word, others in _OTHER_CHOICES.items() if word in choices and written in others), "")
    meant = other or nearest(written, choices)
    said = f"{subject} takes {_or(choices) if len(choices) > 1 else f'nothing but {choices[0]}'}"
    return said, f"did you mean {meant}?" if meant else "write one of these, or delete it"


def _in_that_form(node: Node | None, expected: str) -> str:
    """Return what to write where the form is wrong and not what it holds; empty where that cannot be told."""
    if isinstance(node, ScalarNode):
        return _with_brackets(node, expected)
    if isinstance(node, SequenceNode) and "a list" not in expected:
        return (
            "keys, each with a value behind its colon"
            if "keys" in expected
            else "one value, without brackets or dashes"
        )
    if isinstance(node, MappingNode) and "keys" not in expected:
        return "values alone, without keys and colons" if "a list" in expected else "one value, without keys and colons"
    return ""


def _with_brackets(node: ScalarNode, expected: str) -> str:
    if expected == "a list":
        # Several addresses on one line are parted by the blanks that none of them holds.
        several = node.text.split()
        parts = ", ".join(several) if all("://" in part for part in several) else node.as_written
        return f"write [{re.sub(',+', ',', parts)}]"
    if expected in _AS_IN:
        return f"such as {_AS_IN[expected]}"
    if expected == "keys with values":
        return f"{{{node.text}}}" if _PAIR.fullmatch(node.text) else "keys, each with a value behind its colon"
    return ""


def _expected(details: Sequence[ErrorDetails]) -> str:
    names = (_TYPE_ERROR.fullmatch(detail["type"]) for detail in details)
    return _or(list(dict.fromkeys(_EXPECTED.get(name[1], "another value") for name in names if name)))


def _or(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
