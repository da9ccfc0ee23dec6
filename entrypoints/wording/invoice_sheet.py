"""An invoice in the reader's words, ready to be made into a PDF."""

from datetime import datetime

import msgspec

from application.ports.pdf import Inside, InvoiceSheet, Logo
from domain.entity import EntityFacts
from domain.invoice import InvoiceFacts, Settlement
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import speaking
from entrypoints.wording.invoice_parties import BilledTo, buyer, footer, seller
from entrypoints.wording.invoice_sums import Sums
from entrypoints.wording.invoice_tables import lines_table, taxes_table

__all__ = ["BilledTo", "Brand", "invoice_sheet"]


class Brand(msgspec.Struct, frozen=True):
    """How the seller looks on paper: the accent as `#rrggbb`, and the logo's bytes."""

    accent: str = "#3d5afe"
    logo: Logo | None = None


def invoice_sheet(  # noqa: PLR0913 - an invoice is made of these
    document: InvoiceFacts,
    settlement: Settlement,
    entity: EntityFacts,
    brand: Brand,
    billed_to: BilledTo,
    *,
    language: str,
    made_at: datetime,
    e_invoice: bytes | None = None,
) -> InvoiceSheet:
    """Word an invoice in `language`; `made_at` becomes the PDF's date, `e_invoice` is inside."""
    with speaking(language):
        number = document.number or ""
        sums = Sums(document, settlement, language)
        return InvoiceSheet(
            language=language,
            document_title=_(
                "Invoice %(number)s from %(seller)s", number=number, seller=entity.legal_name
            ),
            title=_("Invoice"),
            number=number,
            e_invoice=Inside(e_invoice, _("This invoice as data (EN 16931)"))
            if e_invoice
            else None,
            label=_label(settlement),
            seller=seller(entity, language),
            buyer=buyer(billed_to, language),
            headline=sums.headline(),
            facts=tuple(sums.facts()),
            lines=lines_table(document.lines, document.currency, language),
            totals=tuple(sums.totals()),
            taxes=taxes_table(document.taxes, document.currency, language),
            notes=tuple(sums.notes(entity, billed_to.automatic)),
            footer=tuple(footer(entity, language)),
            page_of=_("Page {page} of {pages}"),
            accent=brand.accent,
            logo=brand.logo,
            made_at=made_at,
        )


def _label(settlement: Settlement) -> str:
    match settlement.document:
        case "void":
            return _("Void")
        case "draft":
            return _("Draft")
        case _:
            return ""
