"""What staff look for in a long list: the filter, as the address has it, and one page of it."""

from collections.abc import Sequence
from typing import Generic, TypeVar
from urllib.parse import urlencode

import msgspec

from read_models.keyset import Way

Row = TypeVar("Row")


class Looking(msgspec.Struct, frozen=True):
    """A filter; each field is one of the address, empty when nothing is asked."""

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered."""
        return any(msgspec.structs.astuple(self))

    def url(self, path: str, **changed: object) -> str:
        """Give the address of a list with something changed."""
        asked = {**msgspec.structs.asdict(self), **changed}
        kept = {name: str(value) for name, value in asked.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path


class OnePage(msgspec.Struct, Generic[Row], frozen=True):
    """The rows of one page, and whether there are others on either side."""

    rows: Sequence[Row]
    earlier: bool
    later: bool


def one_page(found: Sequence[Row], size: int, way: Way | None) -> OnePage[Row]:
    """Cut a page from what a query found: one row more than the page, reversed on the way back."""
    rows, more = found[:size], len(found) > size
    if way == "before":
        return OnePage(rows[::-1], earlier=more, later=True)
    return OnePage(rows, earlier=way is not None, later=more)
