"""Files are read row by row, with the line where each row begins."""

from pathlib import Path
from typing import Any

import pytest

from adapters.import_files import original, raw_rows
from adapters.stripe_files import raw_objects
from application.importing.originals import OriginalUnusable
from application.importing.problems import Problem
from application.importing.reading import LONGEST


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _read(path: Path) -> list[tuple[int, Any]]:
    return [(row.line, row.content) for row in raw_rows([path])]


def test_empty_lines_count_and_say_nothing(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.jsonl", b'\xef\xbb\xbf{"a":1}\r\n\r\n  \n{"b":2}')
    assert _read(path) == [(1, b'{"a":1}\r\n'), (4, b'{"b":2}')]


def test_a_line_without_end_is_cut_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.jsonl", b"x" * (3 * LONGEST) + b"\n{}\n")
    (first, cut), (second, whole) = _read(path)
    assert (first, len(cut), second, whole) == (1, LONGEST + 1, 2, b"{}\n")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_nests_dotted_columns_and_numbers_lists(tmp_path: Path, separator: str) -> None:
    head = separator.join(["kind", "address.city", "lines.2.amount", "lines.1.amount", "note"])
    cells = separator.join(["invoice", " Berlin ", "2", "1", ""])
    path = _file(tmp_path, "a.csv", f"{head}\n{cells}\n{separator * 4}\n")
    expected = {
        "kind": "invoice",
        "address": {"city": "Berlin"},
        "lines": [{"amount": "1"}, {"amount": "2"}],
    }
    assert _read(path) == [(2, expected)]


def test_csv_records_over_several_lines_keep_their_first_line(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.csv", 'kind,note\naccount,"one\ntwo"\naccount,three\n')
    assert [line for line, _ in _read(path)] == [2, 4]


def test_csv_with_too_many_cells_or_broken_quotes_is_named(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.csv", 'kind,note\na,b,c\n"a"x,b\na,b\n')
    codes = [content.code for _, content in _read(path) if isinstance(content, Problem)]
    assert codes == ["too_many_cells", "csv_malformed"]
    assert _read(path)[-1] == (4, {"kind": "a", "note": "b"})


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ('kind,"external_id"x,name', "csv_malformed"),
        ("kind," + "a." * 50_000 + "b", "column_too_deep"),
    ],
)
def test_a_csv_file_with_an_unreadable_head_says_so_and_nothing_else_of_it(
    tmp_path: Path, head: str, code: str
) -> None:
    path = _file(tmp_path, "a.csv", f"{head}\na,b\nc,d\n")
    ((line, content),) = _read(path)
    assert isinstance(content, Problem)
    assert (line, content.code) == (1, code)


def test_originals_are_read_from_the_folder_of_the_file_alone(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    _file(tmp_path / "in", "a.pdf", b"%PDF")
    _file(tmp_path, "secret.pdf", b"%PDF")
    rows = str(tmp_path / "in" / "rows.jsonl")
    assert original(rows, "a.pdf") == b"%PDF"
    for name in ("../secret.pdf", str(tmp_path / "secret.pdf"), "a.pdf\x00.txt"):
        with pytest.raises(OriginalUnusable) as outside:
            original(rows, name)
        assert outside.value.code == "original_outside"
    with pytest.raises(OriginalUnusable):
        original(rows, "..")
    with pytest.raises(OriginalUnusable) as missing:
        original(rows, "b.pdf")
    assert missing.value.code == "original_missing"


PRINTED = """{
  "object": "list",
  "data": [
    {
      "id": "a"
    },
    {"id": "b"}
  ]
}
"""


def test_stripe_lists_give_each_object_the_line_where_it_begins(tmp_path: Path) -> None:
    printed = _file(tmp_path, "printed.json", PRINTED)
    pages = _file(
        tmp_path, "pages.jsonl", '{"object":"list","data":[{"id":"a"},{"id":"b"}]}\n{"id":"c"}\n'
    )
    plain = _file(tmp_path, "plain.json", '[\n{"id":"a"},\n{"id":"a"}\n]')
    assert [row.line for row in raw_objects([printed])] == [4, 7]
    assert [row.line for row in raw_objects([pages])] == [1, 1, 2]
    assert [row.line for row in raw_objects([plain])] == [2, 3]


@pytest.mark.parametrize(
    "content", ["", "nonsense", "{", '{"object":"list","data":5}', "\x00", "[" * 100_000]
)
def test_stripe_files_that_are_none_say_so(tmp_path: Path, content: str) -> None:
    found = [row.content for row in raw_objects([_file(tmp_path, "a.json", content)])]
    assert all(isinstance(one, Problem) for one in found)
    assert bool(found) == bool(content)
