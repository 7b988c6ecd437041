"""The one place where the program reads the time.

Two clocks are compared: the wall clock, which may jump, stop or repeat an hour, and the boot-time clock, which counts
the seconds since the machine started, also while it sleeps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

STEP = timedelta(minutes=1)
AGREED_FOR = timedelta(days=1)


def wall() -> datetime:
    """Return the wall clock's instant in UTC."""
    return datetime.now(UTC)


def since_boot() -> timedelta:
    """Return the time since the machine started, suspended time included where the system counts it."""
    source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return timedelta(seconds=time.clock_gettime(source))


@dataclass
class Clock:
    """The wall clock, watched for steps.

    Attributes:
        stepped_at: The boot time at which the wall clock was last seen to jump; at first, when watching began.
    """

    stepped_at: timedelta = field(default_factory=since_boot)
    _offset: datetime = field(default_factory=lambda: wall() - since_boot())

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        return wall()

    def step(self) -> timedelta | None:
        """Return by how much the wall clock has jumped since the last call, if by more than a minute."""
        offset = wall() - since_boot()
        jumped = offset - self._offset
        if abs(jumped) <= STEP:
            return None
        self._offset = offset
        self.stepped_at = since_boot()
        return jumped

    @property
    def is_trusted(self) -> bool:
        """Whether the two clocks have agreed for a day: only then may anything be thinned or erased."""
        return since_boot() - self.stepped_at >= AGREED_FOR
