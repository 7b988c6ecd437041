"""A message that its service refuses for itself holds up no other, and is not given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.channels import Sent, Unsent
from agent.outbox import LONGEST_WAIT
from tests.story import HOUR, START
from tests.unit.test_mailbox import Post, Services, notice

REFUSALS = {400: "the service answered 400 Bad Request", 413: "the service answered 413 Content Too Large"}


class Particular(Services):
    """Refuses what has a word in its title."""

    def __init__(self, status: int, refuses: Callable[[str], bool]) -> None:
        super().__init__()
        self.status, self.refuses = status, refuses
        self.tried: list[str] = []

    async def send(self, name: str, words: Any, urgency: str, *, message_id: str, asked_by: tuple[str, ...]) -> Any:
        self.tried.append(words.title)
        if self.refuses(words.title):
            return Unsent(REFUSALS.get(self.status, "refused"), permanent=True, status=self.status)
        self.taken += [(name, one) for one in self.holds(message_id)]
        return Sent(timedelta())


class SlowAtFirst(Particular):
    """Answers too late the first time that it is told something, and may have taken it."""

    async def send(self, name: str, words: Any, urgency: str, *, message_id: str, asked_by: tuple[str, ...]) -> Any:
        if not self.tried:
            self.tried.append(words.title)
            return Unsent("the answer did not come in time", doubtful=True)
        return await super().send(name, words, urgency, message_id=message_id, asked_by=asked_by)


class WhereElse(Particular):
    """Refuses on the phone alone."""

    async def send(self, name: str, words: Any, urgency: str, *, message_id: str, asked_by: tuple[str, ...]) -> Any:
        if name == "mail":
            self.taken += [(name, one) for one in self.holds(message_id)]
            return Sent(timedelta())
        return await super().send(name, words, urgency, message_id=message_id, asked_by=asked_by)


def brought(database: Any, services: Particular) -> Post:
    post = Post(database, services)
    post.book = type(post.book)((), {"phone": post.book.channels["phone"]}, post.book.me, post.book.network)
    for name in ("poison", "first", "second"):
        post.mailbox.tell(notice(name), ["phone"])
    return post


def with_mail(post: Post, **phone: Any) -> Post:
    """Give the owner a mail channel too."""
    channel = post.book.channels["phone"]
    post.book = replace(post.book, channels={"phone": replace(channel, **phone), "mail": replace(channel, name="mail")})
    return post


def let_pass(post: Post, until: Any) -> None:
    names = list(post.book.channels)
    while (due := post.mailbox.next_due_at(names, post.now, post.book)) is not None and due <= until:
        post.now = max(post.now, due)
        post.deliver()
    post.now = until


@pytest.mark.parametrize("status", REFUSALS)
def test_a_message_that_is_refused_for_itself_lets_the_others_go_first(database, status):
    post = brought(database, Particular(status, lambda title: "poison" in title))
    let_pass(post, START + HOUR)
    assert [one for _, one in post.services.taken] == [notice("first").id, notice("second").id]
    state = post.mailbox.states()["phone"]
    assert (state.waiting, state.failures > 0) == (1, True)


def test_it_is_tried_again_for_ever_and_told_when_it_is_taken(database):
    services = Particular(400, lambda title: "poison" in title)
    post = brought(database, services)
    let_pass(post, START + 24 * HOUR)
    tries = services.tried.count("Title poison")
    assert 5 <= tries <= 20
    services.refuses = lambda _: False
    let_pass(post, post.now + LONGEST_WAIT)
    assert post.services.taken[-1] == ("phone", notice("poison").id)
    assert post.waiting() == 0


def test_where_the_sender_is_refused_nothing_is_tried_out_of_its_turn(database):
    services = Particular(403, lambda _: True)
    post = brought(database, services)
    let_pass(post, START + 24 * HOUR)
    assert set(services.tried) == {"Title poison"}
    assert post.mailbox.states()["phone"].waiting == 3


def test_so_does_one_that_was_in_doubt_before_it_was_refused(database):
    post = brought(database, SlowAtFirst(400, lambda title: "poison" in title))
    let_pass(post, START + HOUR)
    assert [one for _, one in post.services.taken] == [notice("first").id, notice("second").id]


@pytest.mark.parametrize("services", [WhereElse, type("Both", (SlowAtFirst, WhereElse), {})])
def test_whoever_stands_in_is_told_what_the_channel_refuses_while_it_takes_others(database, services):
    refusing = services(400, lambda title: "poison" in title)
    post = with_mail(brought(database, refusing), fallback=("mail",))
    let_pass(post, START + 12 * HOUR)
    poison = notice("poison").id
    assert post.services.taken.count(("mail", poison)) == 1
    assert ("phone", poison) not in post.services.taken
    assert post.waiting() == 0
    # Nobody tries again what was told.
    tried = len(refusing.tried)
    let_pass(post, START + 72 * HOUR)
    assert len(refusing.tried) == tried


def test_that_one_message_is_refused_is_told_elsewhere_once_a_day_though_others_pass(database):
    post = with_mail(brought(database, WhereElse(400, lambda title: "poison" in title)))
    for number in range(3 * 24):
        let_pass(post, START + number * HOUR)
        post.mailbox.tell(notice(f"good {number}", post.now), ["phone"])
    let_pass(post, START + 71 * HOUR)
    assert sum(channel == "mail" for channel, _ in post.services.taken) == 3
