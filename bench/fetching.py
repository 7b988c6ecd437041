"""Measure what a poll costs in processor time: a 304 and a small page over an open connection on loopback.

    python bench/fetching.py [REQUESTS]

The server runs in a process of its own, so that only the asking side is counted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

from watchers.api import HttpOptions, Request
from watchers.fetch import Exchange, Fetcher

PAGE = b"<html>" + b"<p>a product and its price</p>" * 600  # 18 kB


async def serve(pipe: Connection) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if b"if-none-match" in head:
                    writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
                else:
                    writer.write(b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n%b' % (len(PAGE), PAGE))
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def ask(port: int, requests: int, *, hosts: int, remembered: bool) -> float:
    """Return milliseconds of processor time a request, after a warm-up."""
    memory: dict[str, Exchange] = {}

    async def recall(key: str) -> Exchange | None:
        return memory.get(key)

    async def resolve(*_: object) -> list[str]:
        return ["127.0.0.1"]

    fetcher = Fetcher(
        now=lambda: datetime.now(UTC),
        recall=recall,
        keep=lambda exchange: memory.update({exchange.key: exchange}),
        ledger=lambda _: None,
        host_every=timedelta(),
        resolve=resolve,
    )
    options = HttpOptions()

    async def poll(host: int, page: int, last_read: str | None) -> str:
        request = Request(f"http://host{host}.example:{port}/page/{page}")
        answer = await fetcher.fetch(request, options, private=True, last_read=last_read)
        assert answer.unchanged == (last_read is not None)
        return answer.digest

    each = requests // hosts
    digests = {(host, page): await poll(host, page, None) for host in range(hosts) for page in range(each)}
    await asyncio.sleep(1)  # what was just asked is shared; let it be over
    began = time.process_time()
    for (host, page), digest in digests.items():
        await poll(host, page, digest if remembered else None)
    spent = time.process_time() - began
    await fetcher.close()
    return spent * 1000 / len(digests)


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=lambda: asyncio.run(serve(theirs)), daemon=True)
    server.start()
    port = ours.recv()
    for hosts in (1, 20, 200):
        for remembered, what in ((True, "304"), (False, f"200 with {len(PAGE)} bytes")):
            spent = asyncio.run(ask(port, requests, hosts=hosts, remembered=remembered))
            print(f"{hosts:4} hosts, {what}: {spent:.2f} ms of processor time a request")
    server.terminate()


if __name__ == "__main__":
    main()
