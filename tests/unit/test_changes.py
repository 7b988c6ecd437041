"""A rule file that was saved is noticed, however the editor saves, and once for each save."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.changes import SETTLE_SECONDS, Changes


def overwritten(file: Path) -> None:
    file.write_text("new")


def replaced(file: Path) -> None:
    """Save as most editors do: a new file is moved over the old one."""
    new = file.with_suffix(".new")
    new.write_text("new")
    new.replace(file)


def removed(file: Path) -> None:
    file.unlink()


def moved_away(file: Path) -> None:
    file.rename(file.with_suffix(".old"))


async def noticed(file: Path, save: Callable[[Path], None]) -> int:
    """Return how often a save was noticed, once it was."""
    called = asyncio.Event()
    times = 0

    def changed() -> None:
        nonlocal times
        times += 1
        called.set()

    changes = Changes(changed)
    assert changes.watch([str(file)])
    save(file)
    try:
        async with asyncio.timeout(20):
            await called.wait()
    finally:
        changes.close()
    return times


@pytest.mark.parametrize("save", [overwritten, replaced, removed, moved_away])
def test_a_save_is_noticed_once(tmp_path, save):
    file = tmp_path / "rules.yaml"
    file.write_text("old")
    assert asyncio.run(noticed(file, save)) == 1


def test_each_folder_of_an_included_file_is_watched(tmp_path):
    folder = tmp_path / "rules.d"
    folder.mkdir()
    included = folder / "people.yaml"
    included.write_text("old")

    async def story() -> None:
        called = asyncio.Event()
        changes = Changes(called.set)
        changes.watch([str(tmp_path / "rules.yaml"), str(included)])
        overwritten(included)
        async with asyncio.timeout(20):
            await called.wait()
        changes.close()

    asyncio.run(story())


def test_what_is_watched_instead_is_watched_alone(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        folder.mkdir()

    async def story() -> list[str]:
        heard: list[str] = []
        called = asyncio.Event()

        def changed() -> None:
            heard.append("changed")
            called.set()

        changes = Changes(changed)
        changes.watch([str(before / "rules.yaml")])
        changes.watch([str(after / "rules.yaml")])
        overwritten(before / "rules.yaml")
        overwritten(after / "rules.yaml")
        async with asyncio.timeout(20):
            await called.wait()
        changes.close()
        return heard

    assert asyncio.run(story()) == ["changed"]


def test_a_save_that_is_still_settling_when_the_agent_stops_is_let_go(tmp_path):
    async def story() -> int:
        heard: list[str] = []
        changes = Changes(lambda: heard.append("changed"))
        changes.watch([str(tmp_path / "rules.yaml")])
        overwritten(tmp_path / "rules.yaml")
        await asyncio.sleep(0)
        changes.close()
        changes.close()
        return len(heard)

    assert asyncio.run(story()) == 0


@pytest.mark.parametrize(
    ("watched", "beside", "changed"),
    [("rules.yaml", "store.sqlite", "rules.yaml"), ("*.yaml", "notes.txt", "new.yaml")],
)
def test_what_else_happens_in_the_folder_is_let_pass(tmp_path, watched, beside, changed):
    async def story() -> list[str]:
        heard: list[str] = []
        called = asyncio.Event()

        def hear() -> None:
            heard.append("changed")
            called.set()

        changes = Changes(hear)
        changes.watch([str(tmp_path / watched)])
        overwritten(tmp_path / beside)
        await asyncio.sleep(2 * SETTLE_SECONDS)
        before = list(heard)
        overwritten(tmp_path / changed)
        async with asyncio.timeout(20):
            await called.wait()
        changes.close()
        return [*before, *heard]

    assert asyncio.run(story()) == ["changed"]


def test_a_link_that_comes_to_lead_elsewhere_is_a_change(tmp_path):
    for version in ("one", "two"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "rules.yaml").write_text(version)
    (tmp_path / "now").symlink_to("one")
    (tmp_path / "rules.yaml").symlink_to("now/rules.yaml")

    def swapped(_: Path) -> None:
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").rename(tmp_path / "now")

    assert asyncio.run(noticed(tmp_path / "rules.yaml", swapped)) == 1
