"""Mail goes through Postfix, by STARTTLS and password, into a mailbox that is read over IMAP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.channels import Sent, Unsent
from agent.services import MESSAGE_HEADER
from tests.http_sink import dead_port, silent_port
from tests.receivers.post_office import PostOffice
from tests.receivers.sent import BODY, BUTTONS, HTML, picture, send, words

pytestmark = [
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
    pytest.mark.usefixtures("trusting"),
]


def test_a_mail_arrives_whole_in_a_real_mailbox_with_its_pictures_byte_for_byte(mail_system: PostOffice) -> None:
    chart, photo = picture("price.png"), picture("Küche 1.png", 60)
    assert isinstance(send(mail_system.url(), words("whole mail", chart, photo, buttons=BUTTONS)), Sent)
    letter = mail_system.letter("whole mail")
    assert letter.get_body(("plain",)).get_content().split() == BODY.split()
    assert letter.get_body(("html",)).get_content().splitlines() == HTML.splitlines()
    enclosed = [
        (part.get_filename(), part.get_content_type(), part.get_content()) for part in letter.iter_attachments()
    ]
    assert enclosed == [(one.name, "image/png", one.content) for one in (chart, photo)]
    assert letter["To"] == "owner@home.example"


def test_a_mail_carries_the_id_of_its_message_and_what_makes_it_a_machines(mail_system: PostOffice) -> None:
    send(mail_system.url(), words("marked mail"), "urgent", message_id="aaa111-bbb222")
    letter = mail_system.letter("marked mail")
    assert letter[MESSAGE_HEADER] == "aaa111-bbb222"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert (letter["X-Priority"], letter["Importance"]) == ("1", "high")


def test_a_picture_that_the_mail_server_finds_too_large_is_left_out_and_the_mail_says_so(
    mail_system: PostOffice,
) -> None:
    large = picture("large.png", 300, noise=True)
    assert isinstance(send(mail_system.url(), words("large mail", large)), Sent)
    letter = mail_system.letter("large mail")
    assert list(letter.iter_attachments()) == []
    for kind in ("plain", "html"):
        told = letter.get_body((kind,)).get_content()
        assert "large.png left out: the mail server refused the message: 552 5.3.4" in told


def test_a_wrong_password_is_for_a_person_to_mend(mail_system: PostOffice) -> None:
    unsent = send(mail_system.url(password="another-pa55"), words("no"))
    assert isinstance(unsent, Unsent)
    assert unsent.reason.startswith("the mail server refused the sign-in: 535 ")
    assert (unsent.permanent, unsent.doubtful) == (True, False)
    assert "another-pa55" not in unsent.reason


@pytest.mark.parametrize(
    ("to", "code", "permanent"),
    [("busy", 450, False), ("broken", 451, False), ("nobody", 550, True)],
)
def test_what_the_mail_server_answers_says_whether_waiting_helps(
    mail_system: PostOffice, to: str, code: int, permanent: bool
) -> None:
    unsent = send(mail_system.url(to=f"{to}@home.example"), words("no"))
    assert isinstance(unsent, Unsent)
    assert (unsent.status, unsent.permanent, unsent.doubtful) == (code, permanent, False)


def test_a_mail_server_that_is_slow_to_answer_may_have_taken_it_and_did(mail_system: PostOffice) -> None:
    slow = "slow@home.example"
    unsent = send(mail_system.url(to=slow, more="&cto=2"), words("slow mail"), message_id="5l0w")
    assert unsent == Unsent("the answer did not come in time", doubtful=True)
    assert mail_system.letter("slow mail", slow)[MESSAGE_HEADER] == "5l0w"


def test_a_mail_server_that_is_slow_and_waited_for_is_a_success(mail_system: PostOffice) -> None:
    sent = send(mail_system.url(to="slow@home.example"), words("waited mail"))
    assert isinstance(sent, Sent)
    assert sent.took > timedelta(seconds=3)


def test_a_mail_server_that_is_down_was_surely_not_given_it(mail_system: PostOffice) -> None:
    url = mail_system.url().replace(f":{mail_system.smtp}/", f":{dead_port()}/")
    assert send(url, words("no")) == Unsent("the connection was refused: nothing listens there")
    with silent_port() as port:
        url = mail_system.url(more="&cto=0.3").replace(f":{mail_system.smtp}/", f":{port}/")
        assert send(url, words("no")) == Unsent("the answer did not come in time")


def test_mail_is_not_given_to_a_server_that_cannot_prove_its_name(
    mail_system: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = send(mail_system.url(host="127.0.0.1"), words("no"))
    assert isinstance(elsewhere, Unsent)
    assert elsewhere.reason.startswith("its certificate is not trusted: IP address mismatch")
    monkeypatch.delenv("SSL_CERT_FILE")
    unknown = send(mail_system.url(), words("no"))
    assert isinstance(unknown, Unsent)
    assert unknown.reason == "its certificate is not trusted: unable to get local issuer certificate"
    assert not unknown.doubtful
