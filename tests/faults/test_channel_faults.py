"""A channel that fails is heard: why, whether it may have been taken, and whether it gets better by itself."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.channels import MOST_LEFT_BEHIND, Channels, Sent, Unsent
from agent.redaction import Redactor
from agent.unsent import MQTT_ADMITTED, pictures_matter, unsent_because
from rules.rule import Channel, Place
from rules.words import Words
from tests.http_sink import dead_port, http_sink, silent_port
from tests.mail_server import PASSWORD, mail_server

# Apprise imports a module that Python 3.13 drops, where that is still there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

WORDS = Words("Title", "Body", "<p>Body</p>")
# The shorter one is for sends that hang whatever happens, the longer one where others must arrive within it.
SOON, LATER = timedelta(seconds=0.3), timedelta(seconds=1.5)


def channels(deadline=timedelta(seconds=60), **urls):
    by_name = {name: Channel(name, SecretStr(url), Place("rules.yaml", 1, 1)) for name, url in urls.items()}
    return Channels(by_name, Redactor(), deadline=deadline)


def send(url):
    return asyncio.run(channels(it=url).send("it", WORDS, message_id="m1"))


@pytest.fixture
def sink():
    with http_sink() as served:
        yield served


@pytest.fixture
def server():
    with mail_server() as served:
        yield served


def test_a_refused_connection_is_worth_another_try_and_was_surely_not_taken():
    for url in (f"json://127.0.0.1:{dead_port()}/", f"mailto://u:p4ss@m.example:{dead_port()}/?smtp=127.0.0.1"):
        assert send(url) == Unsent("the connection was refused: nothing listens there")


@pytest.mark.parametrize("url", ["json://{}/", "ntfy://{}/topic", "gotify://{}/AToken12345"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_what_the_service_refuses_needs_a_person(sink, url, status):
    sink.status, sink.body = status, b'{"error": "no\\nway"}'
    unsent = send(url.format(sink.host))
    assert unsent.permanent
    assert unsent.status == status
    assert not unsent.doubtful
    assert str(status) in unsent.reason
    assert unsent.reason.endswith(": no way")
    assert len(sink.asked) == 1


@pytest.mark.parametrize(("status", "doubtful"), [(500, False), (503, False), (507, False), (502, True), (504, True)])
def test_a_service_in_trouble_gets_better_by_itself(sink, status, doubtful):
    sink.status, sink.body = status, b"oops"
    unsent = send(f"json://{sink.host}/")
    assert (unsent.permanent, unsent.doubtful, unsent.retry_after) == (False, doubtful, None)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b"{}", 60),
        (b"not json", 60),
        (b'{"retry_after": 0.5}', 60),
        (b'{"retry_after": 300}', 300),
        (b'{"parameters": {"retry_after": 90}}', 90),
        (b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 120500}', 120.5),
        (b'{"Retry-After": "75"}', 75),
        (b'{"retryAfter": "Sun, 22 Nov 2026 20:00:00 GMT"}', 60),
        (b'{"retry_after": "NaN"}', 60),
        (b'{"retry_after": true, "parameters": 3}', 60),
        (b'{"retry_after": 1e99}', 60),
        (b'{"retry_after": 604800}', 86_400),
        (b'{"retry_after_ms": 604800000}', 86_400),
        (b"[]", 60),
    ],
)
def test_too_many_requests_wait_as_long_as_the_service_asks_and_a_minute_at_least(sink, body, seconds):
    sink.status, sink.body = 429, body
    unsent = send(f"ntfy://{sink.host}/topic")
    assert unsent.retry_after == timedelta(seconds=seconds)
    assert not unsent.permanent


def test_the_code_that_ntfy_adds_to_a_status_is_read(sink):
    sink.status, sink.body = 429, b'{"code":42901,"http":429,"error":"limit reached"}'
    assert send(f"ntfy://{sink.host}/topic").reason == "the service answered 429 Too Many Requests: limit reached"


def test_a_redirect_to_a_login_page_is_no_success(sink):
    sink.status, sink.headers = 302, {"Location": f"http://{sink.host}/login"}
    unsent = send(f"json://{sink.host}/")
    assert unsent.status == 302
    assert unsent.permanent
    assert len(sink.asked) == 1


def test_a_connection_that_closes_without_an_answer_leaves_a_doubt(sink):
    sink.drop = True
    unsent = send(f"json://{sink.host}/")
    assert unsent == Unsent("the connection broke off", doubtful=True)
    assert len(sink.asked) == 1


def test_an_answer_that_does_not_come_in_time_leaves_a_doubt(sink):
    sink.gate.clear()
    assert send(f"json://{sink.host}/?rto=0.2") == Unsent("the answer did not come in time", doubtful=True)


def test_a_wrong_password_needs_a_person_and_is_not_told(server):
    unsent = send(server.url(password="another-pa55"))
    assert unsent.permanent
    assert unsent.status == 535
    assert unsent.reason.startswith("the mail server refused the sign-in: 535 ")
    assert "another-pa55" not in unsent.reason
    assert PASSWORD not in unsent.reason


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [("550 5.1.1 no such user", True), ("452 4.2.2 mailbox full", False)],
)
@pytest.mark.parametrize("when", ["on_recipient", "on_data"])
def test_a_reply_of_the_mail_server_says_whether_waiting_helps(server, reply, permanent, when):
    setattr(server, when, reply)
    unsent = send(server.url())
    assert unsent.reason == f"the mail server refused the message: {reply}"
    assert (unsent.permanent, unsent.status, unsent.doubtful) == (permanent, int(reply[:3]), False)


def test_a_mail_server_that_hangs_up_after_the_message_leaves_a_doubt(server):
    server.drop_after_data = True
    unsent = send(server.url())
    assert unsent == Unsent("the connection broke off", doubtful=True)
    assert len(server.taken) == 1


def test_a_mail_server_that_never_greets_was_not_given_the_message():
    with silent_port() as port:
        unsent = send(f"mailto://u:p4ss@m.example:{port}/?smtp=127.0.0.1&cto=0.3")
    assert unsent == Unsent("the answer did not come in time")


def test_a_mail_server_that_is_slow_after_the_message_leaves_a_doubt(server):
    server.slow = 1
    assert send(server.url(more="&cto=0.5")) == Unsent("the answer did not come in time", doubtful=True)


# One that hangs.


def test_a_send_that_hangs_is_given_up_and_starves_no_other_channel(sink):
    sink.gate.clear()

    async def both(quick):
        sender = channels(LATER, hangs=f"json://{sink.host}/", works=f"json://{quick.host}/")
        return await asyncio.gather(
            sender.send("hangs", WORDS, message_id="m1"),
            *(sender.send("works", WORDS, message_id=str(number)) for number in range(5)),
        )

    with http_sink() as quick:
        asyncio.run(channels(it=f"json://{quick.host}/").send("it", WORDS, message_id="warm"))
        hung, *others = asyncio.run(both(quick))
    assert hung == Unsent("no end of it within 1.5 s", doubtful=True)
    assert all(isinstance(outcome, Sent) for outcome in others)


def test_a_message_that_hung_and_arrived_after_all_is_not_sent_again(sink):
    sink.gate.clear()

    async def twice():
        sender = channels(LATER, it=f"json://{sink.host}/")
        first = await sender.send("it", WORDS, message_id="m1")
        sink.gate.set()
        second = await _until_known(sender, "m1")
        third = await sender.send("it", WORDS, message_id="m2")
        return first, second, third

    first, second, third = asyncio.run(twice())
    assert first.doubtful
    assert isinstance(second, Sent)
    assert isinstance(third, Sent)
    assert len(sink.asked) == 2


def test_a_message_that_hung_and_then_failed_is_sent_again(sink):
    sink.gate.clear()
    sink.status = 500

    async def twice():
        sender = channels(LATER, it=f"json://{sink.host}/")
        first = await sender.send("it", WORDS, message_id="m1")
        sink.gate.set()
        await asyncio.to_thread(_threads_end)
        sink.status = 200
        return first, await sender.send("it", WORDS, message_id="m1")

    first, second = asyncio.run(twice())
    assert first.doubtful
    assert isinstance(second, Sent)
    assert len(sink.asked) == 2


def test_a_channel_that_hangs_again_and_again_does_not_gather_threads(sink):
    sink.gate.clear()

    async def many():
        sender = channels(SOON, it=f"json://{sink.host}/")
        outcomes = [await sender.send("it", WORDS, message_id=str(number)) for number in range(MOST_LEFT_BEHIND + 2)]
        hanging = sum(thread.name == "send-it" for thread in threading.enumerate())
        sink.gate.set()
        await asyncio.to_thread(_threads_end)
        return outcomes, hanging, await sender.send("it", WORDS, message_id="after")

    outcomes, hanging, after = asyncio.run(many())
    assert hanging == MOST_LEFT_BEHIND
    assert [outcome.doubtful for outcome in outcomes] == [True] * MOST_LEFT_BEHIND + [False] * 2
    assert "earlier messages hang" in outcomes[-1].reason
    assert isinstance(after, Sent) or after.doubtful  # tried again, however slow this machine is


def test_messages_behind_one_that_hangs_are_given_back_in_time(sink):
    sink.gate.clear()

    async def ten():
        sender = channels(SOON, it=f"json://{sink.host}/")
        return await asyncio.gather(*(sender.send("it", WORDS, message_id=str(number)) for number in range(10)))

    outcomes = asyncio.run(ten())
    busy = Unsent("the channel is still busy with an earlier message")
    # The one whose turn came at the very end of its own wait may be either.
    assert outcomes[0].doubtful
    assert outcomes[2:] == [busy] * 8


def test_a_bug_of_ours_is_raised_to_whoever_sends(sink, monkeypatch):
    monkeypatch.setattr("agent.services.tuned", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send(f"json://{sink.host}/")


def test_a_caller_who_stops_waiting_does_not_stop_the_message(sink):
    sink.gate.clear()

    async def cancelled():
        sender = channels(it=f"json://{sink.host}/")
        task = asyncio.create_task(sender.send("it", WORDS, message_id="m1"))
        await asyncio.to_thread(sink.arrived.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        sink.gate.set()
        return await sender.send("it", WORDS, message_id="m1")

    assert isinstance(asyncio.run(cancelled()), Sent)
    assert len(sink.asked) == 1


def test_the_program_ends_at_once_although_a_send_hangs():
    program = """
