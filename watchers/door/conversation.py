"""A conversation with one host, line by line, as the protocols of mail have it.

    admitted addresses ▶ Conversation.open ▶ say, hear_line, hear_bytes ▶ encrypt (STARTTLS) ▶ close

It knows no protocol. What is heard is bounded, what is lost has a name, and every byte is counted for the ledger.
"""

from __future__ import annotations

import asyncio
import errno
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from watchers.api import SourceChanged, SourceUnavailable, WatchError
from watchers.door.tls import certificate_trouble, tls_context

MAX_LINE: Final = 1_000_000
_SAID: Final = {
    errno.ECONNREFUSED: "takes no connections at this port",
    errno.EHOSTUNREACH: "cannot be reached: is this machine online?",
    errno.ENETUNREACH: "cannot be reached: is this machine online?",
    errno.ETIMEDOUT: "does not answer at all",
    errno.ECONNRESET: "broke off the connection",
}


class Conversation:
    """An open connection to a host.

    Attributes:
        ip: Where it goes.
        sent, received: Bytes of the protocol, without TLS.
    """

    def __init__(
        self, host: str, ip: str, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], *, most: int
    ) -> None:
        """Take over an open connection; `most` is how many bytes are heard at all."""
        self.host = host
        self.ip = ip
        self.sent = 0
        self.received = 0
        self._reader, self._writer = streams
        self._in_the_open: asyncio.StreamWriter | None = None
        self._is_lost = False
        self._most = most

    @classmethod
    async def open(
        cls,
        place: tuple[str, int],
        addresses: Sequence[str],
        *,
        tls: ssl.SSLContext | None,
        most: int,
        seconds: float,
        note: Callable[[str, str], None],
    ) -> Conversation:
        """Connect to the first address that takes it.

        Args:
            place: The host, by the name that a certificate has to be for, and its port.
            addresses: Where it may go, best first.
            tls: Encrypted from the first byte on.
            most: How many bytes are heard at all.
            seconds: How long the caller waits; shared out among the addresses.
            note: Is told of every address that took no connection, and why.

        Raises:
            WatchError: None of them takes it, or who answers is not trusted.
        """
        host, port = place
        name = host if tls is not None else None
        for left, ip in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                async with asyncio.timeout(seconds / left):
                    streams = await asyncio.open_connection(ip, port, ssl=tls, server_hostname=name, limit=MAX_LINE)
            except OSError as error:
                trouble = connection_trouble(error, host)
                note(ip, trouble.reason)
                if left == 1 or isinstance(error, ssl.SSLError):
                    raise trouble from error
            else:
                return cls(host, ip, streams, most=most)
        raise SourceUnavailable(f"{host} has no address")

    async def say(self, words: bytes) -> None:
        """Send something."""
        self.sent += len(words)
        try:
            self._writer.write(words)
            await self._writer.drain()
        except OSError as error:
            raise connection_trouble(error, self.host) from error

    async def hear_line(self) -> bytes:
        """Return the next line, without its end."""
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            raise SourceChanged(f"{self.host} sends a line of over {MAX_LINE // 1_000_000} MB") from error
        except asyncio.IncompleteReadError as error:
            raise SourceUnavailable(f"{self.host} hung up") from error
        except OSError as error:
            raise connection_trouble(error, self.host) from error
        self._count(len(line))
        return line.rstrip(b"\r\n")

    async def hear_bytes(self, length: int) -> bytes:
        """Return so many bytes."""
        self._count(length)
        try:
            return await self._reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise SourceUnavailable(f"{self.host} hung up") from error
        except OSError as error:
            raise connection_trouble(error, self.host) from error

    async def encrypt(self, ca: str | None) -> None:
        """Go on encrypted, on the same connection.

        What was heard in the open so far is thrown away: somebody on the way may have put it there, to be taken for
        the host's own words (https://nostarttls.secvuln.info/).
        """
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(MAX_LINE, loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        try:
            transport = await loop.start_tls(
                self._writer.transport, protocol, tls_context(ca), server_hostname=self.host
            )
        except BaseException as error:
            # Whoever waits for the end of the old connection would now wait for ever.
            self._is_lost = True
            if isinstance(error, OSError):
                raise connection_trouble(error, self.host) from error
            raise
        if transport is None:
            raise SourceUnavailable(f"{self.host} hung up")
        protocol.connection_made(transport)
        # A writer that nobody holds any more closes its transport, which is still underneath.
        self._in_the_open = self._writer
        self._reader, self._writer = reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    async def close(self) -> None:
        """Hang up."""
        self._writer.transport.abort()
        if not self._is_lost:
            with suppress(OSError):
                await self._writer.wait_closed()

    def _count(self, length: int) -> None:
        self.received += length
        if self.received > self._most:
            raise SourceChanged(f"{self.host} sends more than the {self._most // 1_000_000} MB that are read at a time")


def connection_trouble(error: OSError, host: str) -> WatchError:
    """Return what an error of a connection means to the owner."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_trouble(error, host)
    if isinstance(error, ssl.SSLError):
        return SourceUnavailable(f"{host} and this machine find no common way of encryption (TLS)")
    if isinstance(error, TimeoutError) and error.errno is None:
        return SourceUnavailable(f"{host} does not answer at all")
    return SourceUnavailable(f"{host} {_SAID.get(error.errno or 0, 'broke off the connection')}")
