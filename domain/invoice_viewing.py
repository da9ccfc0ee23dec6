"""When the customer first looked at an invoice, and first took it along: each is told once."""

from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate
from domain.event import Act, Event

Viewed: TypeAlias = Literal["opened", "downloaded"]


class InvoiceFirstOpened(Event, frozen=True):
    """Somebody at the customer's company opened the page of an invoice for the first time.

    A preview by staff does not count.

    For: staff (invoices of a bill group).
    """

    topic: ClassVar[str] = "invoice_viewing.first_opened.v1"

    invoice_id: UUID
    bill_group_id: UUID


class InvoiceFirstDownloaded(Event, frozen=True):
    """Somebody at the customer's company took a document of an invoice for the first time.

    A preview by staff does not count.

    For: staff (invoices of a bill group).
    """

    topic: ClassVar[str] = "invoice_viewing.first_downloaded.v1"

    invoice_id: UUID
    bill_group_id: UUID


class InvoiceViewing(Aggregate):
    """What the customer did with one invoice; a stream of its own keeps the invoice's short."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.known: frozenset[Viewed] = frozenset()

    def note(self, viewed: Viewed, invoice_id: UUID, bill_group_id: UUID, *, by: Act) -> None:
        """Note that it was opened or downloaded; nothing happens the second time."""
        if viewed not in self.known:
            kind = InvoiceFirstOpened if viewed == "opened" else InvoiceFirstDownloaded
            self.record(kind, by, invoice_id=invoice_id, bill_group_id=bill_group_id)

    def _change(self, event: Event) -> None:
        match event:
            case InvoiceFirstOpened():
                self.known |= {"opened"}
            case InvoiceFirstDownloaded():
                self.known |= {"downloaded"}
