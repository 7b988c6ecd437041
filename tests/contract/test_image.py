"""The kind `image` keeps what every kind promises."""

import base64
from types import MappingProxyType

from watchers.image import Image
from watchers.testing import WatcherContract

# 16 × 16 pixels, white on the left and black on the right.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAAAAAA6mKC9AAAAFUlEQVR42mP8zwABjFCaiQENjCwBACEXASAq7ertAAAAAElFTkSuQmCC"
)


class TestImage(WatcherContract):
    watcher = Image(url="https://cam.example/now.png")
    answers = PNG
    headers = MappingProxyType({"content-type": "image/png"})


class TestImageInARegion(WatcherContract):
    watcher = Image(url="https://cam.example/now.png", region=("0", "50%", "100%", "50%"))
    answers = PNG
    headers = MappingProxyType({"content-type": "image/png"})
