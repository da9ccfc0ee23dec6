"""Starts a server for a measurement, as production does: granian with two workers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dependency_injector import providers

from adapters.clock import SystemClock
from entrypoints.container import Portal
from entrypoints.settings import Settings
from tests.wiring import SECRET, wired

WORKERS = 2


@contextmanager
def a_portal(url: str, folder: Path) -> Iterator[Portal]:
    """Wire a portal whose clock is the real one, as the servers' is."""
    with wired(url, folder) as portal:
        portal.clock.override(providers.Singleton(SystemClock))
        yield portal


@contextmanager
def serving(target: str, settings: Settings) -> Iterator[int]:
    """Serve an ASGI factory on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_KEYS_URL": settings.keys_url,
        "PORTAL_SECRET": SECRET,
        "PORTAL_WORKERS": str(WORKERS),
        "PYTHONPATH": os.getcwd(),  # noqa: PTH109
    }
    arguments = ["--interface", "asgi", "--factory", "--workers", str(WORKERS), "--no-ws"]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *arguments, "--port", str(port), target],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _answers(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                time.sleep(2)
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
