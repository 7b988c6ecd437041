"""Gotify's form, webhooks of JSON and forms, and services that take pictures by themselves."""

from __future__ import annotations

import base64
import json
import tempfile

import pytest

from agent.channels import Sent, Unsent
from agent.sending import loaded
from agent.services import MESSAGE_HEADER
from tests.receivers.gotify import TOKEN, gotify
from tests.receivers.sent import BODY, BUTTONS, picture, send, words
from tests.receivers.web import Answer, web_server
from tests.receivers.webhook import PASSWORD, USER, read, takes, takes_no_pictures

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.mark.parametrize(("urgency", "priority"), [("low", 0), ("normal", 5), ("high", 8), ("urgent", 10)])
def test_gotify_gets_title_message_and_the_urgency_as_its_number(urgency, priority) -> None:
    with gotify() as server:
        said = words("A title", picture(), buttons=BUTTONS)
        assert isinstance(send(f"gotify://127.0.0.1:{server.port}/{TOKEN}", said, urgency), Sent)
    (asked,) = server.asked
    assert json.loads(asked.body) == {"title": "A title", "message": BODY, "priority": priority}


def test_a_gotify_that_does_not_know_the_token_says_so() -> None:
    with gotify() as server:
        unsent = send(f"gotify://127.0.0.1:{server.port}/BToken12345", words("no"))
    assert unsent == Unsent("the service answered 401 Unauthorized: Unauthorized", permanent=True, status=401)


@pytest.mark.parametrize("schema", ["json", "form"])
def test_a_webhook_gets_the_words_the_id_and_the_pictures_byte_for_byte(schema) -> None:
    chart, photo = picture("price.png"), picture("photo.png", 60)
    with web_server(takes) as server:
        url = f"{schema}://{USER}:{PASSWORD}@127.0.0.1:{server.port}/hook"
        assert isinstance(send(url, words("A title", chart, photo), "urgent"), Sent)
    (asked,) = server.asked
    fields, pictures = read(asked)
    assert (fields["title"], fields["message"].splitlines()) == ("A title", BODY.splitlines())
    assert fields["type"] == "warning"
    assert pictures == [chart, photo]
    assert asked.headers[MESSAGE_HEADER] == "3f2a1b"


def test_a_webhook_that_stumbles_over_a_picture_is_told_without_it() -> None:
    with web_server(takes_no_pictures) as server:
        url = f"json://{USER}:{PASSWORD}@127.0.0.1:{server.port}/hook"
        assert isinstance(send(url, words("A title", picture())), Sent)
    first, second = server.asked
    fields, pictures = read(second)
    assert pictures == []
    assert fields["message"] == (
        f"{BODY}\n\nprice.png left out: the service answered 500 Internal Server Error: unexpected picture"
    )
    assert first.headers[MESSAGE_HEADER] == second.headers[MESSAGE_HEADER] == "3f2a1b"


def test_why_a_picture_was_left_out_tells_no_secret() -> None:
    def echoes(asked):
        return Answer(413, {"error": f"{PASSWORD} sent too much"}) if read(asked)[1] else takes(asked)

    with web_server(echoes) as server:
        url = f"json://{USER}:{PASSWORD}@127.0.0.1:{server.port}/hook"
        assert isinstance(send(url, words("A title", picture())), Sent)
    assert read(server.asked[-1])[0]["message"].endswith(": *** sent too much")


@pytest.mark.parametrize("status", [201, 413])
def test_a_service_that_takes_pictures_by_themselves_gets_the_words_first_and_once(status) -> None:
    chart = picture()

    def phone(asked):
        return Answer(status if json.loads(asked.body).get("base64_attachments") else 201, {"timestamp": "1"})

    with web_server(phone) as server:
        outcome = send(f"signal://127.0.0.1:{server.port}/15555550100/15555550101", words("A title", chart))
        assert isinstance(outcome, Sent)
    said, follows = (json.loads(asked.body) for asked in server.asked)
    assert said["message"].splitlines() == ["A title", *BODY.splitlines()]
    assert "base64_attachments" not in said
    (enclosed,) = follows["base64_attachments"]
    assert base64.b64decode(enclosed.rpartition(",")[2]) == chart.content
    assert BODY not in follows["message"]


def test_a_name_of_a_picture_cannot_lead_anywhere() -> None:
    with web_server(takes) as server:
        url = f"json://{USER}:{PASSWORD}@127.0.0.1:{server.port}/hook"
        for name in ("../../etc/passwd", "https://elsewhere.example/a.png", "file:///etc/passwd", ".."):
            assert isinstance(send(url, words("A title", picture(name))), Sent)
    names = [read(asked)[1][0].name for asked in server.asked]
    assert names == ["passwd", "a.png", "passwd", "0.png"]
    assert all(read(asked)[1][0].content == picture().content for asked in server.asked)


def test_an_id_of_any_script_fits_into_a_header() -> None:
    with web_server(takes) as server:
        url = f"json://{USER}:{PASSWORD}@127.0.0.1:{server.port}/hook"
        assert isinstance(send(url, words("A title"), message_id="test Телефон 2026-07-06T18:03\r\nX: y"), Sent)
    assert server.asked[0].headers[MESSAGE_HEADER] == "test-2026-07-06T18:03-X:-y"


def test_a_picture_lies_on_the_disk_for_the_agent_alone_and_only_while_it_is_sent(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = []

    def looks(asked):
        seen.extend((path.name, path.stat().st_mode & 0o777) for path in sorted(tmp_path.rglob("*")))
        return takes(asked)

    with web_server(looks) as server:
        send(f"json://{USER}:{PASSWORD}@127.0.0.1:{server.port}/hook", words("A title", picture("secret.png")))
    folder, file = seen
    assert folder[1] == 0o700
    assert file == ("0.png", 0o600)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_hangs_does_not_make_its_message_unsent(caplog) -> None:
    assert not isinstance(loaded("signal://127.0.0.1/15555550100/15555550101"), Unsent)  # loading takes a while, once
    with web_server(lambda asked: Answer(201, {"timestamp": "1"})) as server:

        def phone(asked):
            if json.loads(asked.body).get("base64_attachments"):
                server.gate.clear()
            return Answer(201, {"timestamp": "1"})

        server.takes = phone
        url = f"signal://127.0.0.1:{server.port}/15555550100/15555550101"
        assert isinstance(send(url, words("A title", picture()), seconds=3), Sent)
    assert [record.getMessage() for record in caplog.records if record.name == "agent.channels"] == [
        "channel it: the pictures of 3f2a1b did not follow: no end of it within 3 s"
    ]


def test_every_request_is_in_the_ledger_with_what_it_carried() -> None:
    chart, contacts = picture(), []
    with web_server(lambda asked: Answer(201, {"timestamp": "1"})) as server:
        url = f"signal://127.0.0.1:{server.port}/15555550100/15555550101"
        assert isinstance(send(url, words("A title", chart), ledger=contacts.append), Sent)
    assert [contact.bytes_sent for contact in contacts] == [len(("A title" + BODY).encode()), len(chart.content)]
    assert all(contact.outcome.startswith("sent in ") for contact in contacts)
