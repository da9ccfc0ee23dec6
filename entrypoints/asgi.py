"""What the server loads: one factory for each entrypoint that speaks HTTP."""

import gc

from litestar import Litestar

from entrypoints.container import Portal
from entrypoints.logs import set_up_logs
from entrypoints.settings import from_process


def portal_of_process() -> Portal:
    """Wire the portal with this process's settings."""
    set_up_logs()
    return Portal(settings=from_process())


def web() -> Litestar:
    """Make the customers' app."""
    from entrypoints.web.app import create  # noqa: PLC0415 - each process loads its own app only

    return _settled(create(portal_of_process()))


def admin() -> Litestar:
    """Make the staff's app."""
    from entrypoints.admin.app import create  # noqa: PLC0415 - the same

    return _settled(create(portal_of_process()))


def _settled(app: Litestar) -> Litestar:
    """Keep what was loaded out of the collector's way: the tail of answers is its pauses."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    return app
