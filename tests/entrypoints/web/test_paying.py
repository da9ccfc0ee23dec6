"""Paying as a customer does it: the page, the button, what became of it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from dependency_injector import providers
from httpx import Response
from litestar.testing import TestClient

from adapters.memory.payments import MemoryProviders
from application.notifications import ChooseNotifications, choose_notifications
from application.payment_attempts import IN_FLIGHT
from application.payment_notices import take_notice
from application.ports.payment_outcomes import DisputeAtProvider, Notice, RefundAtProvider
from application.ports.payments import PaymentUnavailable
from domain.actor import System
from domain.bill_group import BillGroup, PaymentMethodFacts, PaymentMethodStatus
from domain.invoice import Invoice
from domain.money import Money
from domain.notifications import NOTIFICATIONS
from domain.payment import PaymentBegun, PaymentSucceeded
from entrypoints.container import Portal
from entrypoints.worker import work_once
from tests.entrypoints.customers import at, browser, tell
from tests.paying import ADA, GROUP, PROVIDER, Till, till_of
from tests.read_models.books import BY, TODAY, bill_group, invoice, named

LATE = TODAY - timedelta(20)


def with_provider(portal: Portal, **rules: Any) -> Till:
    till = till_of(portal, **rules)
    portal.payment_providers.override(providers.Object(MemoryProviders(**{PROVIDER: till.port})))
    return till


@pytest.fixture
def till(portal: Portal) -> Till:
    return with_provider(portal)


@pytest.fixture
def customer(till: Till) -> Iterator[TestClient[Any]]:
    with browser(till.portal) as client:
        client.headers["Origin"] = till.portal.settings().web_url
        client.follow_redirects = False
        yield client


def fields(page: Response) -> dict[str, Any]:
    """What the form of a page would send as it stands there."""
    form = re.search(r'<form method="post" action="[^"]*/pay">.*?</form>', page.text, re.DOTALL)[0]  # type: ignore[index]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") in {"radio", "checkbox"} and " checked" not in tag:
            continue
        sent.setdefault(found["name"], []).append(unescape(found.get("value", "")))
    return sent


def pay(customer: TestClient[Any], page: Response, **changes: Any) -> Response:
    return customer.post(at("/pay"), data={**fields(page), **changes})


def ask(customer: TestClient[Any], *ids: UUID, **more: str) -> Response:
    return customer.get(at("/pay"), params={"invoice": [str(one) for one in ids], **more})


def test_the_page_says_what_is_paid_and_with_what_before_anything_happens(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    first, second = till.invoice("NW-1", due_on=LATE), till.invoice("NW-2")
    page = ask(customer, first, second)
    assert page.status_code == 200
    for words in ("NW-1", "NW-2", "€238.00", "Visa ending 4242", "Another card", "DK50 0040"):
        assert words in page.text
    assert till.port.charged() == []


def test_two_overdue_invoices_are_paid_with_a_saved_card_and_have_a_receipt(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    for number in ("NW-1", "NW-2"):
        till.invoice(number, due_on=LATE)
    till.invoice("NW-3")
    page = customer.get(at("/pay?all=overdue"))
    assert "NW-3" not in page.text
    answer = pay(customer, page)
    assert answer.status_code == 303
    receipt = customer.get(answer.headers["Location"])
    for words in ("Thank you for your payment", "€238.00", "NW-1", "NW-2", "Visa ending 4242"):
        assert words in receipt.text
    assert [each.amount.minor for each in till.port.charged() if each.amount] == [23_800]


def test_a_receipt_is_promised_only_where_one_is_mailed(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    group = till.portal.log().get(BillGroup, GROUP)
    contact = group.contacts["billing"]
    receipt = pay(customer, ask(customer, till.invoice("NW-1"))).headers["Location"]
    promised = "A receipt goes to the billing contact."
    assert promised in customer.get(receipt).text
    wanted = [kind for kind in NOTIFICATIONS if kind != "payment_received"]
    choice = ChooseNotifications(GROUP, contact.email, wanted)
    till.portal.bus().execute(choose_notifications, choice, ADA)
    assert promised not in customer.get(receipt).text
    choice = ChooseNotifications(GROUP, contact.email, [*NOTIFICATIONS])
    till.portal.bus().execute(choose_notifications, choice, ADA)
    assert promised in customer.get(receipt).text
    group.receive_contact("billing", None, by=till.portal.bus().act(System("test")))
    till.portal.log().save(group)
    page = customer.get(receipt).text
    assert promised not in page
    assert "We received €119.00 on 2 November 2026." in page


def went_back(
    till: Till,
    location: str,
    told: type[DisputeAtProvider | RefundAtProvider],
    minor: int,
    status: Any,
) -> None:
    """Let the provider tell, twice, what went back of a payment."""
    payment_id = UUID(location.rpartition("/")[2])
    fact = told(
        reference=f"fact {minor}",
        attempt_id=payment_id,
        bill_group_id=GROUP,
        amount=Money(minor, "EUR"),
        status=status,
        at=till.portal.clock().now(),
    )
    for number in range(2):
        take_notice(Notice(f"evt {minor} {number}", fact.at, fact), PROVIDER, till.room)


def test_what_the_bank_took_back_is_no_thank_you_and_no_refund_and_is_mailed_once(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    first, second = till.invoice("NW-1"), till.invoice("NW-2")
    here = pay(customer, ask(customer, first, second)).headers["Location"]
    while work_once(till.portal):
        pass
    outbox = till.portal.mail().sent
    outbox.clear()
    went_back(till, here, DisputeAtProvider, 23_800, "open")
    went_back(till, here, DisputeAtProvider, 23_800, "lost")
    while work_once(till.portal):
        pass

    page = customer.get(here).text
    assert "<h1>Taken back by your bank</h1>" in page
    assert "your bank took it back after a dispute" in page
    assert "Thank you" not in page
    assert "refunded" not in page
    assert f"/pay?invoice={first}&amp;invoice={second}" in page
    invoice = customer.get(at(f"/invoices/{first}")).text
    assert "Taken back by the bank on 2 Nov 2026, open again" in invoice
    assert "Refunded" not in invoice
    statement = customer.get(at("/statement")).text
    assert "Payment taken back by the bank for NW-1" in re.sub("[\u2066-\u2069]", "", statement)
    assert "Refund for" not in statement
    (mail,) = outbox
    assert mail.subject == "Your bank took back €238.00 from Northwind"
    assert "NW-2" in mail.text


def test_a_part_that_was_refunded_is_told_beside_the_thanks(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    here = pay(customer, ask(customer, till.invoice("NW-1"))).headers["Location"]
    went_back(till, here, RefundAtProvider, 900, "succeeded")
    page = customer.get(here).text
    assert "Thank you for your payment" in page
    assert "€9.00 of it was refunded." in page
    assert "Taken back" not in page


def test_a_part_that_the_bank_took_back_is_told_with_what_was_refunded(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    here = pay(customer, ask(customer, till.invoice("NW-1"))).headers["Location"]
    went_back(till, here, RefundAtProvider, 900, "succeeded")
    went_back(till, here, DisputeAtProvider, 1_900, "lost")
    page = customer.get(here).text
    assert "your bank took €19.00 of it back after a dispute" in page
    assert "€9.00 of it was refunded." in page


def make_default(till: Till, method_id: UUID) -> None:
    group, by = till.portal.log().get(BillGroup, GROUP), till.portal.bus().act(System("test"))
    group.receive_detail("default_payment_method", str(method_id), by=by)
    till.portal.log().save(group)


def mark(till: Till, method_id: UUID, status: PaymentMethodStatus) -> None:
    group, by = till.portal.log().get(BillGroup, GROUP), till.portal.bus().act(System("test"))
    group.mark_payment_method(method_id, status, None, by=by)
    till.portal.log().save(group)


def test_the_default_method_is_proposed_before_newer_ones(
    till: Till, customer: TestClient[Any]
) -> None:
    default = till.keep()
    till.keep("card-other")
    make_default(till, default)
    page = ask(customer, till.invoice("NW-1"))
    assert fields(page)["method"] == [str(default)]


def test_looking_at_the_page_asks_no_provider_and_works_while_it_is_away(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    first = till.invoice("NW-1")
    till.port.asked.clear()
    till.port.time_out()
    page = ask(customer, first)
    assert page.status_code == 200
    for words in ("Visa ending 4242", "Pay €119.00", "DK50 0040", "<svg"):
        assert words in page.text
    assert "does not answer" not in page.text
    assert till.port.asked == []


def test_a_failing_method_is_marked_and_not_proposed_and_an_expired_one_cannot_be_chosen(
    till: Till, customer: TestClient[Any]
) -> None:
    failing, good, expired = till.keep(), till.keep("card-other"), till.keep("sepa-settles")
    make_default(till, failing)
    mark(till, failing, "failing")
    mark(till, expired, "expired")
    page = ask(customer, till.invoice("NW-1"))
    assert fields(page)["method"] == [str(good)]
    assert "Failing" in page.text
    assert re.search(rf'value="{expired}" disabled>.*Expired', page.text)
    refused = pay(customer, page, method=str(expired))
    assert refused.status_code == 422
    assert "This payment method is no longer there." in refused.text
    assert till.port.charged() == []


def test_a_method_that_is_gone_at_the_provider_is_refused_and_then_gone_here_too(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    first = till.invoice("NW-1")
    page = ask(customer, first)
    (held,) = till.port.methods(till.customer)
    till.port.remove_method(till.customer, held.reference)
    refused = pay(customer, page)
    assert refused.status_code == 422
    assert "This payment method is no longer there." in refused.text
    assert "Visa ending 4242" not in refused.text
    assert fields(refused)["method"] == ["new"]
    assert till.stands(first).open == 11_900


def test_a_method_known_from_the_billing_system_alone_cannot_be_chosen(
    till: Till, customer: TestClient[Any]
) -> None:
    group, by = till.portal.log().get(BillGroup, GROUP), till.portal.bus().act(System("test"))
    card = PaymentMethodFacts("card", brand="visa", last4="1111")
    group.record_payment_method(named("card"), "pm-1", card, by=by)
    till.portal.log().save(group)
    assert "1111" not in ask(customer, till.invoice("NW-1")).text


def test_a_debit_is_offered_for_the_currency_that_it_moves(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep("sepa-settles")
    card = till.keep()
    page = ask(customer, till.invoice("NW-1", currency="USD"))
    assert "SEPA direct debit" not in page.text
    assert fields(page)["method"] == [str(card)]
    assert "SEPA direct debit" in ask(customer, till.invoice("NW-2")).text


def test_a_transfer_names_the_invoices_that_are_paid_and_its_code_fills_it_in(
    till: Till, customer: TestClient[Any]
) -> None:
    first, second = till.invoice("NW-1"), till.invoice("NW-2")
    till.invoice("NW-3")
    card = ask(customer, first, second).text.partition('id="bank"')[2]
    assert "NW-1, NW-2" in card
    assert "NW-3" not in card
    assert "SEPA transfer of €238.00" in card
    assert "<svg" in card


def test_the_button_pressed_twice_is_one_payment(till: Till, customer: TestClient[Any]) -> None:
    till.keep()
    page = ask(customer, till.invoice("NW-1"))
    sent = fields(page)
    answers = [customer.post(at("/pay"), data=sent) for _ in range(3)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(till.port.charged()) == 1


def test_two_windows_pay_once_and_the_second_is_led_to_the_first(
    till: Till, customer: TestClient[Any]
) -> None:
    first = till.invoice("NW-1")
    mine, yours = ask(customer, first), ask(customer, first)
    begun = pay(customer, mine)
    assert begun.headers["Location"].startswith("https://pay.example/")
    refused = pay(customer, yours)
    assert refused.status_code == 422
    assert "being paid already" in refused.text
    assert "/payments/" in refused.text


def test_an_amount_that_changed_meanwhile_is_shown_before_it_is_paid(
    till: Till, customer: TestClient[Any]
) -> None:
    first = till.invoice("NW-1")
    page = ask(customer, first)
    log = till.portal.log()
    told = log.get(Invoice, first)
    told.apply_credit(named("note"), 1_900, by=till.portal.bus().act(System("test")))
    log.save(told)
    refused = pay(customer, page)
    assert refused.status_code == 422
    assert "The amount has changed" in refused.text
    assert "€100.00" in refused.text
    assert pay(customer, refused).status_code == 303


def test_a_part_is_typed_as_people_write_amounts(portal: Portal) -> None:
    till = with_provider(portal, part_payments=True)
    till.keep()
    first = till.invoice("NW-1")
    with browser(portal, language="de") as customer:
        customer.headers["Origin"] = portal.settings().web_url
        page = ask(customer, first)
        for wrong in ("0", "119,01", "1,999", "viel"):
            assert pay(customer, page, amount=wrong).status_code == 422
        answer = pay(customer, page, amount="50,00")
    assert answer.status_code == 200
    assert till.stands(first).open == 6_900


def test_a_part_that_can_be_read_in_two_ways_is_asked_for_again_at_its_field(
    portal: Portal,
) -> None:
    till = with_provider(portal, part_payments=True)
    till.keep()
    first = till.invoice("NW-1", currency="KWD")
    with browser(portal) as customer:
        customer.headers["Origin"] = portal.settings().web_url
        refused = pay(customer, ask(customer, first), amount="1,460")
    assert refused.status_code == 422
    assert "Type it without a separator for thousands: 1460 or 01,460." in refused.text
    assert 'value="1,460"' in refused.text
    assert till.port.charged() == []


def test_what_stands_for_a_saved_method_is_one_or_nothing_of_it_is_recorded(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    first = till.invoice("NW-1")
    refused = pay(customer, ask(customer, first), method="4242424242424242")
    assert refused.status_code == 422
    assert "This payment method is no longer there." in refused.text
    assert till.portal.log().get(Invoice, first).attempt is None


def test_a_new_method_is_entered_at_the_provider_and_the_way_back_proves_nothing(
    till: Till, customer: TestClient[Any]
) -> None:
    first = till.invoice("NW-1")
    page = ask(customer, first)
    here = at(f"/payments/{fields(page)['payment_id'][0]}")
    onwards = till.page(pay(customer, page).headers["Location"])
    assert customer.get(f"{here}/back").headers["Location"] == here
    assert "You have not paid yet" in customer.get(here).text
    token = fields(page)["token"][0]
    again = customer.post(f"{here}/continue", data={"token": token})
    assert again.headers["Location"] == onwards.url

    till.port.pay(onwards, "card-succeeds")
    customer.get(f"{here}/back")
    assert "Thank you for your payment" in customer.get(here).text
    assert till.stands(first).open == 0


def test_a_declined_card_is_explained_and_another_can_be_tried(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep("card-declined-later")
    first = till.invoice("NW-1")
    failed = customer.get(pay(customer, ask(customer, first)).headers["Location"])
    assert "The bank declined it" in failed.text
    assert f"/pay?invoice={first}" in failed.text
    assert "still open. The bank declined it" in customer.get(at(f"/invoices/{first}")).text


def test_an_answer_that_got_lost_says_so_and_nobody_is_charged_twice(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    first = till.invoice("NW-1")
    page = ask(customer, first)
    sent, saved = fields(page), till.port.methods(till.customer)
    till.port.answer_late()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(till.port), "methods", lambda *_: saved)
        answer = customer.post(at("/pay"), data=sent)
    unknown = customer.get(answer.headers["Location"])
    assert "You will not be charged twice" in unknown.text
    till.port.recover()
    back = customer.get(f"{answer.headers['Location'].partition('?')[0]}/back")
    assert "Thank you" in customer.get(back.headers["Location"]).text
    assert len(till.port.charged()) == 1


def test_whoever_turns_back_can_pay_another_way(till: Till, customer: TestClient[Any]) -> None:
    first = till.invoice("NW-1")
    pay(customer, ask(customer, first))
    held = ask(customer, first)
    assert "is being paid already" in held.text
    here = re.search(r'href="([^"]*/payments/[^"]*)"', held.text)[1]  # type: ignore[index]
    payment = customer.get(here)
    assert "You have not paid yet" in payment.text
    token = re.search(r'name="token" value="(\w+)"', payment.text)[1]  # type: ignore[index]
    left = customer.post(f"{here}/leave", data={"token": token})
    assert left.status_code == 303
    assert "Nothing was charged" in customer.get(here).text
    assert ask(customer, first).text.count("Pay €119.00") == 1


def test_the_way_back_charges_nothing_however_often_it_is_taken(
    till: Till, customer: TestClient[Any]
) -> None:
    payment_id = till.begin(till.invoice("NW-1"), method=till.method())
    till.portal.clock().advance(IN_FLIGHT)
    for purpose in ({}, {"Sec-Purpose": "prefetch"}, {"Sec-Fetch-Site": "cross-site"}):
        back = customer.get(at(f"/payments/{payment_id}/back"), headers=purpose)
        assert back.status_code == 303
    assert till.port.charged() == []
    assert till.payment(payment_id).version == 1


def test_the_way_back_records_what_the_provider_says_and_only_once(
    till: Till, customer: TestClient[Any]
) -> None:
    paid = pay(customer, ask(customer, till.invoice("NW-1")), method="new").headers["Location"]
    till.port.pay(till.page(paid), "card-succeeds")
    (charged,) = till.port.charged()
    for _ in range(3):
        customer.get(at(f"/payments/{charged.attempt_id}/back"))
    assert [type(one) for one in till.told(charged.attempt_id)] == [PaymentBegun, PaymentSucceeded]


def test_nobody_else_takes_the_way_back_nor_has_the_provider_asked(
    till: Till, customer: TestClient[Any]
) -> None:
    payment_id = till.begin(till.invoice("NW-1"))
    till.port.asked.clear()
    customer.cookies.clear()
    away = customer.get(at(f"/payments/{payment_id}/back"))
    assert away.headers["Location"] == "/"
    assert till.port.asked == []


def test_the_page_sent_again_with_another_choice_leads_to_the_first_payment(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    page = ask(customer, till.invoice("NW-1"))
    first = pay(customer, page, method="new").headers["Location"]
    again = pay(customer, page)
    assert again.status_code == 422
    assert "This payment was begun before" in again.text
    assert first.startswith("https://pay.example/")
    assert f'/payments/{fields(page)["payment_id"][0]}"' in again.text
    assert till.port.charged() == []


def test_a_key_that_is_not_accepted_leaves_bank_transfer_and_does_not_say_try_again(
    till: Till, customer: TestClient[Any]
) -> None:
    page = ask(customer, till.invoice("NW-1"))
    till.port.bar()
    refused = pay(customer, page)
    assert refused.status_code == 422
    for words in ("cannot be charged here at the moment", "DK50 0040"):
        assert words in refused.text
    assert "Please try again in a" not in refused.text


def test_a_page_that_cannot_be_opened_is_said_on_the_payment(
    till: Till, customer: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ask(customer, till.invoice("NW-1"))
    monkeypatch.setattr(till.port, "page_to_pay", away)
    answer = pay(customer, page)
    assert "does not answer just now" in customer.get(answer.headers["Location"]).text


def away(_: object) -> Any:
    raise PaymentUnavailable("The provider did not answer.")


def test_a_provider_that_is_away_leaves_bank_transfer_and_charges_nothing(
    till: Till, customer: TestClient[Any]
) -> None:
    first = till.invoice("NW-1")
    page = ask(customer, first)
    till.port.time_out()
    refused = pay(customer, page)
    assert refused.status_code == 422
    assert "does not answer" in refused.text
    assert "IBAN" in refused.text
    assert till.stands(first).open == 11_900


def test_a_foreign_invoice_and_a_foreign_payment_are_as_unknown_as_none(
    till: Till, customer: TestClient[Any]
) -> None:
    tell(till.portal, bill_group("OTHER"), invoice("O-1", group="OTHER"))
    foreign = named("OTHER O-1")
    assert "O-1" not in ask(customer, foreign).text
    theirs = till.begin(till.invoice("NW-1"))
    for payment_id in (theirs, foreign):
        expected = 200 if payment_id == theirs else 404
        assert customer.get(at(f"/payments/{payment_id}")).status_code == expected
        assert customer.get(at(f"/payments/{payment_id}", "OTHER")).status_code == 404


def test_without_a_provider_the_page_names_the_bank_account(portal: Portal) -> None:
    till = with_provider(portal, provider=None)
    first = till.invoice("NW-1")
    with browser(portal) as customer:
        page = ask(customer, first)
    assert "IBAN" in page.text
    assert "Pay with" not in page.text


def test_an_invoice_that_cannot_be_paid_says_why(till: Till, customer: TestClient[Any]) -> None:
    disputed = invoice("NW-4")
    disputed.dispute(TODAY, by=BY)
    tell(till.portal, disputed)
    assert "is disputed" in ask(customer, disputed.id).text


def test_invoices_lead_to_paying_only_where_the_seller_takes_payments(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep()
    first = till.invoice("NW-1", due_on=LATE)
    invoices, overview = customer.get(at("/invoices")), customer.get(at("/"))
    assert f'name="invoice" value="{first}"' in invoices.text
    assert "Pay the overdue invoice" in invoices.text
    assert "/pay?all=overdue&amp;currency=EUR" in overview.text
    assert "Pay €119.00" in customer.get(at(f"/invoices/{first}")).text

    pay(customer, ask(customer, first))
    paid = customer.get(at(f"/invoices/{first}")).text
    assert "Receipt" in paid
    assert "Pay €119.00" not in paid
    assert "/pay?" not in customer.get(at("/")).text


def test_where_nothing_can_be_paid_now_no_button_leads_there_and_the_page_says_why(
    till: Till, customer: TestClient[Any]
) -> None:
    till.keep("sepa-settles")
    disputed = invoice("NW-4")
    disputed.dispute(TODAY, by=BY)
    tell(till.portal, disputed)
    pay(customer, ask(customer, till.invoice("NW-1")))
    overview = customer.get(at("/")).text
    assert "2 open invoices" in overview
    assert "/pay?" not in overview
    page = customer.get(at("/pay?all=unpaid&currency=EUR")).text
    assert "Nothing to pay here" in page
    for words in ("NW-4", "is disputed and cannot be paid", "NW-1", "is being paid already"):
        assert words in page
    assert "No invoice was chosen" not in page


def test_the_amount_on_the_button_is_what_can_be_paid_of_the_overdue(
    till: Till, customer: TestClient[Any]
) -> None:
    till.begin(till.invoice("NW-1", due_on=LATE))
    till.invoice("NW-2", due_on=LATE)
    overview = customer.get(at("/")).text
    assert "€238.00 overdue since 14 Oct 2026" in overview
    assert "Pay €119.00" in overview


def test_where_no_payments_are_taken_nothing_leads_to_paying(portal: Portal) -> None:
    till = with_provider(portal, provider=None)
    first = till.invoice("NW-1", due_on=LATE)
    with browser(portal) as client:
        for path in ("/", "/invoices", f"/invoices/{first}"):
            assert "/pay?" not in client.get(at(path)).text


def test_an_invoice_that_is_being_paid_says_so_and_leads_there(
    till: Till, customer: TestClient[Any]
) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    page = customer.get(at(f"/invoices/{first}")).text
    assert "has begun and has not ended yet" in page
    assert at(f"/payments/{payment_id}") in page
