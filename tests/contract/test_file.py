"""The kind `file` keeps what every kind promises, and looks as it declares."""

import asyncio

import pytest

from watchers.files import File
from watchers.testing import CannedContext, KindContract, check_poll


class TestFile(KindContract):
    watcher = File(path="/etc/hostname", text=True)


class TestFolder(KindContract):
    watcher = File(path="~/backup", pattern="*.tar")

    @pytest.mark.parametrize("there", ["nothing", "file", "folder", "empty folder"])
    def test_a_look_is_as_declared(self, there, tmp_path):
        path = tmp_path / "it"
        if there == "file":
            path.write_text("one\ntwo")
        elif there != "nothing":
            path.mkdir()
        if there == "folder":
            (path / "a").write_text("one")
        poll = asyncio.run(File(path=str(path), text=True).poll(CannedContext(b"")))
        assert len(poll.observations) == 1
        check_poll(File.kind, poll)
