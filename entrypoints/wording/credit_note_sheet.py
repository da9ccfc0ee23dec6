"""A credit note in the reader's words, ready to be made into a PDF."""

from datetime import datetime

from application.ports.pdf import Fact, Headline, Inside, InvoiceSheet, Notes, Total
from domain.credit_note import CreditNoteFacts
from domain.document_lines import InvoiceLine
from domain.entity import EntityFacts
from domain.money import Money
from entrypoints.http import formats
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import speaking
from entrypoints.wording.invoice_parties import BilledTo, buyer, footer, seller
from entrypoints.wording.invoice_sheet import Brand
from entrypoints.wording.invoice_tables import lines_table, taxes_table


def credit_note_sheet(  # noqa: PLR0913 - a credit note is made of these
    document: CreditNoteFacts,
    invoice_number: str | None,
    entity: EntityFacts,
    brand: Brand,
    billed_to: BilledTo,
    *,
    language: str,
    made_at: datetime,
    e_invoice: bytes | None = None,
) -> InvoiceSheet:
    """Word a credit note in `language`; `made_at` becomes the PDF's date."""
    with speaking(language):
        inside = Inside(e_invoice, _("This credit note as data (EN 16931)")) if e_invoice else None
        total = formats.money(document.total, document.currency, language)
        facts = [Fact(_("Date"), formats.day(document.issued_on, language, "long"))]
        if invoice_number:
            facts.append(Fact(_("For invoice"), invoice_number))
        named = {"number": document.number, "seller": entity.legal_name}
        return InvoiceSheet(
            language=language,
            document_title=_("Credit note %(number)s from %(seller)s", **named),
            title=_("Credit note"),
            number=document.number,
            e_invoice=inside,
            seller=seller(entity, language),
            buyer=buyer(billed_to, language),
            headline=Headline(_("Credited to you"), total),
            facts=tuple(facts),
            lines=lines_table(with_lines(document), document.currency, language),
            totals=(
                *(
                    Total(
                        f"{tax.name} {formats.percent(tax.rate, language)}",
                        formats.money(tax.amount, document.currency, language),
                    )
                    for tax in document.taxes
                ),
                Total(_("Total"), total, strong=True),
            ),
            taxes=taxes_table(document.taxes, document.currency, language),
            notes=(Notes(_("Reason"), (document.reason,)),) if document.reason else (),
            footer=tuple(footer(entity, language)),
            page_of=_("Page {page} of {pages}"),
            accent=brand.accent,
            logo=brand.logo,
            made_at=made_at,
        )


def with_lines(document: CreditNoteFacts) -> tuple[InvoiceLine, ...]:
    """Give the lines; a credit note without any is one line of its reason and whole amount."""
    if document.lines:
        return document.lines
    price = str(Money(document.total, document.currency).decimal)
    words = document.reason or _("Credit")
    return (InvoiceLine(words, "1", price, document.total),)
