"""What only the typst adapter has: fonts as the manifest says, kept compilers, a layout."""

import hashlib
import io
import os
import sys
import threading
from itertools import pairwise
from typing import Literal

import pytest
from PIL import Image
from pypdf import PageObject, PdfReader

from adapters.pdf_typst import TypstPdf
from adapters.pdf_typst.fitting import fitted
from adapters.pdf_typst.printable import FONTS, MISSING, Printable, manifest, unprintable
from adapters.pdf_typst.renderer import BEHIND_PAGES
from application.ports.pdf import Column, Logo, Notes, Party, PdfRefused, PdfUnavailable, Row, Table
from tests.contracts.invoice_sheets import a_sheet, lines


@pytest.fixture(scope="module")
def pdf() -> TypstPdf:
    return TypstPdf(at_once=2)


def pages(rendered: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(rendered)).pages]


def widest_line(page: PageObject) -> float:
    """Where the furthest line ends, in points, if its letters are rather narrow."""
    ends: list[float] = []

    def visit(text: str, _cm: object, place: list[float], _font: object, size: float) -> None:
        longest = max((len(line) for line in text.splitlines()), default=0)
        ends.append(place[4] + 0.4 * size * longest)

    page.extract_text(visitor_text=visit)
    return max(ends)


def heights_of(page: PageObject, words: str) -> list[float]:
    """Where the lines with these words stand, in points, each height once."""
    heights: set[float] = set()

    def visit(text: str, cm: list[float], place: list[float], _font: object, _size: float) -> None:
        if words in text:
            heights.add(round(place[5] * cm[3] + cm[5], 1))

    page.extract_text(visitor_text=visit)
    return sorted(heights)


def test_the_fonts_are_the_ones_the_manifest_lists_with_their_licences() -> None:
    listed = manifest().fonts
    assert {font.file for font in listed} == {path.name for path in FONTS.glob("*.ttf")}
    for font in listed:
        assert hashlib.sha256((FONTS / font.file).read_bytes()).hexdigest() == font.sha256
        assert "SIL OPEN FONT LICENSE" in (FONTS / font.licence).read_text()


def test_every_character_the_manifest_claims_can_be_printed_in_both_weights(pdf: TypstPdf) -> None:
    ends = (part.split("-") for part in manifest().characters.split())
    claimed = [chr(c) for pair in ends for c in range(int(pair[0], 16), int(pair[-1], 16) + 1)]
    words = tuple(" ".join(claimed[at : at + 60]) for at in range(0, len(claimed), 60))
    sheet = a_sheet(
        notes=(Notes("Characters", words),),
        buyer=Party("Billed to", " ".join(claimed)[:2000]),
        logo=None,
    )
    assert pdf.render(sheet).replaced == ""


def test_invisible_characters_vanish_and_missing_ones_leave_a_mark() -> None:
    printable = Printable(unprintable())
    assert printable.text("a\u200bb\u2066c\x00d") == "abcd"
    assert printable.text("x 🎉 y") == f"x {MISSING} y"
    assert printable.text("tab\there\r\nnext") == "tab here\nnext"
    assert printable.text("e\u0301") in {"é", "e\u0301"}
    assert printable.replaced == "\u200b\u2066\x00🎉"


def test_a_character_with_a_printable_equivalent_becomes_it() -> None:
    printable = Printable(unprintable())
    assert printable.text("\N{MATHEMATICAL BOLD CAPITAL A}cme") == "Acme"
    assert printable.replaced == "\N{MATHEMATICAL BOLD CAPITAL A}"


def test_a_name_without_any_space_stays_on_the_page(pdf: TypstPdf) -> None:
    endless = "x" * 300
    german = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    for name in (endless, german, "https://acme.example/" + "a-b" * 60):
        sheet = a_sheet(
            language="de",
            buyer=Party("An", name),
            lines=Table("x", lines(0).columns, (Row((name, name, name)),)),
        )
        rendered = pdf.render(sheet).pdf
        for page in PdfReader(io.BytesIO(rendered)).pages:
            assert widest_line(page) < float(page.mediabox.width)
        found = "".join(pages(rendered)).replace("\n", "").replace("\u00ad", "").replace("-", "")
        assert name.replace("-", "") in found


