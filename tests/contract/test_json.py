"""The kind `json` keeps what every kind promises, as a document and as a list."""

import json
from types import MappingProxyType

from watchers.json_api import Json
from watchers.testing import WatcherContract

DOCUMENT = {"name": "Gauge 7", "level": {"value": "1,299.50"}, "offers": [{"price": "49.90"}], "open": True}
ITEMS = [
    {"id": n, "title": f"Disruption {n}", "url": f"/d/{n}", "delay": n * 5, "since": f"2026-05-0{n}T08:00:00Z"}
    for n in (1, 2, 3)
]
URL = "https://api.example/v1"
FACTS = {"price": "money offers[0].price", "level": "number level.value", "open": "flag open", "missing": "gone"}


def listed(items: list[dict[str, object]]) -> bytes:
    return json.dumps({"data": {"items": items}}).encode()


class TestJsonDocument(WatcherContract):
    watcher = Json(url=URL, facts=FACTS)
    answers = json.dumps(DOCUMENT).encode()
    headers = MappingProxyType({"content-type": "application/json"})


class TestJsonList(WatcherContract):
    watcher = Json(url=URL, items="data.items", facts={"delay": "number delay", "since": "moment since"}, key="id")
    answers = listed(ITEMS)
    reordered = listed(ITEMS[::-1])
    headers = MappingProxyType({"content-type": "application/json"})


class TestJsonWithABody(WatcherContract):
    watcher = Json(url=URL, items="data.items", body={"query": "trains", "size": 3}, next="data.next", pages=3)
    answers = listed(ITEMS)
