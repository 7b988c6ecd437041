"""Running a command of the owner's: no shell, a clean environment, the facts on its standard input, and an end.

    the rule files are the owner's alone ─▶ a process group of its own ─▶ exit code and the first of what it said

No fact is ever put among the arguments: what a page says could then be taken for an option.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from agent.doing.deed import Outcome
from rules.durations import write_duration
from rules.rule import RuleBook
from watchers.door.ownership import changeable

PATH: Final = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
MOST_OUTPUT: Final = 2000
# What a program left running may go on to speak; what it said until it ended is there by then.
LAST_WORDS_SECONDS: Final = 0.5


def refusal(book: RuleBook) -> str | None:
    """Return why no command of a rule book may be run; None where it may: its owner alone can write its files."""
    if not book.files:
        return "a command is run from a rule file alone"
    for file in book.files:
        why = changeable(Path(file))
        if why is not None:
            return f"nothing is run, since others could decide what: {why}"
    return None


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return all that a command finds in its environment: nothing of the agent's own, where secrets may be."""
    home = {"HOME": os.environ["HOME"]} if "HOME" in os.environ else {}
    return {"PATH": PATH, "LANG": "C.UTF-8", **home, **variables}


async def run(
    command: Sequence[str], given: bytes, folder: str, variables: Mapping[str, str], seconds: float
) -> Outcome:
    """Run a command to its end.

    Args:
        command: The program, by its name, its whole path or its path from `folder`, and its arguments.
        given: What it finds on its standard input.
        folder: Where it runs.
        variables: All of its environment.
        seconds: How long it may take; then it is killed with all that it has started.
    """
    heard = _Heard()
    with _standing(given) as standard_input:
        async with _ear(heard) as speaking:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=standard_input,
                    stdout=speaking,
                    stderr=speaking,
                    cwd=folder,
                    env=dict(variables),
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                return Outcome("failed", _not_started(command[0], folder, error), began=False)
            finally:
                os.close(speaking)
            return await _ended(process, heard, seconds)


async def _ended(process: asyncio.subprocess.Process, heard: _Heard, seconds: float) -> Outcome:
    try:
        async with asyncio.timeout(seconds):
            code = await process.wait()
    except TimeoutError:
        length = write_duration(timedelta(seconds=seconds))
        said = f"it did not end within {length}, and was killed with all that it had started"
        return Outcome("unclear", said, output=heard.text)
    finally:
        await _end(process)
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS_SECONDS):
            await heard.over.wait()
    if code < 0:
        return Outcome("failed", f"it was ended by the signal {_signal(-code)}", code, output=heard.text)
    if code:
        return Outcome("failed", f"it ended with exit code {code}", code, output=heard.text)
    return Outcome("done", "it ended well", code, output=heard.text)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process that still runs, with its group: until it is waited for, the number of the group is its own."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _not_started(program: str, folder: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError) and "/" in program and Path(folder, program).exists():
        return f"{program} is there, and what its first line (#!) names is not"
    if isinstance(error, FileNotFoundError):
        return f"there is no program {program}: write its whole path, or one relative to {folder}"
    if isinstance(error, PermissionError):
        return f"{program} may not be run: chmod u+x, if it is yours"
    if isinstance(error, OSError) and error.errno == errno.ENOEXEC:
        return f"{program} cannot be run: its first line has to say what reads it, as in #!/bin/sh"
    return f"{program} cannot be run: {error.strerror if isinstance(error, OSError) else error}"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return str(number)


class _Heard(asyncio.Protocol):
    """Keeps the beginning of what a program says, and lets it say the rest."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self._said = b""

    @property
    def text(self) -> str:
        return self._said.decode("utf-8", "replace").replace("\0", "").strip()

    def data_received(self, data: bytes) -> None:
        self._said += data[: MOST_OUTPUT - len(self._said)]

    def connection_lost(self, exc: Exception | None) -> None:
        self.over.set()


@asynccontextmanager
async def _ear(heard: _Heard) -> AsyncIterator[int]:
    """Yield the end of a pipe for a program to speak into; whoever takes it closes it.

    A pipe of ours can be closed even where a program that got away still holds its end; one of asyncio's cannot.
    """
    hearing, speaking = os.pipe()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: heard, os.fdopen(hearing, "rb", buffering=0)
    )
    try:
        yield speaking
    finally:
        transport.close()


@contextmanager
def _standing(given: bytes) -> Iterator[int]:
    """Yield a file in memory that holds this: a program may read it whenever it likes, or never (memfd_create(2))."""
    descriptor = os.memfd_create("facts")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(given)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)
