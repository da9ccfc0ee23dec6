"""`portal doctor`: checks what can be checked, and says what to mend."""

import stat
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import rich_click as click

from adapters import append_only
from adapters.counts import counted
from adapters.health import of_database
from adapters.installation import tables_must_fit
from entrypoints.backing_up import checks as backups
from entrypoints.cli.serving import usable_settings
from entrypoints.cli.wiring import portal_of_command
from entrypoints.container import Portal
from entrypoints.mail_checks import checks as mails
from entrypoints.payment_checks import checks as payments
from entrypoints.secret_file import path_of
from read_models.registry import MODELS

LATE = timedelta(minutes=10)
"""A worker signs within a minute; so much later, none is at work."""

MANY = 20
"""From so many requests on, a single network is suspicious."""


@click.command()
@click.option(
    "--set-up-sql", is_flag=True, help="Print what makes PostgreSQL's record append-only."
)
def doctor(*, set_up_sql: bool) -> None:
    """Check this installation. Ends with 1 when something needs mending."""
    settings = usable_settings()
    tables_must_fit(settings.database, settings.keys)
    portal = portal_of_command()
    if set_up_sql:
        _print_set_up_sql(portal)
        return
    bad = False
    checks = [
        *of_database(portal.engine(), [model.key for model in MODELS]),
        *_append_only(portal),
        *_signed(portal),
        *mails(portal),
        *payments(portal),
        *backups(portal),
        *_readers(portal),
        *_sign_ins(portal),
    ]
    for good, words in checks:
        click.echo(f"{'ok  ' if good else 'MEND'}  {words}")
        bad = bad or not good
    sys.exit(1 if bad else 0)


def _print_set_up_sql(portal: Portal) -> None:
    if portal.settings().database.startswith("sqlite"):
        raise click.ClickException("SQLite has no roles: its record is append-only by triggers.")
    with portal.reading() as connection:
        click.echo(append_only.set_up_sql(connection))


def _append_only(portal: Portal) -> list[tuple[bool, str]]:
    """Look whether the record refuses to be changed."""
    with portal.reading() as connection:
        return list(append_only.checks(connection))


def _signed(portal: Portal) -> Iterator[tuple[bool, str]]:
    """Look whether the record is signed as it grows, and whether copies reach places outside."""
    newest = portal.checkpoints().newest()
    uncovered = portal.checkpoints().uncovered()
    covered, late = (newest.size, newest.made_at) if newest else (0, None)
    idle = uncovered > 0 and (late is None or portal.clock().now() - late > LATE)
    yield (
        not idle,
        f"{counted(covered, 'event is', 'events are')} signed, {uncovered} not yet."
        + (" Is a worker running, and does its log name a gap?" if idle else ""),
    )
    places = portal.checkpoint_places()
    if not places:
        yield True, "No place outside keeps checkpoints (PORTAL_CHECKPOINTS_FOLDER, _MAIL, _S3)."
    for name in places:
        copy = portal.checkpoint_copies().of(name)
        words = (
            copy.problem
            or f"The {name} outside has the checkpoint of {counted(copy.size, 'event')}."
        )
        yield copy.problem is None, words


def _readers(portal: Portal) -> Iterator[tuple[bool, str]]:
    """Look at who else on this machine can read the secrets and an embedded database."""
    settings = portal.settings()
    if settings.secret:
        yield True, "The secret comes from the settings."
    else:
        yield _owner_only(path_of(settings))
    for url in (settings.database, settings.keys):
        if url.startswith("sqlite:///"):
            yield _owner_only(Path(url.removeprefix("sqlite:///")))


def _owner_only(path: Path) -> tuple[bool, str]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return False, f"Others can read {path} ({mode:o}): run `chmod 600 {path}`."
    return True, f"{path} is readable by its owner only ({mode:o})."


def _sign_ins(portal: Portal) -> Iterator[tuple[bool, str]]:
    """Look at a day's sign-in requests: the limits work by network, so a proxy must tell them."""
    requests = portal.sign_in_requests()
    since = portal.clock().now() - timedelta(days=1)
    held_back = counted(requests.held_back(since), "sign-in mail was", "sign-in mails were")
    yield True, f"{held_back} held back by the limits in the last day."
    networks, asked = requests.networks(since)
    yield (
        asked < MANY or networks > 1,
        (
            f"{asked} sign-in requests came from {networks} networks in the last day."
            if networks != 1
            else f"All {asked} sign-in requests of the last day seem to come from one network: "
            "name your proxy in PORTAL_TRUSTED_PROXIES, or its limit counts for everybody at once."
        ),
    )
