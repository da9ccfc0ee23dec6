"""The money of an invoice: its ledger, and how a fact about it is told with what stands after."""

from typing import Any
from uuid import UUID

from domain.aggregate import Aggregate, Refusal
from domain.balance import Ledger, settle
from domain.event import Act, Event
from domain.settlement import Settlement


class InvoiceUnknown(Refusal):
    """Nothing was recorded of this invoice yet."""

    code = "invoice_unknown"


class InvoiceLedger(Aggregate):
    """What the parts of an invoice share."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.ledger = Ledger()

    @property
    def settlement(self) -> Settlement:
        """What stands of it now."""
        return settle(self.ledger)

    def _tell(self, kind: type[Event], by: Act, after: Ledger, **facts: Any) -> None:
        if self.is_new:
            raise InvoiceUnknown(invoice_id=self.id)
        self.record(kind, by, settlement=settle(after), **facts)
