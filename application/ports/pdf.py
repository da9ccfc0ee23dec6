"""Makes the PDF of an invoice from words and figures that are already in the reader's language."""

import re
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from application.ports.failures import Refused, Unavailable

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[0-9A-Za-z]{2,8})*")


class PdfRefused(Refused):
    """The sheet can never become a PDF: a row that does not fit its columns, an unreadable logo."""


class PdfUnavailable(Unavailable):
    """The renderer is busy or broken just now."""


class Fact(msgspec.Struct, frozen=True):
    """A small label and its value: *Due date*, *1 December 2026*."""

    label: str
    value: str


class Party(msgspec.Struct, frozen=True):
    """The seller or the buyer: heading, name, address lines, numbers (VAT, registration)."""

    heading: str
    name: str
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


class Column(msgspec.Struct, frozen=True):
    """A column's label; figures are set to the right with digits of one width."""

    label: str
    kind: Literal["text", "figure"] = "text"


class Row(msgspec.Struct, frozen=True):
    """One cell for each column; the note stands small below the first one (a period)."""

    cells: tuple[str, ...]
    note: str = ""


class Table(msgspec.Struct, frozen=True):
    """Columns and rows; the labels are repeated on every page. The caption is read aloud."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Total(msgspec.Struct, frozen=True):
    """A sum below the lines; a strong one is what the eye should find."""

    label: str
    value: str
    strong: bool = False


class Headline(msgspec.Struct, frozen=True):
    """The one figure that matters most: *Amount due*, *€1,190.00*, *by 1 December 2026*."""

    label: str
    value: str
    note: str = ""


class Notes(msgspec.Struct, frozen=True):
    """A closing section: how to pay, with bank details, or a word about the invoice."""

    heading: str
    sentences: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


class Logo(msgspec.Struct, frozen=True):
    """The seller's logo as checked and stored; `words` are read aloud in its place."""

    content: bytes
    kind: Literal["png", "jpeg", "webp"]
    words: str


class Inside(msgspec.Struct, frozen=True):
    """The e-invoice (CII, UTF-8) that the PDF carries; `words` describe it to who opens it."""

    content: bytes
    words: str


class InvoiceSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that stands on the invoice, in order, worded in `language` (BCP 47).

    `label` stands beside the title (*Void*). `page_of` is the words for the page number with
    `{page}` and `{pages}`. `accent` is `#rrggbb`. `made_at` (with its zone) is written into the
    PDF as its date, and nothing else about the time of rendering is.
    """

    language: str
    document_title: str
    title: str
    number: str
    seller: Party
    buyer: Party
    lines: Table
    made_at: datetime
    page_of: str
    label: str = ""
    headline: Headline | None = None
    facts: tuple[Fact, ...] = ()
    totals: tuple[Total, ...] = ()
    taxes: Table | None = None
    notes: tuple[Notes, ...] = ()
    footer: tuple[str, ...] = ()
    accent: str = "#3d5afe"
    logo: Logo | None = None
    e_invoice: Inside | None = None


class Rendered(msgspec.Struct, frozen=True):
    """The PDF, and each character that no font has: once each, in the order met, "" if none."""

    pdf: bytes
    replaced: str = ""


class InvoicePdf(Protocol):
    """Renders invoices, from any thread.

    1. The PDF is valid, tagged and archivable: PDF/A-3a and PDF/UA-1, in the sheet's language.
    2. The same sheet gives the same bytes.
    3. Every text of the sheet can be extracted and says what the sheet says.
    4. Text stays text: markup, paths and addresses in it are printed as they are, never obeyed.
    5. Characters that no font has are replaced, and named in `replaced`; the rest is as it was.
    6. 500 lines work: the column labels on every page, and "page x of y" in the sheet's words.
    7. Nothing is fetched: no network, no file that a text or a logo names.
    8. What can never work raises `PdfRefused`; what may work later raises `PdfUnavailable`.
    9. An e-invoice is inside as `factur-x.xml`, byte for byte, and declared as Factur-X.
    """

    def render(self, sheet: InvoiceSheet) -> Rendered:
        """Make the PDF of this sheet."""
        ...


def check(sheet: InvoiceSheet) -> None:
    """Refuse what no adapter could ever render."""
    if not _COLOUR.fullmatch(sheet.accent):
        raise PdfRefused("the accent is not a colour like #3d5afe")
    if not _LANGUAGE.fullmatch(sheet.language):
        raise PdfRefused("the language is not a tag like en or pt-BR")
    if sheet.made_at.tzinfo is None:
        raise PdfRefused("the moment of making has no zone")
    for table in (sheet.lines, sheet.taxes):
        if table and not all(len(row.cells) == len(table.columns) > 0 for row in table.rows):
            raise PdfRefused("a row has more or fewer cells than the table has columns")
