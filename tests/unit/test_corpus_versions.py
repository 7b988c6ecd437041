"""Versions of other projects' test suites, with the order that they state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from watchers.versions import compare_versions

CASES = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "versions" / "cases.jsonl"


@pytest.mark.skipif(not CASES.exists(), reason=f"no corpus beside the checkout: {CASES}")
def test_versions_are_ordered_as_their_publishers_say() -> None:
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    wrong = [case["id"] for case in cases if compare_versions(case["a"], case["b"]) != case["order"]]
    assert len(cases) > 100
    assert not wrong


SEMVER = (
    "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.10.0"
)
PEP_440 = (
    "1.0.dev456 1.0a1 1.0a2.dev456 1.0a12 1.0b2 1.0b2.post345 1.0rc1 1.0 1.0+abc.5 1.0+5 1.0.post456 1.1.dev1 1!0.1"
)
EVERYDAY = "3.9 v3.10 3.13.0rc1 3.13.0 3.13.1 2024.5 2024-06-01"


@pytest.mark.parametrize("line", [SEMVER, PEP_440, EVERYDAY])
def test_each_version_of_a_line_is_newer_than_those_before_it(line: str) -> None:
    versions = line.split()
    for place, version in enumerate(versions):
        assert all(compare_versions(older, version) < 0 for older in versions[:place])


@pytest.mark.parametrize(
    ("left", "right"), [("1.0", "v1.0.0"), ("1.0RC1", "1.0-rc.1"), ("1.0.0.Final", "1.0"), ("2" * 5000, "2" * 5000)]
)
def test_spellings_of_one_version_are_equal(left: str, right: str) -> None:
    assert compare_versions(left, right) == 0
