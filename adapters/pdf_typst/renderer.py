"""Renders invoices with kept typst compilers, one for each core, shared by all threads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any

import msgspec
import typst

from adapters.pdf_typst.factur_x import declared
from adapters.pdf_typst.fitting import fitted
from adapters.pdf_typst.logo import prepared
from adapters.pdf_typst.printable import FONTS, Printable, unprintable
from application.ports.pdf import InvoiceSheet, PdfRefused, PdfUnavailable, Rendered, check

TEMPLATE = Path(__file__).parent / "invoice.typ"
STANDARDS = ["a-3a", "ua-1"]


class TypstPdf:
    """Implements `InvoicePdf`.

    A compiler serves one thread at a time, so there are `at_once` of them (default: one for each
    core); who waits longer than `patience` seconds for one is told `PdfUnavailable`.
    """

    def __init__(self, at_once: int | None = None, patience: float = 10.0) -> None:
        self._unprintable = unprintable()
        self._patience = patience
        self._compilers: LifoQueue[Any] = LifoQueue()
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        )
        for _ in range(at_once or os.cpu_count() or 1):
            self._compilers.put(
                typst.Compiler(TEMPLATE, font_paths=fonts, ignore_system_fonts=True)
            )

    def render(self, sheet: InvoiceSheet) -> Rendered:
        """Make the PDF of this sheet."""
        check(sheet)
        printable = Printable(self._unprintable)
        content = _printed(sheet, printable)
        with self._compiler() as compiler:
            try:
                pdf: bytes = compiler.compile(
                    format="pdf",
                    sys_inputs={"sheet": content},
                    pdf_standards=STANDARDS,
                    timestamp=int(sheet.made_at.timestamp()),
                )
            except typst.TypstError as error:
                raise PdfRefused("the sheet could not be typeset") from error
        if sheet.e_invoice is not None:
            pdf = declared(pdf)
        return Rendered(pdf, printable.replaced)

    @contextmanager
    def _compiler(self) -> Iterator[Any]:
        try:
            compiler = self._compilers.get(timeout=self._patience)
        except Empty:
            raise PdfUnavailable("all renderers are busy") from None
        try:
            yield compiler
        finally:
            self._compilers.put(compiler)


def _printed(sheet: InvoiceSheet, printable: Printable) -> str:
    """Write the sheet as JSON, each text printable, the logo as a prepared picture."""
    bare = msgspec.structs.replace(sheet, logo=None, e_invoice=None)
    content = printable.texts(msgspec.to_builtins(bare))
    content["lines"] = fitted(content["lines"])
    if content["taxes"]:
        content["taxes"] = fitted(content["taxes"])
    if sheet.logo is not None:
        content["logo"] = prepared(sheet.logo) | {"words": printable.text(sheet.logo.words)}
    if sheet.e_invoice is not None:
        inside = sheet.e_invoice
        content["e_invoice"] = {
            "content": inside.content.decode(),
            "words": printable.text(inside.words),
        }
    return msgspec.json.encode(content).decode()
