"""A file of the owner's replaced as a whole: after a power cut it is the old one or the new one, never half of each."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Give a file other content; its mode, owner and access list stay, and a symbolic link keeps leading to it.

    Raises:
        OSError: It cannot be written, or not so that it stays its owner's; then it is as it was.
    """
    target = path.resolve(strict=True)
    # Hidden and with another extension, so that no `include: rules.d/*.yaml` takes it in meanwhile.
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            _keep_rights(target, file.fileno())
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _keep_on_disk(target.parent)


def _keep_rights(target: Path, descriptor: int) -> None:
    status, made = target.stat(), os.fstat(descriptor)
    if (status.st_uid, status.st_gid) != (made.st_uid, made.st_gid):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    os.fchmod(descriptor, status.st_mode & 0o7777)
    for attribute in os.listxattr(target):
        # Some belong to the system, which sets them itself; access lists, which matter here, may be copied: xattr(7).
        with suppress(OSError):
            os.setxattr(descriptor, attribute, os.getxattr(target, attribute))


def _keep_on_disk(folder: Path) -> None:
    """Wait until the folder's new entry is on the disk: fsync(2)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
