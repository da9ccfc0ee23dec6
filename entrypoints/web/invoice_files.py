"""Many invoices at once: the list as CSV, their PDFs as a ZIP, and how far those are made.

A ZIP is written while it is sent, one PDF after another, so that five hundred take no more memory
than one. What cannot be made is named in a file of its own instead of ending the download.
"""

from collections.abc import Iterator, Sequence
from io import RawIOBase
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Stream

from application.invoice_document import PrepareInvoiceDocuments, prepare_invoice_documents
from application.ports.failures import PortFailure
from domain.money import Money
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.headers import SANDBOX
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import pgettext, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from entrypoints.invoice_paper import InvoicePaper
from entrypoints.papers import Papers
from entrypoints.web.documents import file_name
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, Entered, Wired
from entrypoints.web.invoice_search import read
from entrypoints.web.viewing import noted
from entrypoints.wording.invoice_pills import status
from read_models import invoice_document, invoice_list, invoice_page
from read_models.invoice_list import InvoiceRow, Search
from read_models.scope import Scope

ZIP = "application/zip"
AT_ONCE = 500
"""Rows asked for with one question."""


class Files(msgspec.Struct, frozen=True):
    """The invoices that are wanted, and the address's query that names them."""

    rows: tuple[InvoiceRow, ...]
    query: str


@page("/invoices.csv")
def download_csv(request: Asking, entry: Entered, portal: Wired) -> Response[Any]:
    """Send the invoices that are looked for, all pages of them; amounts as exact decimals."""
    files = _files(portal, entry, request.query_params)
    with speaking(entry.language):
        header = (
            _("Number"), _("Date"), _("Due"), _("PO number"), _("Status"), _("Currency"),
            _("Amount"), pgettext("amount", "Open"),
        )  # fmt: skip
        return csv_file("invoices.csv", header, (_cells(row, entry.language) for row in files.rows))


@page("/invoices/files")
def show_files(request: Asking, entry: Entered, portal: Wired) -> Response[str]:
    """Say how many PDFs are ready, and offer the ZIP."""
    files = _files(portal, entry, request.query_params)
    if not files.rows:
        raise NotFoundException
    with portal.reading() as connection:
        ready = invoice_document.ready(
            connection, entry.scope, [row.invoice_id for row in files.rows]
        )
    return show(
        "web/invoices/files.html",
        entry.page("invoices"),
        files=files,
        ready=ready,
        under_way="under_way" in request.query_params,
    )


@sends("/invoices/files")
def prepare(request: Asking, entry: Entered, portal: Wired) -> Redirect:
    """Let the worker make the PDFs that are not there yet."""
    files = _files(portal, entry, request.query_params)
    command = PrepareInvoiceDocuments(
        entry.scope.bill_group_id,
        entry.scope.entity_id,
        tuple(row.invoice_id for row in files.rows),
    )
    portal.bus().execute(prepare_invoice_documents, command, entry.actor)
    return go(f"{entry.root}/invoices/files?{files.query}&under_way=1")


@page("/invoices.zip", media_type=ZIP)
def download_zip(request: Asking, entry: Entered, portal: Wired) -> Stream:
    """Send the PDFs of the invoices that are wanted."""
    files = _files(portal, entry, request.query_params)
    if not files.rows:
        raise NotFoundException
    with speaking(entry.language):
        lost = _("These PDFs could not be made. Please try them again one by one:")
    headers = {
        "Content-Disposition": 'attachment; filename="invoices.zip"',
        "Content-Security-Policy": SANDBOX,
    }
    sent: list[UUID] = []
    content = zipped(portal, entry.scope, files.rows, lost, sent)
    return Stream(noted(portal, entry, sent, content), media_type=ZIP, headers=headers)


def _files(portal: Portal, entry: Entry, query: Any) -> Files:
    """Read the chosen invoices, or all that the list's filters let through; never another's."""
    chosen = query.getall("invoice", [])
    asked = read(query, "")
    rows = tuple(_all(portal, entry, asked.search))
    if not chosen:
        return Files(rows, asked.query)
    ids = {_id(each) for each in chosen}
    kept = tuple(row for row in rows if row.invoice_id in ids)
    return Files(kept, urlencode([("invoice", str(row.invoice_id)) for row in kept]))


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _all(portal: Portal, entry: Entry, search: Search) -> Iterator[InvoiceRow]:
    place = None
    while True:
        part = msgspec.structs.replace(
            search, size=AT_ONCE, place=place, way="after" if place else None
        )
        with portal.reading() as connection:
            found = invoice_list.of_bill_group(connection, entry.scope, part)
        yield from found.rows
        place = found.next
        if place is None:
            return


def _cells(row: InvoiceRow, language: str) -> tuple[object, ...]:
    return (
        row.number,
        row.issued_on,
        row.due_on,
        row.po_number,
        status(row.pill, language),
        row.currency,
        Money(row.total, row.currency).decimal,
        Money(row.open, row.currency).decimal,
    )


class _Outlet(RawIOBase):
    """Where the ZIP is written to: holds only what was not sent yet."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        """Say that it can be written to, and only so: it has no beginning to go back to."""
        return True

    def write(self, content: Any) -> int:
        """Hold a part."""
        self._held.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        """Give what was written since the last time."""
        held, self._held = self._held, []
        return b"".join(held)


def zipped(
    portal: Portal, scope: Scope, rows: Sequence[InvoiceRow], lost: str, sent: list[UUID]
) -> Iterator[bytes]:
    """Write a ZIP of PDFs in parts, each as soon as it is made; `lost` heads what is missing.

    The invoices that are in it are added to `sent`.
    """
    outlet, names, missing = _Outlet(), _Names(), list[str]()
    papers = Papers(portal, scope)
    with ZipFile(outlet, "w", ZIP_STORED) as archive:
        for row in rows:
            try:
                with portal.reading() as connection:
                    invoice = invoice_page.of_invoice(connection, scope, row.invoice_id)
                archive.writestr(f"{names.free(row.number)}.pdf", papers.pdf(InvoicePaper(invoice)))
                sent.append(row.invoice_id)
            except PortFailure:
                missing.append(row.number or str(row.invoice_id))
            yield outlet.taken()
        if missing:
            archive.writestr("missing.txt", "\r\n".join([lost, *missing]))
    yield outlet.taken()


class _Names:
    """Names for files, each of them once."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def free(self, number: str | None) -> str:
        """Give a name that was not given yet, whatever the case of its letters."""
        name = file_name(number)
        count = self._used[name.casefold()] = self._used.get(name.casefold(), 0) + 1
        return name if count == 1 else f"{name} ({count})"


ROUTES = (download_csv, show_files, prepare, download_zip)
