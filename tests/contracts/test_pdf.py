"""Every adapter that makes invoice PDFs keeps the promises of its port, memory first."""

import base64
import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pikepdf
import pytest
from pypdf import PdfReader

from adapters.memory.pdf import MemoryPdf, words_of
from adapters.pdf_typst import TypstPdf
from application.ports.failures import Refused, Unavailable
from application.ports.pdf import (
    Fact,
    Inside,
    InvoicePdf,
    Logo,
    Notes,
    Party,
    PdfRefused,
    Row,
    Table,
)
from tests.contracts.invoice_sheets import a_logo, a_sheet, lines

FACTUR_X = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"


class Reading(msgspec.Struct):
    """What a reader of the PDF sees, whichever adapter made it."""

    words: str
    language: str
    pages: list[str]
    standards: set[str]
    inside: dict[str, bytes]


def by_pypdf(pdf: bytes) -> Reading:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        meta = opened.open_metadata()
        part, conformance = meta.get("pdfaid:part"), meta.get("pdfaid:conformance")
        standards = {f"PDF/A-{part}{conformance}", f"PDF/UA-{meta.get('pdfuaid:part')}"}
        assert opened.Root.MarkInfo.Marked
        language = str(opened.Root.Lang)
        inside = {name: one.get_file().read_bytes() for name, one in opened.attachments.items()}
        declared = meta.get(f"{{{FACTUR_X}}}DocumentFileName")
        assert [*inside] == ([declared] if declared else [])
    return Reading("\n".join(pages), language, pages, standards, inside)


def by_its_own_word(pdf: bytes) -> Reading:
    """The double makes no pages: it stands for a PDF that says these words."""
    content = words_of(pdf)
    labels = "\n".join(column["label"] for column in content["lines"]["columns"])
    page = content["page_of"]
    pages = [f"{labels}\n{page.format(page=number, pages=2)}" for number in (1, 2)]
    words = "\n".join(_texts(content))
    inside = content["e_invoice"]
    kept = {"factur-x.xml": base64.b64decode(inside["content"])} if inside else {}
    return Reading(words, content["language"], pages, {"PDF/A-3A", "PDF/UA-1"}, kept)


def _texts(content: Any) -> list[str]:
    match content:
        case str():
            return [content]
        case dict():
            return [text for part in content.values() for text in _texts(part)]
        case list():
            return [text for part in content for text in _texts(part)]
        case _:
            return []


class Held(msgspec.Struct):
    """An adapter, and how what it makes is read."""

    pdf: Any
    read: Callable[[bytes], Reading]


@pytest.fixture(scope="module", params=["memory", "typst"])
def held(request: pytest.FixtureRequest) -> Held:
    if request.param == "memory":
        return Held(MemoryPdf(), by_its_own_word)
    return Held(TypstPdf(), by_pypdf)


def spaced(words: str) -> str:
    """The words with single spaces, as a line may end anywhere."""
    return re.sub(r"\s+", " ", words)


def test_an_adapter_is_an_invoice_pdf(held: Held) -> None:
    adapter: InvoicePdf = held.pdf
    assert adapter.render(a_sheet()).pdf.startswith(b"%PDF-")


def test_promise_1_the_pdf_is_archivable_and_accessible_in_its_language(held: Held) -> None:
    reading = held.read(held.pdf.render(a_sheet(language="de")).pdf)
    assert reading.standards == {"PDF/A-3A", "PDF/UA-1"}
    assert reading.language == "de"


def test_promise_2_the_same_sheet_gives_the_same_bytes_in_every_thread(held: Held) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: held.pdf.render(a_sheet()).pdf, range(16)))
    assert len(made) == 1
    assert held.pdf.render(a_sheet(number="NW-2026-1188")).pdf not in made


@pytest.mark.parametrize(
    "name",
    [
        "Brennan & Søn ApS",
        "Łódź Żółć Çelik Đặng Œuvre ß",
        "株式会社吉野家ホールディングス",
        "𠮷野 髙橋 \uff08有\uff09山﨑",
        "Ελληνικά Кириллица",
    ],
)
def test_promise_3_names_can_be_extracted_as_they_were(held: Held, name: str) -> None:
    rendered = held.pdf.render(a_sheet(buyer=Party("Billed to", name)))
    assert name in spaced(held.read(rendered.pdf).words)
    assert rendered.replaced == ""


