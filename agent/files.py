"""What a rule file names outside itself, from this machine: files, the environment, systemd's credentials."""

from __future__ import annotations

import glob
import os
import pwd
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from rules.file.files import FileTrouble, Scheme, Secret

MAX_RULE_FILE_BYTES = 4_000_000
MAX_SECRET_BYTES = 64_000
MAX_INCLUDED_FILES = 1_000

ENVIRONMENT_FILE = "environment"

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


class DiskFiles:
    """The `rules.file.files.Files` of a real machine.

    Args:
        folder: The folder of the main rule file, where relative names start.
        environ: The environment, for `${env:X}`, and for systemd's `$CREDENTIALS_DIRECTORY`. What it lacks is looked
            for in the file `environment` of the folder, which the units read too: so the commands that an owner types
            understand the same rule file as the service.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.environ: Mapping[str, str] = os.environ if environ is None else environ

    def text(self, name: str) -> str:
        """Return the text of a rule file."""
        content = _content(Path(name), MAX_RULE_FILE_BYTES)
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            if content.startswith(_BYTE_ORDER_MARKS):
                raise FileTrouble("the file is UTF-16", "save it as UTF-8", line=1, column=1) from error
            before = content[: error.start].decode("utf-8")
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            said = f"the byte 0x{content[error.start]:02x} here is no UTF-8"
            raise FileTrouble(said, "save the file as UTF-8", line=line, column=column) from error

    def glob(self, base: str, pattern: str) -> Sequence[str]:
        """Return the names of the files that match a pattern, sorted; hidden files match only where they are named."""
        folder = Path(base).parent
        found = str(folder / Path(pattern).expanduser())
        if not glob.has_magic(pattern):
            return [found]
        # Not Path.glob, which takes in hidden files: editors leave theirs there.
        names = sorted(name for name in glob.iglob(found, recursive=True) if not Path(name).is_dir())  # noqa: PTH207
        if len(names) > MAX_INCLUDED_FILES:
            raise FileTrouble(f"{pattern} matches more than {MAX_INCLUDED_FILES:,} files", "name them more closely")
        return names

    def secret(self, scheme: Scheme, name: str) -> Secret:
        """Return what stands behind a reference."""
        if scheme == "env":
            return self._variable(name)
        return self._credential(name) if scheme == "cred" else self._secret_file(name)

    def path(self, name: str) -> str:
        """Return the absolute path of a file that an option names."""
        path = self._resolved(name)
        if not path.is_file():
            raise FileTrouble(f"there is no file {path}")
        return str(path)

    def _resolved(self, name: str) -> Path:
        return (self.folder / Path(name).expanduser()).absolute()

    def _variable(self, name: str) -> Secret:
        value = self.environ.get(name)
        if value is not None:
            return Secret(value)
        path = self.folder / ENVIRONMENT_FILE
        value = _assigned(name, path) if path.exists() else None
        if value is None:
            raise FileTrouble(f"the environment has no {name}", f"set {name} where the agent is started")
        return Secret(value, str(path), _notice(path))

    def _credential(self, name: str) -> Secret:
        folder = self.environ.get("CREDENTIALS_DIRECTORY") or _of_my_service()
        if folder is None:
            hint = f"start it by systemd with LoadCredential={name}:/path/of/it in the unit, or use ${{file:{name}}}"
            raise FileTrouble("systemd gave this process no credentials", hint)
        if Path(name).name != name:
            raise FileTrouble("the name of a credential is one word without a slash")
        path = Path(folder) / name
        if not path.exists():
            raise FileTrouble(
                f"systemd gave no credential {name}", f"add LoadCredential={name}:/path/of/it to the unit"
            )
        return Secret(_secret_text(path), str(path))

    def _secret_file(self, name: str) -> Secret:
        path = self._resolved(name)
        return Secret(_secret_text(path), str(path), _notice(path))


def _notice(path: Path) -> str:
    # Others of the machine, not the group: a group is given on purpose, often to the service's own user.
    if path.stat().st_mode & stat.S_IROTH:
        return f"{path} holds a secret and everybody on this machine may read it: chmod o-r {path}"
    return ""


def _assigned(name: str, path: Path) -> str | None:
    """Return what a file of lines `NAME=value` gives a name, the last time that it does; None where it does not.

    It is the plain part of what EnvironmentFile= takes, systemd.exec(5), which leaves out spaces around a value and a
    pair of quotes. What needs more than that is refused, so that no command reads another value than the service.
    """
    value = None
    for line in _secret_text(path).split("\n"):
        key, equals, rest = line.partition("=")
        if equals and key.strip() == name:
            value = rest.strip()
    if value is None:
        return None
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    if any(mark in value for mark in "\"'\\"):
        raise FileTrouble(f"{path} writes {name} with quotes or a backslash inside", f"write {name}=value without them")
    return value


def _secret_text(path: Path) -> str:
    text = None
    with suppress(UnicodeDecodeError):
        text = _content(path, MAX_SECRET_BYTES).decode("utf-8").removesuffix("\n").removesuffix("\r")
    if text is None:
        # Raised out here since the decoder's error, which holds the secret, would hang on it as its context.
        raise FileTrouble(f"{path} is no UTF-8 text")
    return text


def _content(path: Path, limit: int) -> bytes:
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise FileTrouble(f"{path} is no file", "for a folder's files write folder/*.yaml")
        with os.fdopen(opened, "rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError as error:
        raise FileTrouble(f"there is no file {path}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileTrouble(f"{path} cannot be read: {reason}") from error
    if len(content) > limit:
        raise FileTrouble(f"{path} is longer than {limit:,} bytes")
    return content


def _of_my_service() -> str | None:
    """Return where the running service of this user has its credentials, which its owner may read: systemd.exec(5).

    So the owner's own commands understand the same rule file as the service.
    """
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return None
    folder = Path(f"/run/credentials/trusted-agent@{name}.service")
    return str(folder) if os.access(folder, os.R_OK | os.X_OK) else None
