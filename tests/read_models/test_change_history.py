"""The history of a bill group: from what to what, by whom, whatever door it came through."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Engine

from adapters.database import writing
from domain.actor import Customer, System
from domain.bill_group import BillGroup, Contact, HeldMethod, PaymentMethodFacts
from domain.event import Act, Event
from domain.method_set_up import MethodSetUp
from entrypoints.http.languages import speaking
from entrypoints.wording.changes import differences
from read_models import change_history
from read_models.change_history import MODEL, REMOVED, ChangeRow, Search
from read_models.projection import Recorded, apply
from tests.read_models.books import BY, SELLER, asked, bill_group, keep, named, rows, told_of

JANE = Act(BY.at, Customer("jane@acme.example", named("ACME"), named("session")), BY.command_id)
BANK = Act(BY.at, System("payments"), named("what the provider told"))
VISA = PaymentMethodFacts("card", brand="visa", last4="4242", expires="2027-05")
MASTERCARD = PaymentMethodFacts("card", brand="mastercard", last4="4444")
CONTACT = Contact("Bo of ACME", "ap@acme.example", "+4930123456", "ACME Ltd")


def after(*decisions: Callable[[BillGroup], None]) -> list[Event]:
    """The bill group as imported, and what happened to it then."""
    told = bill_group()
    group = BillGroup.replay(named("ACME"), [one for one in told if one.stream_id == named("ACME")])
    for decide in decisions:
        decide(group)
    return told_of(told, group)


def state(group: BillGroup, name: str, collection: Any) -> None:
    """Let the billing system state the terms."""
    assert group.facts is not None
    assert group.account_id is not None
    facts = replace(group.facts, name=name, collection=collection)
    group.record_facts("erp", "ACME", group.account_id, SELLER, facts, by=BY)


def added_at_the_provider() -> list[Event]:
    """Jane adds a card on the provider's page, and the provider tells of it."""
    visit = MethodSetUp(named("visit"))
    visit.begin(named("ACME"), "main", "cus_1", by=JANE)

    def told(group: BillGroup) -> None:
        held = HeldMethod("main", "cus_1", "pm_1")
        method_id = group.save_payment_method(held, MASTERCARD, by=BANK)
        visit.succeed(method_id, MASTERCARD, by=BANK)

    return told_of(visit, after(told))


def history(engine: Engine, limit: int = 50, **where: object) -> list[ChangeRow]:
    """What staff are shown."""
    with asked(engine) as connection:
        search = Search(**where)  # type: ignore[arg-type]
        return change_history.of_bill_group(connection, named("ACME"), limit, search)


def test_what_stood_before_a_change_is_told_with_it_through_every_door(database: Engine) -> None:
    keep(
        database,
        after(
            lambda it: it.change_detail("po_number", "PO-8", by=JANE),
            lambda it: it.change_contact("billing", CONTACT, by=JANE),
            lambda it: it.change_detail("po_number", None, by=JANE),
            lambda it: it.receive_detail("po_number", "PO-9", by=BY),
        ),
    )
    told = history(database)
    po = [(row.before, row.value, row.first, row.last) for row in told if row.what == "po_number"]
    assert po == [
        (None, "PO-9", False, True),
        ("PO-8", None, False, False),
        ("PO-ACME", "PO-8", False, False),
        (None, "PO-ACME", True, False),
    ]
    billing = [row for row in told if row.what == "billing"]
    assert billing[0].contact == CONTACT
    assert billing[0].contact_before == billing[1].contact
    assert billing[0].by == JANE.actor


def test_pages_go_on_from_a_position_both_ways(database: Engine) -> None:
    def many(group: BillGroup) -> None:
        for number in range(7):
            group.change_detail("po_number", f"PO {number}", by=JANE)

    keep(database, after(many))
    whole = [row.position for row in history(database)]
    first = history(database, 3)
    second = history(database, 3, beyond=first[-1].position)
    assert [row.position for row in (*first, *second)] == whole[:6]
    assert second[0].before == "PO 2"
    back = history(database, 3, beyond=second[0].position, way="newer")
    assert back == first


def test_another_bill_groups_changes_are_not_told(database: Engine) -> None:
    keep(database, told_of(after(), bill_group("Globex")))
    assert {row.value for row in history(database) if row.what == "po_number"} == {"PO-ACME"}
    assert "Globex" not in repr(history(database))


