"""What an auditor asks on a page: the words in the address become a question of the record."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from application.addresses import canonical_address
from application.audit import (
    AuditedBillGroupUnknown,
    MomentsReversed,
    moment_of,
    must_have_been,
    zone_of,
)
from application.domains import canonical_domain
from domain.aggregate import Refusal
from domain.audit_reading import ExportFormat
from entrypoints.admin.guard import Asking
from entrypoints.admin.places import place
from entrypoints.auditing import bill_groups
from entrypoints.container import Portal
from entrypoints.http.forms import FieldMissing, Form, FormRefused
from read_models.audit_history import BillGroupName, Kind, Sought
from read_models.columns import micros

UTC = "UTC"


class NobodyNamed(Refusal):
    """Nothing was named that the question could be about."""

    code = "nobody_named"


class Asked(msgspec.Struct, rename={"since": "from", "until": "to"}):
    """The form of a question, as typed."""

    bill_group: str | None = None
    person: str | None = None
    domain: str | None = None
    staff: UUID | None = None
    kind: Kind | None = None
    since: str | None = None
    until: str | None = None
    at: str | None = None
    zone: str | None = None
    before: int | None = None
    format: ExportFormat | None = None


class SeveralFit(Exception):  # noqa: N818 - named after the fact
    """A name fits several bill groups: one is to be chosen."""

    def __init__(self, found: list[BillGroupName]) -> None:
        super().__init__(len(found))
        self.found = found


class Question(msgspec.Struct, frozen=True):
    """A question that can be answered: one bill group at most, moments in UTC."""

    zone: str
    bill_group: BillGroupName | None = None
    address: str | None = None
    domain: str | None = None
    staff_id: UUID | None = None
    kind: Kind | None = None
    since: datetime | None = None
    until: datetime | None = None
    at: datetime | None = None
    before: int | None = None
    format: ExportFormat | None = None

    @property
    def sought(self) -> Sought:
        """Give what the history is asked for."""
        return Sought(
            bill_group_id=self.bill_group.bill_group_id if self.bill_group else None,
            address=self.address,
            domain=self.domain,
            staff_id=self.staff_id,
            since=None if self.since is None else micros(self.since),
            until=None if self.until is None else micros(self.until),
            kind=self.kind,
        )


def sent_by(request: Asking) -> Form:
    """Read what stands in the address."""
    fields: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        fields.setdefault(name, []).append(str(value))
    return Form(fields)


def question(portal: Portal, form: Form, *needed: str) -> Question:
    """Understand a question. Raises FormRefused with every error, and SeveralFit.

    A period may end after today; a moment that is replayed has been.
    """
    asked = form.bind(Asked)
    reading = _Reading(portal, asked, form)
    compares = "from" in needed
    asked_for = Question(
        zone=reading.zone,
        bill_group=reading.of("bill_group", asked.bill_group, reading.bill_group),
        address=reading.of("person", asked.person, canonical_address),
        domain=reading.of("domain", asked.domain, canonical_domain),
        staff_id=asked.staff,
        kind=asked.kind,
        since=reading.of("from", asked.since, reading.been if compares else reading.moment),
        until=reading.of("to", asked.until, reading.been if compares else reading.moment),
        at=reading.of("at", asked.at, reading.been),
        before=place(asked.before),
        format=asked.format,
    )
    reading.must_have(needed)
    if asked_for.since and asked_for.until and asked_for.until < asked_for.since:
        reading.errors["to"] = MomentsReversed()
    if reading.errors:
        raise FormRefused(reading.errors, form.typed)
    return asked_for


class _Reading:
    """Reads one field after another and keeps what is wrong with each."""

    def __init__(self, portal: Portal, asked: Asked, form: Form) -> None:
        self.portal = portal
        self.form = form
        self.errors: dict[str, Refusal] = {}
        self.zone = UTC
        try:
            self.zone = zone_of(asked.zone or UTC).key
        except Refusal as refusal:
            self.errors["zone"] = refusal

    def of(self, field: str, typed: str | None, read: Any) -> Any:
        """Read a field that may be empty."""
        if not typed:
            return None
        try:
            return read(typed)
        except Refusal as refusal:
            self.errors[field] = refusal
            return None

    def must_have(self, needed: tuple[str, ...]) -> None:
        """Ask for what a page cannot do without; `a|b|c` is one of the three."""
        for fields in needed:
            names = fields.split("|")
            if not any(self.form.one(name) for name in names):
                one_of = len(names) > 1
                self.errors[names[0]] = NobodyNamed() if one_of else FieldMissing(field=names[0])

    def moment(self, typed: str) -> datetime:
        """Read a moment in the zone that was chosen."""
        return moment_of(typed, self.zone)

    def been(self, typed: str) -> datetime:
        """Read a moment that has been."""
        return must_have_been(self.moment(typed), self.portal.clock().now())

    def bill_group(self, typed: str) -> BillGroupName:
        """Find the one bill group that is meant."""
        found = bill_groups(self.portal, typed)
        if len(found) > 1:
            raise SeveralFit(found)
        for one in found:
            return one
        raise AuditedBillGroupUnknown
