"""The portal as one command needs it: wired when asked for, its databases closed at the end."""

import click

from entrypoints.asgi import portal_of_process
from entrypoints.container import Portal


def portal_of_command() -> Portal:
    """Wire the portal with this process's settings until the command ends."""
    portal = portal_of_process()
    click.get_current_context().call_on_close(lambda: close(portal))
    return portal


def close(portal: Portal) -> None:
    """Close the databases that the portal has opened."""
    portal.engine().dispose()
    portal.keys_engine().dispose()
