"""Choosing which mails one gets, signed in or by the link of a mail, and what is never a choice."""

import re
from collections.abc import Iterator

import pytest

from application.bill_group import ChangeDetail, change_detail
from application.ports.mail import OutgoingMail
from application.ports.mail_queue import Wanted
from domain.actor import Customer
from domain.bill_group import BillGroup, PaymentMethodFacts
from domain.bill_group_methods import HeldMethod
from domain.event import Act
from domain.notifications import NotificationChosen
from entrypoints.container import Portal
from entrypoints.worker.changes_together import MAILED_AFTER
from tests.entrypoints.web.customers import Browser, Seller, sign_in, street, token_in
from tests.read_models.books import named

HERE = f"/b/{named('Acme')}/notifications"
BILLING = "ap@acme.example"
SOMEBODY = Customer("jane@acme.com", named("Acme"), named("session"))


@pytest.fixture
def seller(portal: Portal) -> Seller:
    seller = Seller(portal)
    seller.customer("Acme", "acme.com", "acme.example")
    return seller


@pytest.fixture
def inside(seller: Seller) -> Iterator[Browser]:
    """The billing contact, signed in."""
    with street(seller.portal) as browsers:
        browser = browsers.browser()
        sign_in(seller, browser, "Acme", BILLING)
        seller.mails.clear()
        yield browser


def changed(seller: Seller, detail: str = "po_number", typed: str = "PO-77") -> list[OutgoingMail]:
    """Let somebody change a detail; gives the mails that follow."""
    seller.mails.clear()
    command = ChangeDetail(named("Acme"), detail, typed)  # type: ignore[arg-type]
    seller.portal.bus().execute(change_detail, command, SOMEBODY)
    seller.portal.clock().advance(MAILED_AFTER)
    seller.works()
    return seller.mails


def stop_path(mail: OutgoingMail) -> str:
    """The path of the link that turns such mails off."""
    return (mail.unsubscribe or "").removeprefix("http://portal.localhost:8000")


def choose(browser: Browser, *wanted: str) -> int:
    token = token_in(browser.get(HERE).text)
    fields = {"token": token, "wanted": list(wanted)}
    return browser.post(HERE, **fields).status_code  # type: ignore[arg-type]


def test_everything_is_on_until_somebody_says_otherwise(seller: Seller, inside: Browser) -> None:
    page = inside.get(HERE).text
    assert len(re.findall(r"<input type=\"checkbox\"[^>]* checked", page)) == 4
    (mail,) = changed(seller)
    assert (mail.envelope_to, mail.language) == (BILLING, "en")
    assert "PO-77" in mail.text
    assert "jane@acme.com" in mail.text


def test_what_is_turned_off_is_not_mailed_and_staff_see_why(
    seller: Seller, inside: Browser
) -> None:
    assert choose(inside, "invoice_available", "payment_failed", "payment_received") == 303
    assert changed(seller) == []
    (queued,) = seller.portal.mail_queue().page(Wanted(kind="send_details_changed"), 9)
    assert (queued.status, queued.problem) == (
        "expired",
        "The billing contact turned these mails off.",
    )
    assert "Your choice is saved." in inside.get(f"{HERE}?saved=yes").text
    page = inside.get(HERE).text
    assert re.search(r'value="details_changed"(?![^>]*checked)', page)
    assert re.search(r'value="invoice_available"[^>]*checked', page)

    assert choose(inside, "details_changed") == 303
    assert len(changed(seller, typed="PO-78")) == 1
    told = [(event.notification, event.wanted) for event in seller.told(NotificationChosen)]
    assert told == [
        ("details_changed", False),
        ("invoice_available", False),
        ("payment_received", False),
        ("payment_failed", False),
        ("details_changed", True),
    ]


def test_a_choice_is_made_for_ones_own_address_only(seller: Seller) -> None:
    with street(seller.portal) as browsers:
        colleague = browsers.browser()
        sign_in(seller, colleague, "Acme", "jane@acme.com")
        page = re.sub(r"<[^>]+>", "", colleague.get(HERE).text)
        assert f"These mails go to the billing contact, {BILLING}." in page
        choose(colleague)
    assert [mail.envelope_to for mail in changed(seller)] == [BILLING]


