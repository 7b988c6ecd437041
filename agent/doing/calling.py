"""Calling a webhook of the owner's: one POST, to the address that they wrote, and never a second one.

Who writes an address admits its host, private or not; a redirect is not followed, for it would lead to another's. What
an answer leaves open is told apart from what surely never arrived: only that may be tried again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from agent import VERSION
from agent.doing.deed import Deed, Outcome
from rules.delivery import Action
from rules.durations import write_duration
from rules.rule import Network
from watchers.api import Auth, HttpOptions, Request, SourceRefused, WatchError
from watchers.door.admission import Admission, Resolve, resolve_name
from watchers.door.attempt import Attempt
from watchers.door.exchange import Ask, Contact, first_ask
from watchers.door.guard import read_networks
from watchers.door.wire import Wire

MOST_OUTPUT: Final = 2000
BODY_LIMIT: Final = 256_000
PURPOSE: Final = "act"


class Webhooks:
    """Calls webhooks by the owner's settings for the network."""

    def __init__(
        self,
        network: Network,
        ledger: Callable[[Contact], None],
        now: Callable[[], datetime],
        resolve: Resolve = resolve_name,
    ) -> None:
        self._hosts = {name.lower(): options for name, options in network.hosts.items()}
        self._admission = Admission(read_networks(network.allow), resolve)
        self._ledger, self._now = ledger, now

    async def call(self, action: Action, deed: Deed, body: bytes) -> Outcome:
        """POST a body once, under the key of its firing: a server that keeps such keys can tell that it is the same."""
        try:
            ask = self._ask(action, deed, body)
        except SourceRefused as refused:
            return Outcome("failed", refused.reason, began=False)
        # A connection of its own, and every status an answer: what a probe is to the wire.
        wire = Wire(self._admission, body_limit=BODY_LIMIT)
        attempts: list[Attempt] = []
        seconds = deed.timeout.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                answer = await wire.ask(ask, None, seconds, attempts.append)
        except TimeoutError:
            said = f"{ask.address.authority} did not answer within {write_duration(deed.timeout)}"
            return _unanswered(ask, attempts, said, None)
        except WatchError as trouble:
            return _unanswered(ask, attempts, trouble.reason, trouble)
        finally:
            await wire.close()
            self._write_down(ask, deed, attempts)
        return _answered(ask, answer.status, answer.body)

    def _ask(self, action: Action, deed: Deed, body: bytes) -> Ask:
        address = action.webhook.get_secret_value() if action.webhook is not None else ""
        parts = urlsplit(address)
        auth = None
        if parts.username or parts.password:
            auth = Auth(user=unquote(parts.username or ""), password=SecretStr(unquote(parts.password or "")))
            address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        headers = {"content-type": "application/json", "idempotency-key": deed.key}
        request = Request(address, method="POST", headers=headers, body=body)
        options = HttpOptions(headers=dict(action.headers), auth=auth)
        ask = first_ask(request, options, self._hosts, private=True, user_agent=f"trusted-agent/{VERSION}")
        return replace(ask, is_probe=True)

    def _write_down(self, ask: Ask, deed: Deed, attempts: list[Attempt]) -> None:
        for attempt in attempts:
            self._ledger(
                Contact(
                    at=self._now(),
                    method=ask.method,
                    host=ask.address.host,
                    # Not the path: that is where such addresses keep their tokens.
                    address=f"{ask.address.scheme}://{ask.address.authority}",
                    ip=attempt.ip,
                    status=attempt.status,
                    bytes_sent=attempt.sent,
                    bytes_received=attempt.received,
                    outcome=attempt.outcome,
                    asked_by=(deed.rule_id,),
                    purpose=PURPOSE,
                )
            )


def _answered(ask: Ask, status: int, body: bytes) -> Outcome:
    host = ask.address.authority
    output = body[:MOST_OUTPUT].decode("utf-8", "replace").replace("\0", "").strip()
    if 200 <= status < 300:
        return Outcome("done", f"{host} took it ({status})", status=status, output=output)
    if 300 <= status < 400:
        said = f"{host} leads elsewhere ({status}), which is not followed: write the address that is meant"
        return Outcome("failed", said, status=status, output=output)
    return Outcome("failed", f"{host} answered with {status}", status=status, output=output)


def _unanswered(ask: Ask, attempts: list[Attempt], said: str, trouble: WatchError | None) -> Outcome:
    """Return what is known where no whole answer came."""
    last = attempts[-1] if attempts else None
    if last is not None and last.status is not None:
        return _answered(ask, last.status, b"")
    if last is not None and last.distrusted:
        return Outcome("failed", last.outcome, began=False)
    if isinstance(trouble, SourceRefused):
        # Its address: nothing was sent, and only a person can mend it.
        return Outcome("failed", said, began=False)
    if last is None or not last.reached or _never_spoke(ask, last, trouble):
        return Outcome("failed", said, began=False, again=True)
    return Outcome("unclear", f"{said}: it may have arrived")


def _never_spoke(ask: Ask, attempt: Attempt, trouble: WatchError | None) -> bool:
    """Return whether a connection came to nothing before the request: nobody took it, or found no way to encrypt it."""
    causes = list(_causes(trouble))
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return True
    is_direct = ask.address.scheme == "https" and ask.proxy is None
    return is_direct and not attempt.certificate and any(isinstance(cause, ssl.SSLError) for cause in causes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
