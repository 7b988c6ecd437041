"""Webhooks of the owner's: called once, and what is known of each end."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Thread

import pytest
from pydantic import SecretStr

from agent.database import Database
from rules.delivery import Action
from rules.rule import Network
from tests.acting import Acting, firing
from tests.authority import certificate, pem, shown_by
from tests.http_sink import dead_port, http_sink, silent_port
from watchers.api import HttpOptions


@pytest.fixture
def acting(tmp_path):
    database = Database.open(tmp_path / "store.sqlite")
    yield Acting(database, tmp_path)
    database.close()


def calls(acting, address, **more):
    """Let the rule call an address for one firing; return the deed."""
    headers = tuple((name, SecretStr(value)) for name, value in more.pop("headers", {}).items())
    acting.rule(Action(webhook=SecretStr(address), headers=headers, **more))
    acting.fire()
    acting.act()
    return acting.deed()


def test_it_gets_the_facts_as_json_once_under_the_key_of_the_firing(acting):
    with http_sink() as sink:
        deed = calls(acting, f"http://{sink.host}/hook?token=abc", headers={"X-Token": "hunter2hunter2"})
    (asked,) = sink.asked
    assert (asked.method, asked.path) == ("POST", "/hook?token=abc")
    given = {name.lower(): value for name, value in asked.headers.items()}
    assert given["idempotency-key"] == firing().key
    assert given["content-type"] == "application/json"
    assert given["x-token"] == "hunter2hunter2"
    assert asked.json["facts"] == {"price": {"amount": "139", "currency": "USD"}}
    assert asked.json.keys() >= {"id", "rule", "reason", "because", "link", "seen_at", "source"}
    assert (deed.state, deed.outcome.status, deed.aim) == ("done", 200, "call 127.0.0.1")
    assert acting.told() == []


def test_the_ledger_says_whom_it_contacted_and_keeps_no_token(acting):
    with http_sink() as sink:
        calls(acting, f"http://{sink.host}/services/abcdefghijklmnop")
        (contact,) = acting.contacts()
    assert (contact.purpose, contact.host) == ("act", "127.0.0.1")
    assert contact.record["asked_by"] == ["rule"]
    assert contact.record["status"] == 200
    assert contact.record["address"] == f"http://{sink.host}"


def test_a_user_and_password_in_the_address_sign_it_in(acting):
    with http_sink() as sink:
        assert calls(acting, f"http://me:p%40ss@{sink.host}/hook").state == "done"
    given = {name.lower(): value for name, value in sink.asked[0].headers.items()}
    assert given["authorization"] == "Basic bWU6cEBzcw=="


@pytest.mark.parametrize("status", [201, 202, 204])
def test_every_status_of_success_is_one(acting, status):
    with http_sink() as sink:
        sink.status, sink.body = status, b""
        assert calls(acting, f"http://{sink.host}/").state == "done"


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_a_refusal_is_told_once_and_not_repeated(acting, status):
    with http_sink() as sink:
        sink.status, sink.body = status, b"no such thing"
        deed = calls(acting, f"http://{sink.host}/")
        acting.wait(hours=2)
        acting.act()
    assert (deed.state, deed.outcome.status, deed.outcome.output) == ("failed", status, "no such thing")
    assert len(sink.asked) == 1
    ((_, body),) = acting.told()
    assert str(status) in body
    assert "no such thing" in body


def test_a_redirect_is_not_followed(acting):
    with http_sink() as sink, http_sink() as elsewhere:
        sink.status, sink.headers = 307, {"Location": f"http://{elsewhere.host}/"}
        deed = calls(acting, f"http://{sink.host}/")
    assert (deed.state, deed.outcome.status, elsewhere.asked) == ("failed", 307, [])
    assert "not followed" in deed.outcome.said


def test_where_nobody_listens_it_is_tried_again_for_an_hour_and_then_told_once(acting):
    port = dead_port()
    deed = calls(acting, f"http://127.0.0.1:{port}/")
    assert (deed.state, deed.attempts, deed.began_at) == ("due", 1, None)
    assert deed.retry_at == acting.now + timedelta(seconds=30)
    assert acting.told() == []
    tries = 1
    while acting.deed().state == "due":
        acting.now = acting.deed().retry_at
        acting.act()
        tries = max(tries, acting.deed().attempts)
    assert (acting.deed().state, acting.deed().outcome.began) == ("failed", False)
    assert 5 <= tries <= 15
    ((title, body),) = acting.told()
    assert title.startswith("Not done: ")
    assert "takes no connections" in body


def test_once_somebody_listens_it_is_done(acting):
    with http_sink() as sink:
        where = sink.host
    assert calls(acting, f"http://{where}/").state == "due"
    with http_sink() as sink:
        acting.edit(action=Action(webhook=SecretStr(f"http://{sink.host}/")))
        acting.wait(seconds=30)
        acting.act()
        assert len(sink.asked) == 1
    assert acting.deed().state == "done"
    assert acting.told() == []


def test_a_host_that_cannot_be_looked_up_is_tried_again(acting):
    async def resolve(host, port):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    acting.rule(Action(webhook=SecretStr("http://home.example/hook")))
    acting.fire()

    async def act():
        doer = acting.doer()
        doer._webhooks._admission._resolve = resolve
        await doer.work()
        await doer.settled()
        await doer.close(1)

    asyncio.run(act())
    assert (acting.deed().state, acting.deed().attempts) == ("due", 1)


def test_an_answer_that_does_not_come_leaves_it_unclear(acting):
    with silent_port() as port:
        deed = calls(acting, f"http://127.0.0.1:{port}/", timeout=timedelta(seconds=1))
    assert deed.state == "unclear"
    assert "did not answer within 1s" in deed.outcome.said
    assert "never repeated" in acting.told()[0][1]


def test_a_connection_that_breaks_after_the_question_leaves_it_unclear(acting):
    with http_sink() as sink:
        sink.drop = True
        assert calls(acting, f"http://{sink.host}/").state == "unclear"
    assert len(sink.asked) == 1


@contextmanager
def half_an_answer() -> Iterator[int]:
    """Yield a port that takes a request, begins to answer it, and stops there."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                connection.recv(1)

        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def test_a_status_counts_also_where_the_rest_of_the_answer_never_comes(acting):
    with half_an_answer() as port:
        deed = calls(acting, f"http://127.0.0.1:{port}/", timeout=timedelta(seconds=1))
    assert (deed.state, deed.outcome.status) == ("done", 200)


