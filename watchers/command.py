"""The kind `command`: what a program of the owner's says, and how it ends.

    the rule files are the owner's alone ─▶ run: no shell, few variables, a deadline ─▶ output and exit code

Whoever may write a rule file could have anything run as the agent's user, so that a command runs only where nobody else
may. A program that ends badly is an answer; what it printed until then is no value.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar, Final

from pydantic import Field, SecretStr, field_validator

from watchers.api import (
    Context,
    Fact,
    FactSpec,
    Kind,
    Number,
    Observation,
    Poll,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Span,
    Text,
    Watcher,
    known,
)
from watchers.door.ownership import changeable
from watchers.reading.plain import MAX_TEXT, plain_line

MOST_OUTPUT: Final = 1_000_000
MOST_SECONDS: Final = 600
PATH: Final = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
PASSED_ON: Final = ("HOME", "USER", "LOGNAME", "TZ", "XDG_RUNTIME_DIR")
_NUMBER: Final = re.compile(r"(?<![\w.,-])-?[0-9]{1,30}(?:\.[0-9]{1,20})?(?![0-9.,]*[0-9]|[eE][-+]?[0-9])")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Command(Watcher):
    """Watch what a command says."""

    kind: ClassVar[Kind] = Kind(
        name="command",
        shape="gauge",
        summary="What a command of yours prints and how it ends; only from rule files that you alone may write.",
        main="text",
        plot="value",
        facts=(
            FactSpec("text", Text, "What it printed, where it ended well.", example="degraded"),
            FactSpec("value", Number, "The first number in that.", example="90"),
            FactSpec("exit_code", Number, "How it ended: 0 is well; 128 and more, by a signal.", example="1"),
            FactSpec("error", Text, "What it said of what went wrong.", example="refused"),
            FactSpec("took", Span, "How long it ran.", example="10s", told=False),
            FactSpec("title", Text, "The command.", example="df", told=False),
        ),
    )

    command: tuple[str, ...] = Field(
        description="The program and what it is given: [df, -h, /home], or as one text. No shell reads it."
    )
    timeout: timedelta = Field(
        default=timedelta(seconds=30), description="How long it may run, 10m at most; then it is ended."
    )
    env: dict[str, SecretStr] = Field(
        default_factory=dict, description='Variables for it, such as {TOKEN: "${cred:token}"}; it sees few others.'
    )
    ok: tuple[Annotated[int, Field(ge=0, le=255)], ...] = Field(
        default=(0,), min_length=1, description="The exit codes with which it ended well: [0, 1] for grep."
    )

    @field_validator("command", mode="before")
    @classmethod
    def _as_words(cls, command: object) -> object:
        if not isinstance(command, str):
            return command
        try:
            return tuple(shlex.split(command))
        except ValueError as error:
            raise ValueError(f"it cannot be taken apart: {str(error).lower()}") from error

    @field_validator("command")
    @classmethod
    def _names_a_program(cls, command: tuple[str, ...]) -> tuple[str, ...]:
        if not command or not command[0]:
            raise ValueError("it names no program")
        if any("\0" in word for word in command):
            raise ValueError("a character in it can stand in no command")
        return command

    @field_validator("timeout")
    @classmethod
    def _is_bearable(cls, timeout: timedelta) -> timedelta:
        if not timedelta() < timeout <= timedelta(seconds=MOST_SECONDS):
            raise ValueError("it is between 1s and 10m")
        return timeout

    @field_validator("env")
    @classmethod
    def _are_variables(cls, env: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, value in env.items():
            if not _VARIABLE.fullmatch(name) or "\0" in value.get_secret_value():
                raise ValueError(f"`{name}` is no variable of a program: letters, digits and _, and a text")
        return env

    @property
    def label(self) -> str:
        """The command as a shell would have it."""
        return shlex.join(self.command)

    async def poll(self, context: Context) -> Poll:
        """Run it once."""
        if not context.rule_files:
            raise SourceRefused("a command is run from a rule file alone")
        for file in context.rule_files:
            why = await context.parse(changeable, Path(file))
            if why is not None:
                raise SourceRefused(f"nothing is run, since others could decide what: {why}")
        folder = str(Path(context.rule_files[0]).parent)
        ended = await run(self.command, folder, self._environment(), self.timeout.total_seconds())
        return Poll((self._observed(ended),))

    def _environment(self) -> dict[str, str]:
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        own = {name: value.get_secret_value() for name, value in self.env.items()}
        return {"PATH": PATH, "LANG": "C.UTF-8", **passed, **own}

    def _observed(self, ended: Ended) -> Observation:
        said, complained = (plain_line(each.decode("utf-8", "replace")) for each in (ended.output, ended.errors))
        facts: dict[str, Fact | None] = {
            "exit_code": Number(Decimal(ended.code)),
            "error": Text(complained) if complained else None,
            "took": Span(timedelta(milliseconds=round(ended.seconds * 1000))),
            "title": Text(plain_line(self.label, MAX_TEXT)),
        }
        unknown = {}
        if ended.code not in self.ok:
            unknown = dict.fromkeys(("text", "value"), f"it ended with exit code {ended.code}")
        else:
            number = _NUMBER.search(said)
            facts["text"] = Text(said) if said else None
            facts["value"] = Number(Decimal(number[0])) if number else None
            unknown = {} if number else {"value": "it printed no number" if said else "it printed nothing"}
        return Observation("command", known(facts), unknown)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: with which code, after how long, and what it said."""

    code: int
    output: bytes
    errors: bytes
    seconds: float


