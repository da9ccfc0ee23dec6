"""`portal backup`, `portal restore` and `portal verify`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from adapters.counts import counted
from entrypoints.cli.serving import usable_settings

if TYPE_CHECKING:
    from entrypoints.restoring import Plan, Restored
    from read_models.access_everywhere import Admitted

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("place", metavar="FOLDER|FILE", type=_FILE)
@click.option(
    "--keys",
    "keys_place",
    metavar="FOLDER|FILE",
    type=_FILE,
    required=True,
    help="Where the keys of persons go: another place, with other readers.",
)
def backup(place: Path, keys_place: Path) -> None:
    """Back up the record, and apart from it the keys, while everybody goes on working.

    In a folder, made if need be, the files get names of their own; a FILE has an ending. Beside the
    record's file stands what it is, as JSON. Keep `portal.secrets` too, in a third place: without
    it nobody finds a person's key.
    """
    from entrypoints.backing_up import back_up  # noqa: PLC0415 - help answers at once
    from entrypoints.cli.wiring import portal_of_command  # noqa: PLC0415 - the same

    usable_settings()
    record_file, keys_file, made = back_up(portal_of_command(), place, keys_place)
    click.echo(
        f"Backed up {counted(made.record.events, 'event')}, up to position "
        f"{made.record.position}, and {counted(made.keys.keys, 'key')}.\n"
        f"Record: {record_file}\nKeys:   {keys_file}"
    )


@click.command()
@click.argument("record_file", metavar="FILE", type=_FILE)
@click.option("--keys", "keys_file", metavar="FILE", type=_FILE, required=True)
@click.option("--replace", is_flag=True, help="Set what is there aside, and take its place.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def restore(record_file: Path, keys_file: Path, *, replace: bool, dry_run: bool) -> None:
    """Restore a backup to the databases of the settings. Stop the portal first.

    Everybody is signed out, mails that waited are held for staff, persons who were erased are
    erased again, and what changed about who can enter is printed. Then everything is verified.
    """
    from entrypoints.asgi import portal_of_process  # noqa: PLC0415 - help answers at once
    from entrypoints.restoring import planned  # noqa: PLC0415 - the same
    from entrypoints.restoring import restore as carry_out  # noqa: PLC0415 - the same

    settings = usable_settings()
    plan = planned(settings, record_file, keys_file, replace=replace)
    _say_plan(plan)
    if dry_run:
        return
    _say_done(carry_out(portal_of_process, settings, plan))
    if not _verified():
        sys.exit(1)


@click.command()
def verify() -> None:
    """Compare the read models with the record, and everything else that is kept twice.

    Nothing is changed, and everybody goes on working. Ends with 1 when something differs.
    """
    usable_settings()
    if not _verified():
        sys.exit(1)


def _verified() -> bool:
    from entrypoints.cli.wiring import portal_of_command  # noqa: PLC0415 - help answers at once
    from entrypoints.verifying import checks  # noqa: PLC0415 - the same

    whole = True
    for good, words in checks(portal_of_command()):
        click.echo(f"{'ok  ' if good else 'MEND'}  {words}")
        whole = whole and good
    return whole


def _say_plan(plan: "Plan") -> None:
    made = plan.made
    click.echo(
        f"The backup of {made.made_at:%Y-%m-%d %H:%M:%S} UTC by version {made.portal}: "
        f"{counted(made.record.events, 'event')}, {counted(made.keys.keys, 'key')}."
    )
    if plan.replaces:
        click.echo("What is there now is set aside. Everything since the backup leaves the record.")


def _say_done(done: "Restored") -> None:
    voided = done.voided
    click.echo("\n".join(f"Set aside: {place}" for place in done.aside) or "Restored.")
    click.echo(
        f"Signed out {counted(voided.sessions, 'customer')} and {voided.staff_sessions} staff; "
        f"ended {counted(voided.sign_ins, 'sign-in')} under way and "
        f"{counted(done.previews, 'preview')}."
    )
    click.echo(
        f"Dropped {counted(voided.sign_in_mails, 'waiting sign-in mail')}. "
        f"Held {counted(voided.held_mails, 'mail')} "
        "that may have been sent already: see Mail in the admin."
    )
    click.echo(f"Erased again: {counted(done.erased, 'key')} of persons.")
    if done.rebuilt:
        click.echo(f"Rebuilt: {', '.join(done.rebuilt)}.")
    _say_access(done)


def _say_access(done: "Restored") -> None:
    if done.access is None:
        click.echo("There was no readable record to compare access with.")
        return
    again, no_longer = map(_named, (done.access.again, done.access.no_longer))
    _listed("Revoked or left since the backup, and can enter again", again, "nobody")
    _listed("Let in since the backup, and can no longer enter", no_longer, "nobody")
    _listed("Portals switched off since the backup, and on again", done.access.on_again, "none")
    _listed("Portals switched on since the backup, and off again", done.access.off_again, "none")


def _named(those: "list[Admitted]") -> list[str]:
    return [f"{one.who}  ({one.where})" for one in those]


def _listed(title: str, those: list[str], empty: str) -> None:
    click.echo(f"{title}: {'' if those else empty}".rstrip())
    for one in those:
        click.echo(f"  {one}")
