"""The history of details and contacts: from what to what, whatever door it came through."""

from collections.abc import Callable

from sqlalchemy import Engine

from adapters.database import writing
from domain.actor import Customer
from domain.bill_group import BillGroup, Contact
from domain.event import Act, Event
from read_models import change_history
from read_models.change_history import MODEL, ChangeRow
from read_models.projection import Recorded, apply
from tests.read_models.books import BY, asked, bill_group, keep, named, rows, told_of

JANE = Act(BY.at, Customer("jane@acme.example", named("ACME"), named("session")), BY.command_id)
CONTACT = Contact("Bo of ACME", "ap@acme.example", "+4930123456", "ACME Ltd")


def after(*decisions: Callable[[BillGroup], None]) -> list[Event]:
    """The bill group as imported, and what happened to it then."""
    told = bill_group()
    group = BillGroup.replay(named("ACME"), [one for one in told if one.stream_id == named("ACME")])
    for decide in decisions:
        decide(group)
    return told_of(told, group)


def history(engine: Engine, limit: int = 50, **where: object) -> list[ChangeRow]:
    """What staff are shown."""
    with asked(engine) as connection:
        return change_history.of_bill_group(connection, named("ACME"), limit, **where)  # type: ignore[arg-type]


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


def test_each_event_told_twice_gives_the_same_rows(database: Engine) -> None:
    events = after(lambda it: it.change_contact("billing", CONTACT, by=JANE))
    keep(database, events, [MODEL])
    once = rows(database, MODEL.tables)
    with writing(database) as connection:
        for position, event in enumerate(events, 1):
            apply(connection, [MODEL], [Recorded(position, position, event)] * 2)
    assert rows(database, MODEL.tables) == once
    assert all(once)
