"""An invoice on paper and as data."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import msgspec

from application.e_invoice import EInvoiceIncomplete, e_invoice
from application.e_invoice import Parties as EParties
from application.ports.e_invoice import EInvoice
from application.ports.pdf import InvoiceSheet
from domain.balance import as_issued
from entrypoints.papers import billed_to
from entrypoints.wording.invoice_sheet import Brand, invoice_sheet
from read_models.invoice_document import Parties
from read_models.invoice_page import InvoiceShown


class InvoicePaper(msgspec.Struct, frozen=True):
    """Implements `Paper` for an invoice; a void one is no e-invoice."""

    invoice: InvoiceShown

    @property
    def paper_id(self) -> UUID:
        """Whose documents they are."""
        return self.invoice.invoice_id

    @property
    def issued_on(self) -> date:
        """The day whose parties stand on it."""
        return self.invoice.issued_on

    @property
    def due_on(self) -> date | None:
        """The day on which it is to be paid, if it has one."""
        return self.invoice.document.due_on

    def drawn_up(self, parties: EParties, *, collected: bool) -> EInvoice:
        """Draw up the e-invoice."""
        if self.invoice.settlement.document == "void":
            raise EInvoiceIncomplete(["void"])
        return e_invoice(self.invoice.document, parties, automatic=collected)

    def sheet(
        self, parties: Parties, brand: Brand, inside: bytes | None, *, collected: bool
    ) -> InvoiceSheet:
        """Word the invoice."""
        return invoice_sheet(
            self.invoice.document,
            as_issued(self.invoice.settlement),
            parties.seller,
            brand,
            billed_to(parties, collected=collected),
            language=parties.language,
            made_at=datetime.combine(self.invoice.issued_on, time(12), UTC),
            e_invoice=inside,
        )
