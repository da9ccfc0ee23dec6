"""Runs the sandbox in this process: its app, and the webhooks that it sends."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from entrypoints.sandbox.app import create
from entrypoints.sandbox.room import SandboxRoom
from entrypoints.sandbox.webhooks import delivering


@contextmanager
def serving(room: SandboxRoom, address: str, port: int) -> Iterator[None]:
    """Serve the sandbox, and send its webhooks, until the block ends."""
    with delivering(room), serving_app(create(room), address, port):
        yield


@contextmanager
def serving_app(app: Litestar, address: str, port: int) -> Iterator[None]:
    """Serve an app in a thread of its own until the block ends."""
    server = Server(
        app,
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
        log_access=False,
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join()
        loop.close()


def serve(room: SandboxRoom, address: str, port: int) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serving(room, address, port):
        stop.wait()
