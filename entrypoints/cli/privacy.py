"""`portal privacy`: what is held of a person; erasing, holding, giving it out."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from adapters.counts import counted
from domain.aggregate import Refusal

if TYPE_CHECKING:
    from application.personal_holdings import Held
    from domain.person import Subject
    from entrypoints.container import Portal

R = TypeVar("R")
_who = click.argument("who", metavar="WHO")
_reason = click.option("--reason", required=True, help="Kept in the record.")


@click.group()
def privacy() -> None:
    """Find what is held of a person; erase it, hold it for the law, or give it out.

    WHO is an email address; else staff:ID, or grant:ID for the reason of a domain's grant. Every
    look and every decision is recorded, with your account on this machine.
    """


@privacy.command()
@_who
@click.option(
    "--also",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Look through this file or folder too: logs, dumps, backups.",
)
def find(who: str, also: tuple[Path, ...]) -> None:
    """Search every store for traces of a person: tables, PDFs, files.

    Example: portal privacy find anna@acme.com --also /var/log/portal
    """
    from adapters.trace_search import files_with  # noqa: PLC0415 - help is quick

    portal, subject = _portal(), _subject(who)
    held = _found(portal, subject)
    _say(held)
    for folder in also:
        for path in files_with(folder, held.words):
            click.echo(f"    {path}")


@privacy.command()
@_who
@click.option("--reason", help="Kept in the record; needed to erase.")
@click.option("--dry-run", is_flag=True, help="Say what would go and what stays; change nothing.")
@click.option("--revoke", is_flag=True, help="Revoke grants of the address with the erasure.")
@click.option("--yes", is_flag=True, help="Do not ask to type the address once more.")
def erase(who: str, reason: str | None, *, dry_run: bool, revoke: bool, yes: bool) -> None:
    """Erase a person for good; the dry run lists what goes and what stays by law.

    Example: portal privacy erase anna@acme.com --dry-run
    """
    from application.erasure import ErasePerson, confirm, erase_person  # noqa: PLC0415 - help is quick
    from entrypoints.cli.staff import operator  # noqa: PLC0415 - the same

    portal, subject = _portal(), _subject(who)
    if dry_run:
        _say(_found(portal, subject))
        return
    if not yes:
        typed = click.prompt("Type it once more to erase for good")
        _done(lambda: confirm(subject, typed))
    command = ErasePerson(subject, reason or "", revoke)
    _done(lambda: erase_person(command, operator(), portal.registrar()))
    click.echo(f"{who} is erased. The key is destroyed; the record keeps who decided it, and why.")


@privacy.command()
@_who
@_reason
def hold(who: str, reason: str) -> None:
    """Place a legal hold: nothing of this person is erased until it is released."""
    from application.legal_hold import PlaceHold, place_hold  # noqa: PLC0415 - help is quick
    from entrypoints.cli.staff import operator  # noqa: PLC0415 - the same

    portal, subject = _portal(), _subject(who)
    _done(lambda: place_hold(PlaceHold(subject, reason), operator(), portal.registrar()))
    click.echo(f"A legal hold stands on {who}.")


@privacy.command()
@_who
@_reason
def release(who: str, reason: str) -> None:
    """Release a legal hold."""
    from application.legal_hold import ReleaseHold, release_hold  # noqa: PLC0415 - help is quick
    from entrypoints.cli.staff import operator  # noqa: PLC0415 - the same

    portal, subject = _portal(), _subject(who)
    _done(lambda: release_hold(ReleaseHold(subject, reason), operator(), portal.registrar()))
    click.echo(f"The legal hold on {who} is released.")


@privacy.command()
@_who
@click.option("--format", "form", type=click.Choice(("json", "pdf")), default="json")
@click.option("--output", required=True, type=click.Path(path_type=Path))
def export(who: str, form: Any, output: Path) -> None:
    """Write everything held of a person into a file, to be given to them (GDPR Art. 15)."""
    from entrypoints.cli.staff import operator  # noqa: PLC0415 - help is quick
    from entrypoints.holdings import taken_out  # noqa: PLC0415 - the same

    if output.exists():
        raise click.ClickException(f"{output} exists. Choose another name.")
    portal, subject = _portal(), _subject(who)
    _, content = _done(lambda: taken_out(portal, operator(), subject, form))
    output.write_bytes(content)
    click.echo(f"Wrote {output}: {len(content):,} bytes.")


@privacy.command()
def reapply() -> None:
    """Carry out every erasure again, as after a restore from a backup; safe to repeat."""
    from application.erasure_again import apply_erasures_again  # noqa: PLC0415 - help is quick

    again = apply_erasures_again(_portal().registrar())
    click.echo(
        f"{counted(again, 'key')} had come back, now destroyed again."
        if again
        else "None came back."
    )


def _found(portal: "Portal", subject: "Subject") -> "Held":
    from entrypoints.cli.staff import operator  # noqa: PLC0415 - help is quick
    from entrypoints.holdings import found  # noqa: PLC0415 - the same

    return _done(lambda: found(portal, operator(), subject))


def _say(held: "Held") -> None:
    from entrypoints.wording.holdings import FATES, told  # noqa: PLC0415 - help is quick

    if held.is_nothing:
        click.echo("Nothing is held of this person.")
    for fate, heading in FATES:
        found = [each for each in held.traces if each.fate == fate]
        if found:
            click.echo(f"{heading}:")
        for line in told(found):
            click.echo(f"    {line}")
    if held.held_since is not None:
        since = f"{held.held_since:%Y-%m-%d %H:%M} UTC"
        click.echo(f"A legal hold stands since {since}: erasure is refused.")
    if held.grants:
        grants = counted(len(held.grants), "grant still lets", "grants still let")
        click.echo(f"{grants} this address in; --revoke ends what lets it in.")
    if held.active_staff:
        click.echo("This person works here: deactivate them before erasing.")
    if held.was_erased:
        click.echo("This person was erased once; an import does not bring them back.")


def _portal() -> "Portal":
    from entrypoints.cli.serving import (  # noqa: PLC0415 - help is quick
        refuse_what_is_apart,
        say_what_is_made,
        usable_settings,
    )
    from entrypoints.cli.wiring import portal_of_command  # noqa: PLC0415 - the same

    settings = usable_settings()
    say_what_is_made(settings)
    refuse_what_is_apart(settings)
    return portal_of_command()


def _subject(who: str) -> "Subject":
    from application.personal_holdings import subject_of  # noqa: PLC0415 - help is quick

    return _done(lambda: subject_of(who))


def _done(work: Callable[[], R]) -> R:
    """Carry out a command, or end with the sentence that says what stood in the way."""
    from entrypoints.wording.refusals import sentence  # noqa: PLC0415 - help is quick

    try:
        return work()
    except Refusal as refusal:
        click.echo(sentence(refusal), err=True)
        sys.exit(1)
