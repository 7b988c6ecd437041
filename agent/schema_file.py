"""The JSON schema beside the rule file, with which an editor completes, explains and checks as its owner writes.

An editor finds it by the first line of the rule file, which the starter file has:

    # yaml-language-server: $schema=rules.schema.json

It is made of what the installed kinds declare. A mark in it says of which, so that keeping it costs no more than a look
at the mark until another kind, or another version of one, is installed.
"""

# ruff: noqa: PLC0415 - all kinds are imported only where a schema is made of them.

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchers.api import Watcher

log = logging.getLogger(__name__)

SCHEMA_FILE = "rules.schema.json"
_MARK = "$comment"


def write_schema(rules: Path, installed: Mapping[str, type[Watcher]]) -> None:
    """Write the schema beside a rule file, for the kinds that are installed.

    One of them that cannot be loaded is left out: no rule can name it either.

    Raises:
        OSError: It cannot be written.
    """
    from rules.file.schema import schema
    from watchers.registry import BrokenKind

    usable = {}
    for name in installed:
        try:
            usable[name] = installed[name]
        except BrokenKind as error:
            log.warning("%s", error)
    text = json.dumps({_MARK: _mark(), **schema(usable)}, indent=1, ensure_ascii=False)
    file = rules.with_name(SCHEMA_FILE)
    # An editor that reads it at this moment sees the old one or the new one, and never a half.
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.write_text(f"{text}\n", encoding="utf-8")
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def keep_schema(rules: Path, *, unasked: bool = True) -> None:
    """Bring the schema beside a rule file up to date, where that can be done; a folder may well be read-only.

    Args:
        rules: The rule file; where there is none, nothing is written.
        unasked: Also where the file does not name the schema and none lies there.
    """
    from watchers.registry import kinds

    file = rules.with_name(SCHEMA_FILE)
    try:
        if not rules.is_file() or not (unasked or file.exists() or SCHEMA_FILE in _first_lines(rules)):
            return
        if not file.exists() or _mark_in(file) != _mark():
            write_schema(rules, kinds())
    except OSError as error:
        log.info("the schema for editors cannot be written: %s", error)


def _first_lines(rules: Path) -> str:
    """Return the comments at the top of a rule file: where editors look for the name of a schema."""
    with rules.open(encoding="utf-8", errors="replace") as lines:
        return "".join(line for line, _ in zip(lines, range(20), strict=False) if line.startswith("#"))


def _mark_in(file: Path) -> str:
    """Return the mark that a schema bears; empty where it bears none."""
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:  # neither JSON nor UTF-8: cut off, or somebody else's
        return ""
    return str(written.get(_MARK, "")) if isinstance(written, dict) else ""


def _mark() -> str:
    """Return what the schema is made of, in short: versions of packages, and the files that declare kinds and keys.

    A version alone would not do for a kind that is being written, nor for a program that runs from its sources.
    """
    from watchers.registry import GROUP

    entries = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))
    modules = [entry.module for entry in entries] + [
        "agent.schema_file", "rules.file.forms", "rules.file.schema", "rules.file.settings", "rules.file.shapes",
        "rules.trials.settings", "watchers.api",
    ]  # fmt: skip
    parts = [f"{entry.name}={entry.value} {entry.dist.version if entry.dist else ''}" for entry in entries]
    parts += [f"{module} {_written_at(module)}" for module in modules]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return f"Written by trusted-agent {version('trusted-agent')} for the kinds that are installed: {digest}"


def _written_at(module: str) -> str:
    """Return when a module's file was last written, and its size; empty where it has none. Nothing is imported."""
    package, *inside = module.split(".")
    found = find_spec(package)
    folders = found.submodule_search_locations if found and inside else None
    places = [Path(folder, *inside).with_suffix(".py") for folder in folders or ()]
    if found and found.origin and not inside:
        places.append(Path(found.origin))
    for place in places:
        with suppress(OSError):
            state = place.stat()
            return f"{state.st_mtime_ns} {state.st_size}"
    return ""
