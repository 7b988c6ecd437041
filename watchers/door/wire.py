"""The wire: one question to one host and its answer, over httpx, which no other module knows.

    Ask ▶ open line | resolve, judge, connect ▶ send ▶ read within limits ▶ Answer          or a named trouble

A name is resolved once, every address is judged, and the connection goes to an address that was judged: the URL given
to httpx holds that address, while the Host header, the TLS name and the certificate's check keep the host's name.
Through a proxy the proxy looks names up, so only what is spelt out as an address can be judged; the proxy itself was
named by the owner.

httpx is used below its Client: the Client follows redirects, keeps cookies, reads the environment and unpacks without
limit, all of which is decided elsewhere here. Each host has a small transport of its own, since a shared pool grows
slower with every connection in it.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any, Final

import httpx
from socksio import SOCKSError

from watchers.api import SourceChanged, SourceRefused, SourceUnavailable, WatchError
from watchers.door.admission import Admission
from watchers.door.answers import GOOD
from watchers.door.attempt import Attempt
from watchers.door.exchange import SAFE_METHODS, Answer, Ask, Exchange
from watchers.door.guard import is_at_home
from watchers.door.inflate import Inflater, Spoilt, TooBig, UnknownEncoding
from watchers.door.kept_open import IDLE_SECONDS, Closable, KeptOpen
from watchers.door.tls import certificate_trouble, shown_certificate, tls_context

if find_spec("sniffio") is None:
    # httpcore 1.0 tries to import it at every lock that it makes. A failing import searches the whole path each time,
    # which was a third of a request's processor time; None says at once that it is not there.
    sys.modules["sniffio"] = None  # type: ignore[assignment]

ERROR_PAGE_LIMIT: Final = 256_000
PROBE_LIMIT: Final = 2_000_000
MAX_ADDRESSES: Final = 4
"""How many addresses of one host are tried."""

_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # for http: trusts nobody, and takes no time to make
_LIMITS: Final = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=IDLE_SECONDS)
_BROKEN_OFF: Final = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)

# Every error that a transport raises, as the rest of a sentence that begins with the host.
_SAID: Final[Mapping[type[httpx.TransportError], str]] = {
    httpx.ConnectTimeout: "does not answer at all",
    httpx.ConnectError: "cannot be reached",
    httpx.ReadTimeout: "did not answer in time",
    httpx.WriteTimeout: "did not take the request in time",
    httpx.PoolTimeout: "did not answer in time",
    httpx.TimeoutException: "did not answer in time",
    httpx.ReadError: "broke off the connection",
    httpx.WriteError: "broke off the connection",
    httpx.CloseError: "broke off the connection",
    httpx.NetworkError: "broke off the connection",
    httpx.RemoteProtocolError: "broke off its answer, or answered in no proper HTTP",
    httpx.LocalProtocolError: "cannot be asked in this way over HTTP",
    httpx.ProtocolError: "answered in no proper HTTP",
    httpx.ProxyError: "cannot be reached through the proxy",
    httpx.UnsupportedProtocol: "cannot be asked over this protocol",
    httpx.TransportError: "cannot be reached",
}
_ERRNO_SAID: Final = {
    errno.ECONNREFUSED: "takes no connections at this port",
    errno.EHOSTUNREACH: "cannot be reached: is this machine online?",
    errno.ENETUNREACH: "cannot be reached: is this machine online?",
    errno.ETIMEDOUT: "does not answer at all",
    errno.ECONNRESET: "broke off the connection",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """An open way to one host: the addresses that were judged, and the transport that holds its connection."""

    transport: httpx.AsyncHTTPTransport
    places: tuple[tuple[str | None, httpx.URL], ...]
    found: tuple[str, ...]

    async def aclose(self) -> None:
        await self.transport.aclose()


@dataclass(slots=True)
class _Sending:
    """One question on its way; `answered` once a host began to answer it."""

    ask: Ask
    known: Exchange | None
    seconds: float
    note: Callable[[Attempt], None]
    began: float
    answered: bool = False

    @property
    def key(self) -> object:
        """What an open line must agree in to serve it."""
        ask = self.ask
        return ask.address.scheme, ask.address.authority, ask.private, ask.is_led, ask.ca, ask.proxy


class Wire:
    """Asks hosts; keeps its connections open for a moment."""

    def __init__(self, admission: Admission, *, body_limit: int) -> None:
        self._admission = admission
        self._body_limit = body_limit
        self._lines: KeptOpen[_Line] = KeptOpen()

    async def ask(self, ask: Ask, known: Exchange | None, seconds: float, note: Callable[[Attempt], None]) -> Answer:
        """Ask once and read the answer, whatever its status.

        Args:
            ask: The question.
            known: An earlier answer; the host is asked for news alone.
            seconds: How long the caller waits; shared out among a host's addresses.
            note: Is told of every request that leaves, also where it fails or is cancelled.

        Raises:
            SourceUnavailable: It did not answer, or not to the end.
            SourceRefused: Its address may not be contacted, or its certificate is not to be trusted.
            SourceChanged: The answer is too big, or packed in a way that was not asked for.
        """
        sending = _Sending(ask, known, seconds, note, asyncio.get_running_loop().time())
        # What is not safe to send twice gets a new line, so that none of it is lost with an old one; a probe is to see
        # a line come about.
        line = self._lines.take(sending.key) if ask.method in SAFE_METHODS and not ask.is_probe else None
        try:
            if line is not None:
                try:
                    return await self._over(line, sending)
                except _BROKEN_OFF:
                    # A server may close an idle connection just as it is used again (RFC 9112, section 9.3.1), and
                    # bytes that it sent beyond its last answer spoil the next: a new line settles both.
                    if sending.answered:
                        raise
            return await self._over(await self._open(ask), sending)
        except httpx.TransportError as error:
            raise _trouble(error, ask) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._lines.close()

    async def _open(self, ask: Ask) -> _Line:
        address = ask.address
        places: list[tuple[str | None, str]] = [(None, address.host)]
        found: list[str] = []
        if ask.proxy is None:
            found = await self._admission.addresses(ask)
            places = [(ip, ip) for ip in found[:MAX_ADDRESSES]]
        else:
            self._admission.judge_for_proxy(ask)
        context = tls_context(ask.ca) if address.scheme == "https" else _NO_TLS
        proxy = _proxy(ask.proxy, ask.ca) if ask.proxy is not None else None
        try:
            urls = [(ip, httpx.URL(scheme=address.scheme, host=host, port=address.port)) for ip, host in places]
        except httpx.InvalidURL as error:
            raise SourceRefused(f"{address.host} is no name or address that can be asked") from error
        transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=_LIMITS, proxy=proxy)
        return _Line(transport, tuple(urls), tuple(found))

    async def _over(self, line: _Line, sending: _Sending) -> Answer:
        """Ask at the first address of a line that takes the connection."""
        try:
            for left in range(len(line.places), 0, -1):
                place = line.places[-left]
                try:
                    answer = await self._attempt(line, place, sending, sending.seconds / left)
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    if left == 1 or any(isinstance(cause, ssl.SSLError) for cause in _causes(error)):
                        raise
                else:
                    break
        except BaseException:
            await line.aclose()
            raise
        self._lines.give_back(sending.key, replace(line, places=(place,)))
        return answer

    async def _attempt(
        self, line: _Line, place: tuple[str | None, httpx.URL], sending: _Sending, patience: float
    ) -> Answer:
        """Send one request to one address, and note it whatever becomes of it."""
        ask = sending.ask
        head = ask.head(sending.known)
        request = _request(ask, place[1], head, patience)
        first_line = len(ask.method) + len(ask.address.target) + len("  HTTP/1.1\r\n\r\n")
        attempt = Attempt(place[0], first_line + _size(head) + len(ask.body or b""), found=line.found)
        try:
            response = await _send(line.transport, request, ask, attempt)
            sending.answered = True
            attempt.status = response.status_code
            attempt.took = asyncio.get_running_loop().time() - sending.began
            attempt.outcome = "given up in the middle of its answer"
            try:
                answer = await self._read(response, ask, sending.known, attempt)
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            attempt.outcome = _trouble(error, ask).reason
            if ask.is_probe:
                await self._look_closer(error, attempt, sending)
            raise
        except WatchError as trouble:
            attempt.outcome = trouble.reason
            raise
        else:
            attempt.outcome = "not changed" if answer.status == 304 else f"{answer.status}"
            return answer
        finally:
            sending.note(attempt)

    async def _look_closer(self, error: httpx.TransportError, attempt: Attempt, sending: _Sending) -> None:
        """Note what an error shows of a host, and the certificate for which it was not trusted."""
        causes = list(_causes(error))
        refused = any(isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED for cause in causes)
        attempt.reached = attempt.reached or refused
        attempt.distrusted = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes)
        if attempt.distrusted and attempt.ip is not None:
            address = sending.ask.address
            attempt.certificate = await shown_certificate(attempt.ip, address.port, address.host)
            sending.note(Attempt(attempt.ip, 0, outcome="its certificate was looked at, and nothing sent"))

    async def _read(self, response: httpx.Response, ask: Ask, known: Exchange | None, attempt: Attempt) -> Answer:
        raw = response.headers.raw
        attempt.received = len("HTTP/1.1 200 OK\r\n\r\n") + _size(raw)
        headers, cookies = _read_head(raw)
        from_home = attempt.ip is not None and is_at_home(ip_address(attempt.ip))
        answer = Answer(ask.address, response.status_code, headers, b"", "", cookies, from_home)
        good = answer.status in GOOD
        limit = min(self._body_limit, PROBE_LIMIT) if ask.is_probe else self._body_limit
        try:
            body = await _read_body(response, headers, limit if good else ERROR_PAGE_LIMIT, attempt)
        except (TooBig, UnknownEncoding, Spoilt) as error:
            trouble = _unreadable(error, ask, limit)
            if good and not ask.is_probe:
                raise trouble from error
            attempt.unread = trouble.reason
            return answer  # the status says enough
        if answer.status == 304 and known is not None:
            return replace(answer, digest=known.digest)
        # HEAD has no body: what its headers say is the answer.
        seen = repr(sorted(headers.items())).encode() if ask.method == "HEAD" else body
        is_empty = not seen or seen.isspace()
        return replace(answer, body=body, digest=hashlib.sha256(seen).hexdigest() if good and not is_empty else "")


def _proxy(text: str, ca: str | None) -> httpx.Proxy:
    try:
        proxy = httpx.Proxy(text)
    except (ValueError, httpx.InvalidURL):
        # Without the cause, whose words may hold the proxy's password.
        raise SourceRefused("`proxy:` is no http://, https:// or socks5:// address") from None
    if proxy.url.scheme == "https":
        proxy.ssl_context = tls_context(ca)
    return proxy


def _request(ask: Ask, url: httpx.URL, head: list[tuple[bytes, bytes]], patience: float) -> httpx.Request:
    target = ask.address.target.encode("ascii")
    extensions: dict[str, object] = {"timeout": {"connect": patience}}
    if ask.proxy is None:
        # Through a proxy the URL has the name itself, and this would be taken for the name of a proxy with TLS.
        extensions["sni_hostname"] = ask.address.host
    if ask.proxy is not None and ask.proxy.lower().startswith("http"):
        # What httpcore tells such a proxy it takes from the URL, which may encode a character more than browsers do.
        try:
            url = url.copy_with(raw_path=target)
        except httpx.InvalidURL as error:
            raise SourceRefused(f"the address at {ask.address.host} is too long for a proxy") from error
    else:
        extensions["target"] = target
    return httpx.Request(ask.method, url, headers=head, content=ask.body, extensions=extensions)


async def _send(
    transport: httpx.AsyncHTTPTransport, request: httpx.Request, ask: Ask, attempt: Attempt
) -> httpx.Response:
    """Send a request and await the head of its answer.

    httpcore 1.0 has no error of its own for a SOCKS proxy that does not speak SOCKS, and leaves its connection open.
    """
    opened: list[Closable] = []

    async def note(event: str, info: Mapping[str, Any]) -> None:
        if event == "socks.connect_tcp.complete":
            opened.append(info["return_value"])
        attempt.watch(event, info)

    if ask.is_probe or (ask.proxy or "").lower().startswith("socks"):
        request.extensions["trace"] = note
    try:
        response = await transport.handle_async_request(request)
    except BaseException as error:
        for connection in opened:
            await connection.aclose()
        if isinstance(error, AssertionError | SOCKSError):
            raise httpx.ProxyError("no SOCKS") from error
        raise
    if not response.extensions["http_version"].startswith(b"HTTP/1."):
        await response.aclose()
        raise httpx.RemoteProtocolError("another HTTP than was asked for")
    return response


async def _read_body(response: httpx.Response, headers: Mapping[str, str], limit: int, attempt: Attempt) -> bytes:
    inflater = Inflater(headers.get("content-encoding", ""), limit)
    announced = headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > limit:
        raise TooBig
    pieces = []
    async for data in response.aiter_raw():
        attempt.received += len(data)
        pieces.append(inflater.feed(data))
    inflater.finish()
    return b"".join(pieces)


def _read_head(raw: Sequence[tuple[bytes, bytes]]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the headers by lower-case name, repeated ones joined (RFC 9110, section 5.3), and the cookies apart."""
    headers: dict[str, str] = {}
    cookies = []
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
        if name == "set-cookie":
            cookies.append(value)
        else:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers, tuple(cookies)


