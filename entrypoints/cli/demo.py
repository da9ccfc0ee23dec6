"""`portal demo`: a believable company on a database of its own, with everything to look at."""

import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from entrypoints.cli.serving import refuse_taken

if TYPE_CHECKING:
    from entrypoints.container import Portal
    from entrypoints.demo.links import DemoLinks

BIND = "127.0.0.1"
LAST_PORT = 65_533


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, LAST_PORT),
    default=8000,
    show_default=True,
    help="Port of the customers' pages; the staff's and the sandbox's are the next two.",
)
def demo(port: int) -> None:
    """Start a believable company on a fresh database, with everything to look at.

    Nothing leaves this computer: mails are shown on a page. No PORTAL_… setting counts, and the
    database is thrown away at the end.
    """
    if find_spec("faker") is None:
        click.echo("The demo needs Faker: pip install 'customer-portal[demo]'", err=True)
        sys.exit(2)
    advice = "End it, or choose another one: portal demo --port 9000."
    for needed in (port, port + 1, port + 2):
        refuse_taken(BIND, needed, advice)
    click.echo("Making a company …")
    with (
        tempfile.TemporaryDirectory(prefix="portal-demo-") as folder,
        suppress(KeyboardInterrupt),
    ):
        _run(Path(folder), port)
    click.echo("The demo has ended, and its database is gone.")


def _run(folder: Path, port: int) -> None:
    begun = time.monotonic()
    from entrypoints.demo.making import made  # noqa: PLC0415 - help answers at once
    from entrypoints.demo.serving import serve  # noqa: PLC0415 - the same

    portal, links = made(folder, port)

    def is_up() -> None:
        _print_links(portal, links)
        click.echo(f"\nReady after {time.monotonic() - begun:.1f} seconds. Ctrl-C ends the demo.")

    serve(portal, links, is_up)


def _print_links(portal: "Portal", links: "DemoLinks") -> None:
    from entrypoints.demo.apps import visitor  # noqa: PLC0415 - help answers at once
    from entrypoints.demo.customer_door import covered  # noqa: PLC0415 - the same
    from entrypoints.demo.serving import sandbox_of  # noqa: PLC0415 - the same

    shown, room = visitor(), sandbox_of(portal)
    here = covered(portal, shown.bill_group_id, shown.address)
    for title, url in (
        (f"Portal of {here.account_name}, for {shown.address}", links.portal_link(here.link or "")),
        ("The mails that would have been sent", links.mails),
        ("The same portal, signed in", links.customer),
        ("Staff, signed in", links.staff("admin")),
        ("Auditor, signed in", links.staff("auditor")),
        ("Payment provider, where no money moves", f"{room.url}{room.dashboard}"),
    ):
        click.echo(f"\n{title}\n  {url}")
