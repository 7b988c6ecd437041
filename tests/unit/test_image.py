"""How much a camera's picture changed, and what is no picture."""

from __future__ import annotations

import asyncio
import io
import random
import struct
import zlib
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageDraw
from pydantic import ValidationError

from agent.context import Errand, PollContext
from rules.rule import WatchSpec
from tests.local_web import NOON, LocalWeb, door, reply
from watchers.api import (
    Number,
    Observation,
    Page,
    Poll,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    WatchError,
)
from watchers.image import Image
from watchers.reading.pictures import changed, read_picture
from watchers.testing import CannedContext

URL = "https://cam.example/now.jpg"


def scene(*, light: int = 0, noise: int = 0, person: bool = False, size: tuple[int, int] = (320, 240)) -> Pillow.Image:
    """Return a picture of a yard: sky, ground and a wall; perhaps with somebody in the right half."""
    image = Pillow.new("L", size, 180)
    draw, (width, height) = ImageDraw.Draw(image), size
    draw.rectangle((0, height // 2, width, height), fill=90)
    draw.rectangle((width // 8, height // 3, width // 3, height), fill=130)
    if person:
        draw.rectangle((width * 5 // 8, height // 3, width * 3 // 4, height * 7 // 8), fill=20)
    dice = random.Random(1)
    return image.point(lambda value: value + light) if not noise else _noisy(image, dice, noise)


def _noisy(image: Pillow.Image, dice: random.Random, noise: int) -> Pillow.Image:
    return Pillow.frombytes(
        "L", image.size, bytes(min(255, max(0, value + dice.randint(-noise, noise))) for value in image.tobytes())
    )


def written(image: Pillow.Image, form: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def change(before: Pillow.Image, after: Pillow.Image, *region: str) -> float | None:
    first = look(written(before), region=region)
    second = look(written(after), region=region, cursor=first.cursor)
    fact = second.observations[0].facts.get("change")
    return float(fact.value) if isinstance(fact, Number) else None


def look(body: bytes, *, region: tuple[str, ...] = (), cursor: str | None = None, kind: str = "image/png") -> Poll:
    page = Page(URL, body, {"content-type": kind})
    return Image(url=URL, region=region).read(page, CannedContext(b"", cursor=cursor))


# Change.


def test_the_first_picture_has_none_before_it():
    (seen,) = look(written(scene())).observations
    assert "change" not in seen.facts
    assert seen.unknown["change"] == "it is the first picture, with none before it"
    assert (seen.facts["width"], seen.facts["height"]) == (Number(Decimal(320)), Number(Decimal(240)))


def test_the_same_picture_did_not_change():
    assert change(scene(), scene()) == 0


def test_somebody_in_the_picture_is_a_change_of_about_their_size():
    assert 5 < change(scene(), scene(person=True)) < 10


@pytest.mark.parametrize("light", [-40, 25])
def test_a_cloud_before_the_sun_is_no_change(light):
    assert change(scene(), scene(light=light)) == 0


def test_the_noise_of_a_camera_is_no_change():
    assert change(scene(), scene(noise=25)) == 0


def test_another_size_and_a_stronger_compression_are_no_change():
    before = look(written(scene(size=(640, 480)), "JPEG", quality=95))
    after = look(written(scene(size=(320, 240)), "JPEG", quality=40), cursor=before.cursor)
    fact = after.observations[0].facts["change"]
    assert isinstance(fact, Number)
    assert fact.value < 2


def test_another_picture_is_changed_in_most_of_it():
    assert change(scene(), scene().rotate(180)) > 40


def test_what_happens_outside_of_the_region_is_no_change():
    assert change(scene(), scene(person=True), "0", "0", "50%", "100%") == 0
    assert change(scene(), scene(person=True), "60%", "30%", "20%", "60%") > 40
    assert change(scene(), scene(person=True), "192", "72", "64px", "144") > 40


def test_a_region_that_reaches_over_the_edge_is_what_lies_in_the_picture():
    assert change(scene(), scene(person=True), "50%", "0", "100%", "500") > 10


def test_a_region_outside_of_the_picture_is_a_trouble():
    with pytest.raises(SourceChanged, match="320 × 240"):
        look(written(scene()), region=("400", "0", "10", "10"))


def test_the_same_picture_again_is_read_again_so_that_the_change_ends():
    assert Image(url=URL).request().whole


def test_brightness_is_the_share_of_white():
    def brightness(value: int) -> object:
        return look(written(Pillow.new("L", (40, 40), value))).observations[0].facts["brightness"]

    assert brightness(255) == Number(Decimal("100.0"))
    assert brightness(0) == Number(Decimal("0.0"))


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        *(("PNG", mode) for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "I;16")),
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("GIF", "P"), ("WEBP", "RGB"), ("BMP", "RGB")),
    ],
)
def test_every_common_form_is_read(form, mode):
    picture = read_picture(written(Pillow.new(mode, (40, 30)), form))
    assert (picture.width, picture.height) == (40, 30)


def test_what_is_seen_through_is_white():
    assert read_picture(written(Pillow.new("RGBA", (40, 30), (0, 0, 0, 0)))).brightness == 100


@pytest.mark.parametrize(
    ("tag", "stored"),
    [
        (2, Pillow.Transpose.FLIP_LEFT_RIGHT),
        (3, Pillow.Transpose.ROTATE_180),
        (4, Pillow.Transpose.FLIP_TOP_BOTTOM),
        (5, Pillow.Transpose.TRANSPOSE),
        (6, Pillow.Transpose.ROTATE_90),
        (7, Pillow.Transpose.TRANSVERSE),
        (8, Pillow.Transpose.ROTATE_270),
    ],
)
def test_a_camera_that_hangs_on_its_side_is_seen_and_sent_along_upright(tag, stored):
    camera = Pillow.Exif()
    camera[0x0112] = tag
    upright = read_picture(written(scene()))
    turned = read_picture(written(scene().transpose(stored), "JPEG", exif=camera, quality=95))
    assert (turned.width, turned.height) == (320, 240)
    assert changed(upright.likeness, turned) == 0
    with Pillow.open(io.BytesIO(turned.print)) as sent:
        assert sent.size == (320, 240)
        assert sent.getpixel((40, 120))[0] < sent.getpixel((300, 40))[0]


def test_a_camera_s_note_on_how_it_hangs_that_is_broken_leaves_the_picture_as_it_is():
    camera = Pillow.Exif()
    camera[0x0112] = 6
    body = written(scene(), "WEBP", exif=camera)
    broken = body.replace(camera.tobytes()[6:14], b"MM\x00*\xff\xff\xff\xff")
    assert broken != body
    assert read_picture(broken).width == 320


def test_grey_of_sixteen_bits_is_as_bright_as_that_of_eight():
    deep = Pillow.frombytes("I;16", (64, 64), struct.pack("<64H", *[0x6000] * 32, *[0x3000] * 32) * 64)
    assert sorted(set(read_picture(written(deep)).cells)) == [0x30, 0x60]


def test_what_goes_along_in_a_message_is_small_and_tells_nothing_of_the_camera():
    camera = Pillow.Exif()
    camera[0x013B] = "Jane Doe"
    body = written(scene(size=(4000, 3000)), "JPEG", exif=camera)
    (seen,) = look(body, kind="image/jpeg").observations
    with Pillow.open(io.BytesIO(seen.picture)) as sent:
        assert (sent.format, sent.size) == ("JPEG", (1280, 960))
        assert not sent.getexif()
    assert b"Jane Doe" in body
    assert b"Jane Doe" not in seen.picture


def test_a_likeness_of_something_else_compares_with_nothing():
    picture = read_picture(written(scene()))
    assert changed("no base64!", picture) is None
    assert changed("AAAA", picture) is None


# What is no picture.


def huge(width: int, height: int) -> bytes:
    """Return a small PNG that claims to be large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@pytest.mark.parametrize("size", [(6000, 5000), (10_000, 10_000), (60_000, 60_000)])
def test_a_huge_picture_is_refused_by_its_name_and_not_unpacked(size):
    with pytest.raises(SourceRefused, match="not unpacked"):
        look(huge(*size))


BOT_CHECK = b"<html><title>Just a moment...</title><body>Wait <script>_cf_chl_opt={}</script></body></html>"


@pytest.mark.parametrize(
    ("body", "kind", "trouble"),
    [
        (b"", "image/png", SourceChanged),
        (b"no picture", "image/png", SourceChanged),
        (written(scene())[:300], "image/png", SourceChanged),
        (written(scene(noise=9), "JPEG")[:4000], "image/jpeg", SourceChanged),
        (huge(40, 40), "image/png", SourceChanged),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", SourceChanged),
        (b"<html><title>Cam</title><p>Offline</p></html>", "text/html", SourceChanged),
        (BOT_CHECK, "text/html", SourceRefused),
    ],
)
def test_what_is_no_picture_is_a_trouble_and_no_change(body, kind, trouble):
    with pytest.raises(trouble):
        look(body, kind=kind)


PICTURE = written(scene(size=(32, 24)), "JPEG")


@settings(deadline=None)
@given(st.integers(0, len(PICTURE) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_picture_is_a_picture_or_a_trouble(place, damage):
    try:
        (seen,) = look(PICTURE[:place] + damage + PICTURE[place + len(damage) :]).observations
    except WatchError:
        return
    assert isinstance(seen, Observation)


@pytest.mark.parametrize(
    "options",
    [
        {"url": "ftp://cam.example/"},
        {"region": ["1", "2", "3"]},
        {"region": ["0", "0", "0", "10"]},
        {"region": ["0", "0", "0%", "10"]},
        {"region": ["left", "0", "10", "10"]},
        {"region": ["-5", "0", "10", "10"]},
        {"region": "0 0 10 10"},
    ],
)
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(ValidationError):
        Image(**{"url": URL, **options})


def test_numbers_are_pixels():
    assert Image(url=URL, region=[0, 10, 64, 48]).region == ("0", "10", "64", "48")  # type: ignore[arg-type]


# Over a network.


def polled(*answers: bytes) -> list[Poll | WatchError]:
    """Poll a camera on this machine once for each of its answers."""

    async def story() -> list[Poll | WatchError]:
        waiting, results = list(answers), []
        async with LocalWeb(lambda asked: waiting.pop(0)) as web, door() as d:
            watch = Image(url=web.url("/now.jpg"))
            spec = WatchSpec("cam", Image.kind, watch.label, watch, private=True)
            cursor, digests = None, {}
            for _ in answers:
                d.clock.forward(seconds=60)
                context = PollContext(d.fetcher, spec, Errand(cursor, digests), NOON, ZoneInfo("UTC"))
                try:
                    poll = await watch.poll(context)
                except WatchError as trouble:
                    results.append(trouble)
                    continue
                assert isinstance(poll, Poll)
                cursor, digests = poll.cursor, context.digests
                results.append(poll)
        return results

    return asyncio.run(story())


def change_in(poll: Poll | WatchError) -> object:
    assert isinstance(poll, Poll)
    return poll.observations[0].facts.get("change")


def test_a_camera_that_fails_between_two_pictures_is_compared_with_the_last_one():
    first, trouble, second, same = polled(
        reply(written(scene()), content_type="image/png"),
        reply(b"busy", 503),
        reply(written(scene(person=True)), content_type="image/png"),
        reply(written(scene(person=True)), content_type="image/png"),
    )
    assert change_in(first) is None
    assert isinstance(trouble, SourceUnavailable)
    assert Decimal(5) < change_in(second).value < Decimal(10)  # type: ignore[attr-defined]
    # Nothing changed since, and that is a value: what was told is over.
    assert change_in(same) == Number(Decimal("0.0"))


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(401, SourceRefused), (403, SourceRefused), (404, SourceGone), (410, SourceGone), (500, SourceUnavailable)],
)
def test_a_bad_status_is_the_trouble_that_it_is_everywhere(status, trouble):
    (found,) = polled(reply(written(scene()), status, content_type="image/png"))
    assert isinstance(found, trouble)


def test_a_camera_that_is_asked_too_often_says_when_to_come_back():
    (found,) = polled(reply(b"", 429, retry_after="120"))
    assert isinstance(found, SourceUnavailable)
    assert found.retry_after == timedelta(seconds=120)
