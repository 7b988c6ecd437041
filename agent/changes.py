"""Noticing that a file was changed, without looking again and again: inotify(7), which Python does not wrap."""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Callable, Iterable
from pathlib import Path

# sys/inotify.h. Folders are watched, not files: editors write a new file and move it over the old one.
IN_CLOSE_WRITE = 0x008
IN_MOVED_FROM = 0x040
IN_MOVED_TO = 0x080
IN_DELETE = 0x200
# Several events belong to one save; they are waited for together.
SETTLE_SECONDS = 0.3


class Changes:
    """Calls back, once for each burst of changes, when something in a set of folders was changed."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._descriptor: int | None = None
        self._pending: asyncio.TimerHandle | None = None

    def watch(self, files: Iterable[str]) -> bool:
        """Watch the folders of these files in place of any before; return whether the system can."""
        self.close()
        libc = ctypes.CDLL(None, use_errno=True)
        if not hasattr(libc, "inotify_init1"):
            return False
        descriptor = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if descriptor < 0:
            return False
        self._descriptor = descriptor
        mask = IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE
        for folder in sorted({str(Path(file).parent) for file in files}):
            libc.inotify_add_watch(descriptor, os.fsencode(folder), mask)
        asyncio.get_running_loop().add_reader(descriptor, self._read)
        return True

    def close(self) -> None:
        """Stop watching."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None
        if self._descriptor is not None:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def _read(self) -> None:
        if self._descriptor is not None:
            os.read(self._descriptor, 65536)
        if self._pending is not None:
            self._pending.cancel()
        self._pending = asyncio.get_running_loop().call_later(SETTLE_SECONDS, self._tell)

    def _tell(self) -> None:
        self._pending = None
        self._changed()
