"""The statement of account ends with outstanding balance less available credit, to the cent."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from msgspec.structs import replace
from sqlalchemy import Engine

from adapters.database import writing
from domain.credit_note import Applied, CreditNote, CreditNoteFacts
from domain.event import Event
from domain.invoice import Invoice
from read_models import invoice_list, outstanding, statement
from tests.read_models.books import (
    BY,
    TODAY,
    asked,
    credit_note,
    document,
    invoice,
    keep,
    named,
    pay,
    same_rows_when_told_twice,
    scope,
    seller,
    state,
    told_of,
)

MODELS = (statement.MODEL, outstanding.MODEL, invoice_list.MODEL)
LONG_AGO = date(2000, 1, 1)
AMOUNTS = some.integers(0, 15_000)


def closing(engine: Engine) -> dict[str, int]:
    with asked(engine) as connection:
        drawn = statement.of_bill_group(connection, scope(), LONG_AGO, TODAY)
    return {one.currency: one.closing for one in drawn if one.closing}


def stands(engine: Engine) -> dict[str, int]:
    with asked(engine) as connection:
        found = outstanding.of_bill_group(connection, scope())
    sums = {one.currency: one.outstanding - one.available_credit for one in found}
    return {currency: total for currency, total in sums.items() if total}


DEEDS = some.sampled_from(
    [
        "pay",
        "process",
        "fail",
        "refund",
        "taken_back",
        "credit",
        "write_off",
        "void",
        "uncollectible",
        "restate",
    ]
)
STORIES = some.lists(some.tuples(some.integers(0, 2), DEEDS, AMOUNTS), max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORIES)
@example(story=[(2, "pay", 1), (2, "void", 0)])
def test_it_ends_with_what_stands_whatever_became_of_invoices(
    database: Engine, story: list[tuple[int, str, int]]
) -> None:
    told = [
        invoice("NW-0"),
        invoice("NW-1", currency="JPY", due_on=None),
        invoice("NW-2", status="draft"),
    ]
    note = CreditNote(named("note"))
    for number, (which, deed, amount) in enumerate(story):
        happen(told[which], deed, amount, number)
        if deed == "credit":
            _credit(note, told[which], amount)
    events = [event for one in (*told, note) for event in one.pending]
    with writing(database) as connection:
        for model in MODELS:
            for table in model.tables:
                connection.execute(table.delete())
    keep(database, events, MODELS)
    assert closing(database) == stands(database)


def happen(told: Invoice, deed: str, amount: int, number: int) -> None:
    statuses: dict[str, Any] = {"pay": "succeeded", "process": "processing", "fail": "failed"}
    match deed:
        case "pay" | "process" | "fail":
            pay(told, amount, statuses[deed], f"payment {number}")
        case "refund" | "taken_back":
            told.record_refund(
                named(f"refund {number}"),
                None,
                amount,
                TODAY,
                reopened=True,
                by_bank=deed == "taken_back",
                by=BY,
            )
        case "credit":
            told.apply_credit(named("note"), amount, by=BY)
        case "write_off":
            told.write_off(amount, TODAY, by=BY)
        case "void":
            told.void(TODAY, by=BY)
        case "uncollectible":
            told.mark_uncollectible(TODAY, by=BY)
        case _ if told.document and told.settlement.document != "draft":
            stated = document(told.document.number, currency=told.document.currency)
            _restate(told, stated, amount)


def _restate(told: Invoice, stated: Any, amount: int) -> None:

    state(told, replace(stated, stated_open=amount))


def _credit(note: CreditNote, told: Invoice, amount: int) -> None:
    facts = CreditNoteFacts(
        "CN-1", "EUR", TODAY, 20_000, applied=(Applied(told.id, min(amount, 20_000)),)
    )
    note.record_facts("erp", "CN-1", named("ACME"), named("ACME account"), facts, by=BY)


def _story(group: str = "ACME") -> list[Event]:
    told = invoice("NW-1", group)
    pay(told, 1_900)
    return [*told.pending, *credit_note("CN-1", 5_000, group)]


def test_what_the_bank_took_back_is_a_line_of_its_own_and_owed_again(database: Engine) -> None:
    told = invoice("NW-1")
    pay(told, 11_900)
    for fact, by_bank in (("lost dispute", True), ("refund", False)):
        told.record_refund(named(fact), None, 900, TODAY, reopened=True, by_bank=by_bank, by=BY)
    keep(database, told.pending, MODELS)
    with asked(database) as connection:
        (drawn,) = statement.of_bill_group(connection, scope(), LONG_AGO, TODAY)
    kinds = [(line.kind, line.amount) for line in drawn.lines]
    assert kinds[-2:] == [("refund", 900), ("taken_back", 900)]
    assert drawn.closing == 1_800


def test_what_happened_is_told_with_its_day_and_reference(database: Engine) -> None:
    keep(database, _story(), MODELS)
    with asked(database) as connection:
        (drawn,) = statement.of_bill_group(connection, scope(), LONG_AGO, TODAY)
        assert statement.first_day(connection, scope()) == date(2026, 10, 2)
    assert [(line.on, line.kind, line.amount, line.reference) for line in drawn.lines] == [
        (date(2026, 10, 2), "invoice", 11_900, None),
        (TODAY, "credit_note", -5_000, None),
        (TODAY, "payment", -1_900, "card"),
    ]


def test_what_happens_after_midnight_at_the_seller_is_of_that_day(database: Engine) -> None:
    told = invoice("NW-1")
    midnight = replace(BY, at=datetime(2026, 11, 1, 23, 30, tzinfo=UTC))
    told.record_payment(named("payment"), "p", 1_900, "succeeded", TODAY, "card", by=midnight)
    keep(database, told_of(seller(), told), MODELS)
    with asked(database) as connection:
        (drawn,) = statement.of_bill_group(connection, scope(), TODAY, TODAY)
    assert [(line.on, line.kind) for line in drawn.lines] == [(TODAY, "payment")]


def test_a_draft_is_nowhere(database: Engine) -> None:
    keep(database, invoice("D-1", status="draft", issued_on=date(2020, 1, 1)).pending, MODELS)
    with asked(database) as connection:
        assert statement.of_bill_group(connection, scope(), LONG_AGO, TODAY) == ()
        assert statement.first_day(connection, scope()) is None


def test_events_told_twice_change_nothing(database: Engine) -> None:
    assert same_rows_when_told_twice(database, statement.MODEL, _story())


def test_another_bill_groups_steps_never_come(database: Engine) -> None:
    keep(database, [*_story("Globex"), *_story()], MODELS)
    assert closing(database) == {"EUR": 5_000}
