"""The command `trusted-agent`: its way in and out.

What it needs is loaded inside, so that Ctrl-C is heard from the first moment on: while Python loads modules, a
KeyboardInterrupt ends in a traceback, or is lost in a callback.
"""

# ruff: noqa: PLC0415 - see above.

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

INTERRUPTED = 130
"""What a shell makes of a command that Ctrl-C ended: 128 and the number of the signal."""


def main() -> None:
    """Run the command line."""
    # Begun in the background by a shell, or by nohup, Ctrl-C is for others.
    is_heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if is_heard:
            signal.signal(signal.SIGINT, _leave)
            sys.unraisablehook = _unraisable
        for stream in (sys.stdout, sys.stderr):
            # A terminal that knows fewer letters than the world shows a mark in place of each, and not a traceback.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace" if stream is sys.stderr else "replace")
        # What a start loads stays, and looking for garbage in it took a twelfth of its time. A command ends before much
        # garbage comes together; `run`, which stays, looks for it again.
        gc.disable()
        from agent.commandline import app

        if is_heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        app()
    except KeyboardInterrupt:
        _leave()
    finally:
        if is_heard:
            signal.signal(signal.SIGINT, _leave)


def _unraisable(lost: UnraisableHookArgs) -> None:
    """End where Ctrl-C came inside a callback of Python's own: it could only print it, and go on."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        _leave()
    sys.__unraisablehook__(lost)


def _leave(*_: object) -> NoReturn:
    """End at once: nothing is under way, and what Python does at its end would only be interrupted too."""
    os._exit(INTERRUPTED)
