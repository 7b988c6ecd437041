"""The kind `file`: the state of one file, or of a folder, on this machine.

    path ─▶ look (in a thread) ─┬─▶ a file: size, age, content ─┐
                                ├─▶ a folder: count, newest ────┼─▶ one observation
                                └─▶ nothing there ──────────────┘

That a file is not there is a fact here and no trouble, so a rule can be true of it. Only plain files are ever opened:
a pipe would keep its reader waiting, and a device may do anything.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Final

from pydantic import Field, field_validator

from watchers.api import (
    Context,
    Fact,
    FactSpec,
    Flag,
    Kind,
    Moment,
    Number,
    Observation,
    Poll,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Span,
    Text,
    Watcher,
    known,
)
from watchers.door.localfiles import MAX_FILE_BYTES, MAX_FILES, checked_path
from watchers.reading.plain import MAX_TEXT, plain_line

_TOO_LONG: Final = f"it is longer than the {MAX_FILE_BYTES // 1024 // 1024} MB that are read"
_OF_BOTH: Final = ("content", "size", "modified", "age")
_ONLY_OF_FOLDERS: Final = dict.fromkeys(("count", "newest"), "it is a file")
_ONLY_OF_FILES: Final = dict.fromkeys(("lines", "text"), "it is a folder")
_UNASKED: Final = {"text": "with `text: yes` it is read"}


def since_seen(seen: Observation, earlier: Sequence[Mapping[str, Fact]]) -> Observation:
    """Return a look with what is other than at the one that its rule saw before, in words.

    The mark of a content says nothing to a person; that a folder has one file more, and which is the newest, does.
    """
    now, before = seen.facts, earlier[-1] if earlier else {}
    if not before:
        return replace(seen, unknown={**seen.unknown, "diff": "it is the first look"})
    if all(now.get(name) == before.get(name) for name in ("exists", "content")):
        return replace(seen, unknown={**seen.unknown, "diff": "nothing has changed since the look before"})
    if now.get("exists") != before.get("exists"):
        said = "it is there now" if now.get("exists") == Flag(value=True) else "it is gone"
    else:
        pairs = ((name, before.get(name), now.get(name)) for name in ("count", "newest", "lines", "size"))
        said = "; ".join(f"{name} [{old} → {new}]" for name, old, new in pairs if old and new and old != new)
    return replace(seen, facts={**now, "diff": Text(said or "written anew, as long as before")})


class File(Watcher):
    """Watch a file or a folder."""

    kind: ClassVar[Kind] = Kind(
        name="file",
        shape="gauge",
        summary="A file or a folder on this machine: whether it is there, how large and how old it is, what changed.",
        main="content",
        plot="size",
        news_at="modified",
        change="diff",
        derive=since_seen,
        facts=(
            FactSpec(
                "content",
                Text,
                "The SHA-256 of what it holds, or a folder of names, sizes and times: it changes when that does.",
                example="3f2a90c1",
                told=False,
            ),
            FactSpec("exists", Flag, "Whether it is there."),
            FactSpec(
                "diff", Text, "What is other than at the look before, in a few words.", example="newest", momentary=True
            ),
            FactSpec("size", Number, "How large it is, of a folder all its files.", unit="bytes", example="1000000"),
            FactSpec("modified", Moment, "When it, or a folder's newest file, was last written.", example="2026-05-01"),
            FactSpec("age", Span, "How long ago that was.", example="1 day"),
            FactSpec("text", Text, "What it says, with `text: yes`; of a long one, how it ends.", example="error"),
            FactSpec("lines", Number, "How many lines it has.", example="100"),
            FactSpec("count", Number, "How many files a folder holds that fit `pattern`.", example="10"),
            FactSpec("newest", Text, "The name of a folder's newest file.", example="backup-2026-05-01.tar"),
            FactSpec("title", Text, "The path.", example="/srv/backup", told=False),
        ),
    )
    kept_here: ClassVar[frozenset[str]] = frozenset({"path", "pattern"})

    path: str = Field(min_length=1, description="Its whole path: ~/backup, /srv/backup/last.log.")
    pattern: str = Field(
        default="*", min_length=1, description='Which files of a folder count: "*.jpg"; hidden ones never do.'
    )
    text: bool = Field(default=False, description="Whether to read what a file says, as a fact for sentences.")

    @field_validator("path")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        return checked_path(path)

    @field_validator("pattern")
    @classmethod
    def _is_a_name(cls, pattern: str) -> str:
        if "/" in pattern:
            raise ValueError("it is a pattern of names, such as *.jpg; the folder belongs into path")
        return pattern

    @property
    def label(self) -> str:
        """The path, and the pattern where it chooses."""
        return self.path if self.pattern == "*" else f"{self.path.rstrip('/')}/{self.pattern}"

    async def poll(self, context: Context) -> Poll:
        """Look at it now."""
        state = await context.parse(look, self.path, self.pattern, is_read=self.text)
        facts: dict[str, Fact | None] = {"exists": Flag(state.exists), "title": Text(self.label), **state.facts}
        modified = facts.get("modified")
        if isinstance(modified, Moment):
            facts["age"] = Span(max(timedelta(), context.now - modified.at))
        seen = Observation("file", known(facts), dict(state.unknown), dict(state.evidence))
        return Poll((seen,), notices=state.notices)


@dataclass(frozen=True, slots=True)
class State:
    """What is at a path.

    Attributes:
        unknown: Why a fact cannot be told.
        evidence: Where a fact stands.
        notices: What the owner should know of the path itself.
    """

    exists: bool
    facts: Mapping[str, Fact | None] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def look(written: str, pattern: str, *, is_read: bool) -> State:
    """Return the state of a file or a folder.

    Args:
        written: Its path, which may begin with ~.
        pattern: Which files of a folder count.
        is_read: The text of a file is wanted.

    Raises:
        WatchError: It cannot be told, or it is something else than a file or a folder.
    """
    try:
        path = Path(written).expanduser()
        notices = _notices(path, written)
        try:
            info = path.stat()
        except FileNotFoundError:
            return _absent(path, written, notices)
        if stat.S_ISDIR(info.st_mode):
            return _folder(path, pattern, notices)
        if not stat.S_ISREG(info.st_mode):
            raise SourceRefused(f"{written} is neither a file nor a folder, and nothing else is looked into")
        return _file(path, notices, is_read=is_read)
    except PermissionError as error:
        raise SourceRefused(f"{written} may not be read: give the agent's user the right to read it") from error
    except NotADirectoryError as error:
        raise SourceGone(f"on the way to {written} stands a file where a folder is meant") from error
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home for ~
        raise SourceUnavailable(f"{written} cannot be read: {error}") from error


def _notices(path: Path, written: str) -> tuple[str, ...]:
    """Name where a link leads: what is watched is behind it."""
    return (f"{written} is a link to {path.readlink()}",) if path.is_symlink() else ()


def _absent(path: Path, written: str, notices: tuple[str, ...]) -> State:
    folder = (path.resolve() if path.is_symlink() else path).parent
    if not folder.is_dir():
        # A disk that is not there says nothing of the files on it, nor of where a link to one of them leads.
        raise SourceGone(f"there is no folder {folder} in which {written} could be")
    names = (*_OF_BOTH, *_ONLY_OF_FOLDERS, *_ONLY_OF_FILES)
    return State(exists=False, unknown=dict.fromkeys(names, "it is not there"), notices=notices)


def _file(path: Path, notices: tuple[str, ...], *, is_read: bool) -> State:
    # Between the look at it and its opening it may have become a pipe: what was opened is what is judged.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb") as opened:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise SourceRefused(f"{path} is neither a file nor a folder, and nothing else is looked into")
        body = opened.read(MAX_FILE_BYTES + 1)
    facts: dict[str, Fact | None] = {"size": _number(info.st_size), "modified": _moment(info)}
    if len(body) > MAX_FILE_BYTES:
        # Of so large a file its size and its time stand for what it holds.
        facts["content"] = _mark(f"{info.st_size} {info.st_mtime_ns}".encode())
        unread = _ONLY_OF_FOLDERS | dict.fromkeys(("lines", "text"), _TOO_LONG) | ({} if is_read else _UNASKED)
        return State(exists=True, facts=facts, unknown=unread, evidence={"content": "size and time"}, notices=notices)
    facts["content"] = _mark(body)
    facts["lines"] = _number(body.count(b"\n") + (not body.endswith(b"\n") and bool(body)))
    unknown, evidence = _ONLY_OF_FOLDERS | _UNASKED, dict[str, str]()
    if is_read:
        text, is_cut = _text(body)
        facts["text"] = Text(text) if text else None
        unknown = _ONLY_OF_FOLDERS | ({} if text else {"text": "the file is empty"})
        if is_cut:
            evidence["text"] = "how it ends: it is long"
    return State(exists=True, facts=facts, unknown=unknown, evidence=evidence, notices=notices)


def _text(body: bytes) -> tuple[str, bool]:
    """Return the text of a file, and whether it is only its end: what is new in a log stands there."""
    end = body[-4 * MAX_TEXT :]
    text = plain_line(end.decode("utf-8", "replace"), 4 * MAX_TEXT)
    return text[-MAX_TEXT:].lstrip("\N{REPLACEMENT CHARACTER} "), len(end) < len(body) or len(text) > MAX_TEXT


def _folder(path: Path, pattern: str, notices: tuple[str, ...]) -> State:
    found: list[tuple[int, str, os.stat_result]] = []
    with os.scandir(path) as entries:
        for number, entry in enumerate(entries):
            if number == MAX_FILES:
                raise SourceRefused(f"{path} holds more than the {MAX_FILES:,} files that are looked at")
            info = _info(entry) if not entry.name.startswith(".") and fnmatchcase(entry.name, pattern) else None
            if info is not None:
                found.append((info.st_mtime_ns, entry.name, info))
    found.sort()
    facts: dict[str, Fact | None] = {
        "count": _number(len(found)),
        "size": _number(sum(info.st_size for _, _, info in found)),
        "content": _mark(repr(sorted((name, info.st_size, at) for at, name, info in found)).encode()),
    }
    if not found:
        why = "the folder holds no file" if pattern == "*" else f"the folder holds no file {pattern}"
        return State(
            exists=True,
            facts=facts,
            unknown=_ONLY_OF_FILES | dict.fromkeys(("newest", "modified", "age"), why),
            notices=notices,
        )
    _, name, info = found[-1]
    facts |= {"newest": Text(plain_line(name) or "?"), "modified": _moment(info)}
    evidence = dict.fromkeys(("modified", "age"), plain_line(name))
    return State(exists=True, facts=facts, unknown=_ONLY_OF_FILES, evidence=evidence, notices=notices)


def _info(entry: os.DirEntry[str]) -> os.stat_result | None:
    """Return what is known of a plain file in a folder; None of anything else, and of one that has just gone."""
    try:
        info = entry.stat()
    except OSError:
        return None
    return info if stat.S_ISREG(info.st_mode) else None


def _number(value: int) -> Number:
    return Number(Decimal(value))


def _moment(info: os.stat_result) -> Moment | None:
    try:
        # Whole seconds: some file systems have no more.
        return Moment(datetime.fromtimestamp(info.st_mtime_ns // 10**9, UTC))
    except (ValueError, OverflowError, OSError):  # a damaged file system may say the year 60056
        return None


def _mark(content: bytes) -> Text:
    # Whole: `sha256sum` says the same of a file, and it is too long for a message, which tells what changed in words.
    return Text(sha256(content).hexdigest())
