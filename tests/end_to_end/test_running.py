"""The service as it runs: rules that change under it, signals, a channel that fails, a store that it shares."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.scene import REPOSITORY, Scene, scene

PATIENCE_SECONDS = 40


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as one:
        yield one


@contextmanager
def running(life: Scene) -> Iterator[subprocess.Popen[str]]:
    """Run the service with the machine's own clock, and see that it is gone at the end."""
    log = life.folder / "log"
    with log.open("a") as output:
        process = subprocess.Popen(
            life.command("run"), env={**os.environ, "HOME": str(life.folder)}, cwd=REPOSITORY, stderr=output, text=True
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(life: Scene, happened: Callable[[], object], what: str) -> None:
    """Wait until something has happened; the log tells why it did not."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < until, f"no {what}\n{(life.folder / 'log').read_text()}"
        time.sleep(0.1)


def logged(life: Scene, words: str) -> bool:
    return words in (life.folder / "log").read_text()


def polled(life: Scene, path: str, times: int = 1) -> Callable[[], bool]:
    """Return a question: was a page asked for so many times more than until now?"""
    before = life.web.asked.count(path)
    return lambda: life.web.asked.count(path) >= before + times


def watch(life: Scene, when: str = "price below $150") -> None:
    rule = f"  - name: Headphones\n    watch: price\n    url: {life.web.url('/shop')}\n    when: {when}\n"
    life.write(rule, every="1s, confirm_after: 1s")


def test_a_falling_price_is_told_within_seconds_and_once(life):
    watch(life)
    life.web.sell("/shop", 160)
    with running(life):
        wait_for(life, polled(life, "/shop", 2), "poll")
        life.web.sell("/shop", 149)
        wait_for(life, lambda: life.told, "message")
        wait_for(life, polled(life, "/shop", 3), "poll")
    assert life.subjects == ["149.00 USD: Studio Headphones"]


def test_a_kill_and_a_restart_between_any_two_polls_change_nothing(life):
    watch(life)
    for price, messages in ((160, 0), (149, 1), (170, 1), (149, 2)):
        life.web.sell("/shop", price)
        with running(life) as process:
            wait_for(life, polled(life, "/shop", 2), "poll")
            wait_for(life, lambda wanted=messages: len(life.told) >= wanted, "message")
            process.send_signal(signal.SIGKILL)
    assert life.subjects == ["149.00 USD: Studio Headphones"] * 2


def test_a_changed_file_is_read_at_once_and_a_faulty_one_is_told_and_changes_nothing(life):
    watch(life)
    life.web.sell("/shop", 155)
    with running(life):
        wait_for(life, polled(life, "/shop", 2), "poll")
        sound = life.rules.read_text()
        life.rules.write_text(sound.replace("when: price below", "when: prise below"))
        wait_for(life, lambda: life.subjects == ["The rule file has a fault"], "word of the fault")
        wait_for(life, polled(life, "/shop", 2), "poll by the old rules")
        life.rules.write_text(sound.replace("$150", "$156"))
        wait_for(life, lambda: "155.00 USD: Studio Headphones" in life.subjects, "message by the new rule")


def test_sighup_reads_the_rules_again_and_sigterm_ends_in_order(life):
    watch(life)
    life.web.sell("/shop", 160)
    with running(life) as process:
        wait_for(life, lambda: logged(life, "watching by 1 rule"), "start")
        process.send_signal(signal.SIGHUP)
        wait_for(life, lambda: logged(life, "read the rules again"), "reload")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
    with closing(sqlite3.connect(life.folder / "state" / "store.sqlite")) as store:
        assert store.execute("SELECT count(*) FROM watches WHERE claimed_by IS NOT NULL").fetchone() == (0,)


def test_a_message_waits_out_a_broken_channel_and_the_others_go_on(life):
    watch(life)
    life.web.sell("/shop", 160)
    life.mail.on_data = "451 4.3.0 try again later"
    with running(life):
        wait_for(life, polled(life, "/shop", 2), "poll")
        life.web.sell("/shop", 149)
        wait_for(life, lambda: logged(life, "channel mail"), "failed attempt")
        wait_for(life, polled(life, "/shop", 2), "poll")
    assert life.told == []
    life.mail.on_data = ""
    done = subprocess.run(life.command("run", "--once"), env=os.environ, cwd=REPOSITORY, check=False)
    assert done.returncode == 0
    assert len(life.told) == 1


def test_no_secret_stands_in_the_log_or_in_the_store(life):
    watch(life)
    life.web.sell("/shop", 149)
    life.mail.on_data = "550 5.7.1 go away"
    with running(life):
        wait_for(life, lambda: logged(life, "channel mail"), "failed attempt")
    kept = b"".join(path.read_bytes() for path in (life.folder / "state").iterdir())
    assert b"pa55-word" not in kept
    assert not logged(life, "pa55-word")


def test_an_idle_agent_sleeps(life):
    """A service with nothing to do uses no more than a breath of CPU time."""
    watch(life)
    life.rules.write_text(life.rules.read_text().replace("every: 1s", "every: 1d"))
    life.web.sell("/shop", 160)
    with running(life) as process:
        wait_for(life, lambda: logged(life, "1 seen"), "first poll")
        time.sleep(1)
        before = _cpu_ticks(process.pid)
        time.sleep(5)
        assert _cpu_ticks(process.pid) - before <= 2


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_a_new_file_in_an_included_folder_is_read_at_once(life):
    watch(life)
    life.rules.write_text("include: [rules.d/*.yaml]\n" + life.rules.read_text())
    (life.folder / "rules.d").mkdir()
    life.web.sell("/shop", 160)
    life.web.sell("/other", 160)
    with running(life):
        wait_for(life, polled(life, "/shop", 1), "poll")
        other = f"rules:\n  - {{name: Other, watch: price, url: '{life.web.url('/other')}', when: price below $150}}\n"
        (life.folder / "rules.d" / "other.yaml").write_text(other)
        wait_for(life, polled(life, "/other", 1), "poll by the new rule")


def test_the_same_slip_is_told_again_after_it_was_mended(life):
    watch(life)
    life.web.sell("/shop", 160)
    right = life.rules.read_text()
    with running(life):
        wait_for(life, polled(life, "/shop"), "poll")
        for times in (1, 2):
            life.rules.write_text(right.replace("price below", "prize below"))
            wait_for(life, lambda times=times: len(life.told) == times, f"message {times} of the fault")
            life.rules.write_text(right)
            wait_for(
                life,
                lambda times=times: (life.folder / "log").read_text().count("read the rules again") == times,
                "reload",
            )
    assert len(life.told) == 2
