"""What `portal audit staff` and `portal audit revocations` do: understand, record, print."""

from typing import Any

import click

from entrypoints.auditing_revocations import asked_which, every_revocation
from entrypoints.auditing_staff import asked_at, staff_at
from entrypoints.cli.audit_answers import Typed, opened, printed, record
from entrypoints.cli.audit_tables import revocations_table, staff_table
from entrypoints.wording.audit_files import of_revocations, of_staff


def staff(form: str, zone: str, at: str | None) -> None:
    """Tell who was staff at a moment."""
    with opened() as portal:
        typed = Typed(portal, zone)
        answer = staff_at(portal, typed.of(typed.been, at) or portal.clock().now())
        file = None if form == "table" else of_staff(answer, form)  # type: ignore[arg-type]
        record(portal, asked_at(answer), file)
        printed(file, lambda: staff_table(answer, zone))


def revocations(form: str, **asked: Any) -> None:
    """Tell which sessions revocations ended."""
    with opened() as portal:
        sought = Typed(portal, asked["zone"]).sought(asked)
        with every_revocation(portal, sought) as whole:
            if form == "table":
                record(portal, asked_which(whole), None)
                click.echo(revocations_table(whole, asked["zone"]))
                return
            file = of_revocations(whole, form)  # type: ignore[arg-type]
        record(portal, asked_which(whole), file)
        printed(file, str)
