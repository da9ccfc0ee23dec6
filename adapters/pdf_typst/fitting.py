"""Tells the template what surely stands on one line: laying it out to find out is slow."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from PIL import ImageFont

from adapters.pdf_typst.printable import BREAK, FONTS

_MOST_SHAPES = 24
_ONE_WIDTH = str.maketrans(dict.fromkeys("123456789", "0"))
_RANGES = ((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x148), (0x14A, 0x17F))
_OTHERS = (0x2009, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x202F, 0x20AC, 0x2212)


def fitted(table: dict[str, Any]) -> dict[str, Any]:
    """Add the `shapes` of each column, whether the figures are `even`, and each row's `ems`."""
    rows = table["rows"]
    shapes = [_shapes([row["cells"][x] for row in rows]) for x in range(len(table["columns"]))]
    return table | {
        "even": all(_is_even(found) for found in shapes[1:]),
        "columns": [
            column | {"shapes": found[:_MOST_SHAPES]}
            for column, found in zip(table["columns"], shapes, strict=True)
        ],
        "rows": [row | {"ems": _ems(row["cells"][0], row["note"])} for row in rows],
    }


def _shapes(cells: list[str]) -> list[str]:
    """What differs in width when all digits have one width, the longest first."""
    return sorted(
        {cell.translate(_ONE_WIDTH) for cell in cells}, key=lambda cell: (-len(cell), cell)
    )


def _is_even(shapes: list[str]) -> bool:
    """So few shapes that each can be measured, and none with lines of its own."""
    return len(shapes) <= _MOST_SHAPES and not any({"\n", BREAK} & set(shape) for shape in shapes)


def _ems(*texts: str) -> list[float] | None:
    """How wide each text is at most, in em; `None` when that is not known."""
    advances = _advances()
    try:
        return [sum([advances[letter] for letter in text]) for text in texts]
    except KeyError:
        return None


@cache
def _advances() -> Mapping[str, float]:
    font = ImageFont.truetype(
        str(FONTS / "Inter-Regular.ttf"), 1000, layout_engine=ImageFont.Layout.BASIC
    )
    codes = [code for first, last in _RANGES for code in range(first, last + 1)]
    return {chr(code): font.getlength(chr(code)) / 1000 for code in (*codes, *_OTHERS)}
