"""Runs web, admin, worker and sandbox of the demo in this one process, until it is told to stop."""

import asyncio
import gc
import signal
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from granian.constants import Interfaces
from granian.server.embed import Server

from entrypoints.container import Portal, sandbox_room
from entrypoints.demo import apps
from entrypoints.demo.company.sellers import PROVIDER
from entrypoints.demo.links import DemoLinks
from entrypoints.sandbox.room import SandboxRoom
from entrypoints.sandbox.serving import serving
from entrypoints.worker.loop import run as work


def serve(portal: Portal, links: DemoLinks, is_up: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; calls `is_up` when all of them answer."""
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(portal, stop), name="worker")

    def all_up() -> None:
        worker.start()
        is_up()

    try:
        with serving(sandbox_of(portal), portal.settings().bind, sandbox_port(portal)):
            asyncio.run(_serve(portal, links, all_up))
    finally:
        stop.set()
        if worker.ident:
            worker.join()


async def _serve(portal: Portal, links: DemoLinks, is_up: Callable[[], None]) -> None:
    settings = portal.settings()
    servers = [
        _server(apps.web(portal, links), settings.bind, settings.web_port),
        _server(apps.admin(portal, links), settings.bind, settings.admin_port),
    ]
    gc.collect()
    gc.freeze()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, servers)
    running = [asyncio.ensure_future(server.serve()) for server in servers]
    await _answering(settings.bind, (settings.web_port, settings.admin_port, sandbox_port(portal)))
    is_up()
    await asyncio.gather(*running)


def sandbox_of(portal: Portal) -> SandboxRoom:
    """Wire the sandbox that the demo's entities use."""
    return sandbox_room(portal.settings(), PROVIDER)


def sandbox_port(portal: Portal) -> int:
    """Give its port, which its address names."""
    return urlsplit(portal.settings().payments[PROVIDER].url).port or 0


def _server(app: Any, address: str, port: int) -> Server:
    return Server(
        app,
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
        log_access=False,
    )


def _stop(servers: list[Server]) -> None:
    for server in servers:
        server.stop()  # type: ignore[no-untyped-call]


async def _answering(address: str, ports: tuple[int, ...]) -> None:
    """Wait until every port takes connections."""
    for port in ports:
        while True:
            try:
                _, writer = await asyncio.open_connection(address, port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                break
