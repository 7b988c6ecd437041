"""Behind the one door to the network: addresses, the guard, turns, the wire. `watchers.fetch` is the door itself."""

import sys

# httpx loads its own command line, and with it rich and pygments, wherever these are installed: 80 ms and 4 MB of each
# start. None says that it is not there, which httpx is made for. Here, for it has to be said before httpx is imported.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # as the import system reads it
