"""The report: for each kind and source how many answers are right, unknown and wrong, each wrong one named."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.accuracy.cases import Judged, load
from tests.accuracy.kinds import KINDS


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and return the exit status: 2 where there is nothing to measure."""
    options = _options(arguments)
    folders = list(_folders(options.folder, options.kind))
    if not folders:
        wanted = f"a folder {options.kind} with" if options.kind else f"one of {', '.join(KINDS)} with"
        sys.stderr.write(f"{options.folder}: expected {wanted} a cases.jsonl in it\n")
        return 2
    for kind, folder in folders:
        judged = []
        for case in load(folder, kind):
            one = KINDS[kind](case)
            judged.append(one)
            if options.json:
                line = {"kind": kind, "id": case.id, "answer": one.answer, "verdict": one.verdict}
                sys.stdout.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        if not options.json:
            _report(kind, judged)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run accuracy", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="holds a folder of cases for each kind")
    parser.add_argument("--kind", choices=KINDS, help="measure this kind alone")
    parser.add_argument("--json", action="store_true", help="print one JSON line a case instead")
    return parser.parse_args(arguments)


def _folders(folder: Path, kind: str | None) -> Iterator[tuple[str, Path]]:
    for name in [kind] if kind else KINDS:
        for found in (folder / name, folder if folder.name == name else folder / name):
            if (found / "cases.jsonl").is_file():
                yield name, found
                break


def _report(kind: str, judged: Sequence[Judged]) -> None:
    counted = [one for one in judged if one.verdict != "not judged"]
    open_ones = [one for one in counted if one.case.is_disputed]
    sure = [one for one in counted if not one.case.is_disputed]
    write = sys.stdout.write
    write(f"\n{kind}: {_counts(sure)}{_facts(sure)}\n")
    by_source = defaultdict(list)
    for one in sure:
        by_source[one.case.source].append(one)
    for source, ones in sorted(by_source.items()):
        write(f"  {source}: {_counts(ones)}\n")
    if open_ones:
        write(f"  with a truth that is open: {_counts(open_ones)}\n")
    for one in sure:
        if one.verdict in ("wrong", "unknown"):
            write(f"    {one.verdict} {one.case.id}: {one.said[:400]}\n")


def _counts(judged: Sequence[Judged]) -> str:
    verdicts = [one.verdict for one in judged]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in ("right", "unknown", "wrong"))


def _facts(judged: Sequence[Judged]) -> str:
    """Return precision, recall and F1 of the values that the cases count: prices, or the words of articles."""
    found, stated, right = (sum(getattr(one, name) for one in judged) for name in ("found", "stated", "right"))
    if not stated or not found:
        return ""
    precision, recall = right / found, right / stated
    score = 2 * precision * recall / (precision + recall) if right else 0.0
    what = "word" if judged[0].case.kind == "articles" else "price"
    return f"; {what} precision {precision:.3f}, recall {recall:.3f}, F1 {score:.3f}"


if __name__ == "__main__":
    # A report that is piped into `head` ends quietly.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
