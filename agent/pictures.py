"""The pictures of things seen, in the caller's transaction: the newest of each, and those that firings took along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, literal, select

from agent.database import insert_new, parts, table_of, upsert
from agent.tables import FiringRow, GlimpseRow, PictureRow, WatchRow
from rules.enclosure import Attachment
from rules.firing import Firing
from watchers.api import Observation

# A message may wait that long for its channel; its words are kept for ever.
KEEP = timedelta(days=30)

glimpses = table_of(GlimpseRow)
pictures = table_of(PictureRow)


def keep_glimpses(connection: Connection, watch_id: str, seen: Sequence[Observation]) -> None:
    """Keep the pictures of what a watch sees now, in place of those before."""
    new = [{"watch_id": watch_id, "key": one.key, "content": one.picture} for one in seen if one.picture]
    upsert(connection, GlimpseRow, new)


def take_along(connection: Connection, fired: Sequence[Firing]) -> None:
    """Let the firings of one watch keep the pictures of what they are about, where there are some."""
    firing_keys = {one.observation: one.key for one in fired}
    for part in parts([*firing_keys]):
        of_them = (glimpses.c.watch_id == fired[0].watch_id, glimpses.c.key.in_(part))
        seen = connection.execute(select(glimpses.c.key, glimpses.c.content).where(*of_them)).all()
        new = [{"firing_key": firing_keys[row.key], "content": row.content} for row in seen]
        insert_new(connection, PictureRow, new)


def picture_of(connection: Connection, firing: Firing) -> tuple[Attachment, ...]:
    """Return the picture that goes along with a firing, if there is one."""
    content = connection.scalar(select(pictures.c.content).where(pictures.c.firing_key == firing.key))
    return () if content is None else (Attachment("picture.jpg", "image/jpeg", content),)


def forget_pictures(connection: Connection, now: datetime) -> None:
    """Forget the pictures of firings long past, and of watches that are gone."""
    firings, watches = table_of(FiringRow), table_of(WatchRow)
    old = select(firings.c.key).where(firings.c.at < now - KEEP)
    connection.execute(delete(pictures).where(pictures.c.firing_key.in_(old)))
    gone = ~select(literal(1)).where(watches.c.id == glimpses.c.watch_id).exists()
    connection.execute(delete(glimpses).where(gone))
