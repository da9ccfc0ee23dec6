"""A credit note on paper and as data."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import msgspec

from application.e_invoice import Parties as EParties
from application.e_invoice import e_credit_note
from application.ports.e_invoice import EInvoice
from application.ports.pdf import InvoiceSheet
from entrypoints.papers import billed_to
from entrypoints.wording.credit_note_sheet import credit_note_sheet
from entrypoints.wording.invoice_sheet import Brand
from read_models.credit_note_page import CreditNoteShown
from read_models.invoice_document import Parties


class CreditNotePaper(msgspec.Struct, frozen=True):
    """Implements `Paper` for a credit note."""

    note: CreditNoteShown

    @property
    def paper_id(self) -> UUID:
        """Whose documents they are."""
        return self.note.credit_note_id

    @property
    def issued_on(self) -> date:
        """The day whose parties stand on it."""
        return self.note.facts.issued_on

    @property
    def due_on(self) -> date | None:
        """Nobody pays it."""
        return None

    def drawn_up(self, parties: EParties, *, collected: bool) -> EInvoice:  # noqa: ARG002 - nothing is
        """Draw up the credit note."""
        return e_credit_note(self.note.facts, parties, preceding=self.note.invoice_number)

    def sheet(
        self,
        parties: Parties,
        brand: Brand,
        inside: bytes | None,
        *,
        collected: bool,  # noqa: ARG002 - nothing is
    ) -> InvoiceSheet:
        """Word the credit note."""
        return credit_note_sheet(
            self.note.facts,
            self.note.invoice_number,
            parties.seller,
            brand,
            billed_to(parties),
            language=parties.language,
            made_at=datetime.combine(self.note.facts.issued_on, time(12), UTC),
            e_invoice=inside,
        )
