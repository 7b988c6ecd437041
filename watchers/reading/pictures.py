"""A picture's bytes → its size and a small likeness of one region, by which two pictures are compared.

    bytes ──▶ header ──▶ not too large to unpack ──▶ upright ──▶ region ──▶ 32 × 32 cells of brightness ──▶ Picture

What makes up a picture for a person is where it is brighter and darker. So of two likenesses those cells count as
changed that differ clearly once the light of the whole is evened out: a cloud before the sun is no change, nor is the
noise of a camera at night. Pillow, which the extra `charts` installs, is imported when a picture is read.
"""

from __future__ import annotations

import base64
import binascii
import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any, Final

SIDE: Final = 32
TOLERANCE: Final = 14
"""Steps of brightness, of 255, by which two cells differ before that is seen: more than noise and new compression."""
MOST_PIXELS: Final = 25_000_000
"""What is unpacked takes at most a hundred megabytes; a camera's picture is half of that."""
LONGEST_SIDE: Final = 1280
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")

_ORIENTATION: Final = 0x0112
_UPRIGHT_BY: Final = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""By the tag Orientation of Exif 2.3 §4.6.4, how a picture that is stored turned or mirrored is set right."""


class NoPicture(Exception):
    """The bytes are no picture that can be read; the message says why."""


class HugePicture(Exception):
    """The picture claims to be larger than is unpacked here; the message says how large."""


class OutsidePicture(Exception):
    """The region has nothing in common with the picture; the message says how large that is."""


@dataclass(frozen=True, slots=True)
class Side:
    """A length in a picture: pixels, or a share of its width or height in percent."""

    amount: float
    is_share: bool

    def pixels(self, whole: int) -> int:
        """Return the length in pixels."""
        return round(whole * self.amount / 100) if self.is_share else round(self.amount)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, as far as it is remembered.

    Attributes:
        width, height: Of the whole picture, in pixels, as it is shown: upright.
        cells: The brightness of its region, row by row, from 0 to 255.
        print: The whole picture as a JPEG to be sent along, no wider or higher than 1280 pixels and without what the
            camera wrote into it (its place, its owner).
    """

    width: int
    height: int
    cells: bytes
    print: bytes

    @property
    def brightness(self) -> Decimal:
        """How bright the region is, in percent of white."""
        return _percent(sum(self.cells), 255 * len(self.cells))

    @property
    def likeness(self) -> str:
        """The cells as a text that can be kept."""
        return base64.b64encode(self.cells).decode()


def read_picture(body: bytes, region: Sequence[Side] = ()) -> Picture:
    """Read a picture.

    Args:
        body: The bytes.
        region: Left, top, width and height of the part that counts; none: all of it.

    Raises:
        NoPicture: They are none that can be read, or not all of one.
        HugePicture: It is too large.
        OutsidePicture: The region lies outside.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - an extra, and slow to import

    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as image:
            _refuse_huge(*image.size)
            seen = _upright(_without_glass(image), image)
            width, height = seen.size
            return Picture(width, height, _cells(seen, _box(region, width, height)), _print(seen))
    except UnidentifiedImageError as error:
        raise NoPicture("it is no JPEG, PNG, WebP, GIF or BMP") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        # Its own limit is far higher: from one size on it warns, from another on it refuses.
        raise HugePicture("it claims to be far larger than any camera's") from error
    # What Pillow raises for broken files, by its decoders: there is no common class of its own.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, Warning) as error:
        raise NoPicture(f"it cannot be read to its end: {error}") from error


def changed(before: str, now: Picture) -> Decimal | None:
    """Return how much of a region changed since a likeness was kept, in percent; None where that is none of ours."""
    try:
        earlier = base64.b64decode(before, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(earlier) != len(now.cells):
        return None
    steps = [one - other for one, other in zip(now.cells, earlier, strict=True)]
    light = median(steps)
    return _percent(sum(abs(step - light) > TOLERANCE for step in steps), len(steps))


def _refuse_huge(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise HugePicture(f"it is {width} × {height} pixels, more than {MOST_PIXELS // 1_000_000} million")


def _box(region: Sequence[Side], width: int, height: int) -> tuple[int, int, int, int]:
    """Return the corners of a region, as far as it lies in the picture."""
    if not region:
        return 0, 0, width, height
    left, top, wide, high = (side.pixels(whole) for side, whole in zip(region, (width, height) * 2, strict=True))
    right, bottom = min(left + wide, width), min(top + high, height)
    if right <= left or bottom <= top:
        raise OutsidePicture(f"the picture is {width} × {height} pixels, and the region lies outside of it")
    return left, top, right, bottom


def _upright(seen: Any, image: Any) -> Any:
    """Return a picture as every viewer shows it: a camera that hangs on its side says so beside what it took."""
    from PIL import Image  # noqa: PLC0415 - an extra, and slow to import

    try:
        way = _UPRIGHT_BY.get(image.getexif().get(_ORIENTATION))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error, Warning):
        way = None  # what a camera writes beside a picture may be broken; the picture is there all the same
    return seen.transpose(Image.Transpose[way]) if way else seen


def _without_glass(image: Any) -> Any:
    """Return a picture in which what is seen through is white, as on a page."""
    from PIL import Image  # noqa: PLC0415 - an extra, and slow to import

    if image.mode.startswith("I"):
        # Grey of 16 bits, as a radar's or a microscope's: taken for one of 8, all but its darkest would be white.
        image = image.convert("I").point(lambda step: step * (1 / 256)).convert("L")
    whole = image.convert("RGBA") if "transparency" in image.info or "A" in image.mode else image
    if whole.mode == "RGBA":
        whole = Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole)
    return whole.convert("RGB")


def _cells(whole: Any, box: tuple[int, int, int, int]) -> bytes:
    from PIL import Image  # noqa: PLC0415 - an extra, and slow to import

    # Of the average of all pixels in a cell little is left of the noise.
    cells: bytes = whole.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, box=box).tobytes()
    return cells


def _print(whole: Any) -> bytes:
    whole.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made = io.BytesIO()
    # A new file, so that nothing goes along of what was written into the old one.
    whole.save(made, "JPEG", quality=80, optimize=True, exif=b"")
    return made.getvalue()


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"))
