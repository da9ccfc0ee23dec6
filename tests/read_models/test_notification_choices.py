"""What was turned off stands there until it is turned on, for each address of each bill group."""

from typing import TypeAlias

from sqlalchemy import Engine

from domain.event import Event
from domain.notifications import Notification, Notifications
from read_models import notification_choices
from read_models.notification_choices import MODEL, TurnedOff
from tests.read_models.books import BY, asked, keep, named, same_rows_when_told_twice, scope

JANE, EVE = "jane@acme.com", "eve@acme.com"


Choice: TypeAlias = tuple[str, Notification]


def choices(group: str, *off: Choice, on: Choice) -> list[Event]:
    told = Notifications(named(f"{group} notifications"))
    for address, notification in off:
        told.choose(named(group), address, notification, wanted=False, by=BY)
    told.choose(named(group), *on, wanted=True, by=BY)
    return told.pending


EVENTS = [
    *choices(
        "ACME",
        (JANE, "invoice_available"),
        (JANE, "payment_failed"),
        (EVE, "invoice_available"),
        on=(JANE, "invoice_available"),
    ),
    *choices("Globex", (JANE, "details_changed"), on=(JANE, "payment_failed")),
]


def test_what_is_off_is_told_of_an_address_and_a_bill_group(database: Engine) -> None:
    keep(database, EVENTS, [MODEL])
    with asked(database) as connection:
        here = notification_choices.of_address(connection, scope("ACME"), JANE)
        everybody = notification_choices.of_bill_group(connection, named("ACME"))
    assert here == {"payment_failed"}
    assert everybody == [TurnedOff(EVE, "invoice_available"), TurnedOff(JANE, "payment_failed")]


def test_told_twice_the_rows_are_the_same(database: Engine) -> None:
    assert same_rows_when_told_twice(database, MODEL, EVENTS)
