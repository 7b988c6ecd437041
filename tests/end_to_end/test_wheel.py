"""The wheel, as a stranger gets it: built, installed into an environment with nothing else in it, and started."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.end_to_end.scene import little_web
from tests.http_sink import http_sink

REPOSITORY = Path(__file__).resolve().parents[2]
OFFLINE = re.compile(
    r"establish a new connection|name resolution|Name or service not known|Network is unreachable|ConnectTimeout",
    re.IGNORECASE,
)

# The packages are fetched where this machine's pip has none of them yet.
pytestmark = pytest.mark.timeout(900)


def run(*words: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **more)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, REPOSITORY)
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that holds the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=True)
    pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
    installed = run(*pip, "install", "--constraint", REPOSITORY / "constraints.txt", wheel, cwd=folder)
    if installed.returncode and OFFLINE.search(installed.stderr):
        pytest.skip("offline: the packages that the wheel asks for cannot be fetched")
    assert installed.returncode == 0, installed.stderr
    fits = run(*pip, "check", cwd=folder)
    assert fits.returncode == 0, fits.stdout
    return folder / "bin"


def test_the_wheel_carries_everything_that_is_no_code(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    needed = [
        *(f"{package}/py.typed" for package in ("agent", "rules", "watchers")),
        *(
            str(file.relative_to(REPOSITORY))
            for package in ("agent", "rules", "watchers")
            for pattern in ("*.lark", "*.yaml", "*.service")
            for file in (REPOSITORY / package).rglob(pattern)
        ),
    ]
    kinds = {Path(name).suffix for name in needed}
    assert kinds == {".typed", ".lark", ".yaml", ".service"}
    assert {"starter.yaml", "grammar.lark"} <= {Path(name).name for name in needed}
    assert not set(needed) - set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"agent", "rules", "watchers", f"trusted_agent-{version('trusted-agent')}.dist-info"}


def test_it_starts_in_a_clean_environment(environment: Path, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "PATH": f"{environment}:{os.environ['PATH']}", "LANG": "C.UTF-8"}

    def agent(*words: str) -> str:
        done = run(environment / "trusted-agent", *words, env=home, cwd=tmp_path)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    assert agent("--version") == f"trusted-agent {version('trusted-agent')}\n"
    agent("init")
    rules = tmp_path / ".config" / "trusted-agent" / "rules.yaml"
    assert json.loads(rules.with_name("rules.schema.json").read_text(encoding="utf-8"))["$defs"]
    assert json.loads(agent("check", "--json"))["ok"] is True
    with little_web() as web, http_sink() as phone:
        web.publish("/feed", "An old story")
        rules.write_text(
            f"channels: {{phone: 'ntfy://{phone.host}/topic'}}\nnetwork: {{allow: [127.0.0.1/32], every: 0.1s}}\n"
            f"rules:\n  - {{name: News, watch: feed, url: '{web.url('/feed')}', first: tell, every: 1s}}\n",
            encoding="utf-8",
        )
        agent("run", "--once", "--quiet")
        told = [json.loads(asked.body)["title"] for asked in phone.asked]
    assert told == ["An old story"]
    assert json.loads(agent("firings", "--json"))["rule_id"] == "news"
    assert agent("status").startswith("✓ All is well.")