def test_promise_3_every_word_of_the_sheet_is_in_the_pdf(held: Held) -> None:
    sheet = a_sheet(label="Void")
    words = spaced(held.read(held.pdf.render(sheet).pdf).words)
    expected = [
        "Invoice", "NW-2026-1187", "Void", "Billed to", "Brennan & Søn ApS", "1050 København K",
        "VAT number", "DK 1358 5628", "Amount due", "€1,190.00", "by 1 December 2026",
        "Invoice date", "PO-2026-0778", "Seat 2", "1 \N{EN DASH} 30 November 2026", "€952.00",
        "25%", "How to pay", "DK50 0040 0440 1162 43", "billing@northwind.example",
    ]  # fmt: skip
    assert [text for text in expected if text not in words] == []


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd") #sys.version',
        "*bold* _it_ $x^2$ `raw` @label <label> = Heading",
        'https://attacker.example/x.png #image("logo.png")',
        '"}], "title": "Other"',
        "\\u{41} \\n // gone /* gone */ ~ -- --- ... 'a' \"b\"",
        "{page} of {pages}",
        "=SUM(A1:A9)",
    ],
)
def test_promise_4_text_stays_text(held: Held, text: str) -> None:
    sheet = a_sheet(
        number=text,
        buyer=Party(text, text, (text,), (Fact(text, text),)),
        lines=Table(text, lines(0).columns, (Row((text, text, text), text),)),
        notes=(Notes(text, (text,), (Fact(text, text),)),),
    )
    words = spaced(held.read(held.pdf.render(sheet).pdf).words)
    assert words.count(text) >= 5


def test_promise_5_characters_that_no_font_has_are_replaced_and_named(held: Held) -> None:
    rendered = held.pdf.render(
        a_sheet(number="NW 🎉 7\x07 and\u202e 🎉", seller=Party("From", "A🦊"))
    )
    assert sorted(rendered.replaced) == sorted("🎉\x07\u202e🦊")
    words = held.read(rendered.pdf).words
    assert not set(words) & set("🎉\x07\u202e🦊")
    assert "NW " in words


def test_promise_6_five_hundred_lines_repeat_the_labels_and_count_the_pages(held: Held) -> None:
    sheet = a_sheet(lines=lines(500), page_of="Seite {page} von {pages}")
    pages = held.read(held.pdf.render(sheet).pdf).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"Seite {number} von {len(pages)}" in page
    assert all("Quantity" in page for page in pages[:-1])


def test_promise_7_nothing_is_fetched(held: Held) -> None:
    """Sockets to anywhere but loopback fail the tests; a logo that names a file is refused."""
    for content in (b"file:///etc/hostname", b"<svg><image href='http://x.example'/></svg>", b""):
        with pytest.raises(PdfRefused):
            held.pdf.render(a_sheet(logo=Logo(content, "png", "A logo")))


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_every_kind_of_logo_is_taken(held: Held, kind: str) -> None:
    assert held.pdf.render(a_sheet(logo=a_logo(kind))).pdf


@pytest.mark.parametrize(
    "changes",
    [
        {"accent": "blue"},
        {"accent": "#12345g"},
        {"language": "../de"},
        {"made_at": a_sheet().made_at.replace(tzinfo=None)},
        {"lines": msgspec.structs.replace(lines(0), rows=(Row(("one",)),))},
    ],
)
def test_promise_8_what_can_never_work_is_refused(held: Held, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        held.pdf.render(a_sheet(**changes))


def test_the_double_fails_as_asked_and_recovers() -> None:
    double = MemoryPdf()
    double.refuse()
    with pytest.raises(Refused):
        double.render(a_sheet())
    double.recover()
    double.break_down()
    with pytest.raises(Unavailable):
        double.render(a_sheet())
    double.recover()
    assert double.render(a_sheet()).pdf
    assert double.rendered == [a_sheet()]


def test_promise_9_an_e_invoice_is_inside_byte_for_byte_and_declared(held: Held) -> None:
    written = "<?xml version='1.0' encoding='UTF-8'?><a>Ünïcode &amp; 日本\n</a>".encode()
    sheet = a_sheet(e_invoice=Inside(written, "This invoice as data, by EN 16931"))
    made = held.pdf.render(sheet).pdf
    assert held.read(made).inside == {"factur-x.xml": written}
    assert held.read(made).standards == {"PDF/A-3A", "PDF/UA-1"}
    assert held.pdf.render(sheet).pdf == made
    assert held.read(held.pdf.render(a_sheet()).pdf).inside == {}
