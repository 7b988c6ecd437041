"""What became of one request to one address: for the ledger, and for whoever asks about the host itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Attempt:
    """What became of one request to one address, for the ledger; of a probe also what it showed.

    Attributes:
        ip: Where it went; None where a proxy looked the name up.
        status: None as long as no answer began.
        sent, received: Bytes of HTTP, heads and bodies as they travel, without chunk marks and TLS.
        found: Every address of the host that may be contacted.
        reached: Somebody is there: the connection was taken or refused.
        took: Seconds from the beginning of the question until an answer began.
        certificate: What the host showed, in DER, accepted or `distrusted`.
        unread: Why the body of an answer is not here.
    """

    ip: str | None
    sent: int
    status: int | None = None
    received: int = 0
    outcome: str = "given up before an answer"
    found: tuple[str, ...] = ()
    reached: bool = False
    took: float | None = None
    certificate: bytes = b""
    distrusted: bool = False
    unread: str = ""

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Note how far the connection comes, in httpcore's words: https://www.encode.io/httpcore/extensions/#trace."""
        if event == "connection.connect_tcp.complete":
            self.reached = True
        elif event == "connection.start_tls.complete":
            self.certificate = info["return_value"].get_extra_info("ssl_object").getpeercert(binary_form=True)
