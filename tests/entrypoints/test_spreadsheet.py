"""No cell of a file for spreadsheets runs as a formula, whatever separates cells there."""

import pytest

from entrypoints.http.spreadsheet import cell


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("A;=HYPERLINK(1)", "A;'=HYPERLINK(1)"),
        ("A\t +1", "A\t '+1"),
        ("A; B", "A; B"),
        ("Acme, -north", "Acme, -north"),
        (-5, "-5"),
        (None, ""),
    ],
)
def test_a_cell_never_begins_with_what_runs(value: object, written: str) -> None:
    assert cell(value) == written
