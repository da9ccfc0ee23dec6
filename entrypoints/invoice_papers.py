"""The documents of an invoice: the stored ones, or made and stored when first asked for.

Whoever asks first has them made; they stay as they are, whatever becomes of brand and parties.
"""

from datetime import UTC, datetime, time

import msgspec

from application.e_invoice import EInvoiceIncomplete, Missing, e_invoice
from application.e_invoice import Parties as EParties
from application.invoice_document import StoreInvoiceDocument, storing
from application.ports.e_invoice import EInvoice, EInvoiceRefused, Party, Syntax
from application.ports.pdf import InvoiceSheet, Logo
from domain.actor import System
from domain.balance import as_issued
from domain.invoice_document import DocumentKind
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.wording.invoice_sheet import BilledTo, Brand, invoice_sheet
from read_models import invoice_document
from read_models.invoice_document import Parties
from read_models.invoice_page import InvoiceShown
from read_models.scope import Scope

MAKER = System("web")
"""Who stores a rendering: the portal itself, for whoever asked first."""


class Papers(msgspec.Struct, frozen=True):
    """The documents of the invoices of one bill group."""

    portal: Portal
    scope: Scope

    def pdf(self, invoice: InvoiceShown) -> bytes:
        """Give the PDF, with the e-invoice inside where one can be drawn up.

        Raises Refused or Unavailable when none can be made or fetched.
        """
        return self._stored(invoice, "pdf") or self._make_pdf(invoice)

    def xml(self, invoice: InvoiceShown, syntax: Syntax) -> bytes:
        """Give the e-invoice. Raises EInvoiceIncomplete, Refused or Unavailable."""
        return self._stored(invoice, syntax) or self._make_xml(invoice, syntax, self.parties())

    def missing(self, invoice: InvoiceShown) -> list[Missing]:
        """Name what stands in the way of an e-invoice; nothing when it can be had."""
        if self._stored(invoice, "cii") is not None:
            return []
        try:
            drawn_up(invoice, self.parties())
        except EInvoiceIncomplete as incomplete:
            return incomplete.missing
        return []

    def parties(self) -> Parties:
        """Give who stands on the documents of the bill group."""
        with self.portal.reading() as connection:
            return invoice_document.parties(connection, self.scope)

    def _stored(self, invoice: InvoiceShown, kind: DocumentKind) -> bytes | None:
        with self.portal.reading() as connection:
            stored = invoice_document.of_invoice(connection, self.scope, invoice.invoice_id, kind)
        return self.portal.documents().fetch(stored.sha256) if stored else None

    def _make_pdf(self, invoice: InvoiceShown) -> bytes:
        parties = self.parties()
        try:
            inside = self._stored(invoice, "cii") or self._make_xml(invoice, "cii", parties)
        except (EInvoiceIncomplete, EInvoiceRefused):
            inside = None  # the PDF is complete without it
        sheet = self._sheet(invoice, parties, inside)
        return self._keep(invoice, "pdf", self.portal.pdf().render(sheet).pdf, parties)

    def _make_xml(self, invoice: InvoiceShown, syntax: Syntax, parties: Parties) -> bytes:
        written = self.portal.e_invoices().write(drawn_up(invoice, parties), syntax)
        return self._keep(invoice, syntax, written, parties)

    def _keep(
        self, invoice: InvoiceShown, kind: DocumentKind, content: bytes, parties: Parties
    ) -> bytes:
        """Store it; of two makers the first one's bytes are given to both."""
        documents = self.portal.documents()
        command = StoreInvoiceDocument(
            invoice.invoice_id, self.scope.bill_group_id, content, parties.language, kind
        )
        sha256 = self.portal.bus().execute(storing(documents), command, MAKER)
        kept: bytes = documents.fetch(sha256)
        return kept

    def brand(self, parties: Parties) -> Brand:
        """Give how the seller looks on paper."""
        return Brand(parties.accent or Brand().accent, self._logo(parties))

    def _sheet(self, invoice: InvoiceShown, parties: Parties, inside: bytes | None) -> InvoiceSheet:
        """Word the invoice as it was issued, in the bill group's language; two makers agree."""
        return invoice_sheet(
            invoice.document,
            as_issued(invoice.settlement),
            parties.seller,
            self.brand(parties),
            billed_to(parties),
            language=parties.language,
            made_at=datetime.combine(invoice.issued_on, time(12), UTC),
            e_invoice=inside,
        )

    def _logo(self, parties: Parties) -> Logo | None:
        if parties.logo_sha256 is None or parties.logo_kind is None:
            return None
        content = self.portal.documents().fetch(parties.logo_sha256)
        return Logo(content, parties.logo_kind, parties.seller.name)


def billed_to(parties: Parties) -> BilledTo:
    """Give who stands on paper as the one who is billed."""
    return BilledTo(
        parties.account or parties.buyer.name,
        parties.billing_contact,
        parties.vat_number,
        parties.registration_number,
        automatic=parties.buyer.collection == "automatic",
    )


def drawn_up(invoice: InvoiceShown, parties: Parties) -> EInvoice:
    """Draw up the e-invoice as it was issued. Raises EInvoiceIncomplete."""
    if invoice.settlement.document == "void":
        raise EInvoiceIncomplete(["void"])
    automatic = parties.buyer.collection == "automatic"
    return e_invoice(
        invoice.document, EParties(parties.seller, _buyer(parties)), automatic=automatic
    )


def _buyer(parties: Parties) -> Party:
    """Name who buys; what was erased of the contact is left out."""
    contact = parties.billing_contact
    known = contact is not None and not is_erased(contact.name)
    company = contact.company if contact and known else None
    address = contact.address if contact and known else None
    return Party(
        name=company or parties.account or parties.buyer.name,
        country=address.country if address else "",
        lines=address.lines if address else (),
        city=address.city if address else None,
        postal_code=address.postal_code if address else None,
        region=address.region if address else None,
        vat_number=parties.vat_number,
        registration_number=parties.registration_number,
        email=contact.email if contact and known else None,
    )
