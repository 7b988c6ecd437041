"""What says the same as before, but how long ago something was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.ages import in_words_of
from watchers.reading.pagememory import looks_new, news
from watchers.reading.pagetext import Line

HOURS = Line("The museum is open from Tuesday to Sunday, 10 am to 6 pm.", "a")


def texts(before: list[str], *now: str) -> list[str]:
    return [line.text for line in in_words_of(before, [Line(text, "p") for text in (*now, HOURS.text)])][:-1]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("Updated 3 minutes ago", "Updated an hour ago"),
        ("Last edit: 2h ago by Jo", "Last edit: 1 day, 3 hours ago by Jo"),
        ("just now", "1 min ago"),
        ("vor 3 Minuten", "vor einer Stunde"),
        ("Mis à jour il y a 2 heures", "Mis à jour il y a 3 jours"),
        ("hace 5 minutos", "hace una hora"),
        ("há 2 dias", "há uma semana"),
        ("2 ore fa", "un giorno fa"),
        ("3 uur geleden", "2 dagen geleden"),
        ("5 minuter sedan", "2 timmar sedan"),
        ("2 часа назад", "5 часов назад"),
        ("3分前に更新", "2時間前に更新"),
        ("3天前", "4天前"),
        ("3분 전", "2시간 전"),
        ('It\'s "open" - really...', "It’s “open” – really…"),
    ],
)
def test_a_line_with_another_age_stays_as_it_was(before: str, now: str) -> None:
    assert texts([before], now) == [before]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("Updated 3 minutes ago", "Deleted 3 minutes ago"),
        ("Tickets cost 3 euros", "Tickets cost 5 euros"),
        ("Open for 3 days", "Open for 5 days"),
        ("3 Tage offen", "4 Tage offen"),
        ("vor 3 Uhr", "vor 4 Uhr"),
        ("Chicago 3", "Chicago 4"),
    ],
)
def test_a_line_with_anything_else_in_it_is_another(before: str, now: str) -> None:
    assert texts([before], now) == [now]


def test_lines_of_a_list_stay_apart_and_a_new_one_is_seen() -> None:
    before = ["2 hours ago", "3 hours ago"]
    assert texts(before, "2 hours ago", "3 hours ago") == before
    assert texts(before, "4 hours ago", "5 hours ago") == before
    assert texts(before, "Jo: yes!", "1 hour ago", "4 hours ago", "5 hours ago")[0] == "Jo: yes!"


def test_an_age_that_is_watched_for_itself_counts() -> None:
    (line,) = in_words_of(["3 days ago"], [Line("5 minutes ago", "p")])
    assert line.text == "5 minutes ago"


def test_a_page_that_only_grew_older_is_no_news_and_is_not_looked_at_twice() -> None:
    first = news([HOURS, Line("Updated 3 minutes ago", "b")], None)
    later = [HOURS, Line("Updated 9 minutes ago", "b")]
    assert not looks_new(later, first.memory)
    assert not news(later, first.memory, later).is_changed
    changed = [Line("The museum is open every day.", "a"), later[1]]
    found = news(changed, first.memory, changed)
    assert (found.added, found.removed) == (("The museum is open every day.",), (HOURS.text,))


@given(st.lists(st.text(max_size=40), max_size=5), st.lists(st.text(max_size=40), max_size=5))
def test_any_lines_are_kept_in_their_number_and_places(before: list[str], now: list[str]) -> None:
    lines = [Line(text, str(number)) for number, text in enumerate(now)]
    found = in_words_of(before, lines)
    assert [line.place for line in found] == [line.place for line in lines]
    assert all(line.text in {*before, *now} for line in found)


def test_a_line_of_digits_alone_is_read_in_no_time() -> None:
    digits = "1" * 200_000
    assert texts(["3 minutes ago"], digits) == [digits]
