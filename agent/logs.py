"""One log line per event, on standard error, without secrets."""

from __future__ import annotations

import logging
import os
import sys

from agent.redaction import Redactor, SecretFilter

# What systemd's journal reads at the start of a line: sd-daemon(3).
_JOURNAL = {logging.DEBUG: "<7>", logging.INFO: "<6>", logging.WARNING: "<4>", logging.ERROR: "<3>"}


class _Line(logging.Formatter):
    """The journal knows the time and the level of a line; a terminal does not."""

    def __init__(self, *, is_journal: bool) -> None:
        super().__init__("%(message)s" if is_journal else "%(asctime)s %(levelname)-7s %(message)s")
        self._is_journal = is_journal

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as one line, and its traceback, if there is one, below it."""
        written = super().format(record)
        return _JOURNAL.get(record.levelno, "<6>") + written if self._is_journal else written


def start_logging(level: int) -> None:
    """Log the program's own events to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(is_journal="JOURNAL_STREAM" in os.environ))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("agent", "watchers", "rules"):
        logging.getLogger(name).setLevel(level)
    # Libraries log what they send, at levels that nobody here reads.
    logging.getLogger("apprise").propagate = False


def redact_logs(redactor: Redactor) -> Redactor:
    """Let no log line hold a secret, from now on; return the redactor."""
    for handler in logging.getLogger().handlers:
        for old in [one for one in handler.filters if isinstance(one, SecretFilter)]:
            handler.removeFilter(old)
        handler.addFilter(SecretFilter(redactor))
    return redactor
