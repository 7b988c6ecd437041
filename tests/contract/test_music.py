"""The kind `music` keeps what every kind promises."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from watchers.music import Music
from watchers.testing import WatcherContract

TOOL = "66fc5bf8-daa4-4241-b378-9bc9077939d2"


def browse(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"release-group-count": 2, "release-group-offset": 0, "release-groups": entries}).encode()


def group(number: int, title: str, **more: Any) -> dict[str, Any]:
    credited = [{"name": "Tool", "joinphrase": "", "artist": {"id": TOOL, "name": "Tool"}}]
    return {"id": f"{number:08}-0000-4000-8000-000000000000", "title": title, "artist-credit": credited, **more}


ALBUM = group(1, "Lateralus", **{"primary-type": "Album", "secondary-types": [], "first-release-date": "2001-05-15"})
LIVE = group(2, "Salival", **{"primary-type": "Other", "secondary-types": ["Live"], "disambiguation": "box set"})


class TestMusic(WatcherContract):
    watcher = Music(artist="Tool")
    cursor = f"{TOOL} 1"
    answers = browse(ALBUM, LIVE)
    reordered = browse(LIVE, ALBUM)
    headers: ClassVar = {"content-type": "application/json; charset=utf-8"}


class TestMusicByMbid(WatcherContract):
    watcher = Music(mbid=TOOL, types=("album", "ep"), unofficial=True)
    answers = browse(ALBUM, LIVE)
    reordered = browse(LIVE, ALBUM)
