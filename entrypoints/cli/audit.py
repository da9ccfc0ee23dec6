"""`portal audit`: replay who had access to what, when, and by whose decision."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args
from uuid import UUID

import rich_click as click

from domain.audit_reading import ExportFormat

F = TypeVar("F", bound=Callable[..., Any])
FILES = get_args(ExportFormat)
KINDS = (
    "access",
    "grants",
    "sign_ins",
    "refused",
    "previews",
    "staff",
    "brand",
    "readings",
    "exports",
    "reviews",
)


def _all(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Give a command these options, in this order."""

    def given(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return given


def _examples(*commands: str) -> str:
    return "\n\n".join(["Examples:", *commands])


_group = click.option("--bill-group", metavar="ID", help="Its id, its external id, or its name.")
_person = click.option("--person", metavar="EMAIL", help="Somebody at a customer's company.")
_zone = click.option(
    "--zone", default="UTC", show_default=True, help="The clocks of MOMENTs and of tables."
)
_format = click.option(
    "--format",
    "form",
    type=click.Choice(("table", *FILES)),
    default="table",
    show_default=True,
    help="Files have positions, moments in UTC, and no formulas.",
)
_since = click.option("--from", "since", metavar="MOMENT", help="From this moment on.")
_until = click.option("--to", "until", metavar="MOMENT", help="Up to this moment, included.")
_domain = click.option("--domain", metavar="DOMAIN", help="Everybody at this domain.")
_at = click.option("--at", "at", metavar="MOMENT", help="The moment asked about; else now.")
_asked = _all(
    _group,
    _person,
    _domain,
    click.option("--staff", metavar="EMAIL", help="What a staff member did, or was done to."),
    click.option("--kind", type=click.Choice(KINDS), help="Only this kind of thing."),
    _since,
    _until,
    _zone,
)


@click.group()
def audit() -> None:
    """Replay who had access to what, when, and by whose decision.

    A MOMENT is a date with or without a time: 2026-11-02, 2026-11-02T09:30:15 or
    2026-11-02T09:30:15+01:00. Without an offset it is a moment of --zone.

    Every answer is the one that auditors see on screen. Every reading is itself recorded, with your
    account on this machine, before it is printed.
    """


@audit.command(
    epilog=_examples(
        "portal audit history --bill-group CUST-0042",
        "portal audit history --person jane@acme.com --from 2026-01-01",
        "portal audit history --kind sign_ins --from 2026-11-01 --format csv",
    )
)
@_asked
@_format
def history(form: str, **asked: Any) -> None:
    """Tell what happened, the newest first. Files have it the oldest first."""
    from entrypoints.cli import audit_answers  # noqa: PLC0415 - help is quick

    audit_answers.history(form, **asked)


@audit.command(
    "as-of",
    epilog=_examples(
        "portal audit as-of --bill-group CUST-0042 --at 2026-11-02T09:30",
        "portal audit as-of --person jane@acme.com --at 2026-11-02 --zone Europe/Berlin",
    ),
)
@_group
@_person
@_domain
@_at
@_zone
@_format
def as_of(form: str, zone: str, at: str | None, **about: str | None) -> None:
    """Tell who could enter a bill group at a moment, or where a person or a domain could.

    What was granted at that very moment counts; what was revoked at it does not.
    """
    if sum(each is not None for each in about.values()) != 1:
        raise click.UsageError("Name a bill group, a person or a domain.")
    from entrypoints.cli import audit_answers  # noqa: PLC0415 - help is quick

    audit_answers.as_of(form, zone, at, about)


@audit.command(epilog=_examples("portal audit staff --at 2026-11-02 --zone Europe/Berlin"))
@_at
@_zone
@_format
def staff(form: str, zone: str, at: str | None) -> None:
    """Tell who was staff at a moment, with which roles and which second factor."""
    from entrypoints.cli import audit_more  # noqa: PLC0415 - help is quick

    audit_more.staff(form, zone, at)


@audit.command(
    epilog=_examples(
        "portal audit revocations --bill-group CUST-0042",
        "portal audit revocations --person jane@acme.com --format csv",
    )
)
@_group
@_person
@_domain
@_since
@_until
@_zone
@_format
def revocations(form: str, **asked: Any) -> None:
    """Tell which sessions revocations ended, and when each was last used; the oldest first."""
    from entrypoints.cli import audit_more  # noqa: PLC0415 - help is quick

    audit_more.revocations(form, **asked)


@audit.command(
    epilog=_examples(
        "portal audit difference --bill-group CUST-0042 --from 2026-10-01 --to 2026-11-01"
    )
)
@click.option("--bill-group", metavar="ID", required=True, help="Id, external id, or name.")
@click.option("--from", "since", metavar="MOMENT", required=True, help="The earlier moment.")
@click.option("--to", "until", metavar="MOMENT", required=True, help="The later moment.")
@_zone
@_format
def difference(form: str, zone: str, bill_group: str, since: str, until: str) -> None:
    """Tell which rules came and which went between two moments."""
    from entrypoints.cli import audit_answers  # noqa: PLC0415 - help is quick

    audit_answers.difference(form, zone, bill_group, since, until)


_output = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write; it must not exist yet.",
)


