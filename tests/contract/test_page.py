"""The kind `page` keeps what every kind promises."""

from types import MappingProxyType

from watchers.page import WebPage
from watchers.testing import WatcherContract

PAGE = b"""<!doctype html><html lang="en"><head><title>Opening hours</title></head><body><nav><a href="/">Home</a></nav>
<main><h1>Opening hours</h1><table><tr><th>Monday</th><td>9 to 17</td></tr><tr><th>Sunday</th><td>closed</td></tr>
</table><p class="count">1,204 visitors</p></main><footer>Imprint</footer></body></html>"""


class TestPage(WatcherContract):
    watcher = WebPage(url="https://museum.example/hours", ignore=("visitors$",))
    answers = PAGE
    headers = MappingProxyType({"content-type": "text/html; charset=utf-8"})


class TestPartOfAPage(WatcherContract):
    watcher = WebPage(url="https://museum.example/hours", css="table, .count", number=".count", drop=("th",))
    answers = PAGE
