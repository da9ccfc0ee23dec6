"""Staff read what customers changed, and take the newest change back."""

import re
from uuid import UUID

import pytest

from application.bill_group import ChangeDetail, change_detail
from domain.actor import Customer, System
from domain.bill_group import BillGroup, Contact, HeldMethod, PaymentMethodFacts
from domain.event import Act
from entrypoints.wording.changes import method_called
from tests.entrypoints.admin.books import by, customer, seller
from tests.entrypoints.admin.desk import Desk, staff_member

VISA = PaymentMethodFacts("card", brand="visa", last4="4242", expires="2030-08")
CONTACT = Contact("Ada Byron", "ap@acme.example", "+4930123456", "ACME Ltd")


@pytest.fixture
def group(desk: Desk) -> UUID:
    """A bill group, and somebody of billing who is signed in."""
    desk.come_in(staff_member(desk.portal, "ann@seller.example", "billing", name="Ann Berg"))
    seller(desk.portal)
    found = customer(desk.portal)
    billed = desk.portal.log().get(BillGroup, found)
    billed.receive_detail("po_number", "PO-7", by=by(desk.portal))
    billed.receive_contact("billing", CONTACT, by=by(desk.portal))
    desk.portal.log().save(billed)
    return found


def change(desk: Desk, group: UUID, value: str) -> None:
    """Jane changes the PO number in the portal."""
    jane = Customer("jane@acme.example", group, UUID(int=9))
    desk.portal.bus().execute(change_detail, ChangeDetail(group, "po_number", value), jane)


def po_number(desk: Desk, group: UUID) -> str | None:
    """What stands now."""
    return desk.portal.log().get(BillGroup, group).details["po_number"]


def offered(desk: Desk) -> list[str]:
    """The changes that the page offers to undo, the newest first."""
    assert desk.page is not None
    return re.findall(r'name="version" value="(\d+)"', desk.page.text)


def undo(desk: Desk, group: UUID, version: str) -> int:
    """Press the button of one change; gives the status."""
    return desk.send(f"/bill-groups/{group}/changes/undo", version=version).status_code


def test_the_history_says_from_what_to_what_by_whom_and_through_which_door(
    desk: Desk, group: UUID
) -> None:
    change(desk, group, "PO-8")
    desk.open(f"/bill-groups/{group}")
    assert desk.page is not None
    assert f"/bill-groups/{group}/changes" in desk.page.text
    desk.open(f"/bill-groups/{group}/changes")
    for words in (
        "PO number",
        "PO-7",
        "PO-8",
        "jane@acme.example",
        "customer portal",
        "the import",
    ):
        assert words in desk.words
    for words in ("Billing contact", "Email:", "ap@acme.example", "+49 30 123456"):
        assert words in desk.words


def test_a_change_is_undone_by_a_new_one_and_the_page_says_so(desk: Desk, group: UUID) -> None:
    change(desk, group, "PO-8")
    desk.open(f"/bill-groups/{group}/changes")
    assert undo(desk, group, offered(desk)[0]) == 200
    assert "The change is undone" in desk.words
    assert "Ann Berg" in desk.words
    assert po_number(desk, group) == "PO-7"


def test_a_change_that_was_changed_since_is_not_undone(desk: Desk, group: UUID) -> None:
    change(desk, group, "PO-8")
    desk.open(f"/bill-groups/{group}/changes")
    stale = offered(desk)[0]
    change(desk, group, "PO-9")
    assert undo(desk, group, stale) == 422
    assert "changed again since" in desk.words
    assert po_number(desk, group) == "PO-9"
    assert stale not in offered(desk)


def test_an_unknown_change_and_an_unknown_bill_group_are_answered(desk: Desk, group: UUID) -> None:
    desk.open(f"/bill-groups/{group}/changes")
    assert undo(desk, group, "99") == 422
    desk.open(f"/bill-groups/{group}/changes")
    assert undo(desk, group, "first") == 400
    assert desk.open(f"/bill-groups/{UUID(int=3)}/changes").status_code == 404


def test_viewers_read_and_do_not_undo(desk: Desk, group: UUID) -> None:
    change(desk, group, "PO-8")
    desk.come_in(staff_member(desk.portal, "vic@seller.example", "viewer", name="Vic"))
    desk.open(f"/bill-groups/{group}/changes")
    assert "PO-8" in desk.words
    assert offered(desk) == []
    assert undo(desk, group, "4") == 403
    assert po_number(desk, group) == "PO-8"