def test_an_answer_beyond_all_bounds_does_no_harm(acting):
    with http_sink() as sink:
        sink.body = b"x" * 3_000_000
        assert calls(acting, f"http://{sink.host}/").state == "done"


def test_what_no_host_may_be_is_refused_without_a_word_to_anybody(acting):
    deed = calls(acting, "http://169.254.169.254/latest")
    assert (deed.state, deed.outcome.began, acting.contacts()) == ("failed", False, [])
    assert "not contacted" in deed.outcome.said


def test_a_header_that_cannot_be_sent_is_said(acting):
    deed = calls(acting, "http://127.0.0.1:1/", headers={"X-Token": "a\nb"})
    assert (deed.state, deed.outcome.began) == ("failed", False)


@contextmanager
def tls_port(context: ssl.SSLContext, heard: list[bytes], *, visits: int) -> Iterator[int]:
    """Yield a port that encrypts, answers 200 to so many who come, and keeps what those said who got through."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            for _ in range(visits):
                connection, _ = server.accept()
                with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as line:
                    heard.append(line.recv(65536))
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    # Closing on what was not read yet would break the connection, the answer with it.
                    while line.recv(65536):
                        pass

        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def test_a_certificate_that_nobody_vouches_for_ends_it_before_a_word_is_said(acting, tmp_path):
    heard = []
    # A certificate that is not trusted is looked at by a second visit.
    with tls_port(shown_by(certificate("localhost"), tmp_path), heard, visits=2) as port:
        deed = calls(acting, f"https://localhost:{port}/", timeout=timedelta(seconds=20))
    assert (deed.state, deed.outcome.began, b"".join(heard)) == ("failed", False, b"")
    assert "certificate" in deed.outcome.said


def test_an_authority_of_ones_own_is_trusted_where_the_network_names_it(acting, tmp_path):
    authority = certificate("Home authority", is_ca=True)
    acting.network = Network(hosts={"localhost": HttpOptions(ca=pem(authority, tmp_path, "ca.pem"))})
    with tls_port(shown_by(certificate("localhost", signer=authority), tmp_path), [], visits=1) as port:
        assert calls(acting, f"https://localhost:{port}/").state == "done"


def test_where_there_is_no_common_encryption_nothing_was_said(acting):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"SSH-2.0-nobody\r\n")

        thread = Thread(target=serve)
        thread.start()
        deed = calls(acting, f"https://127.0.0.1:{server.getsockname()[1]}/")
        thread.join(10)
    assert (deed.state, deed.attempts) == ("due", 1)