def test_a_method_is_named_after_it_is_gone(database: Engine) -> None:
    keep(database, after(lambda it: it.remove_payment_method(named("ACME card"), by=BY)))
    with asked(database) as connection:
        methods = change_history.methods(connection, named("ACME"))
    assert [facts.last4 for facts in methods.values()] == ["4242"]


def test_a_method_has_a_line_for_whatever_became_of_it(database: Engine) -> None:
    keep(
        database,
        after(
            lambda it: it.mark_payment_method(named("ACME card"), "failing", "declined", by=BANK),
            lambda it: it.record_payment_method(
                named("ACME card"), "ACME-card", replace(VISA, expires="2031-05"), by=BY
            ),
            lambda it: it.mark_payment_method(named("ACME card"), "expired", "expired", by=BANK),
            lambda it: it.switch_auto_pay("manual", by=JANE),
            lambda it: it.remove_payment_method(named("ACME card"), by_customer=True, by=JANE),
        ),
    )
    told = history(database, kind="payment_methods")
    lines = [(row.before, row.value, row.code) for row in told if row.what == "payment_method"]
    assert lines == [
        ("expired", REMOVED, None),
        ("usable", "expired", "expired"),
        ("failing", "usable", None),
        ("usable", "failing", "declined"),
        (None, "usable", None),
    ]
    renewed = told[2]
    assert renewed.method is not None
    assert renewed.method_before is not None
    assert (renewed.method_before.expires, renewed.method.expires) == ("2027-05", "2031-05")
    assert {row.what for row in told} == {"payment_method", "default_payment_method"}


def test_a_method_that_the_provider_tells_of_was_added_by_whoever_went_there(
    database: Engine,
) -> None:
    keep(database, added_at_the_provider())
    (line,) = history(database, words="4444")
    assert (line.by, line.asked_by, line.provider) == (BANK.actor, JANE.actor, "main")
    assert history(database, words="4242")[0].asked_by is None


def test_a_method_of_the_billing_system_that_a_provider_takes_over_says_so(
    database: Engine,
) -> None:
    def taken_over(group: BillGroup) -> None:
        group.save_payment_method(HeldMethod("main", "cus_1", "ACME-card"), VISA, by=BANK)

    keep(database, after(taken_over))
    newest = history(database, kind="payment_methods")[0]
    assert (newest.provider_before, newest.provider) == (None, "main")
    with speaking("en"):
        (told,) = differences(newest, {str(named("ACME card")): VISA}, "en")
    assert (told.before, told.after) == (
        "known from the billing system only",
        "kept by the provider account main",
    )


def test_auto_pay_has_a_line_when_it_was_switched_by_whom_ever(database: Engine) -> None:
    keep(
        database,
        after(
            lambda it: it.switch_auto_pay("manual", by=JANE),
            lambda it: state(it, "Another name", "automatic"),
            lambda it: state(it, "Another name", "manual"),
            lambda it: state(it, "Another name", "automatic"),
            lambda it: it.switch_auto_pay("manual", by=JANE),
            lambda it: it.switch_auto_pay("automatic", by=JANE),
        ),
    )
    told = history(database, kind="auto_pay")
    assert [(row.before, row.value, row.by) for row in told] == [
        ("manual", "automatic", JANE.actor),
        ("automatic", "manual", JANE.actor),
        ("manual", "automatic", BY.actor),
        ("automatic", "manual", JANE.actor),
    ]


def test_the_history_is_narrowed_by_words_and_by_what_was_changed(database: Engine) -> None:
    keep(
        database,
        after(
            lambda it: it.change_detail("po_number", "PO 50%", by=JANE),
            lambda it: it.change_contact("billing", CONTACT, by=JANE),
            lambda it: it.remove_payment_method(named("ACME card"), by=BY),
        ),
    )
    assert [row.value for row in history(database, words="po 50%")] == ["PO 50%"]
    assert [row.what for row in history(database, words="Bo of")] == ["billing"]
    assert {row.what for row in history(database, words="jane@")} == {"po_number", "billing"}
    card = [row.what for row in history(database, words="4242")]
    assert card == ["payment_method", "default_payment_method", "payment_method"]
    assert {row.what for row in history(database, kind="contacts")} == {"billing"}
    assert history(database, words="50_") == []


def test_each_event_told_twice_gives_the_same_rows(database: Engine) -> None:
    events = added_at_the_provider()
    keep(database, events, [MODEL])
    once = rows(database, MODEL.tables)
    with writing(database) as connection:
        for position, event in enumerate(events, 1):
            apply(connection, [MODEL], [Recorded(position, position, event)] * 2)
    assert rows(database, MODEL.tables) == once
    assert all(once)
