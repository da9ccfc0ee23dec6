"""The page of a credit note, its PDF, and its e-invoice (EN 16931, type 381)."""

from typing import Any, Literal
from uuid import UUID

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from application.e_invoice import EInvoiceIncomplete
from application.ports.failures import PortFailure
from entrypoints.container import Portal
from entrypoints.credit_note_paper import CreditNotePaper
from entrypoints.http.answers import show
from entrypoints.http.languages import speaking
from entrypoints.http.routes import page
from entrypoints.papers import Papers
from entrypoints.web.documents import PDF, XML, file_headers
from entrypoints.web.guard import Entered, Wired
from entrypoints.wording.credit_note_sheet import with_lines
from entrypoints.wording.e_invoice import BY_THE_CUSTOMER, BY_THE_SELLER, sentences
from entrypoints.wording.invoice_tables import period
from read_models import credit_note_page
from read_models.credit_note_page import CreditNoteShown


@page("/credit-notes/{credit_note_id:uuid}")
def show_credit_note(
    entry: Entered, portal: Wired, credit_note_id: FromPath[UUID]
) -> Response[Any]:
    """Show one credit note; a foreign, an unknown and a void one are not found alike."""
    note = _note(entry, portal, credit_note_id)
    missing = Papers(portal, entry.scope).missing(CreditNotePaper(note))
    with speaking(entry.language):
        lines = with_lines(note.facts)
        by_seller = sentences(missing, BY_THE_SELLER)
        by_customer = sentences(missing, BY_THE_CUSTOMER)
    return show(
        "web/invoices/credit_note.html",
        entry.page("invoices"),
        note=note,
        facts=note.facts,
        lines=[(line, period(line.period_from, line.period_to, entry.language)) for line in lines],
        missing=[*by_customer, *by_seller],
    )


@page("/credit-notes/{credit_note_id:uuid}/pdf")
def download_pdf(entry: Entered, portal: Wired, credit_note_id: FromPath[UUID]) -> Response[Any]:
    """Send the credit note's PDF; while none can be made, say so."""
    note = _note(entry, portal, credit_note_id)
    try:
        content = Papers(portal, entry.scope).pdf(CreditNotePaper(note))
    except PortFailure:
        return _unavailable(entry, note)
    return Response(content, media_type=PDF, headers=file_headers(note.facts.number, "pdf"))


@page("/credit-notes/{credit_note_id:uuid}/cii.xml")
def download_cii(entry: Entered, portal: Wired, credit_note_id: FromPath[UUID]) -> Response[Any]:
    """Send it in the syntax of UN/CEFACT."""
    return _xml(entry, portal, credit_note_id, "cii")


@page("/credit-notes/{credit_note_id:uuid}/ubl.xml")
def download_ubl(entry: Entered, portal: Wired, credit_note_id: FromPath[UUID]) -> Response[Any]:
    """Send it in the syntax of OASIS UBL."""
    return _xml(entry, portal, credit_note_id, "ubl")


def _xml(
    entry: Entered, portal: Portal, credit_note_id: UUID, syntax: Literal["cii", "ubl"]
) -> Response[Any]:
    note = _note(entry, portal, credit_note_id)
    try:
        content = Papers(portal, entry.scope).xml(CreditNotePaper(note), syntax)
    except EInvoiceIncomplete as incomplete:
        raise NotFoundException from incomplete
    except PortFailure:
        return _unavailable(entry, note)
    headers = file_headers(note.facts.number, f"{syntax}.xml")
    return Response(content, media_type=XML, headers=headers)


def _note(entry: Entered, portal: Portal, credit_note_id: UUID) -> CreditNoteShown:
    try:
        with portal.reading() as connection:
            return credit_note_page.of_credit_note(connection, entry.scope, credit_note_id)
    except credit_note_page.CreditNoteMissing as missing:
        raise NotFoundException from missing


def _unavailable(entry: Entered, note: CreditNoteShown) -> Response[Any]:
    url = f"{entry.root}/credit-notes/{note.credit_note_id}"
    return show(
        "web/invoices/no_pdf.html",
        entry.page("invoices"),
        503,
        number=note.facts.number,
        url=url,
    )


ROUTES = (show_credit_note, download_pdf, download_cii, download_ubl)