@pytest.mark.parametrize("letter", ["W", "i", "en", "髙"])
def test_no_description_runs_into_the_row_below_whatever_its_length(
    pdf: TypstPdf, letter: str
) -> None:
    rows = tuple(
        Row((f"{letter} " * length, "1", "€1.00"), f"{letter} " * (length + 4))
        for length in range(10, 90, 3)
    )
    rendered = pdf.render(a_sheet(lines=Table("x", lines(0).columns, rows))).pdf
    for page in PdfReader(io.BytesIO(rendered)).pages:
        heights = heights_of(page, letter)
        assert all(higher - lower > 6 for lower, higher in pairwise(heights))


def test_rows_and_figures_that_may_need_more_than_a_line_are_told_apart() -> None:
    columns = [{"label": "What"}, {"label": "Amount"}]
    rows = [{"cells": [words, "€19.75"], "note": ""} for words in ("Seat", "席", "a\nb")]
    table = fitted({"columns": columns, "rows": rows})
    assert [row["ems"] is None for row in table["rows"]] == [False, True, True]
    assert table["even"]
    assert table["columns"][1]["shapes"] == ["€00.00"]
    assert not fitted({"columns": columns, "rows": [{"cells": ["a", "1\n2"], "note": ""}]})["even"]


def test_totals_are_kept_together_on_one_page(pdf: TypstPdf) -> None:
    for rows in range(8, 24):
        found = pages(pdf.render(a_sheet(lines=lines(rows))).pdf)
        assert any(
            "Subtotal" in page and "€1,190.00" in page.split("Subtotal")[1] for page in found
        )


def test_an_invoice_without_logo_headline_taxes_or_notes_works(pdf: TypstPdf) -> None:
    sheet = a_sheet(
        logo=None, headline=None, taxes=None, notes=(), facts=(), footer=(), totals=(), label="Void"
    )
    assert "Northwind Systems A/S" in pages(pdf.render(sheet).pdf)[0]


def test_one_column_is_a_table_too(pdf: TypstPdf) -> None:
    table = Table("What", (Column("Description"),), (Row(("All",)),))
    assert "All" in pages(pdf.render(a_sheet(lines=table)).pdf)[0]


def test_whoever_waits_too_long_for_a_compiler_is_told_to_try_later() -> None:
    pdf = TypstPdf(at_once=1, patience=0.2)
    free = threading.Event()
    pdf._presses.submit(free.wait)
    with pytest.raises(PdfUnavailable):
        pdf.render(a_sheet())
    free.set()
    pdf._patience = 10
    assert pdf.render(a_sheet()).pdf


@pytest.mark.skipif(sys.platform != "linux", reason="a priority belongs to a thread on Linux only")
def test_a_press_lets_pages_go_first(pdf: TypstPdf) -> None:
    assert pdf._presses.submit(os.getpriority, os.PRIO_PROCESS, 0).result() == BEHIND_PAGES
    assert os.getpriority(os.PRIO_PROCESS, 0) == 0


@pytest.mark.parametrize(
    ("size", "kind"),
    [((2001, 10), "png"), ((10, 2001), "png"), ((12000, 12000), "png"), ((64, 64), "jpeg")],
)
def test_a_logo_that_is_too_large_or_of_another_kind_is_refused(
    pdf: TypstPdf, size: tuple[int, int], kind: Literal["png", "jpeg"]
) -> None:
    content = io.BytesIO()
    Image.new("1", size).save(content, "PNG")
    with pytest.raises(PdfRefused):
        pdf.render(a_sheet(logo=Logo(content.getvalue(), kind, "A logo")))


def test_twelve_threads_share_two_compilers(pdf: TypstPdf) -> None:
    done: list[int] = []

    def render(number: int) -> None:
        done.append(len(pdf.render(a_sheet(number=f"NW-{number}")).pdf))

    threads = [threading.Thread(target=render, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 12