def test_only_kinds_that_can_be_turned_off_are_taken(inside: Browser) -> None:
    assert choose(inside, "new_browser") == 422
    token = token_in(inside.get(HERE).text)
    assert inside.post(HERE, token=token, address="jane@acme.com").status_code == 400


def test_a_mail_says_by_which_link_it_is_turned_off_and_one_post_is_enough(
    seller: Seller, inside: Browser
) -> None:
    (mail,) = changed(seller)
    path = stop_path(mail)
    assert mail.unsubscribe is not None
    assert mail.unsubscribe in mail.text
    assert mail.unsubscribe in mail.html
    assert "ap@" not in mail.unsubscribe
    assert "acme" not in mail.unsubscribe.lower()

    elsewhere = {"Content-Type": "application/x-www-form-urlencoded"}
    client = inside.client
    client.cookies.clear()
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert seller.told(NotificationChosen) == []
    for _ in range(2):
        answer = client.post(path, content="List-Unsubscribe=One-Click", headers=elsewhere)
        assert answer.status_code == 200
        assert "These mails are off" in answer.text
    (event,) = seller.told(NotificationChosen)
    assert (event.address, event.notification, event.wanted) == (BILLING, "details_changed", False)
    assert changed(seller, typed="PO-79") == []


def test_the_button_of_the_page_turns_it_off_too(seller: Seller, inside: Browser) -> None:
    (mail,) = changed(seller)
    page = inside.get(stop_path(mail)).text
    assert "Turn these mails off?" in page
    fields = {"List-Unsubscribe": "One-Click"}
    assert inside.post(stop_path(mail), **fields).status_code == 200
    assert changed(seller, typed="PO-79") == []


@pytest.mark.parametrize(
    "forged",
    [
        lambda path: path[:-1] + ("A" if path[-1] != "A" else "B"),
        lambda path: path.replace("details_changed", "invoice_available"),
        lambda path: path.replace("details_changed", "sign_in"),
        lambda path: path.replace(str(named("Acme")), str(named("Beta"))),
        lambda path: path.replace(str(named("Acme")), str(named("nobody"))),
    ],
)
def test_a_link_for_anything_else_changes_nothing(
    seller: Seller, inside: Browser, forged: object
) -> None:
    seller.customer("Beta", "beta.com")
    (mail,) = changed(seller)
    path = forged(stop_path(mail))  # type: ignore[operator]
    assert inside.get(path).status_code == 404
    assert inside.post(path, **{"List-Unsubscribe": "One-Click"}).status_code == 404
    assert seller.told(NotificationChosen) == []


def test_a_post_without_the_one_click_field_or_too_long_changes_nothing(
    seller: Seller, inside: Browser
) -> None:
    (mail,) = changed(seller)
    assert inside.post(stop_path(mail), other="x").status_code == 404
    long = {"List-Unsubscribe": "One-Click" + "x" * 5_000}
    assert inside.post(stop_path(mail), **long).status_code == 413
    assert seller.told(NotificationChosen) == []


def test_changing_how_to_pay_is_always_told(seller: Seller, inside: Browser) -> None:
    choose(inside)
    seller.mails.clear()
    group = seller.portal.log().get(BillGroup, named("Acme"))
    by = Act(seller.portal.clock().now(), SOMEBODY, named("command"))
    held, visa = HeldMethod("main", "cus-1", "pm_1"), PaymentMethodFacts("card", last4="4242")
    method_id = group.save_payment_method(held, visa, by=by)
    group.change_detail("default_payment_method", str(method_id), by=by)
    seller.portal.log().save(group)
    seller.works()
    (mail,) = seller.mails
    assert "ending 4242 was saved as a way to pay" in mail.text
    assert (mail.envelope_to, mail.unsubscribe) == (BILLING, None)
