"""The version in what publishers call a release, and whether it says that it is an early one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.releasenames import checked_pattern, is_named_early, is_prerelease, version_in


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("1.2.3", "1.2.3"),
        ("v1.2.3", "1.2.3"),
        ("V2.0", "2.0"),
        ("release-1.2.3", "1.2.3"),
        ("release/1.2", "1.2"),
        ("REL_16_3", "16.3"),
        ("curl-8_5_0", "8.5.0"),
        ("business-2.1.8.0", "2.1.8.0"),
        ("log4j-2.17.0", "2.17.0"),
        ("h2-2.2.224", "2.2.224"),
        ("go1.22.1", "1.22.1"),
        ("n6.0", "6.0"),
        ("php-8.3.0RC1", "8.3.0RC1"),
        ("eslint-plugin-react-hooks@5.0.0", "5.0.0"),
        ("@scope/pkg@1.2.3-beta.1", "1.2.3-beta.1"),
        ("pkg-a/v1.2.0", "1.2.0"),
        ("jdk-21+35", "21+35"),
        ("v7", "7"),
        ("2024-06-01", "2024-06-01"),
        ("1.25.3-alpine-arm64", "1.25.3-alpine-arm64"),
        ("v3.2.0-10-g0208ead", "3.2.0-10-g0208ead"),
        ("Agent 2.1 (stable)", "2.1"),
        ("Version 2.1: the fast one", "2.1"),
        ("nightly", None),
        ("latest", None),
        ("beta5", None),
        ("artful", None),
        ("", None),
    ],
)
def test_the_version_is_found_behind_what_stands_before_it(name: str, version: str | None) -> None:
    assert version_in(name) == version


@pytest.mark.parametrize(
    ("pattern", "name", "version"),
    [
        ("pkg-a@*", "pkg-a@1.2.0", "1.2.0"),
        ("pkg-a@*", "pkg-b@1.2.0", None),
        ("pkg-a@*", "pkg-a@", None),
        ("pkg-a/v*", "pkg-a/v1.2.0", "1.2.0"),
        ("v*-jre", "v33.0.0-jre", "33.0.0"),
        ("v*-jre", "v33.0.0-android", None),
        ("*", "nightly", "nightly"),
    ],
)
def test_a_pattern_picks_tags_and_takes_away_what_is_not_the_version(
    pattern: str, name: str, version: str | None
) -> None:
    assert version_in(name, pattern) == version


@pytest.mark.parametrize("pattern", ["v", "*-*"])
def test_a_pattern_has_one_place_for_the_version(pattern: str) -> None:
    with pytest.raises(ValueError, match="one \\*"):
        checked_pattern(pattern)


EARLY = (
    "1.0a1 1.0b2 1.0rc1 1.0.dev3 1.0-alpha 1.0.0-beta.2 2.0.0-rc.1 3.13.0rc2 1.7.0.beta 5.0-M1 4.0-SNAPSHOT 1.0-pre.3"
)
FINAL = "1.0 1.0.0 v2 2024.5 2024-06-01 1.0.2k 9.2p1 1.0.0.Final 5.10-RELEASE 1.0-2 1.0.post1 1.0+build.beta 1!2.0 7-1"
NEITHER = "33.0.0-jre 1.25.3-alpine 3.2.0-10-g0208ead 4.8-windowsservercore-ltsc2022"


@pytest.mark.parametrize(
    ("versions", "answer"), [(EARLY, True), (FINAL, False), (NEITHER, None)], ids=["early", "final", "neither"]
)
def test_a_version_says_whether_it_is_an_early_one_or_says_nothing(versions: str, answer: bool | None) -> None:
    assert {version: is_prerelease(version.removeprefix("v")) for version in versions.split()} == dict.fromkeys(
        versions.split(), answer
    )


@given(st.text(max_size=400))
def test_any_name_is_read_or_not(name: str) -> None:
    version = version_in(name)
    assert version is None or (version and is_prerelease(version) in (True, False, None))
    assert version is None or not version[0].isspace()


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("v.1.2.3", "1.2.3"),
        ("RELEASE.2026-01-13T07-53-03Z", "2026-01-13T07-53-03Z"),
        ("weekly.2026-03-27", "2026-03-27"),
        ("three.js r150", "150"),
        ("node.js-20.1", "20.1"),
        ("b4200", "4200"),
        ("b42", None),
    ],
)
def test_a_version_is_whole_behind_a_dot_and_a_count_of_builds_is_one(name: str, version: str | None) -> None:
    assert version_in(name) == version


def test_the_time_at_which_something_was_built_is_no_word_for_an_early_release() -> None:
    assert is_prerelease("2026-01-13T07-53-03Z") is False
    assert is_prerelease("2026-01-13T07-53-03Z-rc1") is True
    assert is_prerelease("8u392-ga") is False


@pytest.mark.parametrize(
    "name",
    [
        "beta-1.2.3",
        "pre-release-1.2",
        "nightly-2026-01-01",
        "Version 2.0 Beta 3",
        "Release 3.4 RC 2",
        "1.2.3 (beta)",
        "1.20.5 Pre-Release 1",
        "v2.0.0 - Release Candidate 1",
        "1.4 beta 3 (15C5059c)",
    ],
)
def test_a_name_says_beside_its_version_that_it_is_an_early_release(name: str) -> None:
    assert is_named_early(name)


@pytest.mark.parametrize(
    "name",
    [
        "pre-commit-3.6.0",
        "next-14.0.0",
        "beta-kit-1.2",
        "canary@1.0.0",
        "v1.2.3 - Beta testers rejoice",
        "1.2.3 Preview support",
        "4.1.0 alpha channel fixed",
        "Version 1.5 (stable)",
        "nightly builds of 1.2",
        "1.2: Preview pane, and more",
    ],
)
def test_a_word_of_a_programs_name_or_of_its_notes_makes_no_early_release(name: str) -> None:
    assert not is_named_early(name)
