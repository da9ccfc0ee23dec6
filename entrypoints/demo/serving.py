"""Runs web, admin and worker of the demo in this one process, until it is told to stop."""

import asyncio
import gc
import signal
import threading
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

from entrypoints.container import Portal
from entrypoints.demo import apps
from entrypoints.demo.links import DemoLinks
from entrypoints.worker.loop import run as work


def serve(portal: Portal, links: DemoLinks, is_up: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; calls `is_up` when both hosts answer."""
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(portal, stop), name="worker")
    worker.start()
    try:
        asyncio.run(_serve(portal, links, is_up))
    finally:
        stop.set()
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
    await _answering(settings.bind, (settings.web_port, settings.admin_port))
    is_up()
    await asyncio.gather(*running)


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
