"""Prints everything held of a person with typst, as a PDF/A."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import typst

from adapters.pdf_typst.printable import FONTS, Printable, unprintable
from application.personal_export import PersonalExport

TEMPLATE = Path(__file__).parent / "person.typ"
_EVERY_EVENT = {"stream_id", "version", "command_id", "at"}


class TypstPersonalPdf:
    """Implements `PersonalPdf`; seldom used, so each PDF has a compiler of its own."""

    def render(self, export: PersonalExport) -> bytes:
        """Make the PDF."""
        printable = Printable(unprintable())
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        )
        compiler = typst.Compiler(TEMPLATE, font_paths=fonts, ignore_system_fonts=True)
        sheet = msgspec.json.encode(printable.texts(_sheet(export))).decode()
        pdf = compiler.compile(
            format="pdf",
            sys_inputs={"sheet": sheet},
            pdf_standards=["a-3a", "ua-1"],
            timestamp=int(export.made_at.timestamp()),
        )
        return cast("bytes", pdf)


def _sheet(export: PersonalExport) -> dict[str, Any]:
    known = ", ".join(export.known_as)
    return {
        "title": f"What is held of {export.person}",
        "made": f"As of {_moment(export.made_at)}. Known as: {known}.",
        "parts": [
            _part(
                "The record",
                "Nothing.",
                [
                    {
                        "title": each.topic,
                        "when": f"{_moment(each.recorded_at)} · position {each.position}",
                        "lines": list(_lines(each.says)),
                    }
                    for each in export.record
                ],
            ),
            _part(
                "In use for a while",
                "Nothing.",
                [
                    {"title": each.kept_in, "when": "", "lines": list(_lines(each.says))}
                    for each in export.in_use
                ],
            ),
            _part(
                "Elsewhere",
                "Nothing.",
                [
                    {"title": f"{each.place}: {each.count}", "when": _why(each.kept), "lines": []}
                    for each in export.elsewhere
                ]
                + _unread(export.unread_pdfs),
            ),
        ],
    }


def _part(title: str, empty: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "empty": empty, "entries": entries}


def _unread(pdfs: int) -> list[dict[str, Any]]:
    why = "of other bill groups, or older"
    return [{"title": f"PDFs not searched: {pdfs}", "when": why, "lines": []}] if pdfs else []


def _why(kept: str) -> str:
    return "kept by law" if kept == "stays_by_law" else "kept as a business fact"


def _lines(says: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Give every value with its path; what each event carries is left out."""
    match says:
        case dict():
            for name, value in says.items():
                if name not in _EVERY_EVENT:
                    yield from _lines(value, f"{path}.{name}" if path else name)
        case list():
            for number, value in enumerate(says, 1):
                yield from _lines(value, f"{path}.{number}")
        case None:
            return
        case _:
            yield path, str(says)


def _moment(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
