"""The door to pages that a browser has to build: one at a time, by the same guard, turns, deadline and ledger.

Rendering ▶ turn of its host ▶ gateway ▶ Chromium ▶ scripts at rest ▶ what the page shows ▶ Answer
                                                                          and one Contact for each host that it asked
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from watchers.api import SourceChanged, SourceRefused, SourceUnavailable, WatchError
from watchers.door.address import Address, NotAnAddress, read_address
from watchers.door.admission import Admission
from watchers.door.answers import quiet_for, trouble_in
from watchers.door.chromium import Running, find_chromium, running_chromium
from watchers.door.devtools import ENDED, BrowserGone, DevTools, NotDone
from watchers.door.exchange import Answer, Ask, Contact
from watchers.door.folders import Caller
from watchers.door.gateway import Gateway, Visit
from watchers.door.politeness import Hosts

MOST_BYTES: Final = 60_000_000
"""What one page may fetch altogether."""
QUIET_SECONDS: Final = 0.7
"""A page is at rest once it has asked for nothing for so long."""
REST_SECONDS: Final = 15.0
"""A page that is there, but never at rest, is taken as it is after so long."""

# What a page is not read for, and what only tells on its reader.
_NOT_FETCHED: Final = frozenset(
    {"Image", "Media", "Font", "TextTrack", "Prefetch", "Ping", "CSPViolationReport", "Manifest", "SignedExchange"}
)
# What a page is built of. What else it asks for may never end (a stream), or never be heard of again (a site's icon).
_BUILDING: Final = frozenset({"Script", "Stylesheet", "XHR", "Fetch"})
_SCHEMES: Final = ("http:", "https:", "data:", "blob:", "about:")
# Before any script of the page: no workers that stay, no calls past the proxy.
_WITHOUT: Final = """
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport', 'SharedWorker'])
    delete window[name];
