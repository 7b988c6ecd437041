"""Files of this machine that a rule names: one file, or all of one kind in a folder.

Nothing else is opened: a path comes from an option of the rule and is never taken from what a source says. A watcher
reads through `Context.parse`, in a thread and with its deadline, since a disk may be far away.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from watchers.api import SourceChanged, SourceGone, SourceRefused, SourceUnavailable

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_FOLDER_BYTES = 64 * 1024 * 1024
MAX_FILES = 20_000


@dataclass(frozen=True, slots=True)
class LocalFile:
    """One file as it was read."""

    name: str
    body: bytes


def checked_path(written: str) -> str:
    """Return a path as an option holds it.

    Raises:
        ValueError: It begins at no fixed place: the agent may run in any folder.
    """
    if written and not written.startswith(("/", "~")):
        raise ValueError("write the whole path, from / or ~/ on")
    return written


def read_local(written: str, endings: tuple[str, ...]) -> tuple[LocalFile, ...]:
    """Return the file at a path; of a folder every file with one of the endings, in the order of their names.

    Raises:
        WatchError: It is not there, may not be read, or is nothing that can be read to its end.
    """
    path = Path(written)
    try:
        path = path.expanduser()
        return tuple(_of_folder(path, endings)) if path.is_dir() else (_one(path),)
    except FileNotFoundError as error:
        raise SourceGone(f"there is no {written}") from error
    except PermissionError as error:
        raise SourceRefused(f"{written} may not be read: give the agent's user the right to read it") from error
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home for ~
        raise SourceUnavailable(f"{written} cannot be read: {error}") from error


def _of_folder(folder: Path, endings: tuple[str, ...]) -> Iterator[LocalFile]:
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in endings and path.name[0] != ".")
    if not paths:
        raise SourceChanged(f"{folder} holds no file that ends in {' or '.join(endings)}")
    if len(paths) > MAX_FILES:
        raise SourceRefused(f"{folder} holds {len(paths)} files, more than the {MAX_FILES} that are read")
    total = 0
    for path in paths:
        one = _one(path)
        total += len(one.body)
        if total > MAX_FOLDER_BYTES:
            raise SourceRefused(f"the files in {folder} are larger than {MAX_FOLDER_BYTES // 1024 // 1024} MB together")
        yield one


def _one(path: Path) -> LocalFile:
    # A pipe would keep its reader waiting for ever; what is no plain file is not opened.
    if not stat.S_ISREG(path.stat().st_mode):
        raise SourceRefused(f"{path} is no file")
    with path.open("rb") as file:
        body = file.read(MAX_FILE_BYTES + 1)
    if len(body) > MAX_FILE_BYTES:
        raise SourceRefused(f"{path} is larger than the {MAX_FILE_BYTES // 1024 // 1024} MB that are read")
    return LocalFile(path.name, body)
