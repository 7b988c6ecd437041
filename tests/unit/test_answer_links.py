"""A link says one answer to one message; nobody but this store can write one, and it works once."""

from __future__ import annotations

import base64
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from agent.answers import tickets
from agent.answers.tickets import LIFE, PATH, Link, buttons, question_buttons, read_token, signing_key, write_token
from agent.database import table_of
from agent.tables import TicketRow
from tests.answered import ANSWERS, NOON, told

KEY = bytes(range(32))
LINKS = st.builds(
    Link,
    st.sampled_from(["snooze", "useful", "not useful", "mute", "yes", "no"]),
    st.binary(min_size=16, max_size=16).map(bytes.hex),
    st.integers(0, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=100),
)


@given(LINKS, st.binary(min_size=32, max_size=32))
def test_a_link_is_read_as_it_was_written_with_the_key_that_signed_it(link, other):
    assume(other != KEY)
    token = write_token(link, KEY)
    assert read_token(token, KEY) == link
    assert read_token(token, other) is None


@given(LINKS, st.data())
def test_a_link_that_was_changed_in_any_letter_is_none(link, data):
    token = write_token(link, KEY)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCabc019-_=.~é\x00 "))
    changed = token[:place] + letter + token[place + 1 :]
    assert read_token(changed, KEY) == (link if changed == token else None)


@given(st.text(max_size=200))
def test_anything_else_is_no_link(text):
    assert read_token(text, KEY) is None


@given(LINKS)
def test_a_link_has_one_spelling(link):
    token = write_token(link, KEY)
    padded = token + "=" * (-len(token) % 4)
    spellings = {padded, f"{token}=", f"{token}\n", f" {token}", token.replace("-", "+").replace("_", "/"), token[:-1]}
    assert all(read_token(each, KEY) is None for each in spellings - {token})


def test_a_code_that_is_cut_short_is_none():
    content = base64.urlsafe_b64decode(write_token(Link("useful", "ab" * 16, NOON), KEY) + "==")
    for length in range(len(content)):
        assert read_token(base64.urlsafe_b64encode(content[:length]).decode().rstrip("="), KEY) is None


def test_a_message_offers_four_answers_of_which_three_fit_a_phone():
    firing = told("A tokamak")
    shown = buttons(firing, ANSWERS, KEY, NOON)
    assert [each.label for each in shown] == ["Snooze 3 days", "Useful", "Not useful", "Mute"]
    for each in shown:
        address = urlsplit(each.address)
        assert address.netloc == "agent.home.example"
        link = read_token(address.path.removeprefix(PATH), KEY)
        assert firing.key.startswith(link.firing)
        assert link.expires_at == NOON + LIFE
        assert len(each.address) < 100
    assert buttons(firing, ANSWERS, KEY, NOON) == shown


def test_a_question_offers_yes_and_no_until_it_lapses():
    until = NOON + timedelta(hours=2)
    yes, no = question_buttons("ab" * 32, ANSWERS, KEY, until)
    assert (yes.label, no.label) == ("Yes", "No")
    assert read_token(yes.address.rpartition("/")[2], KEY).expires_at == until


def test_the_same_answer_by_two_channels_is_one_ticket():
    one = Link("useful", "ab" * 16, NOON)
    assert one.ticket == Link("useful", "ab" * 16, NOON + LIFE).ticket
    assert one.ticket != Link("not useful", "ab" * 16, NOON).ticket
    assert one.ticket != Link("useful", "ac" * 16, NOON).ticket


def test_a_store_has_one_key_for_ever_and_no_two_stores_the_same(database, tmp_path):
    with database.writing() as connection:
        key = signing_key(connection)
        assert signing_key(connection) == key
    assert len(key) == 32


def test_a_ticket_is_used_up_once_by_however_many_at_once(database):
    link = Link("useful", "ab" * 16, NOON + LIFE)
    together, used = threading.Barrier(8), []

    def tap():
        together.wait()
        with database.writing() as connection:
            if not tickets.is_used(connection, link) and tickets.use(connection, link, NOON):
                used.append(threading.get_ident())

    taps = [threading.Thread(target=tap) for _ in range(8)]
    for each in taps:
        each.start()
    for each in taps:
        each.join()
    assert len(used) == 1
    with database.reading() as connection:
        assert tickets.is_used(connection, link)


@pytest.mark.parametrize(("later", "left"), [(timedelta(days=59), 1), (timedelta(days=61), 0)])
def test_a_used_ticket_is_forgotten_when_no_link_can_ask_for_it(database, later, left):
    with database.writing() as connection:
        assert tickets.use(connection, Link("useful", "ab" * 16, NOON), NOON)
        tickets.tidy_answers(connection, NOON + later)
        assert connection.scalar(select(func.count()).select_from(table_of(TicketRow))) == left


def test_a_question_may_stand_for_longer_than_a_link_can_say(database):
    with database.writing() as connection:
        key = signing_key(connection)
    one, _ = question_buttons("ab" * 32, ANSWERS, key, NOON + timedelta(days=365 * 99))
    link = read_token(one.address.rpartition("/")[2], key)
    assert link is not None
    assert link.expires_at.year == 2106
