"""Each address has its own choice of mails about a bill group, and all are wanted at first."""

from domain.notifications import NotificationChosen, Notifications
from tests.domain.telling import BY, LATER, facts, name, told

CHOICES, GROUP = name("notifications"), name("group")
JANE, EVE = "jane@acme.com", "eve@acme.com"


def test_turning_a_mail_off_names_the_address_and_the_kind() -> None:
    choices = Notifications(CHOICES)
    choices.choose(GROUP, JANE, "payment_received", wanted=False, by=BY)

    (event,) = told(choices)
    assert isinstance(event, NotificationChosen)
    assert facts(event) == {
        "bill_group_id": GROUP,
        "address": JANE,
        "notification": "payment_received",
        "wanted": False,
    }
    assert event.person == f"address:{JANE}"


def test_what_stands_already_is_no_event() -> None:
    choices = Notifications(CHOICES)
    choices.choose(GROUP, JANE, "invoice_available", wanted=True, by=BY)
    assert told(choices) == []
    choices.choose(GROUP, JANE, "invoice_available", wanted=False, by=BY)
    choices.choose(GROUP, JANE, "invoice_available", wanted=False, by=LATER)
    assert len(told(choices)) == 1


def test_another_address_and_another_kind_have_choices_of_their_own() -> None:
    choices = Notifications(CHOICES)
    choices.choose(GROUP, JANE, "invoice_available", wanted=False, by=BY)
    choices.choose(GROUP, EVE, "invoice_available", wanted=False, by=BY)
    choices.choose(GROUP, JANE, "payment_failed", wanted=False, by=BY)
    choices.choose(GROUP, JANE, "invoice_available", wanted=True, by=LATER)
    assert choices.unwanted == {(EVE, "invoice_available"), (JANE, "payment_failed")}
