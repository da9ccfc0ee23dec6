"""Prints the result of an access review with typst, the signed file attached."""

from pathlib import Path
from typing import Any

import msgspec
import typst

from adapters.pdf_typst.printable import FONTS, Printable, unprintable
from application.ports.review_pdf import ReviewSheet

TEMPLATE = Path(__file__).parent / "review.typ"
_AS_IT_IS = {"signed", "signed_name"}


class TypstReviewPdf:
    """Implements `ReviewPdf`; seldom used, so each PDF has a compiler of its own."""

    def render(self, sheet: ReviewSheet) -> bytes:
        """Make the PDF."""
        printable = Printable(unprintable())
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        )
        compiler: Any = typst.Compiler(TEMPLATE, font_paths=fonts, ignore_system_fonts=True)
        content = msgspec.to_builtins(msgspec.structs.replace(sheet, signed=b""))
        printed = {
            name: value if name in _AS_IT_IS else printable.texts(value)
            for name, value in content.items()
        }
        printed["signed"] = sheet.signed.decode()
        pdf: bytes = compiler.compile(
            format="pdf",
            sys_inputs={"sheet": msgspec.json.encode(printed).decode()},
            pdf_standards=["a-3a", "ua-1"],
            timestamp=int(sheet.made_at.timestamp()),
        )
        return pdf
