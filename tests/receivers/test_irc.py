"""IRC goes to ngIRCd, and is read by somebody in the room."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from agent.channels import Channels, Sent, Unsent
from agent.redaction import Redactor
from rules.rule import Channel, Place
from tests.http_sink import dead_port, silent_port
from tests.receivers.chat import ROOM, ChatServer
from tests.receivers.daemons import Authority
from tests.receivers.sent import BODY, LINK, picture, send, words
from tests.receivers.web import Answer, web_server

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def test_every_line_arrives_in_the_room_with_the_link_whole(irc: ChatServer) -> None:
    assert isinstance(send(irc.url(), words("A title", picture())), Sent)
    said = irc.read_until(BODY.splitlines()[-1])
    lines = [line for line in BODY.splitlines() if line]
    assert [line for to, line in said if to == ROOM] == ["A title", *lines]
    assert f"Link: {LINK}" in [line for _, line in said]


def test_a_success_does_not_prove_that_anybody_was_there_and_the_owner_is_told_so(irc: ChatServer) -> None:
    assert isinstance(send(irc.url("@nobody_here"), words("to nobody")), Sent)
    assert all(line != "to nobody" for _, line in irc.said)
    channel = Channel("chat", SecretStr(irc.url()), Place("rules.yaml", 1, 1))
    assert "nothing proves that somebody read it" in Channels({"chat": channel}, Redactor()).check("chat")[0]


def test_a_wrong_password_is_for_a_person_to_mend(irc: ChatServer) -> None:
    unsent = send(irc.url(password="another-pa55"), words("no"))
    assert isinstance(unsent, Unsent)
    assert unsent.reason.startswith("the server refused the sign-in")
    assert (unsent.permanent, unsent.doubtful) == (True, False)


def test_a_server_that_is_down_was_surely_not_given_it() -> None:
    unsent = send(f"irc://agent:p4ss@127.0.0.1:{dead_port()}/%23watch?mode=server", words("no"))
    assert unsent == Unsent("the connection was refused: nothing listens there")


def test_a_server_that_never_lets_it_in_is_left_behind_after_the_deadline() -> None:
    with silent_port() as port:
        unsent = send(f"irc://agent:p4ss@127.0.0.1:{port}/%23watch?mode=server", words("no"), seconds=0.5)
    assert unsent == Unsent("no end of it within 0.5 s", doubtful=True)


def test_nothing_is_said_to_a_server_whose_certificate_is_not_trusted(authority: Authority) -> None:
    with web_server(lambda asked: Answer(), authority) as server:
        unsent = send(f"ircs://agent:p4ss@localhost:{server.port}/%23watch?mode=server", words("no"))
    assert unsent == Unsent("its certificate is not trusted: unable to get local issuer certificate")
    assert server.asked == []
