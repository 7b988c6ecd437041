"""A pass works when there is something to do, sleeps when there is not, and survives whatever goes wrong in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from agent import passes
from agent.database import StoreError
from agent.passes import Pass
from tests.story import START

SOON = timedelta(milliseconds=5)
FAR = timedelta(days=3)


class Work:
    """Something to do that is due at `next_at`; it ends the test when it was done so many times."""

    def __init__(self, times: int, next_at: Callable[[], datetime | None], *faults: Exception) -> None:
        self.times, self.at, self.faults = times, next_at, list(faults)
        self.done = 0
        self.enough = asyncio.Event()

    async def work(self) -> None:
        self.done += 1
        if self.done >= self.times:
            self.enough.set()
        if self.faults:
            raise self.faults.pop(0)

    async def next_at(self) -> datetime | None:
        return self.at()


async def run(work: Work, *, wake: bool = False) -> None:
    one = Pass("test", work.work, work.next_at, lambda: START)
    task = asyncio.create_task(one.run())
    try:
        async with asyncio.timeout(20):
            while wake and not work.enough.is_set():
                one.wake()
                await asyncio.sleep(0.001)
            await work.enough.wait()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("due", [timedelta(), -FAR, SOON])
def test_what_is_due_is_done(due):
    work = Work(3, lambda: START + due)
    asyncio.run(run(work))
    assert work.done >= 3


@pytest.mark.parametrize("at", [None, START + FAR])
def test_what_is_woken_looks_at_once_however_long_it_meant_to_sleep(at):
    work = Work(3, lambda: at)
    asyncio.run(run(work, wake=True))
    assert work.done >= 3


def test_a_wake_during_the_work_is_not_lost():
    async def story() -> int:
        done = asyncio.Event()
        times = 0

        async def work() -> None:
            nonlocal times
            times += 1
            one.wake() if times == 1 else done.set()

        async def next_at() -> None:
            return None

        one = Pass("test", work, next_at, lambda: START)
        task = asyncio.create_task(one.run())
        async with asyncio.timeout(20):
            await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return times

    assert asyncio.run(story()) == 2


def test_a_pass_without_anything_to_do_looks_again_within_a_minute():
    assert (
        Pass("test", Work(1, lambda: None).work, Work(1, lambda: None).next_at, lambda: START)._seconds_until(None)
        == 60
    )


@pytest.mark.parametrize("off", [FAR, -FAR, timedelta(seconds=59)])
def test_no_pass_sleeps_over_a_minute_or_spins_backwards(off):
    idle = Work(1, lambda: None)
    one = Pass("test", idle.work, idle.next_at, lambda: START)
    assert one._seconds_until(START + off) == min(60, max(0, off.total_seconds()))


def test_a_full_disk_is_said_in_one_line_and_tried_again(monkeypatch, caplog):
    monkeypatch.setattr(passes, "AFTER_FAILURE_SECONDS", 0.001)
    work = Work(3, lambda: START, StoreError("the disk is full"))
    asyncio.run(run(work))
    (said,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert said.getMessage() == "test: the disk is full"
    assert said.exc_info is None


def test_a_fault_of_ours_is_logged_whole_and_the_pass_goes_on(monkeypatch, caplog):
    monkeypatch.setattr(passes, "MOST_SLEEP_SECONDS", 0.001)
    work = Work(3, lambda: START, ZeroDivisionError("ours"))
    asyncio.run(run(work))
    assert "ZeroDivisionError: ours" in caplog.text
