"""Whom the program trusts to vouch for a host, and what to say of a certificate that nobody vouches for."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

import certifi

from watchers.api import SourceRefused, SourceUnavailable, WatchError

# X509_V_ERR_*, https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_SELF_SIGNED: Final = frozenset({18, 19})
_UNKNOWN_ISSUER: Final = frozenset({2, 20, 21})
_WRONG_NAME: Final = frozenset({62, 64})


@cache
def tls_context(ca: str | None) -> ssl.SSLContext:
    """Return the one context for a file of extra authorities; making one takes 50 ms, so it is kept.

    The system's authorities are trusted, or those of Mozilla on a system that has none (a bare container).

    Raises:
        SourceRefused: The file cannot be read or holds no certificate.
    """
    paths = ssl.get_default_verify_paths()
    has_own = bool(paths.cafile) or bool(paths.capath and any(Path(paths.capath).iterdir()))
    context = ssl.create_default_context(cafile=None if has_own else certifi.where())
    if ca is not None:
        try:
            context.load_verify_locations(cafile=ca)
        except OSError as error:  # ssl.SSLError is one: the file is there, but holds no certificate
            why = error.strerror if error.errno and not isinstance(error, ssl.SSLError) else "it holds no certificate"
            raise SourceRefused(f"the file of `ca:` cannot be used: {why}") from error
    return context


def certificate_trouble(error: ssl.SSLCertVerificationError, host: str) -> WatchError:
    """Return what is wrong with a host's certificate and what its reader can do."""
    code = error.verify_code
    if code == _EXPIRED:
        return SourceUnavailable(f"the certificate of {host} has expired: its owner has to renew it")
    if code == _NOT_YET_VALID:
        return SourceUnavailable(f"the certificate of {host} is not valid yet: is this machine's clock right?")
    if code in _WRONG_NAME:
        return SourceRefused(f"the certificate that {host} shows is for another name: somebody else may be answering")
    if code in _SELF_SIGNED:
        return SourceRefused(f"the certificate of {host} is self-signed: if it is yours, name its file under `ca:`")
    if code in _UNKNOWN_ISSUER:
        return SourceRefused(
            f"the certificate of {host} comes from an authority that is not known here: if you trust it, name the "
            "authority's file under `ca:`"
        )
    return SourceRefused(f"the certificate of {host} was not accepted: {error.verify_message}")


async def shown_certificate(ip: str, port: int, name: str) -> bytes:
    """Return the certificate that a host shows, in DER, without trusting it: nothing is sent, and the line is closed.

    Empty where none can be had.
    """
    untrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    untrusting.check_hostname = False
    untrusting.verify_mode = ssl.CERT_NONE
    try:
        _, writer = await asyncio.open_connection(ip, port, ssl=untrusting, server_hostname=name)
    except OSError:  # which every error of TLS is too
        return b""
    shown = writer.get_extra_info("ssl_object")
    certificate: bytes | None = shown.getpeercert(binary_form=True) if shown is not None else None
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()
    return certificate or b""
