"""The documents hold together: links lead somewhere, and generated parts are up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, REPOSITORY, anchors, links, pages, parts, prose, regenerated
from tests.docs.reference import parts as generated_parts

NAMES = [str(page.relative_to(REPOSITORY)) for page in pages()]


@pytest.fixture(scope="module")
def known() -> dict[str, object]:
    return generated_parts()


@pytest.mark.parametrize("page", pages(), ids=NAMES)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.is_file(), f"{page.name} links to {target}, which is not there"
        assert not anchor or anchor in anchors(other), f"{page.name} links to {target}, which has no such heading"


def test_every_page_can_be_reached_from_the_first_one() -> None:
    reached, left = set(), [DOCS / "index.md"]
    while left:
        page = left.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = (page.parent / target.partition("#")[0] for target in links(page) if "://" not in target)
        left += [target.resolve() for target in targets if target.suffix == ".md" and target.is_file()]
    assert not set(DOCS.rglob("*.md")) - reached


@pytest.mark.parametrize("page", pages(), ids=NAMES)
def test_generated_parts_are_up_to_date(page: Path, known: dict[str, object]) -> None:
    assert page.read_text(encoding="utf-8") == regenerated(page, known), "run ./run docs"


def test_every_part_that_can_be_generated_is_asked_for(known: dict[str, object]) -> None:
    asked = {name for page in pages() for name in parts(page)}
    assert asked == set(known)


def test_every_decision_is_in_the_list_and_half_a_page_long() -> None:
    folder = DOCS / "decisions"
    listed = set(links(folder / "index.md"))
    for page in sorted(folder.glob("0*.md")):
        assert page.name in listed
        number = int(page.name[:4])
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. "), f"{page.name} does not begin with its number"
        assert len(text.split()) < 320, f"{page.name} is longer than half a page"


def test_the_readme_is_read_within_a_minute() -> None:
    # 238 words a minute is what people read of prose: https://doi.org/10.1016/j.jml.2019.104047
    assert len(prose(REPOSITORY / "README.md").split()) <= 238


def test_nothing_is_installed_by_a_name_that_an_index_may_have_given_to_somebody_else() -> None:
    by_name = re.compile(r"pipx? install [^`\n]*(?<![/\w-])trusted-agent")
    assert not [page.name for page in pages() if by_name.search(page.read_text(encoding="utf-8"))]
