"""What every service over HTTP does wrong one day: each is heard for what it is, and nothing is told twice for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.channels import Sent, Unsent
from agent.services import MESSAGE_HEADER
from tests.http_sink import dead_port, silent_port
from tests.receivers import gotify, ntfy, webhook
from tests.receivers.daemons import Authority
from tests.receivers.sent import picture, send, words
from tests.receivers.web import Answer, WebServer, web_server

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

WHO = f"{webhook.USER}:{webhook.PASSWORD}@"
SERVICES = {
    "json": (webhook.takes, f"json://{WHO}{{host}}:{{port}}/hook", webhook.PASSWORD),
    "form": (webhook.takes, f"form://{WHO}{{host}}:{{port}}/hook", webhook.PASSWORD),
    "ntfy": (ntfy.NtfyLike().takes, f"ntfy://{WHO}{{host}}:{{port}}/topic", webhook.PASSWORD),
    "gotify": (gotify.takes, f"gotify://{{host}}:{{port}}/{gotify.TOKEN}", gotify.TOKEN),
}
LIMITED = {"error": "Too Many Requests", "errorCode": 429, "errorDescription": "slow down"}


class Served:
    """One service, and how it is reached."""

    def __init__(self, name: str, server: WebServer) -> None:
        self.server = server
        _, self.address, self.secret = SERVICES[name]

    def url(self, *, host: str = "127.0.0.1", port: int = 0, tls: bool = False, more: str = "") -> str:
        address = self.address.format(host=host, port=port or self.server.port) + more
        return address.replace("://", "s://", 1) if tls else address

    def identify(self) -> list[str]:
        """Return by what each request could be recognised."""
        return [asked.headers.get(MESSAGE_HEADER) or asked.headers.get("X-Tags", "") for asked in self.server.asked]


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> Iterator[Served]:
    with web_server(SERVICES[request.param][0]) as server:
        yield Served(request.param, server)


@pytest.fixture(params=SERVICES)
def secure(request: pytest.FixtureRequest, authority: Authority) -> Iterator[Served]:
    with web_server(SERVICES[request.param][0], authority) as server:
        yield Served(request.param, server)


def test_one_that_is_down_was_surely_not_given_it(service: Served) -> None:
    unsent = send(service.url(port=dead_port()), words("no", picture()))
    assert unsent == Unsent("the connection was refused: nothing listens there")


def test_a_wrong_secret_is_for_a_person_to_mend_and_tried_once(service: Served) -> None:
    unsent = send(service.url().replace(service.secret, "another-pa55"), words("no", picture()))
    assert isinstance(unsent, Unsent)
    assert (unsent.permanent, unsent.doubtful, unsent.status) == (True, False, 401)
    assert "another-pa55" not in unsent.reason
    assert len(service.server.asked) == 1


@pytest.mark.parametrize(
    ("body", "seconds"), [(LIMITED, 60), ({"retry_after": 90}, 90), ({"parameters": {"retry_after": 5}}, 60)]
)
def test_too_many_requests_are_waited_out_and_not_answered_by_another(service: Served, body, seconds) -> None:
    service.server.fault = Answer(429, body)
    unsent = send(service.url(), words("no", picture()))
    assert isinstance(unsent, Unsent)
    assert (unsent.permanent, unsent.retry_after) == (False, timedelta(seconds=seconds))
    assert len(service.server.asked) == 1


def test_one_that_is_broken_gets_better_by_itself(service: Served) -> None:
    service.server.fault = Answer(500, {"error": "oops"})
    unsent = send(service.url(), words("no"))
    assert isinstance(unsent, Unsent)
    assert (unsent.permanent, unsent.doubtful, unsent.status) == (False, False, 500)


def test_one_that_is_slow_may_have_taken_it_and_the_same_id_comes_again(service: Served) -> None:
    service.server.gate.clear()
    unsent = send(service.url(more="?rto=0.3"), words("Slow"), message_id="5l0w")
    assert unsent == Unsent("the answer did not come in time", doubtful=True)
    service.server.gate.set()
    assert isinstance(send(service.url(), words("Slow"), message_id="5l0w"), Sent)
    first, second = service.identify()
    assert first == second


def test_one_that_never_says_a_word_is_given_up_at_the_deadline(service: Served) -> None:
    with silent_port() as port:
        unsent = send(service.url(port=port), words("no"), seconds=0.5)
    assert unsent == Unsent("no end of it within 0.5 s", doubtful=True)


@pytest.mark.usefixtures("trusting")
def test_one_with_a_certificate_that_is_trusted_gets_it(secure: Served) -> None:
    assert isinstance(send(secure.url(host="localhost", tls=True), words("Over TLS")), Sent)
    assert len(secure.server.asked) == 1


def test_one_whose_certificate_nobody_trusts_gets_nothing(secure: Served) -> None:
    unsent = send(secure.url(host="localhost", tls=True), words("no"))
    assert unsent == Unsent("its certificate is not trusted: unable to get local issuer certificate")
    assert secure.server.asked == []


@pytest.mark.usefixtures("trusting")
def test_one_that_goes_by_another_name_gets_nothing(secure: Served) -> None:
    unsent = send(secure.url(tls=True), words("no"))
    assert isinstance(unsent, Unsent)
    assert unsent.reason.startswith("its certificate is not trusted: IP address mismatch")
    assert secure.server.asked == []


def test_one_that_speaks_no_tls_gets_nothing(service: Served) -> None:
    unsent = send(service.url(tls=True), words("no"))
    assert unsent == Unsent("no TLS is spoken on that port")
    assert service.server.asked == []
