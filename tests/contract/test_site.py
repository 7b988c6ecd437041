"""The kind `site` keeps what every kind promises."""

from types import MappingProxyType

from watchers.site import Site
from watchers.testing import WatcherContract

PAGE = b"<!doctype html><html><head><title>One</title></head><body><h1>Welcome</h1></body></html>"


class TestSite(WatcherContract):
    watcher = Site(url="https://one.example/")
    answers = PAGE
    headers = MappingProxyType({"content-type": "text/html; charset=utf-8"})


class TestSiteWithAWord(WatcherContract):
    watcher = Site(url="https://one.example/", word="welcome", statuses=(401, 200), check="https://two.example/")
    answers = PAGE
