"""A long message is one mail, and a few messages on a phone; what a service finds too long comes in brief."""

from __future__ import annotations

import json
from email.message import EmailMessage

import pytest

from agent.sending import _WHOLE, BRIEF, MOST_PARTS, Sent, deliver, loaded
from agent.unsent import Unsent
from rules.letter import Line
from rules.words import Words, compose_digest, lay_out
from tests.http_sink import HttpSink, http_sink
from tests.mail_server import mail_server
from tests.receivers.web import Answer, Asked, web_server
from tests.unit.test_words_of_many import storm

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

DIGEST = compose_digest(storm(3000))


def send(url: str, words: Words = DIGEST) -> Sent | Unsent:
    return deliver(url, words, "normal", "m1", lambda text: text)


def listed(text: str) -> int:
    return sum(firing.id in text for firing in storm(3000))


def test_a_digest_of_thousands_is_one_mail_with_all_of_them_in_both_its_forms():
    with mail_server() as server:
        assert isinstance(send(server.url()), Sent)
    (mail,) = server.taken
    assert isinstance(mail, EmailMessage)
    forms = [mail.get_body((form,)).get_content() for form in ("plain", "html")]
    assert [listed(form) for form in forms] == [3000, 3000]
    assert forms[1].rstrip().endswith("</div>")


@pytest.mark.parametrize("schema", ["json", "xml", "form"])
def test_a_webhook_gets_it_in_one_request(schema):
    with http_sink() as sink:
        assert isinstance(send(f"{schema}://{sink.host}/"), Sent)
    (asked,) = sink.asked
    assert listed(asked.body.decode()) == 3000


def test_what_takes_a_message_whole_is_a_service_of_the_apprise_that_is_installed():
    # Of an unknown service it is said that none is called so; of these, at most, that an address is incomplete.
    said = {schema: loaded(f"{schema}://") for schema in _WHOLE}
    assert not [schema for schema, one in said.items() if isinstance(one, Unsent) and "no service" in one.reason]


def test_what_its_owner_says_of_long_messages_stands():
    with http_sink() as sink:
        assert isinstance(send(f"json://{sink.host}/?overflow=truncate"), Sent)
    (asked,) = sink.asked
    assert 0 < listed(asked.json["message"]) < 3000


def told(sink: HttpSink, path: str) -> list[str]:
    return [json.loads(asked.body)[path] for asked in sink.asked]


def test_a_chat_gets_a_few_messages_that_say_where_the_rest_is():
    with http_sink() as sink:
        assert isinstance(send(f"mmost://{sink.host}/{'a' * 26}"), Sent)
    parts = told(sink, "text")
    assert 1 < len(parts) <= MOST_PARTS
    assert "Digest: 3,000 things" in parts[0]
    assert parts[-1].endswith("trusted-agent firings shows the rest")


def test_a_service_that_takes_a_long_read_gets_one():
    with http_sink() as sink:
        assert isinstance(send(f"gotify://{sink.host}/AToken12345"), Sent)
    (said,) = told(sink, "message")
    assert said.endswith("trusted-agent firings shows the rest")


def test_what_is_told_alone_is_not_cut_for_a_chat():
    words = lay_out("Alone", [[Line(f"line {number} of the owner's own words")] for number in range(150)])
    with http_sink() as sink:
        assert isinstance(send(f"mmost://{sink.host}/{'a' * 26}", words), Sent)
    assert all(f"line {number} of" in "\n".join(told(sink, "text")) for number in range(150))


def test_a_webhook_that_takes_less_gets_it_in_brief_instead_of_never():
    def takes_little(asked: Asked) -> Answer:
        return Answer(413 if len(asked.body) > 100_000 else 200)

    with web_server(takes_little) as server:
        assert isinstance(send(f"json://127.0.0.1:{server.port}/"), Sent)
    refused, taken = server.asked
    assert listed(refused.body.decode()) == 3000
    said = json.loads(taken.body)["message"]
    assert len(said.encode()) <= BRIEF
    assert said.endswith("trusted-agent firings shows the rest")


def test_what_is_short_is_not_sent_twice_because_it_is_too_large():
    with http_sink() as sink:
        sink.status = 413
        assert send(f"json://{sink.host}/", Words("Short", "Short")).is_of_message
    assert len(sink.asked) == 1