delete Navigator.prototype.serviceWorker;
"""
_NO_START: Final = (
    "Chromium does not start here: try `chromium --headless --dump-dom about:blank` as the agent's user; a hardened "
    "service has to allow its sandbox"
)
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
# Headers that speak of the bytes on the line, which are not those of the page as it was built.
_OF_THE_LINE: Final = frozenset({"content-encoding", "content-length", "content-type", "transfer-encoding"})
_TLS: Final = "net::ERR_CERT"


class Browser:
    """Renders pages, one at a time."""

    def __init__(
        self,
        admission: Admission,
        turns: Hosts,
        *,
        now: Callable[[], datetime],
        ledger: Callable[[Contact], None],
        redact: Callable[[str], str],
        seconds: float,
        sandbox: bool = True,
    ) -> None:
        """Take over the parts of the door that it goes through.

        Args:
            admission: Judges where the page may go.
            turns: Whose turn it is at the page's host.
            now: The wall clock, in UTC.
            ledger: Writes one contact down.
            redact: Takes secrets out of a text.
            seconds: The deadline of one page.
            sandbox: Off only where a test has pages of its own, and no other user than root.
        """
        self._admission = admission
        self._turns = turns
        self._now = now
        self._ledger = ledger
        self._redact = redact
        self._seconds = seconds
        self._sandbox = sandbox
        self._one_at_a_time = asyncio.Lock()

    async def render(self, ask: Ask, caller: Caller) -> Answer:
        """Return what a page shows once its scripts have run.

        Raises:
            WatchError: It shows nothing; the reason says what the owner can do.
        """
        program = find_chromium()
        for name, value in (("proxy", ask.proxy), ("ca", ask.ca)):
            if value:
                raise SourceRefused(
                    f"`browser: true` and `{name}:` do not go together: Chromium knows nothing of yours"
                )
        async with self._turns.turn(ask.address, caller.every), self._one_at_a_time:
            page = _Page(ask)
            gateway = Gateway(self._admission, page.wants, page.may_be_private, MOST_BYTES)
            outcome = "given up before an answer"
            try:
                answer = await self._in_time(program, page, gateway)
                outcome = str(answer.status)
            except WatchError as wrong:
                outcome = wrong.reason
                raise
            finally:
                self._write_down(gateway, ask.address, caller, outcome)
            now = self._now()
            quiet = quiet_for(answer, now)
            if quiet is not None:
                self._turns.keep_quiet(ask.address, quiet)
        trouble = trouble_in(answer, now)
        if trouble is not None:
            raise trouble
        return answer

    async def _in_time(self, program: str, page: _Page, gateway: Gateway) -> Answer:
        host = page.ask.address.host
        try:
            async with asyncio.timeout(self._seconds), gateway:
                return await self._built(program, page, gateway)
        except TimeoutError as error:
            raise SourceUnavailable(f"{host}: the page was not built within {self._seconds:g} s") from error

    async def _built(self, program: str, page: _Page, gateway: Gateway) -> Answer:
        ask = page.ask
        async with running_chromium(program, gateway.port, ask.user_agent, page.take, sandbox=self._sandbox) as running:
            watch = asyncio.get_running_loop().create_task(running.watch_memory())
            try:
                return await page.built(running.tools, gateway)
            except BrowserGone as error:
                if not page.session and not running.is_too_big:
                    raise SourceRefused(_NO_START) from error
                raise SourceUnavailable(_why_it_ended(ask, running)) from error
            except NotDone as error:
                raise SourceUnavailable(f"{ask.address.host}: Chromium does not do what it is told: {error}") from error
            finally:
                watch.cancel()
                with suppress(asyncio.CancelledError):
                    await watch

    def _write_down(self, gateway: Gateway, main: Address, caller: Caller, outcome: str) -> None:
        """Write one line for each host that the page asked, the page's own also where it was never reached."""
        visits = list(gateway.visits.values()) or [Visit(main)]
        for visit in visits:
            is_main = (visit.address.host, visit.address.port) == (main.host, main.port)
            said = outcome if is_main else "asked by the page"
            if visit.trouble is not None:
                said = visit.trouble.reason
            place = Address(
                visit.address.scheme, visit.address.host, visit.address.port, main.target if is_main else "/"
            )
            self._ledger(
                Contact(
                    at=self._now(),
                    method="RENDER",
                    host=self._redact(place.host),
                    address=self._redact(str(place)),
                    ip=visit.ip,
                    status=int(said) if said.isdecimal() else None,
                    bytes_sent=visit.sent,
                    bytes_received=visit.received,
                    outcome=self._redact(said),
                    asked_by=caller.asked_by,
                    sends=caller.sends if is_main else (),
                )
            )


def _why_it_ended(ask: Ask, running: Running) -> str:
    if running.is_too_big:
        return f"{ask.address.host}: the page takes more memory than a page may"
    return f"{ask.address.host}: Chromium ended while it built the page"