import asyncio, sys
from datetime import timedelta
from pydantic import SecretStr
from agent.channels import Channels
from agent.redaction import Redactor
from rules.rule import Channel, Place
from rules.words import Words
it = Channel("it", SecretStr(sys.argv[1]), Place("f", 1, 1))
sender = Channels({"it": it}, Redactor(), deadline=timedelta(seconds=0.2))
print(asyncio.run(sender.send("it", Words("t", "b"), message_id="1")).doubtful)
"""
    with silent_port() as port:
        done = subprocess.run(
            [sys.executable, "-c", program, f"json://127.0.0.1:{port}/"],
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            timeout=30,  # the send itself would hang for 40 s
            check=True,
        )
    assert done.stdout.strip() == b"True"


# What is read out of a log that no server here produces.


@pytest.mark.parametrize(
    ("line", "reason", "doubtful"),
    [
        ("Socket Exception: HTTPSConnectionPool: (Caused by ConnectTimeoutError(x, 'timed out. (connect timeout=4)'))",
         "no connection came about in time", False),
        ("Socket Exception: [Errno 101] Network is unreachable", "there is no way to its host: is this machine online?",
         False),
        ("Socket Exception: [SSL: WRONG_VERSION_NUMBER] wrong version number", "no TLS is spoken on that port", False),
        ("The MQTT message could not be delivered", "the broker did not let it in in time", False),
        ("something new", "something new", False),
    ],
)  # fmt: skip
def test_the_cause_is_found_in_what_was_logged(line, reason, doubtful):
    assert unsent_because([("WARNING", line)]) == Unsent(reason, doubtful=doubtful)


def test_a_broker_that_let_it_in_and_did_not_answer_may_have_taken_it():
    logged = [("DEBUG", MQTT_ADMITTED), ("WARNING", "The MQTT message could not be delivered")]
    assert unsent_because(logged) == Unsent("the answer did not come in time", doubtful=True)


def test_a_service_that_says_nothing_is_said_to_say_nothing():
    assert unsent_because([]).reason == "the service failed and does not say why"


@pytest.mark.parametrize(
    ("unsent", "matter"),
    [
        (Unsent("413", permanent=True, status=413), True),
        (Unsent("400", permanent=True, status=400), True),
        (Unsent("552", permanent=True, status=552), True),
        (Unsent("500", status=500), True),
        (Unsent("401", permanent=True, status=401), False),
        (Unsent("404", permanent=True, status=404), False),
        (Unsent("535", permanent=True, status=535), False),
        (Unsent("429", status=429), False),
        (Unsent("503", status=503), False),
        (Unsent("452", status=452), False),
        (Unsent("504", status=504, doubtful=True), False),
        (Unsent("refused"), False),
        (Unsent("silent", doubtful=True), False),
    ],
)
def test_only_a_message_that_was_surely_refused_is_tried_at_once_without_its_pictures(unsent, matter):
    assert pictures_matter(unsent) == matter


def test_a_status_that_nobody_defined_and_a_body_cut_in_its_middle_are_no_trouble():
    logged = [("WARNING", "Failed, error=599."), ("DEBUG", 'Response Details:\r\nb\'{"error": "to')]
    assert unsent_because(logged) == Unsent("the service answered 599", status=599)


def test_a_secret_in_what_a_service_answers_is_not_told(sink):
    sink.status = 400
    sink.body = json.dumps({"message": "the token AToken12345 is not known"}).encode()
    unsent = send(f"gotify://{sink.host}/AToken12345")
    assert unsent.reason == "the service answered 400 Bad Request: the token *** is not known"


async def _until_known(sender, message_id):
    """Ask again until the earlier attempt has ended, as the outbox does, only faster."""
    while True:
        outcome = await sender.send("it", WORDS, message_id=message_id)
        if not (isinstance(outcome, Unsent) and outcome.doubtful):
            return outcome


def _threads_end():
    for thread in threading.enumerate():
        if thread.name.startswith("send-"):
            thread.join()
