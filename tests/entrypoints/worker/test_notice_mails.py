"""The mails that tell of invoices, changes and new browsers: to whom, in what words, with what."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from application.bill_group import ChangeDetail, UndoChange, change_detail, undo_change
from application.ports.event_log import Job
from application.ports.mail import OutgoingMail
from application.ports.mail_queue import Wanted
from application.reactions import SendInvoiceAvailable, SendMethodsChanged
from domain.actor import Actor, Customer, Staff
from domain.bill_group import BillGroup, Detail
from entrypoints.container import Portal
from entrypoints.worker.changes_together import MAILED_AFTER
from entrypoints.worker.jobs import LONGEST_PAUSE
from tests.entrypoints.web.customers import Seller, sign_in, street
from tests.read_models.books import bill_group, invoice, named

ACME = named("Acme")
READER = "ap@acme.example"
JANE = Customer("jane@acme.com", ACME, named("session"))
TODAY = date(2026, 11, 2)


@pytest.fixture
def seller(portal: Portal) -> Seller:
    seller = Seller(portal)
    seller.customer("Acme", "acme.com")
    return seller


def issue(seller: Seller, number: str = "NW-7", **facts: Any) -> UUID:
    """Let the billing system issue an invoice that is announced."""
    facts = {"issued_on": TODAY, "due_on": TODAY + timedelta(days=14)} | facts
    told = invoice(number, group="Acme", **facts)
    payload = SendInvoiceAvailable(told.id, seller.portal.clock().now())
    seller.portal.log().save(told, jobs=[Job("send_invoice_available", payload, ACME)])
    return told.id


def one_mail(seller: Seller) -> OutgoingMail:
    seller.works()
    (mail,) = seller.mails
    return mail


def problem(seller: Seller, kind: str = "send_invoice_available") -> str | None:
    seller.works()
    assert seller.mails == []
    (queued,) = seller.portal.mail_queue().page(Wanted(kind=kind), 9)
    assert queued.status == "expired"
    return queued.problem


def test_an_invoice_is_told_to_the_billing_contact_with_what_matters(seller: Seller) -> None:
    seller.grant("Acme", READER)
    invoice_id = issue(seller)
    mail = one_mail(seller)
    assert mail.envelope_to == READER
    assert (mail.from_name, mail.reply_to) == ("Northwind", "billing@northwind.example")
    assert mail.subject == "Invoice NW-7 from Northwind for €119.00"
    for words in ("€119.00", "NW-7", "2 November 2026", "16 November 2026", "/p/link-of"):
        assert words in mail.text
    assert mail.message_id == f"<{invoice_id}.invoice_available@localhost>"
    assert "/stop-mail/" in str(mail.unsubscribe)


def test_without_a_grant_it_names_the_support_contact_instead_of_the_portal(
    seller: Seller,
) -> None:
    issue(seller)
    mail = one_mail(seller)
    assert "/p/" not in mail.text + mail.html
    assert "billing@northwind.example" in mail.text
    assert "support contact" in mail.text


def test_while_the_portal_is_off_it_links_nobody(seller: Seller) -> None:
    seller.grant("Acme", READER)
    seller.turn_off("Acme")
    issue(seller)
    assert "/p/" not in one_mail(seller).text


def test_before_a_portal_was_ever_switched_on_no_invoice_is_told(portal: Portal) -> None:
    seller = Seller(portal)
    seller.save(bill_group("Acme"))
    seller.contract("Acme")
    issue(seller)
    assert problem(seller) == "The customer portal was never switched on."


def test_it_is_in_the_bill_groups_language(seller: Seller) -> None:
    group = seller.portal.log().get(BillGroup, ACME)
    facts = group.facts
    assert facts is not None
    assert group.account_id is not None
    assert group.entity_id is not None
    german = replace(facts, language="de")
    group.record_facts("erp", "x", group.account_id, group.entity_id, german, by=seller.by())
    seller.portal.log().save(group)
    issue(seller)
    mail = one_mail(seller)
    assert mail.language == "de"
    assert "119,00" in mail.text
    assert "16. November 2026" in mail.text


def test_the_same_mail_has_the_same_message_id_when_its_answer_got_lost(seller: Seller) -> None:
    issue(seller)
    seller.portal.mail().answer_late()
    seller.works()
    seller.portal.mail().recover()
    seller.portal.clock().advance(LONGEST_PAUSE)
    seller.works()
    first, second = seller.mails
    assert first.message_id == second.message_id


def test_an_invoice_that_was_voided_meanwhile_is_not_told(seller: Seller) -> None:
    told = invoice("NW-8", group="Acme", issued_on=TODAY)
    told.void(TODAY, by=seller.by())
    payload = SendInvoiceAvailable(told.id, seller.portal.clock().now())
    seller.portal.log().save(told, jobs=[Job("send_invoice_available", payload, ACME)])
    assert problem(seller) == "The invoice was void by then."


def test_the_entitys_calendar_says_what_is_more_than_three_days_back(seller: Seller) -> None:
    issue(seller, issued_on=TODAY - timedelta(days=4))
    assert problem(seller) == "The invoice was dated more than three days back."


def test_a_number_from_elsewhere_never_becomes_a_header_or_a_link(seller: Seller) -> None:
    issue(seller, number="NW\r\nBcc: x@evil.com https://evil.com/ =?utf-8?q?=61?=")
    mail = one_mail(seller)
    assert "https://evil.com" not in mail.text
    assert "https://evil.com" not in mail.html.partition("</head>")[2]
    (letter,) = seller.portal.mail().letters
    head = letter.partition(b"\r\n\r\n")[0]
    assert not [line for line in head.splitlines() if line.startswith(b"Bcc")]


def change(
    seller: Seller, typed: str = "PO-77", detail: Detail = "po_number", by: Actor = JANE
) -> None:
    command = ChangeDetail(ACME, detail, typed)
    seller.portal.bus().execute(change_detail, command, by)


def wait(seller: Seller, after: timedelta = MAILED_AFTER) -> None:
    seller.works()
    seller.portal.clock().advance(after)
    seller.works()


def told(seller: Seller) -> list[str]:
    """What each mail about details was about, since the last look."""
    subjects = [mail.subject.partition("have changed: ")[2] for mail in seller.mails]
    seller.mails.clear()
    return subjects


def test_a_changed_detail_says_from_what_to_what_and_by_whom(seller: Seller) -> None:
    change(seller)
    wait(seller)
    mail = one_mail(seller)
    assert mail.subject == "Your details at Northwind have changed: PO number"
    assert "jane@acme.com changed" in mail.text
    assert "- PO-77" in mail.text
    seller.mails.clear()
    change(seller, "")
    wait(seller)
    assert "- removed (before: PO-77)" in one_mail(seller).text


def test_what_one_person_changes_within_minutes_is_one_mail_from_first_to_last(
    seller: Seller,
) -> None:
    change(seller, "PO-77")
    wait(seller, timedelta(minutes=2))
    change(seller, "GB980780684", "vat_number")
    change(seller, "PO-78")
    wait(seller, timedelta(minutes=3, seconds=59))
    assert seller.mails == []
    wait(seller, timedelta(seconds=1))
    mail = one_mail(seller)
    assert mail.subject == "Your details at Northwind have changed: PO number, VAT number"
    assert "- PO-78 (before: PO-Acme)" in mail.text
    assert "- GB980780684 (before: VAT-Acme)" in mail.text
    assert "PO-77" not in mail.text
    wait(seller, timedelta(hours=1))
    assert len(seller.mails) == 1


def test_what_others_change_and_what_is_changed_later_are_mails_of_their_own(
    seller: Seller,
) -> None:
    change(seller, "PO-77")
    bob = Customer("bob@acme.com", ACME, named("session"))
    change(seller, "GB980780684", "vat_number", bob)
    elsewhere = Customer(JANE.address, ACME, named("another session"))
    wait(seller, timedelta(minutes=4))
    change(seller, "", "vat_number", elsewhere)
    wait(seller, timedelta(minutes=1))
    change(seller, "PO-78")
    wait(seller, timedelta(hours=1))
    assert sorted(told(seller)) == ["PO number", "PO number, VAT number", "VAT number"]


def test_what_is_changed_back_within_minutes_is_not_told(seller: Seller) -> None:
    change(seller, "PO-77")
    change(seller, "PO-Acme")
    seller.portal.clock().advance(MAILED_AFTER)
    seller.works()
    assert seller.mails == []
    problems = {
        queued.problem
        for queued in seller.portal.mail_queue().page(Wanted(kind="send_details_changed"), 9)
    }
    assert problems == {
        "It was changed back within minutes.",
        "The mail about the change before tells of it.",
    }


def test_a_worker_that_was_killed_after_the_mail_sends_the_same_one(seller: Seller) -> None:
    change(seller, "PO-77")
    change(seller, "GB980780684", "vat_number")
    seller.portal.clock().advance(MAILED_AFTER)
    seller.portal.mail().answer_late()
    seller.works()
    seller.portal.mail().recover()
    change(seller, "PO-78")
    seller.portal.clock().advance(LONGEST_PAUSE)
    seller.works()
    first, *others = seller.mails
    same = [mail for mail in others if mail.message_id == first.message_id]
    assert [mail.text for mail in same] == [first.text]
    assert len(others) == 2


def test_a_new_billing_email_is_told_at_once_and_not_again(seller: Seller) -> None:
    change(seller, "PO-77")
    group = seller.portal.log().get(BillGroup, ACME)
    contact = group.contacts["billing"]
    assert contact is not None
    by = replace(seller.by(), actor=JANE)
    group.confirm_billing_email(replace(contact, email="new@acme.example"), by=by)
    seller.portal.log().save(group)
    wait(seller)
    assert told(seller) == ["PO number"]


def test_what_staff_undo_is_told_without_naming_them(seller: Seller) -> None:
    change(seller)
    wait(seller)
    seller.mails.clear()
    version = seller.portal.log().get(BillGroup, ACME).version
    seller.portal.bus().execute(undo_change, UndoChange(ACME, version), Staff(UUID(int=5)))
    wait(seller)
    assert one_mail(seller).text.startswith("Northwind changed what it has on file")


def test_a_billing_email_that_staff_set_back_is_told_to_both_addresses_and_by_no_other_mail(
    seller: Seller,
) -> None:
    seller.grant("Acme", READER)
    log, bus = seller.portal.log(), seller.portal.bus()
    group = log.get(BillGroup, ACME)
    contact = group.contacts["billing"]
    assert contact is not None
    group.confirm_billing_email(replace(contact, email="new@elsewhere.example"), by=bus.act(JANE))
    log.save(group)
    wait(seller)
    seller.mails.clear()
    bus.execute(undo_change, UndoChange(ACME, group.version), Staff(UUID(int=5)))
    wait(seller)
    told = {mail.envelope_to: mail for mail in seller.mails}
    assert sorted(told) == [READER, "new@elsewhere.example"]
    assert len(seller.mails) == len({mail.message_id for mail in seller.mails}) == 2
    for mail in seller.mails:
        assert mail.subject == "The billing email for Northwind has changed"
        assert f"go to {READER} again from now on" in mail.text
        assert "Until now they went to new@elsewhere.example." in mail.text
        assert "asked for it" not in mail.text
        assert mail.unsubscribe is None
    assert "/p/link-of" in told[READER].text
    assert "Tell the support contact below." in told["new@elsewhere.example"].text


def test_undoing_something_else_tells_nothing_of_the_billing_email(seller: Seller) -> None:
    change(seller)
    version = seller.portal.log().get(BillGroup, ACME).version
    seller.portal.bus().execute(undo_change, UndoChange(ACME, version), Staff(UUID(int=5)))
    wait(seller)
    assert all("billing email" not in mail.subject for mail in seller.mails)


@pytest.mark.parametrize(
    ("news", "collection", "words"),
    [
        ("auto_pay", "automatic", "Auto-pay for Northwind was switched on"),
        ("auto_pay", "manual", "Auto-pay for Northwind was switched off"),
        ("auto_pay", None, "Auto-pay for Northwind has changed"),
        ("renewed", None, "A payment method for Northwind was renewed"),
        ("removed", None, "A payment method for Northwind was removed"),
        ("default", None, "Your default payment method for Northwind has changed"),
    ],
)
def test_each_change_of_how_to_pay_has_its_words_and_cannot_be_turned_off(
    seller: Seller, news: Any, collection: str | None, words: str
) -> None:
    told = SendMethodsChanged(ACME, 3, news, collection=collection)
    seller.portal.log().save(jobs=[Job("send_methods_changed", told, ACME)])
    mail = one_mail(seller)
    assert (mail.subject, mail.unsubscribe) == (words, None)


def test_a_card_that_a_bank_renewed_is_not_told_as_if_a_person_had_done_it(
    seller: Seller,
) -> None:
    told = SendMethodsChanged(ACME, 3, "renewed", UUID(int=9))
    seller.portal.log().save(jobs=[Job("send_methods_changed", told, ACME)])
    mail = one_mail(seller)
    for text in (mail.text, mail.html):
        assert "There is nothing to do." in text
        assert "one of you" not in text
        assert "was saved" not in text


def test_a_new_browser_is_told_to_whom_it_concerns_and_a_known_one_to_nobody(
    seller: Seller,
) -> None:
    with street(seller.portal) as browsers:
        browser = browsers.browser("Mozilla/5.0 (X11; Linux) Firefox/144.0")
        sign_in(seller, browser, "Acme")
        mail = seller.mails[-1]
        assert mail.subject == "New sign-in to the customer portal of Northwind"
        assert (mail.envelope_to, mail.unsubscribe) == ("jane@acme.com", None)
        assert "Firefox" in mail.text
        assert "http://portal.localhost:8000/sessions" in mail.text
        seller.mails.clear()
        seller.portal.clock().advance(timedelta(minutes=5))
        browser.cookies.pop("portal-session")
        sign_in(seller, browser, "Acme")
        assert [one.subject.split()[0] for one in seller.mails] == ["Sign"]
        sign_in(seller, browsers.browser("Safari"), "Acme", "eve@acme.com")
        assert seller.mails[-1].envelope_to == "eve@acme.com"


def test_a_rebuild_sends_nothing(seller: Seller) -> None:
    change(seller)
    wait(seller)
    before = len(seller.mails)
    seller.portal.traces().rebuild()
    seller.works()
    assert len(seller.mails) == before
