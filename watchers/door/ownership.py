"""Who else on this machine may change a file: whoever can decides what stands in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def changeable(path: Path) -> str | None:
    """Return why somebody besides this user and root may change a file, and what to do; None where nobody may.

    A folder counts as well, since whoever may write in it may put another file in the place of ours; all the folders
    above do, and those behind a link. A file that is not there is judged by the folders it would be in.
    """
    for place in dict.fromkeys((*_chain(path.absolute()), *_chain(path.resolve()))):
        try:
            info = place.lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISLNK(info.st_mode):
            # What a link leads to is looked at by itself; the folder in which it lies says who may bend it.
            continue
        if info.st_uid not in (0, os.geteuid()):
            return f"{place} belongs to another user: chown {os.geteuid()} {place}"
        # In a folder such as /tmp, whose sticky bit is set, everybody may add files and nobody may replace ours.
        is_shared = stat.S_ISDIR(info.st_mode) and info.st_mode & stat.S_ISVTX
        if info.st_mode & _OTHERS and not is_shared:
            who = "everybody on this machine" if info.st_mode & stat.S_IWOTH else "its group"
            return f"{who} may write {place}: chmod go-w {place}"
    return None


def _chain(path: Path) -> Iterator[Path]:
    yield path
    yield from path.parents
