"""Which tools copy a database, by its URL."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection

from adapters.backups.postgresql import PostgresqlStore
from adapters.backups.sqlite import SqliteStore

F = TypeVar("F")
Kind: TypeAlias = Literal["sqlite", "postgresql"]


class Store(Protocol):
    """A database that can be copied to a file and put back from one.

    1. `save` gives one consistent moment while others write; the file appears when it is whole.
    2. `load` needs an empty place, and fills it wholly or not at all.
    3. `set_aside` keeps what is there, out of the way; `put_back` undoes it.
    """

    @property
    def kind(self) -> Kind:
        """Tell which kind of database it is."""

    def save(self, target: Path, facts: Callable[[Connection], F]) -> F:
        """Copy it to a file; give what stands in the copy."""

    def is_empty(self) -> bool:
        """Tell whether nothing is there yet."""

    def set_aside(self, mark: str) -> str:
        """Move what is there out of the way; give where it is now."""

    def put_back(self, mark: str) -> None:
        """Undo `set_aside`."""

    def load(self, source: Path) -> None:
        """Put a copy in its place."""


def store_of(url: str, tools: str) -> Store:
    """Give the store at a URL; `tools` is the folder of PostgreSQL's programs, or empty."""
    return SqliteStore(url) if url.startswith("sqlite") else PostgresqlStore(url, tools)
