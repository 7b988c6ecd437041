"""`./run faults`: kill the program again and again, and count what arrives.

python -m tests.faults.crashing [--moments 1000] [--processes 24] [--steps 3] [--seed N] [--postgresql URL]

Ends with 1 where anything was lost, or came twice outside of the two windows that are stated for it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults.crashing.count import Count, table
from tests.faults.crashing.trial import SPEED, try_it


def main() -> int:
    asked = argparse.ArgumentParser(prog="./run faults", description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--moments", type=int, default=1000, help="lives that are killed at a random moment")
    asked.add_argument("--processes", type=int, default=24, help="of them, besides, whole processes")
    asked.add_argument("--steps", type=int, default=3, help="times that a life is killed at each step of the line")
    asked.add_argument("--speed", type=float, default=SPEED, help="how much faster than the world they live")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--postgresql", default="", metavar="URL", help="an empty database in place of SQLite")
    asked.add_argument("--folder", type=Path, help="where everything is kept; a new one that is thrown away otherwise")
    args = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="trusted-agent-faults-") as made:
        result = try_it(
            args.folder or Path(made),
            seed=args.seed,
            moments=args.moments,
            processes=args.processes,
            times=args.steps,
            store=args.postgresql,
            speed=args.speed,
        )
    count = Count(result)
    sys.stdout.write(f"{table(result, count)}\n")
    return 0 if count.is_right and not result.faults else 1


if __name__ == "__main__":
    sys.exit(main())
