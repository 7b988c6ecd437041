"""Web push, and UnifiedPush, which is the same: a push service in its form, and a browser that reads what came."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDH, SECP256R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import SecretStr

from agent.channels import Channels, Sent, Unsent
from agent.redaction import Redactor
from rules.rule import Channel, Place
from rules.words import Words
from tests.receivers.daemons import Authority
from tests.receivers.sent import BODY, picture, send, words
from tests.receivers.web import Answer, Asked, WebServer, web_server

pytestmark = [
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
    pytest.mark.usefixtures("trusting"),
]

OWNER = "me@home.example"
FOUR_WEEKS = str(4 * 7 * 24 * 3600)


class Browser:
    """One that subscribed, and reads what its push service got for it: RFC 8291 and RFC 8188."""

    def __init__(self, folder: Path, port: int) -> None:
        self._secret, self._auth = generate_private_key(SECP256R1()), bytes(range(16))
        self.subscription, self.key = folder / "subscription.json", folder / "key.pem"
        keys = {"p256dh": _text(self._public), "auth": _text(self._auth)}
        self.written = json.dumps({OWNER: {"endpoint": f"https://localhost:{port}/push/1", "keys": keys}})
        self.subscription.write_text(self.written)
        own = generate_private_key(SECP256R1())
        self.key.write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def url(self, more: str = "") -> str:
        return f"vapid://{OWNER}?keyfile={self.key}&subfile={self.subscription}{more}"

    def read(self, asked: Asked) -> str:
        assert len(asked.body) <= 4096
        salt, sender, sealed = asked.body[:16], asked.body[21:86], asked.body[86:]
        shared = self._secret.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), sender))
        first = _derived(shared, self._auth, b"WebPush: info\0" + self._public + sender, 32)
        key = _derived(first, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(first, salt, b"Content-Encoding: nonce\0", 12)
        return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\2").decode()

    @property
    def _public(self) -> bytes:
        return self._secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def push_service(asked: Asked) -> Answer:
    return Answer(201)


def ended(server: WebServer, status: int) -> None:
    server.fault = Answer(status, {"error": "gone"})


def test_a_browser_reads_the_words_and_they_are_kept_while_it_is_off(authority: Authority, tmp_path: Path) -> None:
    with web_server(push_service, authority) as server:
        browser = Browser(tmp_path, server.port)
        assert isinstance(send(browser.url(), words("Ärger: 139.00 USD", picture())), Sent)
    (asked,) = server.asked
    assert browser.read(asked).splitlines() == ["Ärger: 139.00 USD", *BODY.splitlines()]
    assert asked.headers["TTL"] == FOUR_WEEKS


def test_how_long_it_is_kept_is_as_its_owner_wrote_it(authority: Authority, tmp_path: Path) -> None:
    with web_server(push_service, authority) as server:
        send(Browser(tmp_path, server.port).url("&ttl=30"), words("Short-lived"))
    assert server.asked[0].headers["TTL"] == "30"


def test_long_words_of_any_letters_fit_into_what_a_push_service_takes(authority: Authority, tmp_path: Path) -> None:
    with web_server(push_service, authority) as server:
        browser = Browser(tmp_path, server.port)
        assert isinstance(send(browser.url(), Words("Viel: 價格", "Überschrift 價格\n" * 400, None)), Sent)
    (asked,) = server.asked
    assert "cut here" in browser.read(asked)


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_ended_is_for_a_person_to_renew(authority: Authority, tmp_path: Path, status: int) -> None:
    with web_server(push_service, authority) as server:
        browser = Browser(tmp_path, server.port)
        ended(server, status)
        assert send(browser.url(), words("no")) == Unsent(
            "this browser or phone has ended its subscription: make a new one", permanent=True
        )
        again = send(browser.url(), words("no"))
        assert isinstance(again, Unsent)
        assert again.permanent
        browser.subscription.write_text(browser.written)
        server.fault = None
        assert isinstance(send(browser.url(), words("Renewed")), Sent)


@pytest.mark.parametrize(("file", "reason"), [("subscription", "subscription file"), ("key", "key file")])
def test_a_file_that_is_gone_is_said_before_and_when_sending(tmp_path: Path, file: str, reason: str) -> None:
    browser = Browser(tmp_path, 1)
    getattr(browser, file).unlink()
    channel = Channel("it", SecretStr(browser.url()), Place("rules.yaml", 1, 1))
    (said,) = Channels({"it": channel}, Redactor()).check("it")
    assert said.endswith("cannot be read, so every message would fail")
    assert send(browser.url(), words("no")) == Unsent(f"the {reason} cannot be read", permanent=True)


def test_nothing_is_said_to_a_push_service_whose_certificate_is_not_trusted(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with web_server(push_service, authority) as server:
        unsent = send(Browser(tmp_path, server.port).url(), words("no"))
    assert isinstance(unsent, Unsent)
    assert unsent.reason.startswith("its certificate is not trusted")
    assert server.asked == []
