"""Renders invoices with kept typst compilers, one for each core, on threads of their own."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
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

BEHIND_PAGES = 10
"""How nice a press is to the rest of the process (0 to 19)."""


class TypstPdf:
    """Implements `InvoicePdf`.

    A compiler serves one thread at a time, so `at_once` threads have one each (default: as many as
    there are cores); who waits longer than `patience` seconds for a PDF is told `PdfUnavailable`.
    """

    def __init__(self, at_once: int | None = None, patience: float = 10.0) -> None:
        self._unprintable = unprintable()
        self._patience = patience
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        )
        self._own = threading.local()
        self._presses = ThreadPoolExecutor(
            at_once or os.cpu_count() or 1, "press", initializer=_give_way
        )

    def render(self, sheet: InvoiceSheet) -> Rendered:
        """Make the PDF of this sheet."""
        check(sheet)
        printable = Printable(self._unprintable)
        pdf = self._pressed(_printed(sheet, printable), int(sheet.made_at.timestamp()))
        if sheet.e_invoice is not None:
            pdf = declared(pdf)
        return Rendered(pdf, printable.replaced)

    def _pressed(self, content: str, made_at: int) -> bytes:
        pressed = self._presses.submit(self._compile, content, made_at)
        try:
            return pressed.result(self._patience)
        except TimeoutError:
            pressed.cancel()
            raise PdfUnavailable("all renderers are busy") from None
        except typst.TypstError as error:
            raise PdfRefused("the sheet could not be typeset") from error

    def _compile(self, content: str, made_at: int) -> bytes:
        pdf: bytes = self._compiler().compile(
            format="pdf",
            sys_inputs={"sheet": content},
            pdf_standards=STANDARDS,
            timestamp=made_at,
        )
        return pdf

    def _compiler(self) -> Any:
        """Give the thread's own compiler."""
        if not hasattr(self._own, "compiler"):
            self._own.compiler = typst.Compiler(
                TEMPLATE, font_paths=self._fonts, ignore_system_fonts=True
            )
        return self._own.compiler


def _give_way() -> None:
    """Let whoever reads a page go before this thread, where a priority belongs to a thread."""
    if sys.platform == "linux":
        nice = os.getpriority(os.PRIO_PROCESS, 0)
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, max(nice, BEHIND_PAGES))


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
