"""What a start loads, and what it leaves out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect

# Says at its end whether garbage is looked for, and whether what was loaded is left out of that.
PROGRAM = """
import atexit, gc
from agent.command import main
atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 0))
main()
"""


def said_at_the_end(*words: str) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_a_short_command_looks_for_no_garbage():
    assert said_at_the_end("--version") == "False False"


def test_an_agent_that_watches_looks_for_garbage_but_not_among_what_it_loaded(tmp_path: Path):
    (tmp_path / "rules.yaml").write_text("rules: []\n")
    place = ("--rules", str(tmp_path / "rules.yaml"), "--state", str(tmp_path / "state"))
    assert said_at_the_end("run", "--once", *place) == "True True"


def test_a_store_in_a_file_loads_nothing_of_another_database(tmp_path: Path):
    program = (
        "import sys; from agent.database import Database; "
        f"Database.open({str(tmp_path / 'store.sqlite')!r}); "
        "sys.exit('sqlalchemy.dialects.postgresql' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_what_left_a_source_is_found_without_looking_at_all_that_is_there(database):
    with database.reading() as connection:
        (found,) = [
            one for one in inspect(connection).get_indexes("memories") if one["name"] == "memories_of_what_left"
        ]
    assert found["column_names"] == ["last_seen_at"]
    assert "NOT NULL" in str(found["dialect_options"][f"{database.engine.dialect.name}_where"])


@pytest.mark.parametrize("unit", ["trusted-agent.service", "trusted-agent@.service"])
def test_the_service_keeps_its_memory_in_one_pool(unit: str):
    written = (Path(__file__).parents[2] / "agent" / "units" / unit).read_text()
    assert "Environment=MALLOC_ARENA_MAX=1\n" in written.partition("[Service]")[2]
