"""The kind `report` keeps what every kind promises; asking it changes nothing."""

import asyncio

from watchers.api import UNCHANGED
from watchers.report import Report
from watchers.testing import CannedContext, KindContract


class TestReport(KindContract):
    watcher = Report(facts={"price": "money", "note": "text", "level": "number"})

    def test_asking_changes_nothing(self):
        assert asyncio.run(self.watcher.poll(CannedContext(b""))) is UNCHANGED

    def test_what_is_told_is_declared_by_its_options(self):
        assert [spec.name for spec in self.watcher.sees.facts] == ["price", "note", "level", "told_at"]
        assert (self.watcher.sees.main, self.watcher.sees.plot) == ("price", "price")


class TestHeartbeat(KindContract):
    watcher = Report()
