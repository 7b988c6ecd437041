"""MQTT goes to Mosquitto with a password, plainly and over TLS, and is read by another program."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from agent.channels import Sent, Unsent
from tests.http_sink import dead_port, silent_port
from tests.receivers.broker import PASSWORD, USER, Broker
from tests.receivers.sent import BODY, picture, send, words

pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")

pytestmark = [
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
    # Apprise asks for TLS by the name that Python would rather not hear.
    pytest.mark.filterwarnings("ignore:ssl.PROTOCOL_TLS is deprecated:DeprecationWarning"),
]


@pytest.mark.parametrize("written", ["", "?qos=0", "?qos=2"])
def test_a_message_arrives_once_and_ends_with_its_id(mqtt_broker: Broker, written: str) -> None:
    topic = f"home/told{len(written)}"
    with mqtt_broker.reading(topic) as came:
        assert isinstance(send(mqtt_broker.url(topic, more=written), words("A title", picture())), Sent)
    (message,) = came
    assert message["payload"].splitlines() == ["A title", *BODY.splitlines(), "", "Message: 3f2a1b"]
    assert message["qos"] == 1  # the reader's own; the broker was asked for at least that


def test_it_goes_over_tls(mqtt_broker: Broker) -> None:
    url = f"mqtts://{USER}:{PASSWORD}@localhost:{mqtt_broker.tls_port}/home/tls?verify=no"
    with mqtt_broker.reading("home/tls") as came:
        assert isinstance(send(url, words("Over TLS")), Sent)
    assert [message["payload"].splitlines()[0] for message in came] == ["Over TLS"]


# The library leaves a connection that it did not trust to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_nothing_is_given_to_a_broker_whose_certificate_is_not_trusted(mqtt_broker: Broker) -> None:
    url = f"mqtts://{USER}:{PASSWORD}@localhost:{mqtt_broker.tls_port}/home/untrusted"
    with mqtt_broker.reading("home/untrusted") as came:
        unsent = send(url, words("no"))
    assert unsent == Unsent("its certificate is not trusted: unable to get local issuer certificate")
    assert came == []


def test_a_refused_sign_in_is_heard_at_once_and_for_a_person_to_mend(mqtt_broker: Broker) -> None:
    with mqtt_broker.reading("home/refused") as came:
        unsent = send(mqtt_broker.url("home/refused", password="another-pa55"), words("no"))
    assert unsent == Unsent("the broker refused the sign-in: Not authorized", permanent=True)
    assert came == []


def test_no_connection_is_left_behind(mqtt_broker: Broker) -> None:
    before = {thread for thread in threading.enumerate() if thread.name.startswith("paho")}
    send(mqtt_broker.url("home/left"), words("taken"))
    send(mqtt_broker.url("home/left", password="another-pa55"), words("refused"))
    assert {thread for thread in threading.enumerate() if thread.name.startswith("paho")} == before


def test_without_the_library_the_owner_hears_what_to_install() -> None:
    program = """
import sys
sys.modules["paho"] = None
from agent.sending import loaded
print(loaded("mqtt://broker.example/topic").reason)
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, check=True, timeout=60)
    hint = "pip install '.[mqtt]' in a copy of the repository"
    assert done.stdout.decode().strip() == f"mqtt:// needs paho-mqtt >= 2.1.0; {hint}"


def test_a_broker_that_is_down_was_surely_not_given_it() -> None:
    unsent = send(f"mqtt://u:p4ss@127.0.0.1:{dead_port()}/t", words("no"))
    assert unsent == Unsent("the connection was refused: nothing listens there")


def test_a_broker_that_never_lets_it_in_was_surely_not_given_it() -> None:
    with silent_port() as port:
        unsent = send(f"mqtt://u:p4ss@127.0.0.1:{port}/t?rto=0.5", words("no"))
    assert unsent == Unsent("the broker did not let it in in time")