def test_the_history_is_a_csv_file_without_formulas(desk: Desk, group: UUID) -> None:
    change(desk, group, "=1+1")
    text = desk.open(f"/bill-groups/{group}/changes.csv").text
    assert "Before,After,By,Through" in text
    assert ",PO-7,'=1+1,jane@acme.example,customer portal" in text


def test_a_long_history_is_paged(desk: Desk, group: UUID) -> None:
    for number in range(30):
        change(desk, group, f"PO {number}")
    desk.open(f"/bill-groups/{group}/changes")
    assert desk.page is not None
    older = re.search(r'rel="next" href="([^"]+)"', desk.page.text)
    assert older
    desk.open(older[1])
    assert "PO 0" in desk.words
    assert 'rel="prev"' in desk.page.text


def test_payment_methods_and_auto_pay_are_told_from_what_to_what_and_why(
    desk: Desk, group: UUID
) -> None:
    jane = Act(by(desk.portal).at, Customer("jane@acme.example", group, UUID(int=9)), UUID(int=1))
    bank = Act(by(desk.portal).at, System("payments"), UUID(int=2))
    billed = desk.portal.log().get(BillGroup, group)
    method = billed.save_payment_method(HeldMethod("main", "cus_1", "pm_1"), VISA, by=bank)
    billed.change_detail("default_payment_method", str(method), by=jane)
    billed.switch_auto_pay("automatic", by=jane)
    billed.mark_payment_method(method, "failing", "insufficient_funds", by=bank)
    billed.switch_auto_pay("manual", by=jane)
    billed.remove_payment_method(method, by_customer=True, by=jane)
    desk.portal.log().save(billed)

    desk.open(f"/bill-groups/{group}/changes")
    for words in (
        "Payment method added kept by the provider account main",
        "Visa ending 4242, valid through 08/2030 the payment provider",
        "Default payment method Visa ending 4242",
        "Auto-pay off → became on jane@acme.example through the customer portal",
        "Payment method fails not enough money there",
        "Visa ending 4242: usable → became failing",
        "Payment method removed Visa ending 4242 → became nothing jane@acme.example",
    ):
        assert words in desk.words
    file = desk.open(f"/bill-groups/{group}/changes.csv?what=auto_pay").text
    assert "Auto-pay,Auto-pay,on,off,jane@acme.example,customer portal," in file
    assert "Visa" not in file


def test_the_history_is_searched_and_narrowed_and_says_when_nothing_fits(
    desk: Desk, group: UUID
) -> None:
    change(desk, group, "PO-8")
    desk.open(f"/bill-groups/{group}/changes?q=po-8")
    assert "PO-8" in desk.words
    assert "Ada Byron" not in desk.words
    desk.open(f"/bill-groups/{group}/changes?what=contacts")
    assert "Ada Byron" in desk.words
    assert "PO-8" not in desk.words
    desk.open(f"/bill-groups/{group}/changes?what=auto_pay&q=nobody")
    assert "No change fits" in desk.words
    desk.open(f"/bill-groups/{group}/changes?what=anything")
    assert "PO-8" in desk.words


def test_before_anything_was_changed_the_page_explains_itself(desk: Desk) -> None:
    desk.come_in(staff_member(desk.portal, "ann@seller.example", "viewer", name="Ann"))
    seller(desk.portal)
    found = customer(desk.portal)
    desk.open(f"/bill-groups/{found}/changes")
    assert "No changes yet" in desk.words


@pytest.mark.parametrize("where", ["below", "above"])
@pytest.mark.parametrize("number", ["-1", "99999999999999999999"])
def test_a_place_that_no_record_has_is_the_nearest_that_one_can_have(
    desk: Desk, group: UUID, where: str, number: str
) -> None:
    assert desk.open(f"/bill-groups/{group}/changes?{where}={number}").status_code == 200


@pytest.mark.parametrize(
    ("facts", "called"),
    [
        (PaymentMethodFacts(kind="card", brand="visa", last4="4242"), "Visa ending 4242"),
        (PaymentMethodFacts(kind="card", brand="American Express"), "American Express"),
        (PaymentMethodFacts(kind="ach_debit", bank_name="First", last4="1"), "ACH debit ending 1"),
    ],
)
def test_a_method_is_called_as_people_call_it(facts: PaymentMethodFacts, called: str) -> None:
    assert method_called("one", {"one": facts}) == called
