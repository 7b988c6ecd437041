#!/usr/bin/env python3
"""What a sweep costs: every watch polled once by `trusted-agent run --once`, as a whole process.

    .venv/bin/python bench/sweep.py [--watches 500] [--runs 3] [--kind price|feed]

An origin on 127.0.0.1 serves product pages or feeds; all of them are one host, so they are asked one after the other.
Printed, as medians over the runs: CPU (user and system, start-up included) for each watch, wall time and peak memory,
for a first sweep, one where nothing changed (304), one where a tenth changed and is told, and one where nothing
changed and the origin sends no validators.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

AGENT = Path(sys.executable).with_name("trusted-agent")
WORDS = ("amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "haven", "islet", "jetty", "knoll", "lagoon")


class Origin(ThreadingHTTPServer):
    """Documents by path; `versions` says which edition of each, `validators` whether they have an ETag."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.versions: dict[str, int] = {}
        self.validators = True
        self.told = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Origin

    def do_GET(self) -> None:
        body = document(self.path, self.server.versions.get(self.path, 0))
        tag = f'"{hashlib.md5(body).hexdigest()}"'
        fresh = self.server.validators and self.headers.get("if-none-match") == tag
        self.send_response(304 if fresh else 200)
        self.send_header("content-type", "text/html" if "price" in self.path else "application/rss+xml")
        if self.server.validators:
            self.send_header("etag", tag)
        if not fresh:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if not fresh:
            self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.told += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def document(path: str, version: int) -> bytes:
    rng = random.Random(path)
    if "price" in path:
        price = f"{100 + rng.random() * 400 - 20 * version:.2f}"
        filler = "".join(f"<p class='t{n}'>{' '.join(rng.choices(WORDS, k=40))}</p>" for n in range(150))
        return (
            f"<html lang=en><head><title>Thing {path}</title><script type='application/ld+json'>"
            f'{{"@context":"https://schema.org","@type":"Product","name":"Thing {path}","offers":{{"@type":"Offer",'
            f'"price":"{price}","priceCurrency":"USD","availability":"https://schema.org/InStock"}}}}</script></head>'
            f"<body><h1>Thing {path}</h1><span class='price'>${price}</span>{filler}</body></html>"
        ).encode()
    items = "".join(
        f"<item><title>{' '.join(rng.choices(WORDS, k=8))} {n}</title><guid>{path}-{n}</guid>"
        f"<description>{' '.join(rng.choices(WORDS, k=40))}</description></item>"
        for n in range(30 + version, 0, -1)
    )
    return f"<rss version='2.0'><channel><title>{path}</title>{items}</channel></rss>".encode()


def write_rules(folder: Path, kind: str, watches: int, port: int) -> None:
    when = "price drops by 1% from previous" if kind == "price" else "text is known"
    rules = "".join(
        f"  - {{name: watch {n}, watch: {kind}, url: 'http://127.0.0.1:{port}/{kind}/{n}', when: {when}}}\n"
        for n in range(watches)
    )
    (folder / "rules.yaml").write_text(
        f"me: {{timezone: UTC}}\nnetwork: {{allow: [127.0.0.1/32], every: 0.001s}}\n"
        f"channels: {{sink: {{url: 'json://127.0.0.1:{port}/told'}}}}\ndefaults: {{every: 1s}}\nrules:\n{rules}"
    )


def sweep(folder: Path) -> tuple[float, float, float]:
    """Return CPU seconds, wall seconds and peak MiB of one sweep."""
    time.sleep(1.6)  # every watch has become due
    began = time.perf_counter()
    process = subprocess.Popen(
        [AGENT, "run", "--once", "--quiet", "--rules", folder / "rules.yaml", "--state", folder / "state"],
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the sweep ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1024


def measure(kind: str, watches: int, runs: int) -> None:
    origin = Origin()
    rows: dict[str, list[tuple[float, float, float]]] = {}
    paths = [f"/{kind}/{n}" for n in range(watches)]
    for _ in range(runs):
        folder = Path(tempfile.mkdtemp(prefix="sweep-"))
        try:
            write_rules(folder, kind, watches, origin.server_port)
            origin.validators = True
            rows.setdefault("first", []).append(sweep(folder))
            rows.setdefault("unchanged, 304", []).append(sweep(folder))
            for path in random.Random(1).sample(paths, watches // 10):
                origin.versions[path] = origin.versions.get(path, 0) + 1
            rows.setdefault("a tenth changed", []).append(sweep(folder))
            origin.validators = False
            rows.setdefault("unchanged, no validators", []).append(sweep(folder))
        finally:
            shutil.rmtree(folder)
    print(f"{kind}: {watches} watches, medians of {runs} runs; {origin.told} messages")
    for name, values in rows.items():
        cpu, wall, memory = (statistics.median(value[place] for value in values) for place in range(3))
        print(f"  {name:26} {cpu / watches * 1000:7.2f} ms CPU a watch {wall:7.1f} s {memory:7.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--watches", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--kind", choices=["price", "feed"])
    options = parser.parse_args()
    for kind in [options.kind] if options.kind else ["price", "feed"]:
        measure(kind, options.watches, options.runs)


if __name__ == "__main__":
    main()
