"""The list of invoices: what is found, in which order, and that no draft is."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from adapters.database import writing
from domain.invoice_status import pill
from domain.settlement import Settlement
from read_models import invoice_list
from read_models.invoice_list import Search
from read_models.invoice_rows import INVOICES
from tests.read_models.books import (
    BY,
    TODAY,
    asked,
    document,
    invoice,
    keep,
    pay,
    same_rows_when_told_twice,
    scope,
    state,
    told_of,
)


def test_an_invoice_is_listed_with_its_sums_and_its_pill(database: Engine) -> None:
    paid = invoice("NW-2")
    pay(paid, 11_900)
    keep(database, told_of(invoice("NW-1"), paid))
    with asked(database) as connection:
        rows = invoice_list.of_bill_group(connection, scope(), Search(sort="number")).rows
    assert [(row.number, row.open, row.pill) for row in rows] == [
        ("NW-2", 0, "paid"),
        ("NW-1", 11_900, "due"),
    ]


def test_every_event_told_twice_leaves_the_same_rows(database: Engine) -> None:
    one, other = invoice("NW-1"), invoice("NW-2")
    pay(one, 1_900, "processing")
    pay(one, 1_900)
    other.dispute(TODAY, by=BY)
    other.close_dispute(TODAY, by=BY)
    other.void(TODAY, by=BY)
    assert same_rows_when_told_twice(database, invoice_list.MODEL, told_of(one, other))


def test_a_draft_is_not_listed_nor_counted_until_it_is_issued(database: Engine) -> None:
    told = invoice("DRAFT-1", status="draft")
    pay(told, 100)
    keep(database, told.pending)
    with asked(database) as connection:
        assert not invoice_list.of_bill_group(connection, scope(), Search(words="draft")).rows
        assert invoice_list.counts(connection, scope(), Search()) == {}
    state(told, document("NW-1"))
    keep(database, told.pending[-1:])
    with asked(database) as connection:
        (row,) = invoice_list.latest(connection, scope())
    assert (row.number, row.open, row.pill) == ("NW-1", 11_800, "partly_paid")


def test_counts_and_filters_follow_the_day(database: Engine) -> None:
    keep(database, told_of(invoice("NW-1"), invoice("NW-2", due_on=None)))
    later = scope(today=date(2026, 11, 17))
    with asked(database) as connection:
        assert invoice_list.counts(connection, scope(), Search()) == {"due": 1, "open": 1}
        assert invoice_list.counts(connection, later, Search()) == {"overdue": 1, "open": 1}
        found = invoice_list.of_bill_group(connection, later, Search(status="overdue"))
    assert [row.number for row in found.rows] == ["NW-1"]


def test_searching_ignores_case_and_finds_signs_as_they_are(database: Engine) -> None:
    keep(
        database,
        told_of(
            invoice("Straße-1"), invoice("NW-2", po_number="100%_sure"), invoice("NW-3 100 sure")
        ),
    )

    def found(words: str) -> list[str | None]:
        with asked(database) as connection:
            page = invoice_list.of_bill_group(connection, scope(), Search(words=words))
            counted = invoice_list.counts(connection, scope(), Search(words=words))
        assert sum(counted.values()) == len(page.rows)
        return [row.number for row in page.rows]

    assert found("STRASSE") == ["Straße-1"]
    assert found(" 100%_ ") == ["NW-2"]
    assert found("nothing like it") == []


def test_a_period_includes_both_of_its_days(database: Engine) -> None:
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)]
    keep(database, told_of(*(invoice(f"NW-{day}", issued_on=day) for day in days)))
    october = Search(since=days[1], until=days[2])
    with asked(database) as connection:
        found = invoice_list.of_bill_group(connection, scope(), october).rows
        assert sum(invoice_list.counts(connection, scope(), october).values()) == 2
    assert [row.issued_on for row in found] == [days[2], days[1]]


SORTS: list[Any] = ["issued", "due", "amount", "number"]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 3)), max_size=9),
    st.sampled_from(SORTS),
    st.booleans(),
)
def test_paging_there_and_back_shows_every_invoice_once(
    database: Engine, days: list[tuple[int, int | None]], sort: Any, falling: bool
) -> None:
    _empty(database)
    invoices = [
        invoice(
            f"NW-{number}",
            issued_on=TODAY + timedelta(issued),
            due_on=None if due is None else TODAY + timedelta(due),
            total=100 * (number % 3),
        )
        for number, (issued, due) in enumerate(days)
    ]
    keep(database, told_of(*invoices))
    search = Search(sort=sort, falling=falling, size=2)
    with asked(database) as connection:
        pages = [invoice_list.of_bill_group(connection, scope(), search)]
        while place := pages[-1].next:
            onward = Search(sort=sort, falling=falling, size=2, way="after", place=place)
            pages.append(invoice_list.of_bill_group(connection, scope(), onward))
        whole = [row.invoice_id for page in pages for row in page.rows]
        assert len(whole) == len(set(whole)) == len(invoices)
        for before, page in pairwise(pages):
            back = Search(sort=sort, falling=falling, size=2, way="before", place=page.previous)
            assert invoice_list.of_bill_group(connection, scope(), back).rows == before.rows
    assert pages[0].previous is None


AMOUNTS = st.integers(0, 3)
SETTLEMENTS = st.builds(
    Settlement,
    document=st.sampled_from(["issued", "issued", "issued", "void", "uncollectible"]),
    total=st.just(3),
    paid=AMOUNTS,
    credited=AMOUNTS,
    written_off=AMOUNTS,
    processing=AMOUNTS,
    disputed=st.booleans(),
    failed=st.booleans(),
    open=AMOUNTS,
    adjustment=st.just(0),
    surplus=AMOUNTS,
)
DUE = st.none() | st.dates(TODAY - timedelta(2), TODAY + timedelta(2))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(SETTLEMENTS, DUE), min_size=1, max_size=12))
def test_the_pill_of_the_database_is_the_pill_of_the_rule(
    database: Engine, known: list[tuple[Settlement, date | None]]
) -> None:
    _empty(database)
    events = []
    for number, (settlement, due_on) in enumerate(known):
        (event,) = invoice(f"NW-{number}", due_on=due_on).pending
        events.append(_standing(event, settlement))
    keep(database, events)
    with asked(database) as connection:
        found = invoice_list.of_bill_group(connection, scope(), Search(sort="number", size=50))
        counted = invoice_list.counts(connection, scope(), Search())
    shown = {row.number: (row.pill, row.by_credit) for row in found.rows}
    ruled = {
        f"NW-{number}": pill(settlement, due_on, TODAY)
        for number, (settlement, due_on) in enumerate(known)
    }
    assert shown == {number: (rule.name, rule.settled_by_credit) for number, rule in ruled.items()}
    assert counted == {
        name: sum(rule.name == name for rule in ruled.values())
        for name in {rule.name for rule in ruled.values()}
    }


def _standing(event: Any, settlement: Settlement) -> Any:
    return msgspec.structs.replace(event, settlement=settlement)


def _empty(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(INVOICES.delete())
