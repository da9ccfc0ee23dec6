"""What is looked for in the list of invoices, read from its address and written back into it."""

from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode

import msgspec
from litestar.datastructures import MultiDict

from domain.invoice_status import PillName
from entrypoints.http.languages import phrase
from read_models.invoice_list import SORT_KINDS, Search, Sort, Status
from read_models.keyset import Cursor, Way

SIZES = (25, 80)
LONGEST = 100
FARTHEST = 10_000_000
DATE_UNREADABLE = phrase("Please give a date such as 2026-11-30.")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The list as it was asked for: `typed` as it stands in the fields, the rest as understood."""

    path: str
    typed: dict[str, str]
    errors: dict[str, str]
    status: Status | None
    since: date | None
    until: date | None
    words: str
    sort: Sort
    falling: bool
    size: int
    way: Way | None
    place: Cursor | None
    first: int

    @property
    def search(self) -> Search:
        """What to ask the read model."""
        return Search(
            status=self.status,
            since=self.since,
            until=self.until,
            words=self.words,
            sort=self.sort,
            falling=self.falling,
            way=self.way,
            place=self.place,
            size=self.size,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order is asked for."""
        return any((self.status, self.since, self.until, self.words))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a new search keeps: the status and the order."""
        return [pair for pair in self._pairs().items() if pair[0] not in {"words", *_DATES}]

    @property
    def cleared(self) -> str:
        """The address without search and filters."""
        return self._address(words="", since="", until="", status="")

    @property
    def query(self) -> str:
        """What is looked for, without the place in the list, as an address's query."""
        return self._address().partition("?")[2]

    def with_status(self, status: Status | None) -> str:
        """The address with this status, from the first page on."""
        return self._address(status=status or "")

    def sorted_by(self, sort: Sort) -> str:
        """The address in this order; chosen again, the other way round."""
        falling = not self.falling if sort == self.sort else sort != "number"
        return self._address(sort=sort, order="down" if falling else "up")

    def page_after(self, place: Cursor, first: int) -> str:
        """The address of the page that begins after a row; `first` counts its first row."""
        return self._address(after=str(place), first=str(first))

    def page_before(self, place: Cursor, first: int) -> str:
        """The address of the page that ends before a row, which is the `first` one counted."""
        begins = first - self.size
        if begins <= 1:
            return self._address()
        return self._address(before=str(place), first=str(begins))

    def _pairs(self) -> dict[str, str]:
        pairs = {
            "words": self.words,
            **{name: self.typed[name] for name in _DATES},
            "status": self.status or "",
            "sort": self.sort if self.sort != "issued" else "",
            "order": "" if self.falling else "up",
            "size": str(self.size) if self.size != SIZES[0] else "",
        }
        return {name: value for name, value in pairs.items() if value}

    def _address(self, **changes: str) -> str:
        pairs = {name: value for name, value in (self._pairs() | changes).items() if value}
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


_DATES = ("since", "until")
_SORTS: tuple[Sort, ...] = get_args(Sort)
_STATUSES: tuple[Status, ...] = ("unpaid", *get_args(PillName))


def read(query: MultiDict[Any], path: str) -> Asked:
    """Understand an address; what cannot be understood is not asked for, and dates say so."""
    sort: Sort = _one_of(_SORTS, query.get("sort")) or "issued"
    typed = {name: str(query.get(name, ""))[:LONGEST] for name in _DATES}
    days = {name: _day(value) for name, value in typed.items()}
    way: Way | None = next((way for way in ("after", "before") if query.get(way)), None)
    place = Cursor.read(str(query.get(way)), SORT_KINDS[sort]) if way else None
    return Asked(
        path=path,
        typed=typed,
        errors={name: DATE_UNREADABLE for name in _DATES if typed[name] and days[name] is None},
        status=_one_of(_STATUSES, query.get("status")),
        since=days["since"],
        until=days["until"],
        words=str(query.get("words", "")).strip()[:LONGEST],
        sort=sort,
        falling=query.get("order") != "up",
        size=_number(query.get("size"), SIZES[0]) if query.get("size") == "80" else SIZES[0],
        way=way if place else None,
        place=place,
        first=_number(query.get("first"), 1) if place else 1,
    )


def _one_of(known: tuple[Any, ...], value: str | None) -> Any:
    return value if value in known else None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _number(written: str | None, otherwise: int) -> int:
    if written is None or not written.isascii() or not written.isdigit():
        return otherwise
    return min(max(int(written[:9]), 1), FARTHEST)