@audit.command(
    epilog=_examples(
        "portal audit export --output record.jsonl",
        "portal audit export --bill-group CUST-0042 --format csv --output acme.csv",
        "portal audit export --format bundle --output record.zip",
    )
)
@_asked
@click.option(
    "--format", "form", type=click.Choice((*FILES, "bundle")), default="jsonl", show_default=True
)
@click.option("--disclose", is_flag=True, help="A bundle with personal values in clear beside it.")
@_output
def export(form: str, output: Path, *, disclose: bool, **asked: Any) -> None:
    """Take a part of the record with you, as a file with positions.

    A bundle is the whole record with what proves it, and verify.py, which checks it anywhere.
    """
    _refuse_to_overwrite(output)
    if form == "bundle":
        if any(value for name, value in asked.items() if name != "zone"):
            raise click.UsageError("A bundle is the whole record: leave out what narrows it.")
        from entrypoints.cli import audit_proof  # noqa: PLC0415 - help is quick

        audit_proof.bundle(output, disclosed=disclose)
        return
    if disclose:
        raise click.UsageError("Only a bundle keeps personal values apart: add --format bundle.")
    from entrypoints.cli import audit_answers  # noqa: PLC0415 - help is quick

    audit_answers.export(form, output, **asked)


@audit.command()
def key() -> None:
    """Print the key that checks what the portal has signed. Keep it apart from the record."""
    from entrypoints.cli import audit_proof  # noqa: PLC0415 - help is quick

    audit_proof.key()


@audit.command(
    epilog=_examples(
        "portal audit prove --position 4711 --output event.json",
        "portal audit prove --since checkpoint-000000004000.txt --output grown.json",
    )
)
@click.option("--position", type=click.IntRange(min=1), help="The event to prove.")
@click.option(
    "--since",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was kept: prove that the record only grew since.",
)
@_output
def prove(output: Path, position: int | None, since: Path | None) -> None:
    """Prove one event without handing out the others, or that nothing was rewritten since.

    verify.py checks the proof anywhere (RFC 6962).
    """
    if (position is None) == (since is None):
        raise click.UsageError("Name either a position or a checkpoint.")
    _refuse_to_overwrite(output)
    from entrypoints.cli import audit_proof  # noqa: PLC0415 - help is quick

    audit_proof.prove(output, position, since)


@audit.group()
def review() -> None:
    """Look at access reviews, and take their signed results.

    Reviews are started and decided on the audit pages: a decision is a staff member's own act.
    """


@review.command("list")
def list_reviews() -> None:
    """List the reviews: how far each is, when it is due, and when the next one begins."""
    from entrypoints.cli import audit_reviews  # noqa: PLC0415 - help is quick

    audit_reviews.reviews()


@review.command(
    epilog=_examples("portal audit review show 0192f0c1-7f3a-7c52-a2f4-0d3c5a1b9e42 --left")
)
@click.argument("review_id", type=click.UUID)
@click.option("--left", is_flag=True, help="Only what is left to decide.")
@_zone
def show(review_id: UUID, left: bool, zone: str) -> None:
    """List the grants of a review, and what was decided about each."""
    from entrypoints.cli import audit_reviews  # noqa: PLC0415 - help is quick

    audit_reviews.show(review_id, left=left, zone=zone)


@review.command(
    epilog=_examples(
        "portal audit review result 0192f0c1-7f3a-7c52-a2f4-0d3c5a1b9e42 --output review.pdf"
    )
)
@click.argument("review_id", type=click.UUID)
@_output
def result(review_id: UUID, output: Path) -> None:
    """Write the signed result of a completed review."""
    if output.suffix not in {".json", ".pdf"}:
        raise click.UsageError("The file's name ends in .json or .pdf.")
    _refuse_to_overwrite(output)
    from entrypoints.cli import audit_reviews  # noqa: PLC0415 - help is quick

    audit_reviews.result(review_id, output)


@review.command(epilog=_examples("portal audit review verify access-review.json"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Check that a result is what this portal signed."""
    from entrypoints.cli import audit_reviews  # noqa: PLC0415 - help is quick

    audit_reviews.verify(file)


def _refuse_to_overwrite(output: Path) -> None:
    if output.exists():
        raise click.ClickException(f"{output} exists. Choose another name.")
