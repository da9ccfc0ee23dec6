"""PDFs that only say what would stand in them: no fonts, no typesetting, at once."""

import unicodedata
from typing import Any

import msgspec

from application.ports.pdf import InvoiceSheet, PdfRefused, PdfUnavailable, Rendered, check

_HEAD, _TAIL = b"%PDF-1.7\n%", b"\n%%EOF\n"
_SIGNATURES = {"png": b"\x89PNG", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}
_NEVER_PRINTED = ("Cc", "Cf", "Cn", "Co", "Cs", "So")


class MemoryPdf:
    """Keeps the sheets it was given in `rendered`; the bytes are the sheet's words as JSON.

    `refuse()` and `break_down()` make the next ones fail; `recover()` ends it.
    """

    def __init__(self) -> None:
        self.rendered: list[InvoiceSheet] = []
        self._refusing = False
        self._broken = False

    def render(self, sheet: InvoiceSheet) -> Rendered:
        """Write the words down, or fail as asked."""
        check(sheet)
        if sheet.logo and not sheet.logo.content.startswith(_SIGNATURES[sheet.logo.kind]):
            raise PdfRefused("the logo is not a readable PNG, JPEG or WebP picture")
        if self._refusing:
            raise PdfRefused("the sheet could not be typeset")
        if self._broken:
            raise PdfUnavailable("all renderers are busy")
        self.rendered.append(sheet)
        replaced: dict[str, None] = {}
        content = _printed(msgspec.to_builtins(sheet), replaced)
        return Rendered(_HEAD + msgspec.json.encode(content) + _TAIL, "".join(replaced))

    def refuse(self) -> None:
        """Refuse every sheet from now on."""
        self._refusing = True

    def break_down(self) -> None:
        """Render nothing from now on."""
        self._broken = True

    def recover(self) -> None:
        """Behave again."""
        self._refusing = self._broken = False


def words_of(pdf: bytes) -> Any:
    """Read back what a double's PDF says."""
    return msgspec.json.decode(pdf.removeprefix(_HEAD).removesuffix(_TAIL))


def _printed(content: Any, replaced: dict[str, None]) -> Any:
    match content:
        case str():
            missing = {letter: None for letter in content if _is_missing(letter)}
            replaced |= missing
            return "".join("?" if letter in missing else letter for letter in content)
        case dict():
            return {name: _printed(part, replaced) for name, part in content.items()}
        case list() | tuple():
            return [_printed(part, replaced) for part in content]
        case _:
            return content


def _is_missing(letter: str) -> bool:
    return letter != "\n" and unicodedata.category(letter) in _NEVER_PRINTED
