"""The how-to of a third party's watcher, followed word by word: built, installed, found, tested, used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.pages import DOCS, REPOSITORY, fences
from watchers.api import Watcher

PROGRAM = "from agent.command import main; main()"
PAGE = DOCS / "how-to" / "write-a-watcher.md"


@cache
def files() -> dict[str, str]:
    """Return the files that the page shows, by their names."""
    return {fence.title: fence.body for fence in fences(PAGE) if fence.title}


@cache
def tide() -> type[Watcher]:
    """Return the page's kind, for rule files that use it."""
    module = ModuleType("tide")
    exec(compile(files()["tide.py"], "tide.py", "exec"), module.__dict__)
    module.Tide.model_rebuild(_types_namespace=module.__dict__)
    found: type[Watcher] = module.Tide
    return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the package of the page is installed, with its test and its rule file beside it."""
    project, site = tmp_path_factory.mktemp("trusted-agent-tide"), tmp_path_factory.mktemp("site")
    for name, text in files().items():
        (project / name).write_text(text, encoding="utf-8")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(project), str(project)]
    made = subprocess.run(build, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    (wheel,) = project.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    (project / "tide.py").unlink()
    (project / "site").symlink_to(site)
    return project


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module with the package on its path, as in an environment of its own."""
    paths = [str(folder / "site"), str(REPOSITORY)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "NTFY_TOPIC": "a-long-secret-topic"}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_package_is_found_by_its_entry_point(installed: Path) -> None:
    said = run(installed, "-c", "from watchers.registry import kinds; print(*kinds())")
    assert said.stderr == ""
    assert {"feed", "price", "tide"} <= set(said.stdout.split())


def test_it_passes_the_contract_that_it_inherits(installed: Path) -> None:
    said = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_tide.py")
    assert said.returncode == 0, said.stdout + said.stderr
    assert " passed" in said.stdout


def test_its_rule_file_is_checked_by_what_it_declares(installed: Path) -> None:
    said = run(installed, "-c", PROGRAM, "check", "tide.yaml", "--json")
    assert said.returncode == 0, said.stdout + said.stderr
    assert json.loads(said.stdout)["rules"] == [{"id": "high-water", "name": "High water", "kind": "tide"}]
    assert json.loads(said.stdout)["hosts"] == ["tides.example"]


def test_a_saved_answer_can_be_tried(installed: Path) -> None:
    (installed / "saved.json").write_text('{"level": 3.4}', encoding="utf-8")
    said = run(installed, "-c", PROGRAM, "try", "high-water", "--rules", "tide.yaml", "--from", "saved.json", "--json")
    tried = json.loads(said.stdout)
    assert tried["observations"][0]["facts"] == {"height": 3.4, "station": "8443970"}
    assert tried["findings"][0]["holds"] is True
