"""The documents of invoices and credit notes: the stored ones, or made when first asked for.

Whoever asks first has them made; they stay as they are, whatever becomes of brand and parties.
"""

from datetime import date
from typing import Protocol
from uuid import UUID

import msgspec

from application.e_invoice import EInvoiceIncomplete, Missing
from application.e_invoice import Parties as EParties
from application.invoice_document import StoreInvoiceDocument, storing
from application.ports.e_invoice import EInvoice, EInvoiceRefused, Party, Syntax
from application.ports.pdf import InvoiceSheet, Logo
from domain.actor import System
from domain.invoice_document import DocumentKind
from domain.personal import is_erased
from entrypoints.auto_paying import is_collected
from entrypoints.container import Portal
from entrypoints.wording.invoice_sheet import BilledTo, Brand
from read_models import invoice_document
from read_models.invoice_document import Parties
from read_models.scope import Scope

MAKER = System("web")
"""Who stores a rendering: the portal itself, for whoever asked first."""


class Paper(Protocol):
    """Something that is put on paper and written as an e-invoice: an invoice, a credit note."""

    @property
    def paper_id(self) -> UUID:
        """Whose documents they are."""
        ...

    @property
    def issued_on(self) -> date:
        """The day whose parties stand on it."""
        ...

    @property
    def due_on(self) -> date | None:
        """The day on which it is to be paid, if it is."""
        ...

    def drawn_up(self, parties: EParties, *, collected: bool) -> EInvoice:
        """Draw up the e-invoice as it was issued. Raises EInvoiceIncomplete."""
        ...

    def sheet(
        self, parties: Parties, brand: Brand, inside: bytes | None, *, collected: bool
    ) -> InvoiceSheet:
        """Word it as it was issued, in the bill group's language."""
        ...


class Papers(msgspec.Struct, frozen=True):
    """The documents of one bill group."""

    portal: Portal
    scope: Scope

    def pdf(self, paper: Paper) -> bytes:
        """Give the PDF, with the e-invoice inside where one can be drawn up.

        Raises Refused or Unavailable when none can be made or fetched.
        """
        return self._stored(paper, "pdf") or self._make_pdf(paper)

    def xml(self, paper: Paper, syntax: Syntax) -> bytes:
        """Give the e-invoice. Raises EInvoiceIncomplete, Refused or Unavailable."""
        return self._stored(paper, syntax) or self._make_xml(
            paper, syntax, self.parties(paper.issued_on), collected=self._is_collected(paper)
        )

    def missing(self, paper: Paper) -> list[Missing]:
        """Name what stands in the way of an e-invoice; nothing when it can be had."""
        if self._stored(paper, "cii") is not None:
            return []
        try:
            _drawn_up(paper, self.parties(paper.issued_on), collected=False)
        except EInvoiceIncomplete as incomplete:
            return incomplete.missing
        return []

    def parties(self, on: date | None = None) -> Parties:
        """Give who stands on a document that was issued on a day, or is made up today."""
        with self.portal.reading() as connection:
            return invoice_document.parties(connection, self.scope, on)

    def brand(self, parties: Parties) -> Brand:
        """Give how the seller looks on paper."""
        return Brand(parties.accent or Brand().accent, self._logo(parties))

    def _stored(self, paper: Paper, kind: DocumentKind) -> bytes | None:
        with self.portal.reading() as connection:
            stored = invoice_document.of_invoice(connection, self.scope, paper.paper_id, kind)
        return self.portal.documents().fetch(stored.sha256) if stored else None

    def _make_pdf(self, paper: Paper) -> bytes:
        parties, collected = self.parties(paper.issued_on), self._is_collected(paper)
        try:
            inside = self._stored(paper, "cii")
            inside = inside or self._make_xml(paper, "cii", parties, collected=collected)
        except (EInvoiceIncomplete, EInvoiceRefused):
            inside = None  # the PDF is complete without it
        sheet = paper.sheet(parties, self.brand(parties), inside, collected=collected)
        return self._keep(paper, "pdf", self.portal.pdf().render(sheet).pdf, parties)

    def _make_xml(
        self, paper: Paper, syntax: Syntax, parties: Parties, *, collected: bool
    ) -> bytes:
        drawn = _drawn_up(paper, parties, collected=collected)
        written = self.portal.e_invoices().write(drawn, syntax)
        return self._keep(paper, syntax, written, parties)

    def _is_collected(self, paper: Paper) -> bool:
        """Whether it is paid by itself, as that stands when a document is first made."""
        return is_collected(self.portal, self.scope, paper.due_on)

    def _keep(self, paper: Paper, kind: DocumentKind, content: bytes, parties: Parties) -> bytes:
        """Store it; of two makers the first one's bytes are given to both."""
        documents = self.portal.documents()
        command = StoreInvoiceDocument(
            paper.paper_id, self.scope.bill_group_id, content, parties.language, kind
        )
        sha256 = self.portal.bus().execute(storing(documents), command, MAKER)
        kept: bytes = documents.fetch(sha256)
        return kept

    def _logo(self, parties: Parties) -> Logo | None:
        if parties.logo_sha256 is None or parties.logo_kind is None:
            return None
        content = self.portal.documents().fetch(parties.logo_sha256)
        return Logo(content, parties.logo_kind, parties.seller.name)


def billed_to(parties: Parties, *, collected: bool = False) -> BilledTo:
    """Give who stands on paper as the one who is billed."""
    return BilledTo(
        parties.account or parties.buyer.name,
        parties.billing_contact,
        parties.vat_number,
        parties.registration_number,
        automatic=collected,
    )


def _drawn_up(paper: Paper, parties: Parties, *, collected: bool) -> EInvoice:
    return paper.drawn_up(EParties(parties.seller, _buyer(parties)), collected=collected)


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
        district=address.district if address else None,
        vat_number=parties.vat_number,
        registration_number=parties.registration_number,
        email=contact.email if contact and known else None,
    )
