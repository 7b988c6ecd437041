"""What is news on a page: banners, clocks, alternating versions and vanishing pages are none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.pagememory import LOOKS, PATIENCE, RECHECK, News, looks_new, news, read_memory
from watchers.reading.pagetext import Line


def lines(*texts: str) -> tuple[Line, ...]:
    """Lines, each at a place of its own; `ad: …` stands at the place of the banner."""
    return tuple(Line(text, "ad" if text.startswith("ad:") else f"at {number}") for number, text in enumerate(texts))


def paragraphs(*texts: str) -> tuple[Line, ...]:
    return tuple(Line(text, "p") for text in texts)


class Watch:
    """A watch that looks at a page again and again."""

    def __init__(self) -> None:
        self.cursor: str | None = None

    def look(self, now: tuple[Line, ...], second: tuple[Line, ...] | None = None) -> News:
        memory = read_memory(self.cursor)
        found = news(now, memory, second if looks_new(now, memory) else None)
        self.cursor = found.memory.written()
        return found


def test_the_first_look_is_no_news():
    assert not Watch().look(lines("open 9 to 17")).is_changed


def test_a_new_line_is_added_and_an_old_one_removed():
    watch = Watch()
    watch.look(paragraphs("Hours", "open 9 to 17"))
    found = watch.look(paragraphs("Hours", "open 9 to 18"))
    assert (found.added, found.removed) == (("open 9 to 18",), ("open 9 to 17",))
    assert not watch.look(paragraphs("Hours", "open 9 to 18")).is_changed


def test_a_page_that_alternates_between_known_versions_is_no_news():
    watch = Watch()
    one, other = paragraphs("Hours", "open 9 to 17", "free entry"), paragraphs("Hours", "open 9 to 18", "3 EUR")
    told = [watch.look(version).is_changed for version in (one, other, one, other, one, one, other)]
    assert told == [False, True, False, False, False, False, False]


def test_a_banner_that_differs_a_moment_later_never_counts():
    watch = Watch()
    told, texts = [], []
    for turn in range(0, 20, 2):
        found = watch.look(
            lines("Hours of the museum", "open 9 to 17", f"ad: {turn}"),
            lines("Hours of the museum", "open 9 to 17", f"ad: {turn + 1}"),
        )
        told.append(found.is_changed)
        texts.append(found.lines)
    assert not any(told)
    assert set(texts) == {("Hours of the museum", "open 9 to 17")}


def test_the_owner_is_told_once_what_is_left_out():
    watch = Watch()
    first = watch.look(lines("Hours of the museum", "ad: one"), lines("Hours of the museum", "ad: two"))
    assert first.left_out == ("ad: one",)
    assert watch.look(lines("Hours of the museum", "ad: three")).left_out == ()


def test_news_beside_a_banner_is_told():
    watch = Watch()
    watch.look(lines("Hours of the museum", "ad: one"), lines("Hours of the museum", "ad: two"))
    changed = lines("Hours of the gallery", "ad: three")
    found = watch.look(changed, lines("Hours of the gallery", "ad: four"))
    assert (found.added, found.removed) == (("Hours of the gallery",), ("Hours of the museum",))


def test_a_cache_that_has_not_caught_up_hides_no_news():
    watch = Watch()
    old, new = lines("Hours of the museum", "open 9 to 17"), lines("Hours of the museum", "open 9 to 18")
    watch.look(old, old)
    found = watch.look(new, old)
    assert (found.added, found.removed, found.left_out) == (("open 9 to 18",), ("open 9 to 17",), ())


def test_a_place_that_turns_out_to_be_restless_is_no_news():
    watch = Watch()
    text = "Hours of the museum"
    watch.look(lines(text, "ad: one"), lines(text, "ad: one"))
    found = watch.look(lines(text, "ad: two"), lines(text, "ad: three"))
    assert not found.is_changed
    assert found.left_out == ("ad: two",)


def test_one_restless_line_of_a_list_leaves_the_others_alone():
    watch = Watch()
    watch.look(paragraphs("a long first paragraph", "12 visitors"), paragraphs("a long first paragraph", "13 visitors"))
    found = watch.look(paragraphs("another long paragraph", "14 visitors"), paragraphs("another long paragraph", "15"))
    assert "another long paragraph" in found.added


def test_a_page_that_is_restless_as_a_whole_counts_as_a_whole():
    watch = Watch()
    first = watch.look(lines("ad: 10.50"), lines("ad: 10.51"))
    assert first.lines == ("ad: 10.50",)
    assert watch.look(lines("ad: 11.90"), lines("ad: 11.91")).added == ("ad: 11.90",)


def test_a_place_that_has_come_to_rest_counts_again():
    watch = Watch()
    text = "Hours of the museum and more"
    watch.look(lines(text, "ad: one"), lines(text, "ad: two"))
    now = lines(text, "ad: rest")
    shown = ["ad: rest" in watch.look(now, now).lines for _ in range(PATIENCE * (RECHECK + 1) + 1)]
    assert not shown[RECHECK]
    assert shown[-1]


def test_everything_vanishing_at_once_is_believed_only_when_it_stays_so():
    watch = Watch()
    full = paragraphs(*(f"a paragraph of the page, number {number}" for number in range(20)))
    watch.look(full)
    held = [watch.look(paragraphs("Menu")).has_vanished for _ in range(LOOKS - 1)]
    assert all(held)
    found = watch.look(paragraphs("Menu"))
    assert (found.has_vanished, found.added, len(found.removed)) == (False, ("Menu",), 20)


def test_a_page_that_is_back_after_it_vanished_was_never_gone():
    watch = Watch()
    full = paragraphs(*(f"a paragraph of the page, number {number}" for number in range(20)))
    watch.look(full)
    assert watch.look(paragraphs("Menu")).has_vanished
    assert not watch.look(full).is_changed


def test_a_line_that_was_there_lately_is_not_added_again():
    watch = Watch()
    watch.look(paragraphs("Hours", "tickets"))
    watch.look(paragraphs("Hours", "news"))
    found = watch.look(paragraphs("Hours", "tickets", "more"))
    assert found.added == ("more",)


TEXTS = st.lists(st.sampled_from(["a", "bb", "ccc", "dddd", "eeeee"]), max_size=6)


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_what_was_just_seen_is_never_news_and_memory_comes_back_from_its_text(series):
    watch = Watch()
    for texts in series:
        found = watch.look(paragraphs(*texts))
        assert read_memory(watch.cursor) == found.memory
        assert set(found.added) <= set(texts)
        assert not set(found.removed) & set(texts)
    assert not watch.look(paragraphs(*series[-1])).is_changed


def test_a_cursor_of_another_program_is_a_first_look():
    assert read_memory("{}") is None
    assert read_memory("no json") is None
    assert read_memory(None) is None
