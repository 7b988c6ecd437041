"""The servers of a whole run of these tests: each is started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.receivers.broker import Broker, broker
from tests.receivers.chat import ChatServer, chat_server
from tests.receivers.daemons import Authority, open_folder
from tests.receivers.jabber import Jabber, jabber_server
from tests.receivers.ntfy import Ntfy, ntfy_like, real_ntfy
from tests.receivers.post_office import PostOffice, post_office


@pytest.fixture(scope="session")
def authority() -> Iterator[Authority]:
    with open_folder("authority") as folder:
        yield Authority(folder)


@pytest.fixture
def trusting(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the tests' own authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.trusted))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.trusted))


@pytest.fixture(scope="session")
def mail_system(authority: Authority) -> Iterator[PostOffice]:
    with post_office(authority) as served:
        yield served


@pytest.fixture(scope="session")
def mqtt_broker(authority: Authority) -> Iterator[Broker]:
    with broker(authority) as served:
        yield served


@pytest.fixture(scope="session")
def irc() -> Iterator[ChatServer]:
    with chat_server() as served:
        yield served


@pytest.fixture(scope="session")
def jabber(authority: Authority) -> Iterator[Jabber]:
    with jabber_server(authority) as served:
        yield served


@pytest.fixture(scope="session", params=["its form", "the real one"])
def ntfy(request: pytest.FixtureRequest) -> Iterator[Ntfy]:
    with ntfy_like() if request.param == "its form" else real_ntfy() as served:
        yield served
