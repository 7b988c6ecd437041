"""The kind `file`: what is at a path, what is not, and what is never opened."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from tests.story import Told, rule
from watchers.api import (
    Flag,
    Moment,
    Number,
    Observation,
    Poll,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Span,
    Text,
)
from watchers.door.localfiles import MAX_FILE_BYTES
from watchers.files import File, since_seen
from watchers.testing import NOON, CannedContext


def poll(path, **options) -> Poll:
    return asyncio.run(File(path=str(path), **options).poll(CannedContext(b"")))


def look(path, **options) -> Observation:
    (seen,) = poll(path, **options).observations
    return seen


def written(path, content: str | bytes, *, hours_ago: float = 0):
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    at = (NOON - timedelta(hours=hours_ago)).timestamp()
    os.utime(path, (at, at))
    return path


def number(value: int) -> Number:
    return Number(Decimal(value))


def test_a_file_has_a_size_an_age_and_lines(tmp_path):
    seen = look(written(tmp_path / "log", "one\ntwo\nthree", hours_ago=26))
    assert seen.facts["exists"] == Flag(True)
    assert seen.facts["size"] == number(13)
    assert seen.facts["lines"] == number(3)
    assert seen.facts["modified"] == Moment(datetime(2026, 5, 31, 10, tzinfo=UTC))
    assert seen.facts["age"] == Span(timedelta(hours=26))
    assert "text" not in seen.facts


def test_its_text_is_read_only_where_the_rule_asks(tmp_path):
    file = written(tmp_path / "log", "disk  full\n\x00" + "x" * 100)
    assert str(look(file, text=True).facts["text"]).startswith("disk full xxx")
    assert look(file).unknown["text"] == "with `text: yes` it is read"
    assert look(written(tmp_path / "empty", ""), text=True).unknown["text"] == "the file is empty"


@pytest.mark.parametrize("filler", ["all is well ", "ä" * 9 + " "])
def test_of_a_long_log_the_end_is_read_where_what_is_new_stands(tmp_path, filler):
    seen = look(written(tmp_path / "log", "the first line\n" + filler * 20_000 + "\nerror: disk full\n"), text=True)
    text = str(seen.facts["text"])
    assert text.endswith("error: disk full")
    assert "first" not in text
    assert "\N{REPLACEMENT CHARACTER}" not in text
    assert len(text) <= 20_000
    assert seen.evidence["text"] == "how it ends: it is long"


def test_why_a_fact_is_unknown_is_said_of_each(tmp_path):
    (tmp_path / "folder").mkdir()
    written(tmp_path / "file", "x")
    for name in ("file", "folder", "nothing"):
        seen = look(tmp_path / name, text=True)
        declared = {spec.name for spec in File.kind.facts} - {"diff"}
        assert declared == seen.facts.keys() | seen.unknown.keys(), name


def test_a_change_is_told_in_words_and_not_by_its_mark(tmp_path):
    told = Told(rule("changes", File.kind), now=NOON)
    told.see(look(written(tmp_path / "log", "one\n")))
    (firing,) = told.see(look(written(tmp_path / "log", "one\ntwo\n")))
    assert str(firing.facts["diff"]) == "lines [1 → 2]; size [4 → 8]"
    (firing,) = told.see(look(written(tmp_path / "log", "one\nsix\n")))
    assert str(firing.facts["diff"]) == "written anew, as long as before"
    (tmp_path / "log").unlink()
    gone = look(tmp_path / "log")
    assert str(since_seen(gone, [firing.facts]).facts["diff"]) == "it is gone"
    assert since_seen(gone, [gone.facts]).unknown["diff"] == "nothing has changed since the look before"


def test_a_change_of_what_it_holds_is_seen_also_at_the_same_size_and_time(tmp_path):
    before = look(written(tmp_path / "state", "armed")).facts
    touched = look(written(tmp_path / "state", "armed", hours_ago=5)).facts
    after = look(written(tmp_path / "state", "alarm")).facts
    assert before["content"] == touched["content"] != after["content"]
    assert (before["size"], before["modified"]) == (after["size"], after["modified"])


def test_a_file_that_is_not_there_is_a_fact(tmp_path):
    seen = look(tmp_path / "lock")
    assert seen.facts == {"exists": Flag(False), "title": Text(str(tmp_path / "lock"))}
    assert seen.unknown["size"] == "it is not there"


def test_where_not_even_the_folder_is_there_nothing_is_known(tmp_path):
    with pytest.raises(SourceGone, match="there is no folder"):
        look(tmp_path / "disk" / "backup.tar")
    written(tmp_path / "file", "")
    with pytest.raises(SourceGone, match="stands a file"):
        look(tmp_path / "file" / "below")


def test_a_folder_has_a_count_and_a_newest_file(tmp_path):
    written(tmp_path / "a.tar", "1234", hours_ago=30)
    written(tmp_path / "b.tar", "12", hours_ago=2)
    written(tmp_path / "c.txt", "1", hours_ago=1)
    written(tmp_path / ".hidden.tar", "1")
    (tmp_path / "folder.tar").mkdir()
    (tmp_path / "dangling.tar").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.tar")
    seen = look(tmp_path, pattern="*.tar")
    assert seen.facts["count"] == number(2)
    assert seen.facts["newest"] == Text("b.tar")
    assert seen.facts["size"] == number(6)
    assert seen.facts["age"] == Span(timedelta(hours=2))
    assert seen.evidence["modified"] == "b.tar"


def test_a_folder_changes_when_a_file_comes_goes_or_grows(tmp_path):
    written(tmp_path / "a", "1", hours_ago=3)
    first = look(tmp_path).facts["content"]
    assert look(tmp_path).facts["content"] == first
    written(tmp_path / "b", "1", hours_ago=2)
    second = look(tmp_path).facts["content"]
    written(tmp_path / "b", "12", hours_ago=2)
    third = look(tmp_path).facts["content"]
    (tmp_path / "b").unlink()
    assert len({first, second, third}) == 3
    assert look(tmp_path).facts["content"] == first


def test_an_empty_folder_holds_nothing_and_says_so(tmp_path):
    seen = look(tmp_path, pattern="*.jpg")
    assert seen.facts["count"] == number(0)
    assert seen.unknown["newest"] == "the folder holds no file *.jpg"


def test_a_link_is_named(tmp_path):
    target = written(tmp_path / "v2", "two")
    link = tmp_path / "current"
    link.symlink_to(target)
    found = poll(link)
    assert found.notices == (f"{link} is a link to {target}",)
    assert found.observations[0].facts["size"] == number(3)


def test_a_link_to_a_disk_that_is_not_there_says_nothing_of_the_file_on_it(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    link = tmp_path / "newest"
    link.symlink_to(disk / "backup.tar")
    assert look(link).facts["exists"] == Flag(value=False)
    disk.rmdir()
    with pytest.raises(SourceGone, match=re.escape(f"there is no folder {disk}")):
        look(link)


def test_what_is_no_file_is_never_opened(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "link"
    link.symlink_to(pipe)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for path in (pipe, link, tmp_path / "socket", "/dev/zero"):
            with pytest.raises(SourceRefused, match="neither a file nor a folder"):
                look(path, text=True)


def test_of_a_very_large_file_size_and_time_stand_for_what_it_holds(tmp_path):
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    seen = look(large, text=True)
    assert seen.facts["size"] == number(MAX_FILE_BYTES + 1)
    assert seen.evidence["content"] == "size and time"
    assert "lines" in seen.unknown
    assert "text" in seen.unknown


def test_a_ring_of_links_is_no_endless_walk(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        look(tmp_path / "a")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    file = written(tmp_path / "secret", "x")
    file.chmod(0)
    with pytest.raises(SourceRefused, match="may not be read"):
        look(file)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"path": "backup"}, "whole path"),
        ({"path": "../backup"}, "whole path"),
        ({"path": "/srv", "pattern": "a/*"}, "pattern of names"),
    ],
)
def test_a_wrong_option_says_what_is_wrong(options, said):
    with pytest.raises(ValidationError, match=said):
        File(**options)


def test_silence_counts_from_when_it_was_last_written(tmp_path):
    silence = rule("nothing for 1 day", File.kind)
    fresh, old = (look(written(tmp_path / "backup", "x", hours_ago=hours)) for hours in (23, 25))
    assert not Told(silence, now=NOON).see(fresh)
    assert [firing.because for firing in Told(silence, now=NOON).see(old)] == ["nothing came for 1 day"]
