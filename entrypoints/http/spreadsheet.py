"""Lists as CSV for spreadsheets: UTF-8 with a mark, and no cell that one would run as a formula.

Source: OWASP, CSV Injection; RFC 4180.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

from litestar import Response

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_RUNS_BEHIND_ANOTHER_SEPARATOR = re.compile(r"([;\t|]\s*)(?=[=+\-@])")
_MARK = "\ufeff"


def cell(value: object) -> str:
    """Write one cell; text that a spreadsheet would run gets an apostrophe in front.

    One that is set to semicolons takes what stands behind them for cells of their own.
    """
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = _RUNS_BEHIND_ANOTHER_SEPARATOR.sub(r"\1'", value)
    return f"'{text}" if text.startswith(_RUNS) else text


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response[bytes]:
    """Answer with a CSV file to save under a name (`staff.csv`)."""
    written = StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow([cell(title) for title in header])
    lines.writerows([cell(value) for value in row] for row in rows)
    return Response(
        (_MARK + written.getvalue()).encode(),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
