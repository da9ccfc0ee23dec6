"""`portal rebuild`: read models anew from the events, while everything goes on."""

import gc

import rich_click as click
from rich.progress import Progress

from entrypoints.cli.serving import say_what_is_made, usable_settings


@click.command()
@click.argument("names", nargs=-1)
@click.option("--missing", is_flag=True, help="Only those that this database never had.")
def rebuild(names: tuple[str, ...], *, missing: bool) -> None:
    """Build read models anew beside the live ones and switch at equal position.

    Without NAMES all of them. Nobody has to stop working meanwhile. Tables that a new version of
    the portal needs are made first.
    """
    from entrypoints.cli.wiring import portal_of_command  # noqa: PLC0415 - help answers at once
    from entrypoints.installing import read_log, rebuilding  # noqa: PLC0415 - the same
    from read_models.registry import MODELS  # noqa: PLC0415 - the same

    say_what_is_made(usable_settings())
    portal = portal_of_command()
    work = rebuilding(portal.engine(), read_log(portal.log().mapper))
    chosen = tuple(model for model in MODELS if not names or model.name in names)
    if missing:
        chosen = work.missing(chosen)
    if not chosen:
        click.echo("Nothing to rebuild.")
        return
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)  # events come and go; looking through them costs a fifth
    with Progress() as progress:
        total = portal.log().recorder.max_notification_id() or 0
        task = progress.add_task("Events", total=total)
        for position in work.run(chosen):
            progress.update(task, completed=position)
    click.echo(f"Rebuilt {', '.join(model.name for model in chosen)}.")
