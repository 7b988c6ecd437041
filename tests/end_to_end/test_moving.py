"""What an owner has is two folders: they can be copied away, put back, and taken to another machine."""

from __future__ import annotations

import shutil

import pytest

from tests.end_to_end.scene import Scene, scene

RULE = """
  - name: Headphones
    watch: price
    url: {url}
    when: price below $150
"""


@pytest.fixture
def life(tmp_path):
    (tmp_path / "here").mkdir()
    with scene(tmp_path / "here") as started:
        started.write(RULE.format(url=started.web.url("/shop")))
        yield started


def sees(life: Scene, *prices: int) -> None:
    for price in prices:
        life.web.sell("/shop", price)
        life.once()


def test_on_another_machine_it_goes_on_where_it_stopped(life, tmp_path):
    sees(life, 160, 149)
    assert len(life.told) == 1
    there = Scene(tmp_path / "there", life.web, life.mail, life.now)
    shutil.copytree(life.folder, there.folder)
    sees(there, 149, 160)
    assert len(there.told) == 1
    sees(there, 149)
    assert len(there.told) == 2


def test_of_a_copy_that_is_put_back_what_came_true_since_is_told_once_more(life, tmp_path):
    sees(life, 160)
    shutil.copytree(life.folder / "state", tmp_path / "copy")
    sees(life, 149)
    shutil.rmtree(life.folder / "state")
    shutil.copytree(tmp_path / "copy", life.folder / "state")
    sees(life, 149, 149)
    assert len(life.told) == 2
