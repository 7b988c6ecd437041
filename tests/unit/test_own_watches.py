"""A watch that no two rules share goes with its rule when that is renamed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agent.reports import read_told, tell
from agent.store import Store
from tests.lived import Lived
from tests.rule_files import CHANNEL
from watchers.image import Image

RULES = CHANNEL + "rules:\n  - {name: %s, watch: report, facts: {price: money}, when: price below 10 USD}\n"
CAMERA = '  - {{name: {}, watch: image, url: "https://cam.example/now.jpg", every: {}, when: change above 20%}}\n'
CAMERAS = CHANNEL + "rules:\n" + CAMERA.format("Quick", "5m") + CAMERA.format("Slow", "1h")


def told(lived: Lived, rule: str, word: str) -> int:
    lived.now += timedelta(minutes=1)
    with lived.open() as database:
        book = lived.book()
        Store(database).keep_rules(book, lived.now)
        found = book.rule(rule)
        assert found is not None
        return tell(database, book, found, read_told(found, [word], book), lived.now)


def test_a_renamed_rule_that_is_told_what_it_sees_remembers_what_it_was_told(tmp_path):
    lived = Lived(tmp_path, datetime(2026, 7, 6, 12, tzinfo=UTC))
    lived.write(RULES % "Cheap")
    assert told(lived, "cheap", "price=9") == 1
    lived.write(RULES % "Bargain")
    assert told(lived, "bargain", "price=8") == 0
    lived.write(RULES % "Cheap")
    assert [told(lived, "cheap", f"price={price}") for price in (7, 12, 8)] == [0, 0, 1]


def test_how_much_a_picture_changed_for_one_rule_does_not_hang_on_another(tmp_path):
    lived = Lived(tmp_path, datetime(2026, 7, 6, 12, tzinfo=UTC))
    lived.write(CAMERAS)
    quick, slow = (rule.watches[0] for rule in lived.book().rules)
    assert isinstance(quick.watcher, Image)
    assert quick.id != slow.id
