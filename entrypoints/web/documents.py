"""The PDF of an invoice: the imported original, else the one rendered first and kept since."""

import re
from datetime import UTC, datetime, time
from urllib.parse import quote
from uuid import UUID

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from application.invoice_document import StoreInvoiceDocument, storing
from application.ports.failures import PortFailure
from application.ports.pdf import InvoiceSheet, Logo
from domain.actor import System
from domain.balance import as_issued
from entrypoints.container import Portal
from entrypoints.http.answers import show
from entrypoints.http.headers import SANDBOX
from entrypoints.http.names import cleaned
from entrypoints.http.routes import page
from entrypoints.web.guard import Entered, Wired
from entrypoints.wording.invoice_sheet import BilledTo, Brand, invoice_sheet
from read_models import invoice_document, invoice_page
from read_models.invoice_document import Parties
from read_models.invoice_page import InvoiceShown

PDF = "application/pdf"
MAKER = System("web")
"""Who stores a rendering: the portal itself, for whoever asked first."""


@page("/invoices/{invoice_id:uuid}/pdf")
def download_pdf(
    entry: Entered, portal: Wired, invoice_id: FromPath[UUID]
) -> Response[bytes | str]:
    """Send the invoice's PDF; while none can be made, say so and what still works."""
    try:
        with portal.reading() as connection:
            invoice = invoice_page.of_invoice(connection, entry.scope, invoice_id)
            stored = invoice_document.of_invoice(connection, entry.scope, invoice_id)
            parties = None if stored else invoice_document.parties(connection, entry.scope)
    except invoice_page.InvoiceMissing as missing:
        raise NotFoundException from missing
    try:
        if parties is not None:
            made = _made(portal, invoice, parties)
            command = StoreInvoiceDocument(
                invoice_id, entry.scope.bill_group_id, made, parties.language
            )
            sha256 = portal.bus().execute(storing(portal.documents()), command, MAKER)
        elif stored is not None:
            sha256 = stored.sha256
        content: bytes = portal.documents().fetch(sha256)
    except PortFailure:
        return _unavailable(entry, invoice)
    return Response(content, media_type=PDF, headers=_headers(invoice.document.number))


def _made(portal: Portal, invoice: InvoiceShown, parties: Parties) -> bytes:
    rendered: bytes = portal.pdf().render(_sheet(portal, invoice, parties)).pdf
    return rendered


def _sheet(portal: Portal, invoice: InvoiceShown, parties: Parties) -> InvoiceSheet:
    """Word the invoice as it was issued, in the bill group's language; two makers agree."""
    return invoice_sheet(
        invoice.document,
        as_issued(invoice.settlement),
        parties.seller,
        Brand(parties.accent or Brand().accent, _logo(portal, parties)),
        BilledTo(
            parties.account or parties.buyer.name,
            parties.billing_contact,
            parties.vat_number,
            parties.registration_number,
            automatic=parties.buyer.collection == "automatic",
        ),
        language=parties.language,
        made_at=datetime.combine(invoice.issued_on, time(12), UTC),
    )


def _logo(portal: Portal, parties: Parties) -> Logo | None:
    if parties.logo_sha256 is None or parties.logo_kind is None:
        return None
    content = portal.documents().fetch(parties.logo_sha256)
    return Logo(content, parties.logo_kind, parties.seller.name)


def _headers(number: str | None) -> dict[str, str]:
    """Send it as a file with a harmless name (RFC 6266), that can do nothing where it is opened."""
    name = f"{file_name(number)}.pdf"
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return {"Content-Disposition": disposition, "Content-Security-Policy": SANDBOX}


def file_name(number: str | None) -> str:
    """Name a file after an invoice's number: no path, no hidden or control characters, not long."""
    bare = re.sub(r'[\\/:*?"<>|\s]+', "-", cleaned(number or ""))
    return bare.strip(" .-")[:80] or "invoice"


def _unavailable(entry: Entered, invoice: InvoiceShown) -> Response[bytes | str]:
    answer = show("web/invoices/no_pdf.html", entry.page("invoices"), 503, invoice=invoice)
    return Response(
        answer.content, status_code=503, media_type="text/html", headers={"Retry-After": "30"}
    )


ROUTES = (download_pdf,)
