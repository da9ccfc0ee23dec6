"""A mail's link leads to the page that it is about, after signing in, and nowhere else."""

import re
from datetime import timedelta

import pytest

from application.bill_group import ChangeDetail, change_detail
from application.ports.event_log import Job
from application.reactions import SendInvoiceAvailable, SendMethodsChanged
from domain.actor import Customer
from entrypoints.landing import HOME, landing
from entrypoints.worker.changes_together import MAILED_AFTER
from tests.entrypoints.web.customers import Browser, Seller, code_in, link_of, sign_in
from tests.read_models.books import invoice, named

ACME = f"/b/{named('Acme')}"
PLACE = f"/invoices/{named('Acme NW-7')}"
DOOR = f"/p/{link_of('Acme')}"
ELSEWHERE = (
    "//evil.com",
    "https://evil.com/invoices/1",
    "/\\evil.com",
    "/invoices/../../sessions",
    f"{PLACE}/pdf",
    f"{PLACE}?x=1",
    f"{PLACE}\n",
    f"{PLACE}#x",
    "/sessions",
    "",
)


@pytest.fixture
def acme(seller: Seller) -> Seller:
    """Acme with an invoice, whose billing contact is let in."""
    seller.customer("Acme", "acme.example")
    today = seller.portal.clock().now().date()
    seller.save(invoice("NW-7", group="Acme", issued_on=today).pending)
    return seller


def links(seller: Seller) -> list[str]:
    """Where the mails sent so far lead to on our host, but for signing in."""
    found = [
        re.search(r"http://portal\.localhost:8000(/p/\S+)", mail.text) for mail in seller.mails
    ]
    return [each[1] for each in found if each]


def hidden(browser: Browser, path: str) -> dict[str, str]:
    """What the form of a page sends along."""
    form = browser.get(path).text.partition("<main")[2].partition("</main>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def ask(browser: Browser, to: str) -> None:
    """Type an address on the page that a mail's link opens."""
    browser.post(DOOR, address="ap@acme.example", **hidden(browser, to))


def test_the_mail_about_an_invoice_leads_to_the_invoice(acme: Seller) -> None:
    told = SendInvoiceAvailable(named("Acme NW-7"), acme.portal.clock().now())
    acme.portal.log().save(jobs=[Job("send_invoice_available", told, named("Acme"))])
    acme.works()
    assert links(acme) == [f"{DOOR}?to={PLACE}"]


def test_the_mails_about_details_and_ways_to_pay_lead_to_their_pages(acme: Seller) -> None:
    actor = Customer("ap@acme.example", named("Acme"), named("session"))
    command = ChangeDetail(named("Acme"), "po_number", "PO-77")
    acme.portal.bus().execute(change_detail, command, actor)
    told = SendMethodsChanged(named("Acme"), 3, "removed")
    acme.portal.log().save(jobs=[Job("send_methods_changed", told, named("Acme"))])
    acme.portal.clock().advance(MAILED_AFTER)
    acme.works()
    assert sorted(links(acme)) == [f"{DOOR}?to=/details", f"{DOOR}?to=/payment-methods"]


def test_whoever_is_signed_in_lands_at_once(acme: Seller, browser: Browser) -> None:
    sign_in(acme, browser, "Acme", "ap@acme.example")
    answer = browser.get(f"{DOOR}?to={PLACE}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ACME}{PLACE}")
    assert "NW-7" in browser.get(answer.headers["location"]).text


def test_whoever_signs_in_by_link_or_by_code_lands_there_once(
    acme: Seller, browser: Browser
) -> None:
    ask(browser, f"{DOOR}?to={PLACE}")
    acme.works()
    assert browser.press_link(acme.mails[-1]).headers["location"] == f"{ACME}{PLACE}"
    assert "portal-place" not in browser.cookies

    browser.cookies.pop("portal-session")
    acme.works()
    acme.portal.clock().advance(timedelta(minutes=2))
    ask(browser, f"{DOOR}?to={PLACE}")
    acme.works()
    typed = browser.type_code("Acme", code_in(acme.mails[-1]))
    assert typed.headers["location"] == f"{ACME}{PLACE}"


def test_what_was_typed_wrong_keeps_the_place_and_asking_anew_forgets_it(
    acme: Seller, browser: Browser
) -> None:
    sent = hidden(browser, f"{DOOR}?to={PLACE}")
    wrong = browser.post(DOOR, address="nobody", **sent)
    assert wrong.status_code == 422
    assert f'name="to" value="{PLACE}"' in wrong.text
    browser.post(DOOR, address="ap@acme.example", **sent)
    acme.portal.clock().advance(timedelta(minutes=2))
    ask(browser, DOOR)
    acme.works()
    assert browser.press_link(acme.mails[-1]).headers["location"] == f"{ACME}/"


@pytest.mark.parametrize("to", ELSEWHERE)
def test_only_a_few_pages_of_ours_are_places(to: str) -> None:
    assert landing(to) == HOME


@pytest.mark.parametrize("forged", ["//evil.com", "/\\evil.com", "/sessions"])
def test_a_link_a_form_or_a_cookie_that_was_forged_leads_to_the_first_page(
    acme: Seller, browser: Browser, forged: str
) -> None:
    sent = hidden(browser, f"{DOOR}?to={forged}")
    assert "to" not in sent
    browser.post(DOOR, address="ap@acme.example", **sent, to=forged)
    browser.cookies["portal-place"] = forged
    acme.works()
    assert browser.press_link(acme.mails[-1]).headers["location"] == f"{ACME}/"
    assert browser.get(f"{DOOR}?to={forged}").headers["location"] == f"{ACME}/"


def test_the_page_of_a_foreign_invoice_is_not_found_after_signing_in(
    acme: Seller, browser: Browser
) -> None:
    acme.customer("Other")
    acme.save(invoice("O-1", group="Other").pending)
    sign_in(acme, browser, "Acme", "ap@acme.example")
    answer = browser.get(f"{DOOR}?to=/invoices/{named('Other O-1')}")
    assert browser.get(answer.headers["location"]).status_code == 404
