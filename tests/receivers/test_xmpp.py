"""XMPP goes to Prosody, and is read by its owner, who was away meanwhile."""

from __future__ import annotations

import pytest

from agent.channels import Sent, Unsent
from tests.http_sink import dead_port
from tests.receivers.jabber import Jabber
from tests.receivers.sent import BODY, LINK, picture, send, words
from watchers.door.exchange import Contact

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def test_what_is_sent_while_its_owner_is_away_waits_for_them_in_order_with_its_link_whole(jabber: Jabber) -> None:
    long = "Ä👾" * 150
    for title in ("A first", long, "A last one"):
        assert isinstance(send(jabber.url(), words(title, picture())), Sent)
    said = jabber.read_until("A last one")
    assert said == [f"{title}\n{BODY}" for title in ("A first", long, "A last one")]
    assert LINK in said[0]


def test_the_server_stands_in_the_ledger(jabber: Jabber) -> None:
    contacts: list[Contact] = []
    assert isinstance(send(jabber.url(), words("Noted"), ledger=contacts.append), Sent)
    assert [contact.address for contact in contacts] == [f"xmpp://localhost:{jabber.port}"]


def test_a_server_that_is_down_was_surely_not_given_it(jabber: Jabber) -> None:
    nobody = jabber.url().replace(f":{jabber.port}/", f":{dead_port()}/")
    assert send(nobody, words("no")) == Unsent("the connection was refused: nothing listens there")
    nowhere = jabber.url().replace("@localhost:", "@nowhere.invalid:")
    assert send(nowhere, words("no")) == Unsent("its host was not found")


def test_a_wrong_password_is_for_a_person_to_mend(jabber: Jabber) -> None:
    unsent = send(jabber.url(password="another-pa55"), words("no"))
    assert isinstance(unsent, Unsent)
    assert unsent.reason.startswith("the server refused the sign-in: not-authorized")
    assert (unsent.permanent, unsent.doubtful) == (True, False)


def test_a_message_that_the_server_sends_back_was_not_sent(jabber: Jabber) -> None:
    assert send(jabber.url("nobody@localhost"), words("no")) == Unsent("the server sent it back: service-unavailable")
    elsewhere = send(jabber.url("me@elsewhere.invalid"), words("no"))
    assert isinstance(elsewhere, Unsent)
    assert elsewhere.reason.startswith("the server sent it back: ")


def test_a_server_that_does_not_serve_the_address_closes_the_connection_and_that_is_no_success(jabber: Jabber) -> None:
    unsent = send(jabber.url(user="agent%40other.example", more="&verify=no&cto=5"), words("no"))
    assert isinstance(unsent, Unsent)
    assert unsent.reason.startswith("the server closed the connection: host-unknown")
    assert unsent.permanent


def test_nothing_is_said_to_a_server_whose_certificate_is_not_trusted(jabber: Jabber) -> None:
    unsent = send(jabber.url(password="another-pa55", more=""), words("no"))
    assert unsent == Unsent("its certificate is not trusted: unable to get local issuer certificate")
