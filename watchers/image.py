"""The kind `image`: how much the picture of a camera or a chart changed since it was last looked at.

    address ──▶ picture ──▶ watchers.reading.pictures ──▶ compared with the likeness in the cursor ──▶ one observation

From one poll to the next a likeness of 32 × 32 cells is kept; of the picture itself only the newest, for messages.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import ClassVar, Final

from pydantic import Field, field_validator

from watchers.api import (
    Context,
    Fact,
    FactSpec,
    HttpWatcher,
    Kind,
    Number,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceRefused,
    Text,
    known,
)
from watchers.door.address import read_address
from watchers.door.answers import what_stands_in_the_way
from watchers.options import WebAddress
from watchers.reading.pictures import HugePicture, NoPicture, OutsidePicture, Side, changed, read_picture

_ACCEPT: Final = "image/jpeg,image/png,image/webp,image/*;q=0.8,*/*;q=0.5"
_SIDE: Final = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s?(%|px)?")
_NO_EXTRA: Final = "pictures need Pillow: install trusted-agent with the extra charts"


class Image(HttpWatcher):
    """Watch how much a picture changes."""

    kind: ClassVar[Kind] = Kind(
        name="image",
        shape="gauge",
        summary="How much the picture of a camera or a chart changed since it was last looked at.",
        main="change",
        facts=(
            FactSpec(
                "change",
                Number,
                "How much of the region looks different from the picture before, its light evened out.",
                unit="%",
                example="20%",
            ),
            FactSpec("brightness", Number, "How bright the region is; white is 100.", unit="%", example="15%"),
            FactSpec("width", Number, "The width of the picture.", unit="pixels", example="1920", told=False),
            FactSpec("height", Number, "The height of the picture.", unit="pixels", example="1080", told=False),
            FactSpec("title", Text, "The address of the picture.", example="https://cam.example/now.jpg", told=False),
        ),
        plot="change",
    )

    is_own: ClassVar[bool] = True  # how much changed since a rule looked must not hang on how often another looks

    url: WebAddress = Field(description="The address of a picture: JPEG, PNG, WebP, GIF or BMP.")
    region: tuple[str, ...] = Field(
        default=(),
        description="The part that counts: left, top, width and height, in pixels or as shares such as 25%. "
        "All of the picture where not given.",
        examples=[["0", "50%", "100%", "50%"]],
    )

    @field_validator("region", mode="before")
    @classmethod
    def _are_texts(cls, region: object) -> object:
        return tuple(map(str, region)) if isinstance(region, list | tuple) else region

    @field_validator("region")
    @classmethod
    def _is_a_region(cls, region: tuple[str, ...]) -> tuple[str, ...]:
        if region and (len(region) != 4 or any(_SIDE.fullmatch(side) is None for side in region)):
            raise ValueError("a region is left, top, width and height: [100, 50, 640, 360] or [0, 50%, 100%, 50%]")
        if any(side.amount == 0 for side in _sides(region)[2:]):
            raise ValueError("the width and the height of a region are more than 0")
        return region

    @property
    def label(self) -> str:
        """The address, without a password that it may carry."""
        return str(read_address(self.url))

    @property
    def hosts(self) -> frozenset[str]:
        """The host of the address."""
        return frozenset({read_address(self.url).host})

    def request(self) -> Request:
        """Ask for the picture, also where it is the one before: then nothing changed since, and that is a value."""
        return Request(self.url, headers={"Accept": _ACCEPT}, whole=True)

    def read(self, page: Page, context: Context) -> Poll:
        """Return what one picture shows, beside the one before."""
        if not page.body:
            raise SourceChanged("the answer is empty")
        if not page.content_type.startswith("image/") and (gate := what_stands_in_the_way(page)) is not None:
            raise gate
        try:
            picture = read_picture(page.body, _sides(self.region))
        except ImportError as error:
            raise SourceRefused(_NO_EXTRA) from error
        except HugePicture as error:
            raise SourceRefused(f"the picture is not unpacked: {error}") from error
        except NoPicture as error:
            what = page.content_type or "of no stated type"
            raise SourceChanged(f"the answer is {what}, and no picture: {error}") from error
        except OutsidePicture as error:
            raise SourceChanged(str(error)) from error
        change = changed(context.cursor, picture) if context.cursor else None
        facts: dict[str, Fact | None] = {
            "change": Number(change) if change is not None else None,
            "brightness": Number(picture.brightness),
            "width": Number(Decimal(picture.width)),
            "height": Number(Decimal(picture.height)),
            "title": Text(self.label),
        }
        unknown = {} if change is not None else {"change": "it is the first picture, with none before it"}
        return Poll(
            (Observation("picture", known(facts), unknown, link=page.url, picture=picture.print),),
            cursor=picture.likeness,
        )


def _sides(region: tuple[str, ...]) -> tuple[Side, ...]:
    found = [_SIDE.fullmatch(side) for side in region]
    return tuple(Side(float(side[1]), side[2] == "%") for side in found if side is not None)
