"""What `portal audit review` does: lists reviews, shows one, takes and checks signed results."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Literal
from uuid import UUID

import click

from adapters.counts import counted
from application.audit import Asked
from entrypoints import auditing
from entrypoints.cli.audit_answers import Typed, opened
from entrypoints.cli.audit_tables import table
from entrypoints.cli.staff import operator
from entrypoints.container import Portal
from entrypoints.http.names import readable, unerased
from entrypoints.reviewing import canonical, result_of
from entrypoints.wording import audit as say
from entrypoints.wording.review_sheet import OUTCOMES, review_sheet
from read_models import access_review, access_review_list, audit_history
from read_models.access_review import ReviewRow
from read_models.access_review_list import SoughtReviews, state_of
from read_models.live import lowest_position

MOST = 1_000


def reviews() -> None:
    """Print the reviews, the newest first."""
    with opened() as portal:
        with portal.reading() as connection:
            position = lowest_position(connection)
            sought = SoughtReviews(today=portal.clock().now().date())
            rows = access_review_list.found(connection, sought, 0, MOST)
        auditing.record(portal, operator(), Asked("access_review", position))
        lines = [
            (
                str(row.review_id),
                row.title,
                f"{row.counts.settled} of {row.counts.total}",
                row.due_on.isoformat(),
                state_of(row, sought.today).replace("_", " "),
                row.next_on.isoformat() if row.next_on and not row.next_review else "",
            )
            for row in rows
        ]
        header = ("Review", "Name", "Decided", "Due", "State", "Next one")
        click.echo(table(header, lines) if lines else "There is no review yet.")


def show(review_id: UUID, *, left: bool, zone: str) -> None:
    """Print the grants of a review."""
    with opened() as portal:
        Typed(portal, zone)
        row = _review(portal, review_id)
        with portal.reading() as connection:
            position = lowest_position(connection)
            names = audit_history.staff_names(connection)
            grants = list(access_review.every_grant(connection, review_id))
        auditing.record(portal, operator(), Asked("access_review", position, review_id=review_id))
        lines = [
            (
                unerased(readable(each.value)),
                " / ".join(name for name in (each.account, each.bill_group) if name),
                say.at(each.granted_at, zone),
                say.by_whom(each.granted_by, names),
                OUTCOMES[each.standing][1],
                say.by_whom(each.decided_by, names) if each.decided_by else "",
                unerased(each.reason or ""),
            )
            for each in grants
            if not left or each.standing == "open"
        ]
        header = ("Rule", "Bill group", "Granted", "By", "Outcome", "Decided by", "Why")
        counts = row.counts
        click.echo(f"{row.title}: {counts.settled} of {counts.total} decided, due {row.due_on}.")
        click.echo(table(header, lines) if lines else "Nothing is left to decide.")


def result(review_id: UUID, output: Path) -> None:
    """Write the signed result to a file."""
    with opened() as portal:
        row = _review(portal, review_id)
        if row.completed_at is None:
            raise click.ClickException(f"The review goes on: {row.counts.open} left to decide.")
        signed = result_of(portal, row)
        form: Literal["json", "pdf"] = "pdf" if output.suffix == ".pdf" else "json"
        paper = form == "pdf"
        content = (
            portal.review_pdf().render(review_sheet(signed, "en")) if paper else signed.content
        )
        taken = signed.taken(content, form)
        auditing.record(portal, operator(), signed.asked, taken)
        with output.open("xb") as target:
            target.write(content)
        click.echo(f"Wrote {counted(taken.count, 'grant')} to {output}.")
        click.echo(f"SHA-256 {taken.sha256}")
        click.echo(f"Signed with {signed.key}")


def verify(file: Path) -> None:
    """Check a result against this portal's key."""
    with opened() as portal:
        try:
            signed = json.loads(file.read_bytes())
            digest = sha256(canonical(signed["result"])).hexdigest()
            note = str(signed["note"])
            review_id = str(signed["result"]["review_id"])
        except (ValueError, KeyError, TypeError) as error:
            raise click.ClickException(f"{file} is no result of a review.") from error
        signer = portal.record_signer()
        if not signer.has_signed(note):
            raise click.ClickException("The signature is not this portal's.")
        if note.splitlines()[1:3] != [review_id, f"sha256 {digest}"]:
            raise click.ClickException("The result was changed after it was signed.")
        click.echo(f"Unchanged, and signed with {signer.verifier_key}")


def _review(portal: Portal, review_id: UUID) -> ReviewRow:
    with portal.reading() as connection:
        row = access_review.one(connection, review_id)
    if row is None:
        raise click.ClickException(f"There is no review {review_id}.")
    return row