async def run(command: Sequence[str], folder: str, environment: Mapping[str, str], seconds: float) -> Ended:
    """Run a program to its end, in a process group of its own and without input.

    Raises:
        SourceGone: There is no such program.
        SourceRefused: It may not be run.
        SourceUnavailable: It did not end in time, and was ended with all that it had started.
        SourceChanged: It printed without end.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    async with _ear() as (output_end, output), _ear() as (error_end, errors):
        process = await _started(command, folder, environment, output_end, error_end)
        try:
            async with asyncio.timeout(seconds):
                said = await asyncio.gather(_heard(output), _heard(errors))
                code = await process.wait()
        except TimeoutError as error:
            if process.returncode is not None:
                said_of = f"{command[0]} ended, but what it started keeps its output open after {seconds:g} s"
                raise SourceUnavailable(f"{said_of}: let that write elsewhere, as with >/dev/null 2>&1") from error
            raise SourceUnavailable(f"{command[0]} did not end within {seconds:g} s, and was ended") from error
        finally:
            # A child that outlives its parent may still write: until it is over, the number of the group is theirs.
            if process.returncode is None or not (output.at_eof() and errors.at_eof()):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
    # A shell says 128 and the number of the signal.
    return Ended(code if code >= 0 else 128 - code, *said, clock() - began)


@asynccontextmanager
async def _ear() -> AsyncIterator[tuple[int, asyncio.StreamReader]]:
    """Yield the end of a pipe for a program to write to, and what is heard at the other.

    A pipe of ours can be closed even where a program that got away still holds its end; one of asyncio's cannot.
    """
    loop = asyncio.get_running_loop()
    hearing, speaking = os.pipe()
    reader = asyncio.StreamReader(loop=loop)
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader, loop=loop), os.fdopen(hearing, "rb", buffering=0)
    )
    try:
        yield speaking, reader
    finally:
        transport.close()


async def _started(
    command: Sequence[str], folder: str, environment: Mapping[str, str], output: int, errors: int
) -> asyncio.subprocess.Process:
    name = command[0]
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise SourceGone(f"there is no program {name}: write its whole path, or one relative to {folder}") from error
    except PermissionError as error:
        raise SourceRefused(f"{name} may not be run: chmod u+x, if it is yours") from error
    except OSError as error:
        raise SourceRefused(f"{name} cannot be run: {error.strerror}") from error
    finally:
        os.close(output)
        os.close(errors)


async def _heard(stream: asyncio.StreamReader) -> bytes:
    pieces: list[bytes] = []
    length = 0
    while piece := await stream.read(65536):
        pieces.append(piece)
        length += len(piece)
        if length > MOST_OUTPUT:
            raise SourceChanged(f"it prints more than the {MOST_OUTPUT:,} bytes that are read")
    return b"".join(pieces)