def _size(head: Sequence[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) + len(": \r\n") for name, value in head)


def _unreadable(error: TooBig | UnknownEncoding | Spoilt, ask: Ask, limit: int) -> WatchError:
    host = ask.address.authority
    if isinstance(error, TooBig):
        return SourceChanged(f"the answer of {host} is bigger than {limit // 1_000_000} MB when unpacked")
    if isinstance(error, UnknownEncoding):
        return SourceChanged(f"the answer of {host} cannot be read: {error}")
    return SourceUnavailable(f"the answer of {host} is damaged: {error}")


def _trouble(error: httpx.TransportError, ask: Ask) -> WatchError:
    """Return what an error of the wire means to the owner, without any words of others."""
    host = ask.address.authority
    causes = list(_causes(error))
    certificate = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        return certificate_trouble(certificate, ask.address.host)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return SourceUnavailable(f"{host} and this machine find no common way of encryption (TLS)")
    if isinstance(error, httpx.ProxyError) and str(error).startswith("407"):
        return SourceRefused("the proxy asks for a sign-in: put user and password into `proxy:`")
    said = _SAID[type(error)]
    for cause in causes:
        if isinstance(cause, OSError) and cause.errno in _ERRNO_SAID:
            said = _ERRNO_SAID[cause.errno]
    if ask.proxy is not None and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return SourceUnavailable(f"the proxy for {host} {said}")
    return SourceUnavailable(f"{host} {said}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield what led to an error, nearest first; httpcore cuts `__cause__` off, but not `__context__`."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__
