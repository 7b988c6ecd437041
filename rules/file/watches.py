"""From the options of a rule to its watches, with ids and labels in which no secret stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr

from rules.file.collected import Faults, sounds_secret
from rules.file.files import Files, FileTrouble
from rules.file.nodes import MappingNode, Node
from rules.file.references import refers
from rules.file.surroundings import Surroundings
from rules.file.validation import Subject, validated
from rules.rule import WatchSpec
from watchers.api import HttpOptions, Watcher

Options = TypeVar("Options", bound=BaseModel)


def digest(value: object) -> str:
    """Return a short hash of plain values: the same for equal ones, on every machine."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def watch_specs(
    kind: type[Watcher], node: MappingNode, whole: Subject, around: Surroundings, *, private: bool, owner: str = ""
) -> tuple[WatchSpec, ...]:
    """Return the watches that the options of a rule ask for; none where an option is wrong, and then it is noted.

    `owner` is the id of the rule, which has a watch of its own where it is told what it sees, or where that hangs on
    when it looked last.
    """
    references, faults = around.references, around.faults
    watcher = validated(kind, node, faults, whole, references.value)
    if watcher is None:
        return ()
    parts = with_whole_path(watcher, node, around.files, faults).watches()
    shown: tuple[Watcher, ...] | None = watcher.watches()
    if refers(node):
        shown = _as_written(kind, node, len(parts))
    specs = []
    for part, as_written in zip(parts, shown or watcher.watches(), strict=True):
        options = json.dumps(_revealed(as_written.model_dump(exclude_defaults=True)), sort_keys=True, default=str)
        if shown is None:
            options = references.unresolved(options, node)
        label = faults.without_references(as_written.label)
        own = [owner] if kind.is_told or kind.is_own else []
        specs.append(WatchSpec(digest([kind.kind.name, options, private, *own]), part.sees, label, part, private))
    return tuple({spec.id: spec for spec in specs}.values())


def _as_written(kind: type[Watcher], node: MappingNode, count: int) -> tuple[Watcher, ...] | None:
    """Return the watches with references left standing, or None where the kind does not take them for values.

    A kind may well refuse `${env:FEED}` as an address. Then what stands behind it is put back by replacing.
    """
    unresolved = validated(kind, node, Faults(), Subject("", node))
    parts = unresolved.watches() if unresolved else ()
    return parts if len(parts) == count else None


def with_whole_path(options: Options, node: Node, files: Files, faults: Faults) -> Options:
    """Return options whose `ca:` is an absolute path; it is written relative to the folder of the rule file."""
    if not isinstance(options, HttpOptions) or not options.ca:
        return options
    try:
        return options.model_copy(update={"ca": files.path(options.ca)})
    except FileTrouble as trouble:
        place = node.get("ca") if isinstance(node, MappingNode) else None
        faults.add(place or node, trouble.reason, trouble.hint)
        return options


def _revealed(value: Any) -> Any:
    """Return dumped options with the secrets in them, for hashing."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Mapping):
        return {str(key): _revealed(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(_revealed, value), key=str)
    return [_revealed(each) for each in value] if isinstance(value, list | tuple) else value


def secrets_of(value: Any, *, certain: bool = False) -> set[str]:
    """Return the secrets that a model's fields hold.

    With `certain`, without the values of headers whose names promise none: `Accept: text/html` is no secret, and
    blanking it in every log would blank much else.
    """
    if isinstance(value, SecretStr):
        return {value.get_secret_value()} - {""}
    if not value or isinstance(value, str | int):
        return set()
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        if certain and isinstance(value, HttpOptions):
            fields["headers"] = {name: each for name, each in value.headers.items() if sounds_secret(name)}
        value = fields
    if isinstance(value, Mapping):
        value = value.values()
    return set().union(*(secrets_of(each, certain=certain) for each in value)) if isinstance(value, Iterable) else set()
