"""`portal rebuild`: read models anew from the events, while everything goes on."""

import gc
from typing import TYPE_CHECKING

import rich_click as click
from rich.progress import Progress

from entrypoints.cli.serving import say_what_is_made, usable_settings

if TYPE_CHECKING:
    from entrypoints.container import Portal
    from read_models.projection import ReadModel
    from read_models.rebuilding import Rebuild


@click.command()
@click.argument("names", nargs=-1)
@click.option("--missing", is_flag=True, help="Only those that this database never had.")
def rebuild(names: tuple[str, ...], *, missing: bool) -> None:
    """Build read models anew beside the live ones and switch at equal position.

    Without NAMES all of them. Nobody has to stop working meanwhile. Tables that a new version of
    the portal needs are made first.
    """
    from entrypoints.cli.wiring import portal_of_command  # noqa: PLC0415 - help answers at once
    from read_models.registry import MODELS  # noqa: PLC0415 - the same

    say_what_is_made(usable_settings())
    portal = portal_of_command()
    chosen = tuple(model for model in MODELS if not names or model.name in names)
    if missing:
        chosen = work_of(portal).missing(chosen)
    if not chosen:
        click.echo("Nothing to rebuild.")
        return
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)  # events come and go; looking through them costs a fifth
    run(portal, chosen)


def work_of(portal: "Portal") -> "Rebuild":
    """Wire rebuilds to a portal's database."""
    from entrypoints.installing import read_log, rebuilding  # noqa: PLC0415 - help answers at once

    return rebuilding(portal.engine(), read_log(portal.log().mapper))


def run(portal: "Portal", chosen: "tuple[ReadModel, ...]") -> None:
    """Build read models anew, and say how far it is."""
    with Progress() as progress:
        total = portal.log().recorder.max_notification_id() or 0
        task = progress.add_task("Events", total=total)
        for position in work_of(portal).run(chosen):
            progress.update(task, completed=position)
    click.echo(f"Rebuilt {', '.join(model.name for model in chosen)}.")


def make_what_is_new() -> None:
    """Build the read models that an earlier version of the portal did not know, if there are any.

    Its processes have ended: they would look for tables of theirs.
    """
    from entrypoints.asgi import portal_of_process  # noqa: PLC0415 - help answers at once
    from entrypoints.cli.wiring import close  # noqa: PLC0415 - the same
    from read_models.registry import MODELS  # noqa: PLC0415 - the same

    portal = portal_of_process()
    try:
        new = work_of(portal).missing(MODELS)
        if new:
            click.echo("This version of the portal reads more from the record. One moment.")
            run(portal, new)
    finally:
        close(portal)
