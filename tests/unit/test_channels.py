"""A message reaches its owner through real mail and push servers, once, in the form that suits each."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import builds, characters, lists, text
from pydantic import SecretStr

from agent.channels import Channels, Sent, Unsent
from agent.redaction import Redactor
from agent.sending import loaded
from agent.services import (
    MESSAGE_HEADER,
    NTFY_LIMIT,
    Service,
    doubts,
    fitted,
    ntfy_actions,
    parameters,
    signed,
    tuned,
)
from rules.enclosure import Button
from rules.rule import Channel, Place
from rules.words import Words
from tests.http_sink import http_sink
from tests.mail_server import certificate, mail_server

# Apprise imports a module that Python 3.13 drops, where that is still there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

NOW = datetime(2026, 7, 6, 18, 3, tzinfo=UTC)
LINK = "https://shop.example/headphones?a=1&b=2"
WORDS = Words(
    "Headphones below $150: 139.00 USD",
    f"Sony & Co\n\nPrice: 139.00 USD\nBecause: *price* is <below>\n\nLink: {LINK}",
    f"<p>Sony &amp; Co</p>\n<p><b>Price:</b> 139.00 USD<br><b>Because:</b> *price* is &lt;below&gt;</p>\n"
    f'<p><b>Link:</b> <a href="{LINK.replace("&", "&amp;")}">{LINK.replace("&", "&amp;")}</a></p>',
)


def channels(ledger=None, **urls):
    by_name = {name: Channel(name, SecretStr(url), Place("rules.yaml", 1, 1)) for name, url in urls.items()}
    return Channels(by_name, Redactor(), ledger, now=lambda: NOW)


def send(url, words=WORDS, urgency="normal", ledger=None, **how):
    return asyncio.run(channels(ledger, it=url).send("it", words, urgency, message_id="m1", **how))


def test_mail_arrives_as_text_and_html_with_its_subject_and_link():
    with mail_server() as server:
        assert isinstance(send(server.url()), Sent)
    (mail,) = server.taken
    assert server.recipients == ["owner@mail.example"]
    assert mail["Subject"] == WORDS.title
    assert mail.get_body(("plain",)).get_content().split() == WORDS.body.split()
    assert mail.get_body(("html",)).get_content().splitlines() == WORDS.html.splitlines()
    assert mail[MESSAGE_HEADER] == "m1"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Priority"] is None


def test_an_urgent_mail_says_so_in_its_headers():
    with mail_server() as server:
        send(server.url(), urgency="urgent")
    assert (server.taken[0]["X-Priority"], server.taken[0]["Importance"]) == ("1", "high")


def test_mail_goes_over_starttls_to_a_server_whose_certificate_is_trusted(tmp_path, monkeypatch):
    tls, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with mail_server(tls=tls) as server:
        assert isinstance(send(server.url(mode="starttls")), Sent)
    assert len(server.taken) == 1


def test_mail_is_not_given_to_a_server_whose_certificate_is_not_trusted(tmp_path):
    tls, _ = certificate(tmp_path)
    with mail_server(tls=tls) as server:
        unsent = send(server.url(mode="starttls"))
    assert isinstance(unsent, Unsent)
    assert unsent.reason == "its certificate is not trusted: self-signed certificate"
    assert not unsent.doubtful
    assert server.taken == []


def test_a_title_of_many_letters_arrives_whole():
    words = Words("Ärger — 價格 👾 <b>", "Überall", "<p>Überall</p>")
    with mail_server() as server:
        send(server.url(), words)
    assert server.taken[0]["Subject"] == words.title
    assert server.taken[0].get_body(("plain",)).get_content().strip() == words.body


def test_a_webhook_gets_the_plain_words_and_the_id_of_the_message():
    with http_sink() as sink:
        assert isinstance(send(f"json://{sink.host}/hook"), Sent)
    (asked,) = sink.asked
    assert asked.path == "/hook"
    assert (asked.json["title"], asked.json["message"]) == (WORDS.title, WORDS.body)
    assert asked.headers[MESSAGE_HEADER] == "m1"


def test_a_push_carries_priority_and_no_picture_of_somebody_else():
    with http_sink() as sink:
        assert isinstance(send(f"ntfy://{sink.host}/topic", urgency="urgent"), Sent)
        assert isinstance(send(f"ntfy://{sink.host}/topic", urgency="normal"), Sent)
    urgent, normal = sink.asked
    assert urgent.headers["X-Priority"] == "max"
    assert "X-Priority" not in normal.headers
    assert "X-Icon" not in urgent.headers
    assert (urgent.json["title"], urgent.json["message"]) == (WORDS.title, WORDS.body)


def test_gotify_gets_its_token_and_the_urgency():
    with http_sink() as sink:
        assert isinstance(send(f"gotify://{sink.host}/AToken12345", urgency="high"), Sent)
    assert sink.asked[0].headers["X-Gotify-Key"] == "AToken12345"
    assert sink.asked[0].json["priority"] == 8


def test_a_long_message_fits_into_what_ntfy_takes_and_says_that_it_was_cut():
    words = Words("Many", "\n".join(f"line {number} é" for number in range(2000)))
    with http_sink() as sink:
        assert isinstance(send(f"ntfy://{sink.host}/topic", words), Sent)
    told = sink.asked[0].json["message"]
    assert len(told.encode()) <= NTFY_LIMIT
    assert told.endswith("é\n\n… cut here: trusted-agent firings shows the rest")


def test_no_mark_up_of_a_page_comes_alive_in_a_service_that_wants_markdown():
    with http_sink() as sink:
        send(f"rocket://user:password@{sink.host}/%23room")
        send(f"ntfy://{sink.host}/topic?format=markdown")
    told = sink.asked[-1].json["message"]
    assert LINK in told
    assert r"\*price\*" in told
    assert r"\<below\>" in told


def test_many_at_once_through_several_channels_arrive_once_each_and_in_order():
    async def all_of_them(urls):
        sender = channels(**urls)
        jobs = [
            sender.send(name, Words(f"{name} {number}", "body"), message_id=f"{name}{number}")
            for number in range(10)
            for name in urls
        ]
        return await asyncio.gather(*jobs)

    with http_sink() as sink, mail_server() as server:
        outcomes = asyncio.run(all_of_them({"hook": f"json://{sink.host}/", "mail": server.url()}))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert [asked.json["title"] for asked in sink.asked] == [f"hook {number}" for number in range(10)]
    assert [mail["Subject"] for mail in server.taken] == [f"mail {number}" for number in range(10)]


def test_each_contact_is_in_the_ledger_with_its_host_and_without_secrets():
    ledger = []
    with http_sink() as sink:
        send(f"gotify://localhost:{sink.port}/AToken12345", ledger=ledger.append, asked_by=("rule-a",))
    contact = ledger[-1]
    assert (contact.at, contact.purpose, contact.asked_by) == (NOW, "send", ("rule-a",))
    assert (contact.host, contact.ip, contact.address) == ("localhost", "127.0.0.1", f"gotify://localhost:{sink.port}")
    assert contact.bytes_sent > len(WORDS.body)
    assert contact.outcome.startswith("sent in ")
    assert "AToken12345" not in repr(ledger)


def test_a_host_that_is_not_found_is_in_the_ledger_too():
    ledger = []
    unsent = send("json://nosuch.invalid/", ledger=ledger.append)
    assert unsent.reason == "its host was not found"
    assert (ledger[0].host, ledger[0].ip, ledger[0].bytes_sent) == ("nosuch.invalid", None, 0)


def test_what_apprise_logs_reaches_no_other_log():
    lines = []
    everything = logging.Handler(logging.DEBUG)
    everything.emit = lambda record: lines.append((record.name, record.getMessage()))
    root = logging.getLogger()
    root.addHandler(everything)
    try:
        with http_sink() as sink:
            sink.status = 401
            send(f"gotify://{sink.host}/AToken12345")
    finally:
        root.removeHandler(everything)
    assert [line for line in lines if line[0].startswith("apprise") or "AToken12345" in line[1]] == []


def test_a_message_for_a_channel_that_is_gone_is_not_sent_and_says_so():
    unsent = asyncio.run(channels().send("old", WORDS, message_id="m1"))
    assert unsent == Unsent("there is no channel old", permanent=True)


def test_after_a_reload_the_new_address_is_used():
    async def reload(first, second):
        sender = channels(it=first)
        await sender.send("it", WORDS, message_id="1")
        sender.use({"it": Channel("it", SecretStr(second), Place("rules.yaml", 1, 1))}, Redactor())
        await sender.send("it", WORDS, message_id="2")

    with http_sink() as before, http_sink() as after:
        asyncio.run(reload(f"json://{before.host}/", f"json://{after.host}/"))
    assert (len(before.asked), len(after.asked)) == (1, 1)


# The check that `channels test` and the loader make.


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ntfys://ntfy.sh/topic", []),
        ("mailtos://me:secret-word@mail.example", []),
        ("json://127.0.0.1/hook", []),
        ("ntfy://", ["it names no topic, so every message would fail"]),
        ("ntffy://topic", ["no service is called ntffy://; did you mean ntfy://?"]),
        ("just words", ["it has no service://"]),
        ("mqtt://broker/topic", ["qos=0 reports success without an answer: qos=1 is used"]),
        ("macosx://", ["macosx:// needs what this machine does not have"]),
    ],
)
def test_a_channel_is_checked_without_sending(url, said):
    assert channels(it=url).check("it") == said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("gotify://127.0.0.1", "Gotify Token"),
        ("rsyslog://logs.example", "nothing proves a delivery"),
        ("irc://chat.example/%23room", "nothing proves that somebody read it"),
        ("ntfys://ntfy.sh/one/two", "2 targets"),
        ("json://h/?optional=yes", "optional= and retry= are ignored"),
        ("json://h/?redirect=yes", "a login page look like success"),
        ("matrix://agent:pw@chat.example", "everybody in every room"),
        ("vapid://me@example.org?keyfile=/no/key.pem&subfile=/etc/hostname", "its keyfile cannot be read"),
    ],
)
def test_what_would_fail_or_report_success_falsely_is_said(url, words):
    (said,) = channels(it=url).check("it")
    assert words in said


def test_a_bad_address_is_said_without_its_secret():
    (said,) = channels(it="slack://T1JJ3T3L2/A1BRTD4JD").check("it")
    assert "T1JJ3T3L2" not in said
    unsent = send("slack://T1JJ3T3L2/A1BRTD4JD")
    assert unsent.permanent
    assert "T1JJ3T3L2" not in unsent.reason


# What an address is given before it is used.

MQTT = Service("mqtt", frozenset({"qos", "rto", "cto"}), ("text",), takes_headers=False)
XMPP = Service("xmpp", frozenset({"verify", "rto", "keepalive"}), ("text",), takes_headers=False)
PUSHOVER = Service("pover", frozenset({"priority"}), ("text",), takes_headers=False)


@pytest.mark.parametrize("written", ["", "?qos=0", "?QoS=0", "?qos=x&qos=0"])
def test_mqtt_always_asks_for_an_acknowledgement(written):
    assert parameters(tuned(f"mqtt://h/t{written}", MQTT, "normal", "m"))["qos"] == "1"


def test_xmpp_never_keeps_a_connection_that_would_not_come_about():
    written = "xmpp://a:b@h/c?keepalive=yes&rto=5&verify=no"
    assert parameters(tuned(written, XMPP, "normal", "m"))["keepalive"] == "no"


def test_what_the_owner_wrote_stands_but_for_what_would_hide_a_failure():
    url = tuned("mqtt://h/t?rto=5&qos=2&optional=yes&retry=3&+A=b%26c", MQTT, "normal", "m")
    assert parameters(url) == {"rto": "5", "qos": "2", "+a": "b&c", "cto": "40", "retry": "0", "optional": "no"}


def test_pushover_is_never_asked_to_repeat_until_acknowledged():
    assert parameters(tuned("pover://u@t", PUSHOVER, "urgent", "m"))["priority"] == "high"
    assert parameters(tuned("pover://u@t?priority=low", PUSHOVER, "urgent", "m"))["priority"] == "low"


LETTERS = text(characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(lists(builds(Button, LETTERS, LETTERS.map("https://agent.example/{}".format)), min_size=1, max_size=5))
def test_a_button_of_any_letters_reaches_ntfy_as_it_is(buttons):
    plain = "ntfys://ntfy.example/topic"
    _, service = loaded(plain)
    plugin, _ = loaded(tuned(plain, service, "normal", "m", buttons))
    actions = json.loads(parameters(plugin.url())["actions"])
    assert [(action["label"], action["url"]) for action in actions] == [
        (button.label, button.address) for button in buttons[:3]
    ]
    assert ntfy_actions(buttons).isascii()  # a header takes nothing else


def test_the_id_of_a_message_is_at_the_end_where_programs_read_and_nowhere_else():
    assert signed("Body", MQTT, "3f2a1b") == "Body\n\nMessage: 3f2a1b"
    assert signed("Body", XMPP, "3f2a1b") == "Body"


def test_qos_zero_is_named():
    assert doubts("mqtt://h/t", MQTT, 1) == ["qos=0 reports success without an answer: qos=1 is used"]


def test_a_body_is_cut_between_lines_and_never_inside_a_letter():
    assert fitted("short", 100) == "short"
    assert fitted("short", None) == "short"
    for limit in range(60, 90):
        cut = fitted("é" * 50 + "\n" + "é" * 50, limit)
        assert len(cut.encode()) <= limit
        assert "cut here" in cut


def test_a_send_says_how_long_it_took():
    with http_sink() as sink:
        sent = send(f"json://{sink.host}/")
    assert timedelta() < sent.took < timedelta(seconds=30)
    assert json.loads(sink.asked[0].body)["type"] == "info"
