"""Noticing that a file was changed, without looking again and again: inotify(7), which Python does not wrap.

Folders are watched, not files: editors write a new file and move it over the old one, and a pattern such as `*.yaml`
means files that are not there yet. What else happens in such a folder, where a store or a log may lie too, is let pass.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

# sys/inotify.h
IN_CLOSE_WRITE = 0x008
IN_MOVED_FROM = 0x040
IN_MOVED_TO = 0x080
IN_DELETE = 0x200
IN_Q_OVERFLOW = 0x4000
# struct inotify_event: wd, mask, cookie, the length of the name that follows, filled up with NULs.
_EVENT = struct.Struct("iIII")
# Several events belong to one save; they are waited for together.
SETTLE_SECONDS = 0.3


class Changes:
    """Calls back, once for each burst of changes, when a file of a set was changed, made or taken away."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._descriptor: int | None = None
        self._pending: asyncio.TimerHandle | None = None
        self._names: dict[int, list[str]] = {}

    def watch(self, files: Iterable[str]) -> bool:
        """Watch these files, or patterns of files, in place of any before; return whether the system can."""
        self.close()
        libc = ctypes.CDLL(None, use_errno=True)
        if not hasattr(libc, "inotify_init1"):
            return False
        descriptor = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if descriptor < 0:
            return False
        self._descriptor = descriptor
        mask = IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE
        self._names = {}
        for file in map(Path, files):
            folder = libc.inotify_add_watch(descriptor, os.fsencode(file.parent), mask)
            # What a link leads to may be changed by a name beside it, as where Kubernetes mounts a ConfigMap.
            self._names.setdefault(folder, []).append("*" if file.is_symlink() else file.name)
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
        if self._descriptor is None:
            return
        if not any(self._concerns(*event) for event in _events(os.read(self._descriptor, 65536))):
            return
        if self._pending is not None:
            self._pending.cancel()
        self._pending = asyncio.get_running_loop().call_later(SETTLE_SECONDS, self._tell)

    def _concerns(self, folder: int, mask: int, name: str) -> bool:
        """Return whether an event is one of our files'; where some were lost, it may be."""
        return bool(mask & IN_Q_OVERFLOW) or any(fnmatch(name, ours) for ours in self._names.get(folder, ()))

    def _tell(self) -> None:
        self._pending = None
        self._changed()


def _events(buffer: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield the folder's number, the mask and the name of each event that the kernel gave."""
    at = 0
    while at < len(buffer):
        folder, mask, _, length = _EVENT.unpack_from(buffer, at)
        at += _EVENT.size
        yield folder, mask, os.fsdecode(buffer[at : at + length].rstrip(b"\0"))
        at += length
