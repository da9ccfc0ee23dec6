"""All payments of a bill group, from the events alone."""

from sqlalchemy import Engine

from domain.actor import Customer
from domain.event import Act, Event
from domain.payment import Payment
from read_models import payment_ledger
from read_models.payment_ledger import MODEL, Entry, Search
from tests.read_models.books import (
    BY,
    TODAY,
    asked,
    invoice,
    keep,
    named,
    pay,
    same_rows_when_told_twice,
    told_of,
)
from tests.read_models.test_payments import CARD, begun

ADA = Act(BY.at, Customer("Ada@ACME.example", named("ACME"), named("session")), BY.command_id)


def story() -> list[Event]:
    """Two invoices paid at once and contested, one attempt that failed, and money from outside."""
    first, second, third = (invoice(number) for number in ("NW-1", "NW-2", "NW-3"))
    paid = begun("paid", (first, 11_900), (second, 1_900))
    paid.succeed("pay_1", TODAY, CARD, by=BY)
    pay(first, 11_900, word="told again")
    first.record_payment(paid.id, "pay_1", 11_900, "succeeded", TODAY, "card", by=BY)
    paid.refund(named("refund"), 900, TODAY, by=BY)
    paid.dispute(named("lost"), TODAY, by=BY)
    paid.close_dispute(named("lost"), 13_800, TODAY, won=False, by=BY)
    paid.dispute(named("further"), TODAY, by=BY)
    failed = begun("failed", (third, 11_900))
    failed.process("pay_2", CARD, by=BY)
    failed.fail("pay_2", "debit_returned", TODAY, by=BY)
    foreign = invoice("X-1", group="OTHER")
    pay(foreign, 700)
    return told_of(first, second, third, foreign, paid, failed)


def found(engine: Engine, **search: object) -> list[Entry]:
    with asked(engine) as connection:
        return payment_ledger.of_bill_group(
            connection,
            named("ACME"),
            Search(**search),  # type: ignore[arg-type]
        )


def test_an_attempt_stands_once_with_its_invoices_and_what_went_back(database: Engine) -> None:
    keep(database, story())
    assert sorted((one.through, one.state, one.amount) for one in found(database)) == [
        ("hand", "failed", 11_900),
        ("hand", "succeeded", 13_800),
        ("outside", "succeeded", 11_900),
    ]
    (paid,) = found(database, words="PAY_1", through="hand")
    assert [(part.number, part.amount) for part in paid.parts] == [
        ("NW-1", 11_900),
        ("NW-2", 1_900),
    ]
    assert sorted((one.kind, one.amount) for one in paid.returned) == [
        ("dispute_lost", 13_800),
        ("dispute_open", 0),
        ("refund", 900),
    ]
    (failed,) = found(database, stands="failed")
    assert (failed.code, failed.late, failed.method) == ("debit_returned", True, CARD)
    assert [one.entry_id for one in found(database, stands="went_back")] == [paid.entry_id]
    assert {one.amount for one in found(database, words="nw-1")} == {13_800, 11_900}


def test_a_payment_is_found_by_who_paid(database: Engine) -> None:
    paid = Payment(named("hers"))
    told = invoice("NW-1")
    paid.begin(named("ACME"), named("seller"), "main", "cus_1", "EUR", (), "provider_page", by=ADA)
    keep(database, told_of(told, paid))
    assert [one.by for one in found(database, words="ada@")] == [ADA.actor]
    assert found(database, words="bo@") == []


def test_each_event_told_twice_gives_the_same_rows(database: Engine) -> None:
    assert same_rows_when_told_twice(database, MODEL, story())
