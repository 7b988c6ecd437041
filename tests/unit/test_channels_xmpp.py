"""What an XMPP server did with a message, read from what slixmpp logs; the lines are those of a real Prosody."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from

from agent.unsent import Unsent
from agent.xmpp import hearing_the_server, not_taken

OPENED = "SEND: <stream:stream to='home.example' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
ADMITTED = 'RECV: <success xmlns="urn:ietf:params:xml:ns:xmpp-sasl">dj1ZOVozVQ==</success>'
MESSAGE = 'SEND: <message type="chat" to="me@home.example" id="0c7" xml:lang="en"><body>type="error"</body></message>'
CLOSING, CLOSED = "SEND: </stream:stream>", "End of stream received"
ENDED = "connection_lost: (None,)"
BACK = (
    'RECV: <message to="agent@home.example/x" type="error" from="you@home.example" id="0c7"><error type="cancel">'
    '<{0} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas" /></error></message>'
)
REFUSED = 'RECV: <failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><{0} /><text>It doesn&apos;t match.</text></failure>'
UNKNOWN = (
    'RECV: <stream:stream:error xmlns="http://etherx.jabber.org/streams"><host-unknown '
    'xmlns="urn:ietf:params:xml:ns:xmpp-streams" /><text xmlns="urn:ietf:params:xml:ns:xmpp-streams">'
    "This server does not serve other.example</text></stream:stream:error>"
)
UNTRUSTED = (
    "connection_lost: (SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    "unable to get local issuer certificate (_ssl.c:1006)'),)"
)


def test_a_message_after_which_the_server_closed_the_stream_was_taken() -> None:
    echo = 'RECV: <presence from="agent@home.example/x" xml:lang="en" id="125" />'
    assert not_taken([OPENED, ADMITTED, MESSAGE, CLOSING, echo, CLOSED, ENDED]) is None


@pytest.mark.parametrize(
    ("lines", "reason", "permanent"),
    [
        (
            [OPENED, REFUSED.format("not-authorized"), CLOSING, CLOSED],
            "the server refused the sign-in: not-authorized: It doesn't match.",
            True,
        ),
        (
            [OPENED, REFUSED.format("temporary-auth-failure"), CLOSED],
            "the server refused the sign-in: temporary-auth-failure: It doesn't match.",
            False,
        ),
        (
            [OPENED, UNKNOWN, CLOSED, ENDED],
            "the server closed the connection: host-unknown: This server does not serve other.example",
            True,
        ),
        (
            [OPENED, ADMITTED, MESSAGE, BACK.format("service-unavailable"), CLOSING, CLOSED],
            "the server sent it back: service-unavailable",
            False,
        ),
        (
            [OPENED, ADMITTED, MESSAGE, CLOSING, BACK.format("not-allowed"), CLOSED],
            "the server sent it back: not-allowed",
            True,
        ),
        ([OPENED, UNTRUSTED], "its certificate is not trusted: unable to get local issuer certificate", False),
        (
            ["Connection failed: [Errno 111] Connect call failed ('127.0.0.1', 5222)"],
            "the connection was refused: nothing listens there",
            False,
        ),
        ([OPENED, ENDED], "the connection ended before the sign-in", False),
        ([OPENED], "the server did not let it in in time", False),
        ([], "the server did not let it in in time", False),
    ],
)
def test_what_the_server_says_is_why_it_did_not_take_it(lines, reason, permanent) -> None:
    assert not_taken(lines) == Unsent(reason, permanent=permanent)


@pytest.mark.parametrize("ending", [[], [ENDED], [CLOSING, ENDED]])
def test_a_message_that_the_server_may_have_read_is_doubtful(ending) -> None:
    assert not_taken([OPENED, ADMITTED, MESSAGE, *ending]) == Unsent(
        "the server did not confirm it before the connection ended", doubtful=True
    )


@given(lists(sampled_from([OPENED, ADMITTED, MESSAGE, CLOSING, CLOSED, ENDED, UNTRUSTED, UNKNOWN])))
def test_nothing_counts_as_taken_that_was_not_handed_over_and_then_confirmed(lines) -> None:
    if not_taken(lines) is None:
        assert lines.index(MESSAGE) < len(lines) - 1 - lines[::-1].index(CLOSED)
        assert UNKNOWN not in lines


def test_what_slixmpp_logs_is_heard_only_meanwhile_and_by_nobody_else(caplog) -> None:
    log = logging.getLogger("slixmpp.xmlstream.xmlstream")
    logging.getLogger("slixmpp").addHandler(logging.getLogger().handlers[0])  # as Apprise did at an earlier send
    with hearing_the_server("xmpps") as lines:
        logging.getLogger("slixmpp").addHandler(logging.NullHandler())  # as Apprise does, for good
        log.debug("SEND: %s", "<auth>secret</auth>")
    log.debug("SEND: %s", "<later />")
    assert lines == ["SEND: <auth>secret</auth>"]
    assert caplog.records == []


def test_other_services_are_not_listened_to() -> None:
    with hearing_the_server("json") as lines:
        logging.getLogger("slixmpp").warning("said")
    assert lines == []
