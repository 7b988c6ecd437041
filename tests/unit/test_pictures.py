"""The picture of what is watched goes along with what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from agent.database import table_of
from agent.pictures import KEEP, picture_of
from agent.records import read_firing
from agent.tables import FiringRow, GlimpseRow, PictureRow
from agent.tidying import tidy
from tests.lived import Lived, product
from watchers.api import Poll

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def pictured(amount: str, picture: bytes) -> Poll:
    (seen,) = product(amount).observations
    return Poll((replace(seen, picture=picture),))


def enclosed(life: Lived) -> list[tuple[str, bytes]]:
    with life.open() as database, database.reading() as connection:
        firings = [read_firing(record) for record in connection.scalars(select(table_of(FiringRow).c.record))]
        return [(one.name, one.content) for firing in firings for one in picture_of(connection, firing)]


def counted(life: Lived, row: type) -> int:
    with life.open() as database, database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table_of(row)))


def test_a_firing_takes_the_picture_along_that_was_seen_then(tmp_path):
    life = Lived(tmp_path, NOW)
    life.start()
    life.see(shop=pictured("160", b"before"))
    life.see(shop=pictured("149", b"as it fired"))
    life.see(shop=pictured("140", b"after"))
    assert enclosed(life) == [("picture.jpg", b"as it fired")]
    assert counted(life, GlimpseRow) == 1


def test_what_has_no_picture_takes_none_along(tmp_path):
    life = Lived(tmp_path, NOW)
    life.start()
    life.see(shop=product("149"))
    assert enclosed(life) == []


def test_pictures_are_forgotten_after_a_while_and_with_what_was_watched(tmp_path):
    life = Lived(tmp_path, NOW)
    life.start()
    life.see(shop=pictured("149", b"as it fired"))
    life.write("channels: {phone: 'json://127.0.0.1:1/'}\nrules: []\n")
    for passed in (timedelta(), KEEP + timedelta(days=1), KEEP):
        life.now += passed
        life.start()
        with life.open() as database:
            tidy(database, life.book(), life.now)
    assert (counted(life, PictureRow), counted(life, GlimpseRow)) == (0, 0)
