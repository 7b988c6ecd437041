"""What many tests need: a store on each database, and a PostgreSQL of the tests' own."""

from __future__ import annotations

import logging
import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from agent.database import Database

# How long an example takes is a matter of the machine; what hangs is stopped by pytest.
settings.register_profile("here", deadline=None)
settings.load_profile("here")

# A shell that begins the tests in the background has them ignore Ctrl-C, and what they start would too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


@pytest.fixture(autouse=True)
def _logging_of_its_own() -> Iterator[None]:
    """Commands that run in this process say where the log goes; the next test is not to inherit that."""
    names = (None, "agent", "watchers", "rules")
    loggers = [logging.getLogger(name) for name in names]
    before = [(one, one.level, list(one.handlers), one.propagate) for one in loggers]
    yield
    for one, level, handlers, propagate in before:
        one.setLevel(level)
        one.handlers[:] = handlers
        one.propagate = propagate


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server on 127.0.0.1 for this run of the tests; stopped by its own id at the end."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    binaries = found[-1].parent
    # It refuses to run as root; a folder that its user can reach has to lie outside of root's.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path("/tmp") / f"trusted-agent-postgresql-{os.getpid()}"
    folder.mkdir(mode=0o700)
    shutil.chown(folder, user)
    as_user = {"user": user} if os.geteuid() == 0 else {}
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "--auth=trust", "--username=agent", "--no-sync", "--encoding=UTF8", data],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **as_user,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = [binaries / "pg_ctl", "-D", data, "-w"]
    log = folder / "log"
    subprocess.run(
        [*control, "-l", log, "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user
    )
    try:
        yield f"postgresql://agent@127.0.0.1:{port}"
    finally:
        stop = [*control, "-m", "immediate", "stop"]
        subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A new, empty store on each database that the program supports."""
    if request.param == "sqlite":
        opened = Database.open(tmp_path / "store.sqlite")
    else:
        server = request.getfixturevalue("postgresql")
        name = f"test_{tmp_path.name}".lower().replace("-", "_")[:60]
        admin = Database.open(f"{server}/postgres")
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        admin.close()
        opened = Database.open(f"{server}/{name}")
    yield opened
    opened.close()
