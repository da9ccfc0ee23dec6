"""What `portal audit` does: understands the question, records the reading, prints the answer."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from adapters.counts import counted
from application.addresses import canonical_address
from application.audit import (
    Asked,
    AuditedStaffUnknown,
    MomentsReversed,
    moment_of,
    must_have_been,
    zone_of,
)
from application.domains import canonical_domain
from domain.aggregate import Refusal
from entrypoints import auditing
from entrypoints.asgi import portal_of_process
from entrypoints.cli.audit_tables import difference_table, entering_table, history_table
from entrypoints.cli.serving import usable_settings
from entrypoints.cli.staff import operator
from entrypoints.cli.wiring import close
from entrypoints.container import Portal
from entrypoints.wording.audit_files import of_difference, of_entering, of_history
from entrypoints.wording.audit_writing import AuditFile
from entrypoints.wording.refusals import sentence
from read_models import audit_history
from read_models.audit_history import Sought
from read_models.columns import micros


def history(form: str, **asked: Any) -> None:
    """Tell what happened."""
    with opened() as portal:
        sought = Typed(portal, asked["zone"]).sought(asked)
        if form == "table":
            answer = auditing.looked_up(portal, sought)
            record(portal, auditing.asked_of(answer), None)
            click.echo(history_table(answer, asked["zone"]))
        else:
            with auditing.everything(portal, sought) as whole:
                file = of_history(whole, form)  # type: ignore[arg-type]
            record(portal, auditing.asked_of(whole), file)
            printed(file, str)


def as_of(form: str, zone: str, at: str | None, about: dict[str, str | None]) -> None:
    """Tell who could enter a bill group, or where a person or a domain could."""
    with opened() as portal:
        typed = Typed(portal, zone)
        moment = typed.of(typed.been, at) or portal.clock().now()
        if group := about["bill_group"]:
            answer = auditing.entering(portal, typed.bill_group(group), moment)
        else:
            person = typed.of(canonical_address, about["person"])
            whom = person or typed.of(canonical_domain, about["domain"])
            answer = auditing.entering_as(portal, whom, moment)
        file = None if form == "table" else of_entering(answer, form)  # type: ignore[arg-type]
        record(portal, auditing.asked_as_of(answer), file)
        printed(file, lambda: entering_table(answer, zone))


def difference(form: str, zone: str, bill_group: str, since: str, until: str) -> None:
    """Tell what differs between two moments."""
    with opened() as portal:
        typed = Typed(portal, zone)
        begin, end = typed.of(typed.period, (since, until))
        typed.of(typed.been, until)
        answer = auditing.difference(portal, typed.bill_group(bill_group), begin, end)
        file = None if form == "table" else of_difference(answer, form)  # type: ignore[arg-type]
        record(portal, auditing.asked_between(answer), file)
        printed(file, lambda: difference_table(answer, zone))


def export(form: Any, output: Path, **asked: Any) -> None:
    """Write what happened to a file."""
    with opened() as portal:
        with auditing.everything(portal, Typed(portal, asked["zone"]).sought(asked)) as whole:
            file = of_history(whole, form)
        record(portal, auditing.asked_of(whole), file)
        with output.open("xb") as target:
            target.writelines(file.chunks())
        taken = file.taken
        click.echo(f"Wrote {counted(taken.count, 'line')} to {output}.")
        click.echo(f"Positions {taken.first_position} to {taken.last_position}.")
        click.echo(f"SHA-256 {taken.sha256}")


@contextmanager
def opened() -> Iterator[Portal]:
    """Wire the portal for one answer, and close its databases after it."""
    usable_settings()
    portal = portal_of_process()
    try:
        yield portal
    finally:
        close(portal)


def record(portal: Portal, asked: Asked, file: AuditFile | None) -> None:
    """Record a reading with the account on this machine."""
    with file.kept() if file else nullcontext() as taken:
        auditing.record(portal, operator(), asked, taken)


def printed(file: AuditFile | None, table: Callable[[], str]) -> None:
    """Print a file, or the table where none was asked for."""
    if file is None:
        click.echo(table())
    else:
        sys.stdout.buffer.writelines(file.chunks())


class Typed:
    """Reads what was typed; what cannot be understood ends the command with a sentence."""

    def __init__(self, portal: Portal, zone: str) -> None:
        self.portal = portal
        self.zone = zone
        self.of(zone_of, zone)

    def of(self, read: Any, typed: Any) -> Any:
        """Read what may be absent; a refusal ends the command."""
        try:
            return read(typed) if typed else None
        except Refusal as refusal:
            click.echo(sentence(refusal), err=True)
            sys.exit(2)

    def sought(self, asked: dict[str, Any]) -> Sought:
        """Give what the history is asked for."""
        since, until = self.of(self.period, (asked["since"], asked["until"]))
        return Sought(
            bill_group_id=self.bill_group(asked["bill_group"]) if asked["bill_group"] else None,
            address=self.of(canonical_address, asked["person"]),
            domain=self.of(canonical_domain, asked["domain"]),
            staff_id=self.of(self.staff_member, asked.get("staff")),
            since=None if since is None else micros(since),
            until=None if until is None else micros(until),
            kind=asked.get("kind"),
        )

    def moment(self, typed: str) -> datetime:
        """Read a moment in the zone that was chosen."""
        return moment_of(typed, self.zone)

    def been(self, typed: str) -> datetime:
        """Read a moment that has been."""
        return must_have_been(self.moment(typed), self.portal.clock().now())

    def period(self, typed: tuple[str | None, str | None]) -> Any:
        """Read both ends of a period."""
        since, until = (self.moment(each) if each else None for each in typed)
        if since and until and until < since:
            raise MomentsReversed
        return since, until

    def bill_group(self, typed: str) -> UUID:
        """Find the one bill group that is meant, or name those that it could be."""
        found = auditing.bill_groups(self.portal, typed)
        if len(found) == 1:
            return found[0].bill_group_id
        lines = [f"  {each.external_id}  {each.name} ({each.account})" for each in found]
        several = "\n".join(["This name fits several bill groups:", *lines])
        raise click.ClickException(several if found else f"There is no bill group {typed}.")

    def staff_member(self, email: str) -> UUID:
        """Find the staff member with this address."""
        with self.portal.reading() as connection:
            found = audit_history.staff_of_address(connection, canonical_address(email))
        if found is None:
            raise AuditedStaffUnknown
        return found
