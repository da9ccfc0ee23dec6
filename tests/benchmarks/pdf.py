"""P4: a new invoice PDF with 10 lines, 500 lines, and 32 new ones at once.

The limit is the kept compiler alone on our own template and prepared data, so the ratio shows only
what checks and the pool of compilers cost. What the template costs, the milliseconds say.
"""

import time
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import typst

from adapters.pdf_typst import renderer
from adapters.pdf_typst.printable import FONTS, Printable, unprintable
from adapters.pdf_typst.renderer import TypstPdf
from application.ports.pdf import InvoiceSheet
from tests.benchmarks.measuring import Figure, in_turn
from tests.contracts.invoice_sheets import a_sheet, lines
from tests.databases import Databases

MANY = 20
_numbers = count()


def measure(_servers: Databases, kind: str, _folder: Path, asked: Namespace) -> Iterator[Figure]:
    """Every sheet is new: nothing that was laid out before can be used again."""
    maker, bare = TypstPdf(), _Bare()
    for rows in (10, 500):
        many = MANY if rows == 10 else 3
        pair = in_turn(
            asked.rounds,
            lambda rows=rows, many=many: _each(maker.render, rows, many),
            lambda rows=rows, many=many: _each(bare.render, rows, many),
        )
        yield Figure("P4", f"a new PDF, {rows} lines", kind, *pair, "ms")
    begun = time.perf_counter()
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(maker.render, [_new(10) for _ in range(32)]))
    took = (time.perf_counter() - begun) * 1000 / 32
    yield Figure("P4", "32 new PDFs in parallel, each", kind, took, took, "ms")


class _Bare:
    """The compiler with nothing around it."""

    def __init__(self) -> None:
        self.printable = Printable(unprintable())
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        )
        self.compiler = typst.Compiler(
            renderer.TEMPLATE, font_paths=fonts, ignore_system_fonts=True
        )

    def render(self, sheet: InvoiceSheet) -> bytes:
        """Compile the template with the sheet as its data."""
        made: bytes = self.compiler.compile(
            format="pdf",
            sys_inputs={"sheet": renderer._printed(sheet, self.printable)},
            pdf_standards=renderer.STANDARDS,
            timestamp=int(sheet.made_at.timestamp()),
        )
        return made


def _new(rows: int) -> InvoiceSheet:
    return a_sheet(number=f"NW-{next(_numbers)}", lines=lines(rows))


def _each(render: object, rows: int, many: int) -> float:
    sheets = [_new(rows) for _ in range(many)]
    begun = time.perf_counter()
    for sheet in sheets:
        render(sheet)  # type: ignore[operator]
    return (time.perf_counter() - begun) * 1000 / many
