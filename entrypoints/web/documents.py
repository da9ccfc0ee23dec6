"""The documents of an invoice to download: its PDF, and the e-invoice as XML (EN 16931)."""

import re
from typing import Literal
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from application.e_invoice import EInvoiceIncomplete, Missing
from application.ports.failures import PortFailure
from entrypoints.container import Portal
from entrypoints.http.answers import HTML, show
from entrypoints.http.headers import SANDBOX
from entrypoints.http.languages import speaking
from entrypoints.http.names import cleaned
from entrypoints.http.routes import page
from entrypoints.invoice_paper import InvoicePaper
from entrypoints.papers import Papers
from entrypoints.web.guard import Entered, Wired
from entrypoints.web.viewing import note
from entrypoints.wording.e_invoice import BY_THE_CUSTOMER, BY_THE_SELLER, sentences
from read_models import invoice_document, invoice_page
from read_models.invoice_page import InvoiceShown

PDF, XML = "application/pdf", "application/xml"


@page("/invoices/{invoice_id:uuid}/pdf")
def download_pdf(
    entry: Entered, portal: Wired, invoice_id: FromPath[UUID]
) -> Response[bytes | str]:
    """Send the invoice's PDF; while none can be made, say so and what still works."""
    try:
        taken = _stored(entry, portal, invoice_id) or _made(entry, portal, invoice_id)
    except PortFailure:
        return _unavailable(entry, _invoice(entry, portal, invoice_id))
    if not taken.was_downloaded:
        note(portal, entry, "downloaded", [invoice_id])
    return Response(taken.content, media_type=PDF, headers=file_headers(taken.number, "pdf"))


@page("/invoices/{invoice_id:uuid}/e-invoice")
def show_e_invoice(
    entry: Entered, portal: Wired, invoice_id: FromPath[UUID]
) -> Response[bytes | str]:
    """Offer the e-invoice in both syntaxes, or say what is missing for it."""
    invoice = _invoice(entry, portal, invoice_id)
    return _e_invoice(
        entry, invoice, Papers(portal, entry.scope).missing(InvoicePaper(invoice)), 200
    )


@page("/invoices/{invoice_id:uuid}/cii.xml")
def download_cii(
    entry: Entered, portal: Wired, invoice_id: FromPath[UUID]
) -> Response[bytes | str]:
    """Send the e-invoice in the syntax of UN/CEFACT, as it is inside the PDF."""
    return _xml(entry, portal, invoice_id, "cii")


@page("/invoices/{invoice_id:uuid}/ubl.xml")
def download_ubl(
    entry: Entered, portal: Wired, invoice_id: FromPath[UUID]
) -> Response[bytes | str]:
    """Send the e-invoice in the syntax of OASIS UBL."""
    return _xml(entry, portal, invoice_id, "ubl")


class Taken(msgspec.Struct, frozen=True):
    """A document that is taken along: the number that its file is named after, and its bytes."""

    number: str | None
    content: bytes
    was_downloaded: bool


def _stored(entry: Entered, portal: Portal, invoice_id: UUID) -> Taken | None:
    """Give a PDF that is there with one question, without drawing up the invoice."""
    with portal.asking() as connection:
        stored = invoice_document.download(connection, entry.scope, invoice_id, "pdf")
    if stored is None:
        return None
    content = portal.documents().fetch(stored.sha256)
    return Taken(stored.number, content, stored.was_downloaded)


def _made(entry: Entered, portal: Portal, invoice_id: UUID) -> Taken:
    invoice = _invoice(entry, portal, invoice_id)
    content = Papers(portal, entry.scope).pdf(InvoicePaper(invoice))
    return Taken(invoice.document.number, content, invoice.was_downloaded)


def _xml(
    entry: Entered, portal: Portal, invoice_id: UUID, syntax: Literal["cii", "ubl"]
) -> Response[bytes | str]:
    invoice = _invoice(entry, portal, invoice_id)
    try:
        content = Papers(portal, entry.scope).xml(InvoicePaper(invoice), syntax)
    except EInvoiceIncomplete as incomplete:
        return _e_invoice(entry, invoice, incomplete.missing, 404)
    except PortFailure:
        return _unavailable(entry, invoice)
    if not invoice.was_downloaded:
        note(portal, entry, "downloaded", [invoice_id])
    headers = file_headers(invoice.document.number, f"{syntax}.xml")
    return Response(content, media_type=XML, headers=headers)


def _e_invoice(
    entry: Entered, invoice: InvoiceShown, missing: list[Missing], status: int
) -> Response[bytes | str]:
    with speaking(entry.language):
        by_seller, by_customer = (
            sentences(missing, known) for known in (BY_THE_SELLER, BY_THE_CUSTOMER)
        )
    answer = show(
        "web/invoices/e_invoice.html",
        entry.page("invoices"),
        status,
        invoice=invoice,
        url=f"{entry.root}/invoices/{invoice.invoice_id}",
        by_seller=by_seller,
        by_customer=by_customer,
    )
    return Response(answer.content, status_code=status, media_type=HTML)


def _invoice(entry: Entered, portal: Portal, invoice_id: UUID) -> InvoiceShown:
    try:
        with portal.reading() as connection:
            return invoice_page.of_invoice(connection, entry.scope, invoice_id)
    except invoice_page.InvoiceMissing as missing:
        raise NotFoundException from missing


def file_headers(number: str | None, ending: str) -> dict[str, str]:
    """Send it as a file with a harmless name (RFC 6266), that can do nothing where it is opened."""
    name = f"{file_name(number)}.{ending}"
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return {"Content-Disposition": disposition, "Content-Security-Policy": SANDBOX}


def file_name(number: str | None) -> str:
    """Name a file after an invoice's number: no path, no hidden or control characters, not long."""
    bare = re.sub(r'[\\/:*?"<>|\s]+', "-", cleaned(number or ""))
    return bare.strip(" .-")[:80] or "invoice"


def _unavailable(entry: Entered, invoice: InvoiceShown) -> Response[bytes | str]:
    answer = show(
        "web/invoices/no_pdf.html",
        entry.page("invoices"),
        503,
        number=invoice.document.number,
        url=f"{entry.root}/invoices/{invoice.invoice_id}",
    )
    return Response(
        answer.content, status_code=503, media_type="text/html", headers={"Retry-After": "30"}
    )


ROUTES = (download_pdf, show_e_invoice, download_cii, download_ubl)
