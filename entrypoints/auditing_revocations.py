"""Which sessions a revocation ended, and when each was last used."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import msgspec

from application.audit import Asked
from entrypoints.auditing import asked_about
from entrypoints.container import Portal
from read_models import audit_history, audit_revocations
from read_models.audit_history import BillGroupName, Sought
from read_models.audit_revocations import Revocation
from read_models.live import lowest_position


class EveryRevocation(msgspec.Struct, frozen=True):
    """All revocations, the oldest first, read as they are taken: longer than memory may be."""

    sought: Sought
    position: int
    rows: Iterator[Revocation]
    bill_groups: dict[UUID, BillGroupName]
    names: dict[UUID, str]


class Revoked(msgspec.Struct, frozen=True):
    """Revocations with the sessions they met: the newest first, of so many in all."""

    sought: Sought
    position: int
    rows: list[Revocation]
    total: int
    bill_groups: dict[UUID, BillGroupName]
    names: dict[UUID, str]


def revoked(portal: Portal, sought: Sought, size: int, before: int | None = None) -> Revoked:
    """Look up revocations. Whoever calls this records it before showing it."""
    with portal.reading() as connection:
        sought = msgspec.structs.replace(sought, up_to=lowest_position(connection))
        rows = audit_revocations.found(connection, sought, size, before)
        total = audit_revocations.count(connection, sought)
        groups = list({row.bill_group_id for row in rows})
        known = audit_history.bill_group_names(connection, groups)
        names = audit_history.staff_names(connection)
    return Revoked(sought, sought.up_to or 0, rows, total, known, names)


@contextmanager
def every_revocation(portal: Portal, sought: Sought) -> Iterator[EveryRevocation]:
    """Read all revocations. Whoever calls this records it before giving them away."""
    with portal.reading() as connection:
        sought = msgspec.structs.replace(sought, up_to=lowest_position(connection))
        groups = audit_revocations.bill_groups(connection, sought)
        known = audit_history.bill_group_names(connection, groups)
        names = audit_history.staff_names(connection)
        rows = audit_revocations.everything(connection, sought)
        yield EveryRevocation(sought, sought.up_to or 0, rows, known, names)


def asked_which(answer: Revoked | EveryRevocation) -> Asked:
    """Say which question revocations answer."""
    return asked_about("revocations", answer.sought, answer.position)
