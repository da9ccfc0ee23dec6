"""Looks for words in every table of a store, in the text of kept PDFs, and in files."""

import mmap
from collections.abc import Collection, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Text,
    cast,
    column,
    func,
    inspect,
    literal,
    or_,
    select,
    table,
)
from sqlalchemy.types import JSON, String

from adapters.schema import DOCUMENTS


def tables_with(connection: Connection, words: Sequence[str]) -> dict[str, int]:
    """Count, for every table there is, the rows that hold one of the words in any spelling."""
    found: dict[str, int] = {}
    for (_, name), columns in sorted(inspect(connection).get_multi_columns().items()):
        typed = [column(each["name"], each["type"]) for each in columns]
        here = naming(connection, typed, words)
        if here is not None and name != DOCUMENTS.name:
            query = select(func.count()).select_from(table(name, *typed)).where(here)
            count = connection.execute(query).scalar_one()
            found |= {str(name): count} if count else {}
    return found


def naming(
    connection: Connection, columns: Any, words: Sequence[str]
) -> ColumnElement[bool] | None:
    """Say that one of the columns holds one of the words, in capitals or not."""
    conditions = [
        _holds(connection, each, word)
        for each in columns
        if isinstance(each.type, String | LargeBinary | JSON)
        for word in words
    ]
    return or_(*conditions) if conditions else None


def _holds(connection: Connection, here: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":
        text = cast(here, Text)
        return or_(func.instr(text, word) > 0, func.instr(func.lower(text), word.lower()) > 0)
    if isinstance(here.type, LargeBinary):
        spellings = {word.encode(), word.lower().encode()}
        return or_(*(_position(here, spelling) > 0 for spelling in spellings))
    return func.strpos(func.lower(cast(here, Text)), word.lower()) > 0


def _position(here: ColumnElement[Any], part: bytes) -> ColumnElement[int]:
    return func.position(literal(part, LargeBinary).op("IN")(here))


def holding(connection: Connection, here: ColumnElement[Any], part: bytes) -> ColumnElement[bool]:
    """Say that a column of bytes holds these ones."""
    if connection.dialect.name == "sqlite":
        return func.instr(here, literal(part, LargeBinary)) > 0
    return _position(here, part) > 0


def documents_with(
    connection: Connection, words: Sequence[str], hashes: Collection[str] | None = None
) -> Iterator[str]:
    """Give the hashes of kept PDFs, all or these, whose text or description holds a word."""
    query = select(DOCUMENTS.c.sha256, DOCUMENTS.c.content).where(DOCUMENTS.c.kind == "pdf")
    if hashes is not None:
        query = query.where(DOCUMENTS.c.sha256.in_(hashes))
    for row in connection.execution_options(yield_per=50).execute(query):
        if _any(text_of(bytes(row.content)), words):
            yield row.sha256


def text_of(pdf: bytes) -> str:
    """Read a PDF's text; of one that cannot be read, the bytes."""
    try:
        reader = PdfReader(BytesIO(pdf))
        pages = [page.extract_text() for page in reader.pages]
        described = [str(value) for value in (reader.metadata or {}).values()]
    except (PyPdfError, ValueError, KeyError, TypeError):
        return pdf.decode("utf-8", "replace")
    return "\n".join((*pages, *described))


def files_with(folder: Path, words: Sequence[str]) -> Iterator[Path]:
    """Give the files in a folder, or the file itself, whose bytes hold one of the words."""
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    for path in paths:
        if path.is_file() and path.stat().st_size and _file_holds(path, words):
            yield path


def _file_holds(path: Path, words: Sequence[str]) -> bool:
    spellings = {spelling.encode() for word in words for spelling in (word, word.lower())}
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(spelling) >= 0 for spelling in spellings)


def _any(text: str, words: Sequence[str]) -> bool:
    flat = " ".join(text.split()).casefold()
    return any(word.casefold() in flat for word in words)
