"""The kind `command` keeps what every kind promises, and looks as it declares."""

import asyncio

from watchers.command import Command
from watchers.testing import CannedContext, KindContract, check_poll


class TestCommand(KindContract):
    watcher = Command(command=("printf", "disk 91.5 %% full"), ok=(0, 1))

    def test_a_look_is_as_declared(self, tmp_path_factory):
        folder = tmp_path_factory.mktemp("rules")
        rules = folder / "rules.yaml"
        rules.touch(0o600)
        poll = asyncio.run(self.watcher.poll(CannedContext(b"", rule_files=(str(rules),))))
        assert len(poll.observations) == 1
        check_poll(self.watcher.sees, poll)
