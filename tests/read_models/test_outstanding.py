"""What a bill group owes, per currency, as the database sums it and as the rule does."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from adapters.database import writing
from domain.credit_note import Applied
from domain.money import Money
from domain.outstanding import Owed, balances
from domain.settlement import Settlement
from read_models import outstanding
from read_models.invoice_rows import INVOICES
from read_models.outstanding import CREDITS
from tests.read_models.books import (
    TODAY,
    asked,
    credit_note,
    invoice,
    keep,
    named,
    pay,
    same_rows_when_told_twice,
    scope,
    told_of,
)


def test_what_is_open_is_summed_up_per_currency(database: Engine) -> None:
    overdue = invoice("NW-1", due_on=TODAY - timedelta(3))
    under_way = invoice("NW-2")
    pay(under_way, 11_900, "processing")
    dollars = invoice("NW-3", currency="USD")
    keep(database, told_of(overdue, under_way, dollars, credit_note("CN-1", 5_000)))
    with asked(database) as connection:
        euro, dollar = outstanding.of_bill_group(connection, scope())
    assert (euro.currency, euro.outstanding, euro.invoices) == ("EUR", 23_800, 2)
    assert (euro.overdue, euro.overdue_invoices) == (11_900, 1)
    assert euro.earliest_due == TODAY - timedelta(3)
    assert (euro.processing, euro.available_credit) == (11_900, 5_000)
    assert (dollar.currency, dollar.outstanding, dollar.overdue) == ("USD", 11_900, 0)


def test_nothing_open_and_nothing_to_its_credit_is_no_balance(database: Engine) -> None:
    paid = invoice("NW-1")
    pay(paid, 11_900)
    keep(database, told_of(paid, invoice("NW-2", status="draft")))
    with asked(database) as connection:
        assert outstanding.of_bill_group(connection, scope()) == ()


def test_a_credit_note_that_is_used_up_is_no_available_credit(database: Engine) -> None:
    before = credit_note("CN-1", 5_000)
    after = credit_note("CN-1", 5_000, "ACME", Applied(named("NW-1"), 5_000))
    assert same_rows_when_told_twice(database, outstanding.MODEL, before)
    keep(database, after)
    with asked(database) as connection:
        assert outstanding.of_bill_group(connection, scope()) == ()


AMOUNTS = st.integers(0, 3)


@st.composite
def owed(draw: Any) -> Owed:
    document = draw(st.sampled_from(["issued", "issued", "issued", "void", "uncollectible"]))
    open_ = draw(AMOUNTS) if document == "issued" else 0
    settlement = Settlement(
        document=document,
        total=3,
        paid=draw(AMOUNTS),
        credited=0,
        written_off=0,
        processing=draw(AMOUNTS),
        disputed=draw(st.booleans()),
        failed=False,
        open=open_,
        adjustment=0,
        surplus=0 if open_ else draw(AMOUNTS),
    )
    due_on = draw(st.none() | st.dates(TODAY - timedelta(2), TODAY + timedelta(2)))
    return Owed(draw(st.sampled_from(["EUR", "JPY"])), settlement, due_on)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(owed(), max_size=8), st.lists(st.integers(1, 9), max_size=3))
def test_the_sums_of_the_database_are_the_sums_of_the_rule(
    database: Engine, known: list[Owed], credit: list[int]
) -> None:
    with writing(database) as connection:
        connection.execute(INVOICES.delete())
        connection.execute(CREDITS.delete())
    events = [_as_told(number, each) for number, each in enumerate(known)]
    notes = [credit_note(f"CN-{number}", amount) for number, amount in enumerate(credit)]
    keep(database, told_of(events, *notes))
    with asked(database) as connection:
        summed = outstanding.of_bill_group(connection, scope())
    ruled = balances(known, [Money(amount, "EUR") for amount in credit], TODAY)
    zero = (0, 0, 0, 0)
    assert [_sums(each) for each in summed] == [
        _sums(each) for each in ruled if _sums(each)[1:] != zero
    ]


def _as_told(number: int, each: Owed) -> Any:
    (event,) = invoice(f"NW-{number}", currency=each.currency, due_on=each.due_on).pending
    return msgspec.structs.replace(event, settlement=each.settlement)


def _sums(balance: Any) -> tuple[str, int, int, int, int]:
    return (
        balance.currency,
        balance.outstanding,
        balance.overdue,
        balance.processing,
        balance.available_credit,
    )
