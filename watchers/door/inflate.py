"""Undoing the compression of an answer without letting it grow past a limit.

An answer of a thousand bytes can unpack to a megabyte, and packed twice to a gigabyte. So every layer unpacks in steps
of bounded size and is counted, and the first byte too many ends it.
Only what the standard library can unpack stepwise is asked for (RFC 9110, section 8.4.1); `br` and `zstd` are not in
Python 3.11, and a server that sends them unasked breaks RFC 9110, section 12.5.3.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, Protocol

ACCEPTED: Final = "gzip, deflate"
"""The Accept-Encoding of every request."""

MAX_LAYERS: Final = 3
STEP_BYTES: Final = 256 * 1024

_GZIP_MAGIC: Final = b"\x1f\x8b"


class TooBig(Exception):
    """The unpacked answer is over the limit."""


class Spoilt(Exception):
    """The packed bytes are not what their encoding says; the message says what is wrong, without any of the bytes."""


class Unfinished(Spoilt):
    """The packed bytes end before their end mark."""


class UnknownEncoding(Exception):
    """The answer is packed in a way that was not asked for."""


class _Layer(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]: ...
    def finish(self) -> None: ...


class _Gzip:
    """One gzip layer: members in a row are one text (RFC 1952, section 2.2); what follows the last is padding."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)
        self._fed = False
        self._left = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._fed = self._fed or bool(data)
        data, self._left = self._left + data, b""
        while data:
            if self._stream.eof:
                if len(data) < len(_GZIP_MAGIC):
                    self._left = data
                    return
                if not data.startswith(_GZIP_MAGIC):
                    return
                self._stream = zlib.decompressobj(wbits=31)
            yield from _steps(self._stream, data)
            data = self._stream.unused_data

    def finish(self) -> None:
        if self._fed and not self._stream.eof:
            raise Unfinished("its compressed data ends too early")


class _Deflate:
    """One deflate layer: with the zlib header that RFC 9110 asks for, or without, as some servers send it."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._head = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            self._head += data
            if len(self._head) < 2:
                return
            data = self._head
            # RFC 1950: the method is 8, and the two bytes read as a number are divisible by 31.
            has_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._stream = zlib.decompressobj(wbits=15 if has_header else -15)
        yield from _steps(self._stream, data)

    def finish(self) -> None:
        if self._head and (self._stream is None or not self._stream.eof):
            raise Unfinished("its compressed data ends too early")


_LAYERS: Final[dict[str, type[_Layer]]] = {"gzip": _Gzip, "x-gzip": _Gzip, "deflate": _Deflate}


class Inflater:
    """Undoes the encodings that a Content-Encoding header names, last one first, and counts."""

    def __init__(self, encodings: str, limit: int) -> None:
        """Prepare for one answer.

        Args:
            encodings: The value of the Content-Encoding header; empty where there is none.
            limit: The most bytes that any layer may yield, packed ones included.

        Raises:
            UnknownEncoding: One was not asked for, or there are more layers than any honest answer has.
        """
        names = [name.strip().lower() for name in encodings.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        unknown = [name for name in names if name not in _LAYERS]
        if unknown:
            raise UnknownEncoding(f"it is packed as {unknown[0][:20]!r}, which was not asked for")
        if len(names) > MAX_LAYERS:
            raise UnknownEncoding(f"it is packed {len(names)} times over")
        self._layers: list[_Layer] = [_LAYERS[name]() for name in reversed(names)]
        self._counts = [0] * (len(names) + 1)
        self._limit = limit

    def feed(self, data: bytes) -> bytes:
        """Return what a piece of the answer unpacks to.

        Raises:
            TooBig: A layer yielded more than the limit.
            Spoilt: The bytes are not packed as the header says.
        """
        return b"".join(self._through(data, 0))

    def finish(self) -> None:
        """Note the end of the answer.

        Raises:
            Unfinished: A layer still waits for more.
        """
        for layer in self._layers:
            layer.finish()

    def _through(self, data: bytes, depth: int) -> Iterator[bytes]:
        self._counts[depth] += len(data)
        if self._counts[depth] > self._limit:
            raise TooBig
        if depth == len(self._layers):
            yield data
            return
        for piece in self._layers[depth].feed(data):
            yield from self._through(piece, depth + 1)


def _steps(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    # A full step can leave output inside zlib although all input is taken, so it is asked once more.
    piece = None
    while not stream.eof and (piece is None or data or len(piece) == STEP_BYTES):
        try:
            piece = stream.decompress(data, STEP_BYTES)
        except zlib.error as error:
            raise Spoilt("it is not packed the way it says") from error
        yield piece
        data = stream.unconsumed_tail
