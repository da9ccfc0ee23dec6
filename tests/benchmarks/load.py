"""Load from one thread with keep-alive connections, and what the answers took."""

import asyncio
import time
from statistics import quantiles

import msgspec


class Load(msgspec.Struct, frozen=True):
    """Answers a second, and milliseconds at the median and the 99th percentile."""

    per_second: float
    p50: float
    p99: float


def load(port: int, path: str, cookie: str, concurrency: int, seconds: float) -> Load:
    """Ask for one page again and again; every answer must be 200."""
    took = asyncio.run(_all(port, path, cookie, concurrency, seconds))
    cuts = quantiles(took, n=100)
    return Load(len(took) / seconds, cuts[49] * 1000, cuts[98] * 1000)


async def _all(port: int, path: str, cookie: str, concurrency: int, seconds: float) -> list[float]:
    until = time.perf_counter() + seconds
    parts = (_one(port, path, cookie, until) for _ in range(concurrency))
    return [took for part in await asyncio.gather(*parts) for took in part]


async def _one(port: int, path: str, cookie: str, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    took = []
    while time.perf_counter() < until:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        await reader.readexactly(length)
        took.append(time.perf_counter() - begun)
    writer.close()
    return took
