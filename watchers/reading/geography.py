"""Places on the globe and how far they are apart."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

EARTH_KM: Final = 6371.0088
"""The mean radius of the Earth (IUGG, GRS 80): on a sphere of it a distance is right within half a per cent."""

_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?")
_PAIR = re.compile(r"(.+?)\s*[,;\s]\s*(.+)")


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A place in degrees of WGS 84: north and east count up."""

    latitude: float
    longitude: float


def read_coordinates(latitude: str, longitude: str) -> Coordinates | None:
    """Return a place, or None where the texts state none.

    Zero north and zero east is open sea: programs write it where they know of no place.
    """
    written = latitude.strip(), longitude.strip()
    if not all(map(_DEGREES.fullmatch, written)):
        return None
    north, east = map(float, written)
    if abs(north) > 90 or abs(east) > 180 or (north == 0 and east == 0):
        return None
    return Coordinates(north, east)


def read_pair(text: str) -> Coordinates | None:
    """Return the place that a text such as "42.36,-71.06" or "42.36;-71.06" states, or None."""
    match = _PAIR.fullmatch(text.strip())
    return read_coordinates(match[1], match[2]) if match else None


def kilometres(one: Coordinates, other: Coordinates) -> Decimal:
    """Return the way between two places as the crow flies, to a tenth of a kilometre."""
    north, other_north = math.radians(one.latitude), math.radians(other.latitude)
    up = math.sin((other_north - north) / 2) ** 2
    along = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    share = min(1.0, up + math.cos(north) * math.cos(other_north) * along)
    return Decimal(str(round(2 * EARTH_KM * math.asin(math.sqrt(share)), 1)))