@dataclass(slots=True)
class _Page:
    """One page while it is being built.

    Attributes:
        asking: The requests that are under way.
        named: The hosts and ports that the page asked for.
        answered: What the page itself was answered with, the last time where it went elsewhere by itself.
        changed: Set whenever something came or went.
    """

    ask: Ask
    tools: DevTools | None = None
    target: str = ""
    session: str = ""
    frame: str = ""
    asking: set[str] = field(default_factory=set)
    named: set[tuple[str, int]] = field(default_factory=set)
    answered: Mapping[str, Any] | None = None
    is_there: bool = False
    is_loaded: bool = False
    has_crashed: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def built(self, tools: DevTools, gateway: Gateway) -> Answer:
        """Go to the page and return what it shows at rest."""
        self.tools = tools
        await self._open(tools)
        gone = await tools.call("Page.navigate", self.session, url=str(self.ask.address))
        if gone.get("errorText"):
            raise self._not_there(str(gone["errorText"]), gateway)
        await self._rest()
        if self.answered is None:
            raise SourceUnavailable(f"{self.ask.address.host} gave no answer to the browser")
        address = self._address(str(self.answered["url"]))
        refused = gateway.trouble_at(address)
        if refused is not None:
            raise refused
        if not self.is_there:
            raise SourceUnavailable(f"{address.host} did not finish its answer")
        return self._answer(address, await self._shown(tools))

    async def _open(self, tools: DevTools) -> None:
        """Make a page of its own in a browser that remembers nothing, and set its limits."""
        context = (await tools.call("Target.createBrowserContext"))["browserContextId"]
        await tools.call("Browser.setDownloadBehavior", behavior="deny", browserContextId=context)
        self.target = (await tools.call("Target.createTarget", url="about:blank", browserContextId=context))["targetId"]
        attached = await tools.call("Target.attachToTarget", targetId=self.target, flatten=True)
        self.session = attached["sessionId"]
        self.frame = self.target  # the main frame of a page is called as the page is
        await tools.call("Target.setDiscoverTargets", discover=True)
        for domain in ("Page", "Network", "Inspector", "DOM"):
            await tools.call(f"{domain}.enable", self.session)
        await tools.call("Page.addScriptToEvaluateOnNewDocument", self.session, source=_WITHOUT)
        await tools.call("Network.setBypassServiceWorker", self.session, bypass=True)
        for name, value in {**self.ask.cookies, **self.ask.jar}.items():
            await tools.call("Network.setCookie", self.session, name=name, value=value, url=str(self.ask.address))
        await tools.call("Fetch.enable", self.session, patterns=[{"urlPattern": "*"}])

    def wants(self, address: Address) -> bool:
        """Return whether the page asked for something at that host and port."""
        return (address.host, address.port) in self.named

    def may_be_private(self, address: Address) -> bool:
        """Return whether a host may be one of the owner's own: the page's, where the rule says so, and no other."""
        return self.ask.private and address.host == self.ask.address.host

    def take(self, event: str, found: Mapping[str, Any]) -> None:
        """Take in what the browser tells."""
        handle = _EVENTS.get(event)
        if handle is not None:
            handle(self, found)
            self.changed.set()

    def _pass(self, found: Mapping[str, Any]) -> None:
        """Let a request go, with the owner's headers where it goes to the host that they were written for."""
        if self.tools is None:
            return
        request, asked = found["request"], found["requestId"]
        if _is_idle(found) or not str(request["url"]).startswith(_SCHEMES):
            self.tools.tell("Fetch.failRequest", self.session, requestId=asked, errorReason="BlockedByClient")
            self.asking.discard(str(found.get("networkId")))
            return
        with suppress(NotAnAddress):  # data: and the like, which go nowhere
            address = read_address(str(request["url"]))
            self.named.add((address.host, address.port))
        headers = []
        if self.ask.own and self._is_own(str(request["url"])):
            named = {**{name.lower(): value for name, value in request["headers"].items()}, **self.ask.own}
            headers = [{"name": name, "value": value} for name, value in named.items()]
        self.tools.tell(
            "Fetch.continueRequest", self.session, requestId=asked, **({"headers": headers} if headers else {})
        )

    def _is_own(self, url: str) -> bool:
        """Return whether an address lies on the very host, port and scheme that the rule names."""
        try:
            address = read_address(url)
        except NotAnAddress:
            return False
        own = self.ask.address
        return (address.scheme, address.host, address.port) == (own.scheme, own.host, own.port)

    def _note_answer(self, found: Mapping[str, Any]) -> None:
        if found.get("type") == "Document" and found.get("frameId") == self.frame:
            self.answered = found["response"]

    def _note_begin(self, found: Mapping[str, Any]) -> None:
        is_page = found.get("type") == "Document" and found.get("frameId") == self.frame
        if is_page:
            self.is_there = self.is_loaded = False
        # How a frame's page or a worker's script ends is told to whoever talks with the frame or the worker.
        if (is_page or found.get("type") in _BUILDING) and str(found["request"]["url"]).startswith("http"):
            self.asking.add(str(found["requestId"]))

    def _note_end(self, found: Mapping[str, Any]) -> None:
        self.asking.discard(str(found["requestId"]))

    def _note_there(self, _: Mapping[str, Any]) -> None:
        self.is_there = True

    def _note_loaded(self, _: Mapping[str, Any]) -> None:
        self.is_loaded = True

    def _note_crash(self, found: Mapping[str, Any]) -> None:
        self.has_crashed = self.has_crashed or found.get("targetId", self.target) == self.target

    def _close_dialog(self, _: Mapping[str, Any]) -> None:
        if self.tools is not None:
            self.tools.tell("Page.handleJavaScriptDialog", self.session, accept=False)

    def _close_other(self, found: Mapping[str, Any]) -> None:
        """Close a window that the page opened."""
        other = found["targetInfo"]
        if self.tools is not None and other["type"] == "page" and other.get("openerId") == self.target:
            self.tools.tell("Target.closeTarget", targetId=other["targetId"])

    async def _rest(self) -> None:
        """Wait until the page is loaded and asks for nothing more, but not for ever."""
        with suppress(TimeoutError):
            async with asyncio.timeout(REST_SECONDS):
                while True:
                    self.changed.clear()
                    if self.has_crashed:
                        raise BrowserGone("the page crashed")
                    is_idle = self.is_loaded and not self.asking
                    try:
                        async with asyncio.timeout(QUIET_SECONDS if is_idle else None):
                            await self.changed.wait()
                    except TimeoutError:
                        return

    async def _shown(self, tools: DevTools) -> bytes:
        """Return the page as it stands, as markup: read from outside, where no script of it can say otherwise."""
        root = (await tools.call("DOM.getDocument", self.session, depth=0))["root"]["nodeId"]
        markup = str((await tools.call("DOM.getOuterHTML", self.session, nodeId=root))["outerHTML"])
        return markup.encode("utf-8", "replace")

    def _answer(self, address: Address, body: bytes) -> Answer:
        response = self.answered or {}
        mime = str(response.get("mimeType", "")).lower()
        given = {str(name).lower(): str(value) for name, value in response.get("headers", {}).items()}
        headers = {name: value for name, value in given.items() if name not in _OF_THE_LINE}
        headers["content-type"] = "text/html; charset=utf-8" if mime in _HTML else mime
        digest = hashlib.sha256(body).hexdigest() if body.strip() else ""
        return Answer(address, int(response.get("status", 0)), headers, body, digest)

    def _address(self, url: str) -> Address:
        try:
            return read_address(url)
        except NotAnAddress as error:
            raise SourceChanged(f"{self.ask.address.host} leads to something that is no web address: {error}") from None

    def _not_there(self, error: str, gateway: Gateway) -> WatchError:
        """Return why there is no page, in our words where the gateway knows more than Chromium."""
        host = self.ask.address.host
        refused = [visit.trouble for visit in gateway.visits.values() if visit.trouble is not None]
        if refused:
            return refused[-1]
        if error.startswith(_TLS):
            return SourceRefused(f"{host} cannot prove that it is {host}: {error.removeprefix('net::')}")
        if error == "net::ERR_TOO_MANY_REDIRECTS":
            return SourceChanged(f"{host} redirects in a circle")
        if error == "net::ERR_ABORTED":
            return SourceChanged(f"{host} gives a file or nothing at all, no web page")
        return SourceUnavailable(f"{host} gives no page: {error.removeprefix('net::')}")


