"""The system's Chromium as a process that is begun for one page and leaves nothing behind.

folder of its own ─▶ launcher ─▶ Chromium, its own process group, with two pipes ─▶ killed, all of it ─▶ folder gone
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from watchers.api import SourceRefused
from watchers.door.devtools import MAX_MESSAGE_BYTES, DevTools, Listener

NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MOST_MEMORY: Final = 1_500_000_000
"""What all processes of a browser may take together before it is killed."""
MEMORY_EVERY: Final = 0.5
ENDING_SECONDS: Final = 5.0

_MISSING: Final = (
    "`browser: true` needs Chromium, which is not installed: apt install chromium, or the package of your system"
)
_AS_ROOT: Final = "Chromium does not run as root, where its sandbox cannot hold a page: run the agent as another user"

# Two pipes have to be its descriptors 3 and 4 (--remote-debugging-pipe), which may be ours just now; so they are put
# there in between, by a process that then becomes Chromium. It leaves no core behind and no file larger than 200 MB.
_LAUNCHER: Final = """
import fcntl, os, resource, sys
pipes = [fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3]]
for place, fd in zip((3, 4), pipes):
    os.dup2(fd, place)
    os.close(fd)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000_000, 200_000_000))
os.execv(sys.argv[3], sys.argv[3:])
"""

_FEATURES: Final = (
    "AutofillServerCommunication,CertificateTransparencyComponentUpdater,DialMediaRouteProvider,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,InterestFeedContentSuggestions,MediaRouter,NetworkTimeServiceQuerying,"
    "OptimizationHints,Translate"
)
# https://peter.sh/experiments/chromium-command-line-switches/ and chrome/common/pref_names in its source.
_SWITCHES: Final = (
    "--headless",
    "--remote-debugging-pipe",
    "--incognito",
    # Nothing that is not the page's own business.
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-service-autorun",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--password-store=basic",
    f"--disable-features={_FEATURES}",
    # No way out but the gateway: not for this machine, no names looked up, nothing over UDP.
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # As little as a page needs.
    "--deny-permission-prompts",
    "--disable-notifications",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--disk-cache-size=1",
    "--js-flags=--max-old-space-size=512",
    "--window-size=1280,1600",
)


def find_chromium() -> str:
    """Return where the system's Chromium lies.

    Raises:
        SourceRefused: There is none.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise SourceRefused(_MISSING)
    return found


class Running:
    """A browser that runs."""

    def __init__(self, tools: DevTools, leader: int) -> None:
        self.tools = tools
        self.leader = leader
        self.is_too_big = False

    async def watch_memory(self) -> None:
        """Kill the browser once it takes more than it may; return then."""
        # The kernel tells nobody how much a group of processes takes: it has to be looked at again and again.
        while await asyncio.to_thread(_memory_of, self.leader) <= MOST_MEMORY:  # noqa: ASYNC110
            await asyncio.sleep(MEMORY_EVERY)
        self.is_too_big = True
        _kill(self.leader)


@asynccontextmanager
async def running_chromium(
    program: str, port: int, user_agent: str, listener: Listener, *, sandbox: bool = True
) -> AsyncIterator[Running]:
    """Run a browser whose only way out is the proxy at a port of 127.0.0.1; afterwards nothing of it is left.

    Raises:
        SourceRefused: It would run as root.
    """
    if sandbox and os.getuid() == 0:
        raise SourceRefused(_AS_ROOT)
    folder = Path(tempfile.mkdtemp(prefix="trusted-agent-page-"))
    switches = [*_SWITCHES, f"--user-data-dir={folder}", f"--proxy-server=http://127.0.0.1:{port}"]
    switches += [f"--user-agent={user_agent}", *([] if sandbox else ["--no-sandbox"]), "about:blank"]
    leader = 0
    try:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", "-c", _LAUNCHER, str(theirs_in), str(theirs_out), program, *switches),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs_in, theirs_out),
                start_new_session=True,
                cwd=folder,
                env=_surroundings(folder),
            )
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        leader = process.pid
        tools = await _conversation(ours_in, ours_out, listener)
        try:
            yield Running(tools, leader)
        finally:
            _kill(leader)
            await tools.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(ENDING_SECONDS):
                    await process.wait()
    finally:
        if leader:
            _kill(leader)  # what was begun while the first ones were being killed
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _conversation(ours_in: int, ours_out: int, listener: Listener) -> DevTools:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=MAX_MESSAGE_BYTES)
    heard, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours_in, "rb", 0))
    said, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(ours_out, "wb", 0))
    return DevTools(reader, (heard, said), listener)


def _surroundings(folder: Path) -> dict[str, str]:
    """Return the environment of a browser: none of ours, and everything that it writes in its own folder."""
    own = dict.fromkeys(("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"), str(folder))
    # Without an address of a bus, it would begin one of its own.
    return {**own, "PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}


def _kill(leader: int) -> None:
    """Kill every process of a session, whatever groups its members made."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
    for pid in _members(leader):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _members(leader: int) -> Iterator[int]:
    """Yield the processes of a session: proc(5) has it sixth in /proc/pid/stat, the fourth behind the name."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError, ValueError, IndexError):  # it ended meanwhile
                behind = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
                if int(behind[3]) == leader:
                    yield int(entry.name)


def _memory_of(leader: int) -> int:
    """Return how many bytes the processes of a session hold that nobody else does."""
    pages = 0
    for pid in _members(leader):
        with suppress(OSError, ValueError, IndexError):
            resident, shared = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1:3]
            pages += int(resident) - int(shared)
    return pages * os.sysconf("SC_PAGE_SIZE")
