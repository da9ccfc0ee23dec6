"""What settles or ends an invoice without money: credit, writing off, voiding, disputes."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec.structs import replace

from domain.event import Act, Event
from domain.invoice_ledger import InvoiceLedger
from domain.settlement import Settlement


class CreditApplied(Event, frozen=True):
    """A credit note counts with this amount, in all, towards the invoice.

    For: customers (invoice), staff.
    """

    topic: ClassVar[str] = "invoice.credit_applied.v1"

    credit_note_id: UUID
    amount: int
    settlement: Settlement


class WrittenOff(Event, frozen=True):
    """The seller gave up an amount of the invoice on this day.

    For: customers (invoice, statement of account), staff.
    """

    topic: ClassVar[str] = "invoice.written_off.v1"

    amount: int
    on: date
    settlement: Settlement


class Voided(Event, frozen=True):
    """The invoice was declared void, as if it had never been issued.

    For: customers (invoice), staff.
    """

    topic: ClassVar[str] = "invoice.voided.v1"

    on: date
    settlement: Settlement


class MarkedUncollectible(Event, frozen=True):
    """The seller does not expect the invoice to be paid any more.

    For: customers (invoice, statement of account), staff.
    """

    topic: ClassVar[str] = "invoice.marked_uncollectible.v1"

    on: date
    settlement: Settlement


class Disputed(Event, frozen=True):
    """The invoice or its payment is contested: a chargeback, or marked so by the source.

    For: customers (invoice), staff (payments that need attention).
    """

    topic: ClassVar[str] = "invoice.disputed.v1"

    on: date
    settlement: Settlement


class DisputeClosed(Event, frozen=True):
    """The dispute is over.

    For: customers (invoice), staff.
    """

    topic: ClassVar[str] = "invoice.dispute_closed.v1"

    on: date
    settlement: Settlement


class ClosableInvoice(InvoiceLedger):
    """The part of an invoice that is settled without money."""

    def apply_credit(self, credit_note_id: UUID, amount: int, *, by: Act) -> None:
        """Let a credit note count with `amount` in all; zero takes the credit back."""
        if amount != self.ledger.credits.get(credit_note_id, 0):
            after = replace(self.ledger, credits={**self.ledger.credits, credit_note_id: amount})
            self._tell(CreditApplied, by, after, credit_note_id=credit_note_id, amount=amount)

    def write_off(self, amount: int, on: date, *, by: Act) -> None:
        """Give up `amount` on a day; told again of the same day, the last amount counts."""
        if amount != self.ledger.write_offs.get(on, 0):
            after = replace(self.ledger, write_offs={**self.ledger.write_offs, on: amount})
            self._tell(WrittenOff, by, after, amount=amount, on=on)

    def void(self, on: date, *, by: Act) -> None:
        """Declare the invoice void; nothing happens when it is."""
        if self.ledger.document != "void":
            self._tell(Voided, by, replace(self.ledger, document="void"), on=on)

    def mark_uncollectible(self, on: date, *, by: Act) -> None:
        """Give up hope for the whole invoice; nothing happens when it is given up or void."""
        if self.ledger.document not in {"void", "uncollectible"}:
            after = replace(self.ledger, document="uncollectible")
            self._tell(MarkedUncollectible, by, after, on=on)

    def dispute(self, on: date, *, by: Act) -> None:
        """Note that the invoice is contested; nothing happens when it is."""
        if not self.ledger.disputed:
            self._tell(Disputed, by, replace(self.ledger, disputed=True), on=on)

    def close_dispute(self, on: date, *, by: Act) -> None:
        """Note that the dispute is over; nothing happens when there is none."""
        if self.ledger.disputed:
            self._tell(DisputeClosed, by, replace(self.ledger, disputed=False), on=on)

    def _change(self, event: Event) -> None:
        ledger = self.ledger
        match event:
            case CreditApplied():
                credited = {**ledger.credits, event.credit_note_id: event.amount}
                self.ledger = replace(ledger, credits=credited)
            case WrittenOff():
                write_offs = {**ledger.write_offs, event.on: event.amount}
                self.ledger = replace(ledger, write_offs=write_offs)
            case Voided():
                self.ledger = replace(ledger, document="void")
            case MarkedUncollectible():
                self.ledger = replace(ledger, document="uncollectible")
            case Disputed():
                self.ledger = replace(ledger, disputed=True)
            case DisputeClosed():
                self.ledger = replace(ledger, disputed=False)
            case _:
                super()._change(event)
