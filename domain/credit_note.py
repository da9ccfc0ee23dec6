"""A credit note: it lowers what is owed, or stands as available credit."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from domain.aggregate import Aggregate
from domain.document_lines import InvoiceLine, TaxLine
from domain.event import Act, Event


class Applied(msgspec.Struct, frozen=True):
    """How much of the credit counts towards an invoice, in minor units."""

    invoice_id: UUID
    amount: int


class CreditNoteFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the billing system says of a credit note; amounts in minor units, positive."""

    number: str
    currency: str
    issued_on: date
    total: int
    lines: tuple[InvoiceLine, ...] = ()
    taxes: tuple[TaxLine, ...] = ()
    reason: str | None = None
    invoice_id: UUID | None = None
    status: Literal["issued", "void"] = "issued"
    applied: tuple[Applied, ...] = ()

    @property
    def available(self) -> int:
        """What is left to be applied, in minor units; nothing of a void one."""
        if self.status == "void":
            return 0
        return self.total - sum(applied.amount for applied in self.applied)


class CreditNoteRecorded(Event, frozen=True):
    """The billing system told of a credit note, or something new of it.

    For: customers (credit notes, available credit), staff.
    """

    topic: ClassVar[str] = "credit_note.recorded.v1"

    source: str
    external_id: str
    bill_group_id: UUID
    account_id: UUID
    facts: CreditNoteFacts


class CreditNote(Aggregate):
    """One credit note of a bill group."""

    bill_group_id: UUID | None = None
    account_id: UUID | None = None
    facts: CreditNoteFacts | None = None

    def record_facts(  # noqa: PLR0913 - a credit note names its place in full
        self,
        source: str,
        external_id: str,
        bill_group_id: UUID,
        account_id: UUID,
        facts: CreditNoteFacts,
        *,
        by: Act,
    ) -> None:
        """Take what the billing system says; nothing happens when it is known already."""
        known = (self.bill_group_id, self.account_id, self.facts)
        if (bill_group_id, account_id, facts) != known:
            self.record(
                CreditNoteRecorded,
                by,
                source=source,
                external_id=external_id,
                bill_group_id=bill_group_id,
                account_id=account_id,
                facts=facts,
            )

    def _change(self, event: Event) -> None:
        match event:
            case CreditNoteRecorded():
                self.bill_group_id, self.account_id = event.bill_group_id, event.account_id
                self.facts = event.facts