def _is_idle(found: Mapping[str, Any]) -> bool:
    """Return whether a page can be read without what it asks for: pictures, fonts, films, and pages to come."""
    headers = {str(name).lower(): str(value) for name, value in found["request"]["headers"].items()}
    # A site's icon and what is fetched in advance are of the type Other.
    is_icon, is_early = headers.get("accept", "").startswith("image/"), "prefetch" in headers.get("sec-purpose", "")
    return found.get("resourceType") in _NOT_FETCHED or is_icon or is_early


_EVENTS: Final[Mapping[str, Callable[[_Page, Mapping[str, Any]], None]]] = {
    "Fetch.requestPaused": _Page._pass,
    "Network.requestWillBeSent": _Page._note_begin,
    "Network.responseReceived": _Page._note_answer,
    "Network.loadingFinished": _Page._note_end,
    "Network.loadingFailed": _Page._note_end,
    "Page.domContentEventFired": _Page._note_there,
    "Page.loadEventFired": _Page._note_loaded,
    "Page.javascriptDialogOpening": _Page._close_dialog,
    "Target.targetCreated": _Page._close_other,
    "Target.targetCrashed": _Page._note_crash,
    "Inspector.targetCrashed": _Page._note_crash,
    ENDED: _Page._note_crash,
}
