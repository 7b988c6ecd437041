"""Answers are unpacked as far as the limit, and not a byte further."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.door.inflate import Inflater, Spoilt, TooBig, Unfinished, UnknownEncoding

TEXT = b"a price, and another price. " * 500


def unpack(data: bytes, encodings: str, limit: int = 10**6, size: int = 100) -> bytes:
    inflater = Inflater(encodings, limit)
    out = b"".join(inflater.feed(data[start : start + size]) for start in range(0, len(data), size))
    inflater.finish()
    return out


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encodings", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("X-GZIP", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0)),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
        ("gzip", gzip.compress(TEXT[:99], mtime=0) + gzip.compress(TEXT[99:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 50),
        ("gzip", b""),
    ],
)
def test_an_honest_answer_is_unpacked(encodings, packed):
    assert unpack(packed, encodings) == (TEXT if packed else b"")


@given(st.binary(max_size=3000), st.integers(1, 700), st.sampled_from(["gzip", "deflate", "gzip, deflate"]))
def test_an_answer_may_come_in_pieces_of_any_size(data, size, encodings):
    packed = data
    for encoding in encodings.split(", "):
        packed = gzip.compress(packed, mtime=0) if encoding == "gzip" else zlib.compress(packed)
    assert unpack(packed, encodings, size=size) == data


def test_a_bomb_is_stopped_at_the_limit_and_takes_no_memory():
    bomb = gzip.compress(b"\0" * 50_000_000, mtime=0)
    tracemalloc.start()
    with pytest.raises(TooBig):
        unpack(bomb, "gzip", limit=1_000_000, size=65536)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_bomb_in_a_bomb_is_stopped_too():
    bomb = gzip.compress(gzip.compress(b"\0" * 100_000_000, mtime=0), mtime=0)
    assert len(bomb) < 2_000
    with pytest.raises(TooBig):
        unpack(bomb, "gzip, gzip", limit=1_000_000)


def test_an_endless_row_of_empty_members_is_stopped_by_its_packed_size():
    with pytest.raises(TooBig):
        unpack(gzip.compress(b"", mtime=0) * 1000, "gzip", limit=10_000)


def test_an_answer_of_just_the_limit_is_let_through():
    assert len(unpack(b"x" * 1000, "", limit=1000)) == 1000
    with pytest.raises(TooBig):
        unpack(b"x" * 1001, "", limit=1000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_cut_off_answer_is_no_answer(encoding):
    packed = gzip.compress(TEXT, mtime=0) if encoding == "gzip" else zlib.compress(TEXT)
    for length in (1, 5, 20, len(packed) - 1):
        with pytest.raises(Unfinished):
            unpack(packed[:length], encoding)


def test_what_is_not_packed_as_it_says_is_spoilt():
    with pytest.raises(Spoilt):
        unpack(b"<html>plain</html>", "gzip")
    with pytest.raises(Spoilt):
        unpack(b"<html>plain</html>", "deflate")


@pytest.mark.parametrize("encodings", ["br", "gzip, br", "zstd", "sdch", "gzip, gzip, gzip, gzip"])
def test_what_was_not_asked_for_is_refused(encodings):
    with pytest.raises(UnknownEncoding):
        Inflater(encodings, 100)


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_end_in_a_named_fault_or_an_answer(data, encoding):
    try:
        out = unpack(data, encoding)
    except (Spoilt, TooBig):
        return
    assert isinstance(out, bytes)
