"""What every keeper of documents promises."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.clock import SystemClock
from adapters.database import open_database, writing
from adapters.documents import SqlDocuments
from adapters.memory.documents import MemoryDocuments
from application.ports.documents import DocumentMissing, Documents, DocumentsUnavailable
from tests.databases import Databases

PDF = b"%PDF-1.7 \x00\xff"


@dataclass
class Archive:
    """An adapter with what a test needs around it."""

    port: Documents
    elsewhere: Documents
    break_down: Callable[[], None]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def archive(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[Archive]:
    if request.param == "memory":
        memory = MemoryDocuments()
        yield Archive(memory, memory, memory.break_down)
        return
    with databases.fresh(request.param, tmp_path) as url:
        engine, other = open_database(url), open_database(url)

        def lose_the_table() -> None:
            with writing(engine) as connection:
                connection.execute(text("DROP TABLE documents"))

        clock = SystemClock()
        yield Archive(SqlDocuments(engine, clock), SqlDocuments(other, clock), lose_the_table)
        engine.dispose()
        other.dispose()


def test_what_is_kept_is_known_by_its_hash_in_every_process(archive: Archive) -> None:
    name = archive.port.keep(PDF, "pdf")
    assert name == sha256(PDF).hexdigest()
    assert archive.elsewhere.fetch(name) == PDF


def test_the_same_bytes_at_the_same_moment_are_one_document(archive: Archive) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: archive.port.keep(PDF, "pdf"), range(16)))
    assert names == {sha256(PDF).hexdigest()}
    assert archive.port.fetch(names.pop()) == PDF


def test_a_hash_that_was_never_kept_is_missing(archive: Archive) -> None:
    with pytest.raises(DocumentMissing):
        archive.port.fetch(sha256(b"nobody's").hexdigest())


def test_what_is_out_of_reach_is_said_to_be(archive: Archive) -> None:
    archive.break_down()
    with pytest.raises(DocumentsUnavailable):
        archive.port.keep(PDF, "pdf")
    with pytest.raises(DocumentsUnavailable):
        archive.port.fetch("00")
