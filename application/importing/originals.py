"""The billing system's own PDF of an invoice: stored by its hash, it wins over a rendered one."""

from collections.abc import Callable
from hashlib import sha256
from typing import Literal, Protocol

import msgspec

from application.importing.known import Known
from application.importing.problems import refused
from application.importing.rows import InvoiceRow
from domain.event import Act
from domain.identity import document_id
from domain.invoice_document import InvoiceDocument

LARGEST = 10 * 1024 * 1024
"""Bytes of one original."""

LANGUAGE_UNKNOWN = "und"
"""BCP 47 for a text whose language nobody told us."""

_MARK_WITHIN = 1024
"""Where readers look for a PDF's first and last mark (ISO 32000-1, Annex H)."""


class OriginalUnusable(Exception):  # noqa: N818 - named after the fact
    """The named file cannot be taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Originals(Protocol):
    """Reads files beside an import file."""

    def __call__(self, import_file: str, name: str) -> bytes:
        """Give the file's bytes; raises OriginalUnusable for one outside, absent or too large."""


Keep = Callable[[bytes, Literal["pdf"]], str]
"""Keeps bytes and gives their SHA-256 (`Documents.keep`)."""


class Cabinet(msgspec.Struct, frozen=True):
    """Where originals come from and where they are kept."""

    read: Originals
    keep: Keep


def without_keeping(cabinet: Cabinet) -> Cabinet:
    """Give a cabinet that reads and keeps nothing, for a dry run."""
    return Cabinet(cabinet.read, lambda content, _kind: sha256(content).hexdigest())


def want_original(row: InvoiceRow, known: Known) -> None:
    """Load the document of the invoice when the row brings one."""
    if row.pdf is not None:
        known.need(InvoiceDocument, document_id(known.names.id("invoice", row.external_id)))


def check_original(row: InvoiceRow, import_file: str, cabinet: Cabinet) -> bytes | None:
    """Read the row's PDF before anything of the row is decided; refuses what is none."""
    if row.pdf is None:
        return None
    try:
        content = cabinet.read(import_file, row.pdf)
    except OriginalUnusable as unusable:
        raise refused("pdf", unusable.code, value=row.pdf, largest=LARGEST) from unusable
    if not is_pdf(content):
        raise refused("pdf", "not_a_pdf", value=row.pdf)
    return content


def take_original(row: InvoiceRow, content: bytes, known: Known, cabinet: Cabinet, by: Act) -> None:
    """Store the original; its bytes are kept before the event that names them."""
    invoice_id = known.names.id("invoice", row.external_id)
    place = known.place(row.bill_group)
    known.get(InvoiceDocument, document_id(invoice_id)).store(
        invoice_id,
        known.names.id("bill_group", row.bill_group),
        "imported",
        cabinet.keep(content, "pdf"),
        len(content),
        place.language or LANGUAGE_UNKNOWN,
        by=by,
    )


def is_pdf(content: bytes) -> bool:
    """Whether the bytes begin and end as a PDF does (ISO 32000-1, 7.5)."""
    head, tail = content[:_MARK_WITHIN], content[-_MARK_WITHIN:]
    return b"%PDF-" in head and b"%%EOF" in tail and b"startxref" in tail
