"""The loader's only seam to the outside: what it asks of files, the environment and credentials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Scheme = Literal["env", "file", "cred"]


class FileTrouble(Exception):
    """A file or secret cannot be had; the message says why and never holds what it contains.

    Attributes:
        hint: What to do about it; empty where there is nothing sensible to offer.
        line: Where in the file the trouble lies, counted from 1; 0 for the file as a whole.
    """

    def __init__(self, reason: str, hint: str = "", *, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Secret:
    """What stands behind a reference.

    Attributes:
        path: The file it was read from, so that a change of it can be noticed; empty for the environment.
        notice: A sentence for the owner about how it is kept, such as a file that everybody may read.
    """

    value: str
    path: str = ""
    notice: str = ""


class Files(Protocol):
    """What a rule file may name outside itself. Relative names start from the folder of the main rule file."""

    def text(self, name: str) -> str:
        """Return the text of a rule file.

        Raises:
            FileTrouble: It is not there, cannot be read, is too long or no UTF-8.
        """

    def glob(self, base: str, pattern: str) -> Sequence[str]:
        """Return the names of the files that match a pattern, relative to the folder of `base`, sorted.

        The names can be given to `text`. A pattern without a wildcard gives its one name, there or not.

        Raises:
            FileTrouble: It matches more files than anybody means.
        """

    def secret(self, scheme: Scheme, name: str) -> Secret:
        """Return what stands behind a reference such as `${file:mail-url}`, without the newline at its end.

        Raises:
            FileTrouble: There is no such thing.
        """

    def path(self, name: str) -> str:
        """Return the absolute path of a file that an option names, such as `ca: home.pem`.

        Raises:
            FileTrouble: There is no such file.
        """
