"""Publishing to an MQTT broker of the owner's: once, and with the broker's word for it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest
from pydantic import SecretStr

from agent.database import Database
from agent.doing import publishing
from rules.delivery import Action
from rules.rule import Network
from tests.acting import Acting, firing
from tests.http_sink import dead_port, silent_port
from tests.receivers.broker import Broker, broker
from tests.receivers.daemons import Authority, free_port, give_away, installed, open_folder, running
from watchers.api import HttpOptions

SOON = timedelta(seconds=2)
# MQTT 3.1.1 and 5.0, chapter 3: what a broker answers.
OLD_PROTOCOL = bytes([0x20, 2, 0, 1])
WELCOME = bytes([0x20, 2, 0, 0])
BUSY = bytes([0x20, 3, 0, 0x89, 0])


@pytest.fixture
def acting(tmp_path):
    database = Database.open(tmp_path / "store.sqlite")
    yield Acting(database, tmp_path)
    database.close()


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with open_folder("authority") as folder:
        yield Authority(folder)


@pytest.fixture(scope="module")
def mqtt(authority) -> Iterator[Broker]:
    with broker(authority) as served:
        yield served


def publishes(acting, address, **more):
    """Let the rule publish for one firing; return the deed."""
    acting.rule(Action(publish=SecretStr(address), **more))
    acting.fire()
    acting.act()
    return acting.deed()


def test_it_arrives_once_as_json_and_is_not_retained(acting, mqtt):
    with mqtt.reading("home/lamp") as came:
        deed = publishes(acting, mqtt.url("home/lamp"))
    ((message),) = came
    assert (message["qos"], message["retain"]) == (1, 0)
    payload = message["payload"]
    given = payload if isinstance(payload, dict) else json.loads(payload)
    assert (given["key"], given["facts"]["price"]["amount"]) == (firing().key, "139")
    assert (deed.state, deed.aim) == ("done", "publish to home/lamp at 127.0.0.1")
    (contact,) = acting.contacts()
    assert (contact.purpose, contact.host, contact.record["ip"]) == ("act", "127.0.0.1", "127.0.0.1")
    assert contact.record["address"] == f"mqtt://127.0.0.1:{mqtt.port}"


def test_it_is_encrypted_where_the_address_says_so(acting, mqtt, authority):
    address = f"mqtts://agent:pa55-word@localhost:{mqtt.tls_port}/home/lamp"
    acting.network = Network(hosts={"localhost": HttpOptions(ca=str(authority.trusted))})
    with mqtt.reading("home/lamp") as came:
        assert publishes(acting, address).state == "done"
    assert len(came) == 1


# The library leaves it to the interpreter to close a connection that it could not encrypt.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
def test_a_broker_that_nobody_vouches_for_hears_nothing(acting, mqtt):
    address = f"mqtts://agent:pa55-word@localhost:{mqtt.tls_port}/home/lamp"
    with mqtt.reading("home/lamp") as came:
        deed = publishes(acting, address)
    assert (came, deed.outcome.began) == ([], False)
    assert "certificate" in deed.outcome.said.lower()


def test_wrong_credentials_are_told_and_not_tried_again(acting, mqtt):
    deed = publishes(acting, mqtt.url("home/lamp", password="wrong"))
    assert (deed.state, deed.outcome.began) == ("failed", False)
    assert "refuses: " in deed.outcome.said
    assert "wrong" not in acting.told()[0][1]


def test_a_topic_that_the_broker_does_not_allow_is_no_success(acting):
    program = installed("mosquitto", "mosquitto")
    port = free_port()
    with open_folder("rights") as folder:
        (folder / "rights").write_text("topic read #\n")
        (folder / "rights").chmod(0o700)
        lines = ["allow_anonymous true", f"acl_file {folder}/rights", f"listener {port} 127.0.0.1"]
        (folder / "configuration").write_text("\n".join([*lines, ""]))
        give_away(folder)
        with running([program, "-c", folder / "configuration"], folder, [port]):
            deed = publishes(acting, f"mqtt://127.0.0.1:{port}/home/lamp")
    assert (deed.state, deed.outcome.began) == ("failed", False)
    assert "did not take it: Not authorized" in deed.outcome.said


def test_a_pattern_is_no_topic(acting, mqtt):
    deed = publishes(acting, mqtt.url("home/#"))
    assert (deed.state, deed.outcome.began) == ("failed", False)


def test_a_broker_that_is_not_there_is_tried_again(acting):
    deed = publishes(acting, f"mqtt://127.0.0.1:{dead_port()}/home/lamp")
    assert (deed.state, deed.attempts) == ("due", 1)
    assert acting.told() == []


def test_a_broker_that_says_nothing_is_tried_again_for_nothing_was_published(acting):
    with silent_port() as port:
        deed = publishes(acting, f"mqtt://127.0.0.1:{port}/home/lamp", timeout=SOON)
    assert (deed.state, deed.attempts) == ("due", 1)


def answering(*answers: Sequence[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Yield a port that gives each connection its own answers in turn, and a list of all that was said there."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for of_one in answers:
                connection, _ = server.accept()
                with connection:
                    for said in of_one:
                        heard.append(connection.recv(65536))
                        connection.sendall(said)
                    while more := connection.recv(65536):
                        heard.append(more)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], heard
        thread.join(20)


fake = contextmanager(answering)


def test_a_broker_of_an_older_protocol_is_asked_in_that(acting):
    acknowledged = bytes([0x40, 2, 0, 1])
    with fake([OLD_PROTOCOL], [WELCOME, acknowledged]) as (port, heard):
        deed = publishes(acting, f"mqtt://127.0.0.1:{port}/home/lamp", timeout=timedelta(seconds=20))
    assert deed.state == "done"
    assert sum(b"home/lamp" in said for said in heard) == 1


def test_what_is_not_acknowledged_may_have_arrived_and_is_not_repeated(acting):
    with fake([OLD_PROTOCOL], [WELCOME]) as (port, heard):
        deed = publishes(acting, f"mqtt://127.0.0.1:{port}/home/lamp", timeout=SOON)
    assert deed.state == "unclear"
    assert sum(b"home/lamp" in said for said in heard) == 1
    assert acting.titles()[0].startswith("Perhaps done: ")


def test_a_broker_that_is_busy_is_tried_again(acting):
    with fake([BUSY]) as (port, _):
        deed = publishes(acting, f"mqtt://127.0.0.1:{port}/home/lamp")
    assert (deed.state, deed.attempts) == ("due", 1)


def test_a_broker_that_hangs_up_on_every_protocol_is_tried_again(acting):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                connection.recv(65536)
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        deed = publishes(acting, f"mqtt://127.0.0.1:{server.getsockname()[1]}/home/lamp")
        thread.join(20)
    assert (deed.state, deed.attempts) == ("due", 1)


def test_without_the_extra_it_says_what_to_install(acting, monkeypatch):
    monkeypatch.setitem(sys.modules, "paho.mqtt.client", None)
    deed = publishes(acting, "mqtt://127.0.0.1:1/home/lamp")
    assert (deed.state, deed.outcome.said) == ("failed", publishing.NEEDS)


def test_the_library_is_loaded_by_whoever_publishes_alone():
    asked = "import sys, agent.doing.doer; sys.exit('paho' in sys.modules)"
    subprocess.run([sys.executable, "-c", asked], check=True)
