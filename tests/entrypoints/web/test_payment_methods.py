"""Payment methods and auto-pay as a customer does it: the pages, the buttons, what became of it."""

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
from application.ports.payments import PaymentRefused
from domain.actor import System
from domain.bill_group import BillGroup
from entrypoints.container import Portal
from entrypoints.worker import work_once
from entrypoints.worker.auto_pay import collect_due_invoices
from tests.entrypoints.customers import at, browser, tell
from tests.paying import GROUP, PROVIDER, Till, till_of
from tests.read_models.books import TODAY, bill_group

LIST = "/payment-methods"


def with_provider(portal: Portal, **rules: Any) -> Till:
    till = till_of(portal, **rules)
    portal.payment_providers.override(providers.Object(MemoryProviders(**{PROVIDER: till.port})))
    portal.paying_room.reset()
    return till


@pytest.fixture
def till(portal: Portal) -> Till:
    return with_provider(portal, auto_pay_by_customers=True)


@pytest.fixture
def customer(till: Till) -> Iterator[TestClient[Any]]:
    with browser(till.portal) as client:
        client.headers["Origin"] = till.portal.settings().web_url
        client.follow_redirects = False
        yield client


def show(customer: TestClient[Any], path: str = LIST) -> Response:
    page = customer.get(at(path))
    assert page.status_code == 200, page.text
    return page


def forms(page: Response) -> dict[str, dict[str, str]]:
    """What each form of a page would send, by where it goes."""
    found = {}
    for form in re.findall(r'<form[^>]*method="post".*?</form>', page.text, re.DOTALL):
        action = re.search(r'action="([^"]*)"', form)
        tags = [
            dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall("<input[^>]*>", form)
        ]
        sent = {tag["name"]: unescape(tag.get("value", "")) for tag in tags if "name" in tag}
        found[action[1] if action else ""] = sent
    return found


def press(customer: TestClient[Any], page: Response, ending: str, **changes: str) -> Response:
    """Press the button whose form goes to an address with this ending."""
    (where,) = {where for where in forms(page) if where.endswith(ending)}
    return customer.post(where, data={**forms(page)[where], **changes})


def visit(till: Till, customer: TestClient[Any], trial: str = "card-succeeds") -> tuple[str, str]:
    """Go to the provider's page and enter a method; gives our page of it, and its way back."""
    page = show(customer)
    (where,) = {where for where in forms(page) if where.endswith("/add")}
    sent = forms(page)[where]
    answer = customer.post(where, data=sent)
    assert answer.status_code == 303
    if trial:
        till.port.pay(till.page(answer.headers["Location"]), trial)
    here = at(f"{LIST}/adding/{sent['set_up_id']}")
    return here, f"{here}/back"


def group(till: Till) -> BillGroup:
    return till.portal.log().get(BillGroup, GROUP)


def of_provider(till: Till) -> UUID:
    return list(group(till).held)[-1]


def test_a_card_is_added_on_the_providers_page_made_the_default_and_shown(
    till: Till, customer: TestClient[Any]
) -> None:
    here, back = visit(till, customer)
    assert "Nothing is added yet" in customer.get(here).text
    assert customer.get(back).headers["Location"] == here
    added = show(customer, here.removeprefix(at("")))
    assert "The payment method is added" in added.text
    assert "Visa ending 4242" in added.text
    assert press(customer, added, "/default").headers["Location"].endswith("said=default")
    page = show(customer, f"{LIST}?said=default")
    assert "The default payment method is saved." in page.text
    assert group(till).details["default_payment_method"] == str(of_provider(till))


def test_an_expired_method_is_not_offered_as_the_default(
    till: Till, customer: TestClient[Any]
) -> None:
    usable, expired = till.keep(), till.keep("card-other")
    billed = group(till)
    billed.mark_payment_method(
        expired, "expired", None, by=till.portal.bus().act(System("payments"))
    )
    till.portal.log().save(billed)
    offered = [where for where in forms(show(customer)) if where.endswith("/default")]
    assert offered == [at(f"{LIST}/{usable}/default")]


def test_the_way_back_proves_nothing_and_the_page_can_be_left(
    till: Till, customer: TestClient[Any]
) -> None:
    here, back = visit(till, customer, trial="")
    customer.get(back)
    waiting = show(customer, here.removeprefix(at("")))
    assert "Nothing is added yet" in waiting.text
    again = press(customer, waiting, "/continue").headers["Location"]
    assert again.startswith("https://pay.example/")
    press(customer, waiting, "/leave")
    assert "Nothing was added" in customer.get(here).text


def test_the_button_pressed_twice_leads_to_one_page(till: Till, customer: TestClient[Any]) -> None:
    page = show(customer)
    first, second = (press(customer, page, "/add").headers["Location"] for _ in range(2))
    assert first == second


def test_a_webhook_that_comes_first_is_enough(till: Till, customer: TestClient[Any]) -> None:
    here, back = visit(till, customer)
    till.deliver()
    assert "The payment method is added" in customer.get(here).text
    customer.get(back)
    till.deliver()
    assert len(group(till).held) == 1


def test_a_refused_page_is_no_page_that_was_closed(
    till: Till, customer: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(till.port, "page_to_add_method", refusing)
    page = show(customer)
    refused = press(customer, page, "/add")
    shown = show(customer, refused.headers["Location"].removeprefix(at("")))
    assert "The payment method was not added" in shown.text
    assert "The payment provider refused it" in shown.text
    assert "was closed before" not in shown.text


def refusing(_: object) -> Any:
    raise PaymentRefused("No valid payment method types.")


def test_a_key_that_is_not_accepted_is_said_apart_from_a_provider_that_is_away(
    till: Till, customer: TestClient[Any]
) -> None:
    page = show(customer)
    till.port.bar()
    barred = press(customer, page, "/add").headers["Location"]
    said = customer.get(barred).text
    assert "cannot be charged here at the moment" in said
    assert "try again in a minute" not in said


def test_a_provider_that_is_away_is_said_and_nothing_is_lost(
    till: Till, customer: TestClient[Any]
) -> None:
    page = show(customer)
    till.port.time_out()
    away = press(customer, page, "/add")
    assert "said=provider_away" in away.headers["Location"]
    assert "does not answer just now" in customer.get(away.headers["Location"]).text
    till.port.recover()
    assert press(customer, page, "/add").headers["Location"].startswith("https://pay.example/")


def test_a_foreign_visit_and_a_foreign_method_are_not_found(
    till: Till, customer: TestClient[Any]
) -> None:
    here, back = visit(till, customer)
    customer.get(back)
    method_id = of_provider(till)
    tell(till.portal, bill_group("Globex"))
    with browser(till.portal, "Globex") as other:
        for path in (f"{LIST}/adding/{here.rpartition('/')[2]}", f"{LIST}/{method_id}/remove"):
            assert other.get(at(path, "Globex")).status_code == 404


def test_what_can_be_charged_is_told_apart_from_what_the_billing_system_knows(
    till: Till, customer: TestClient[Any]
) -> None:
    page = show(customer)
    assert page.text.count("It cannot be charged here") == 1
    assert "Not usable here" in page.text
    assert "Usable</span>" not in page.text
    assert "known from our billing system only" in page.text
    _, back = visit(till, customer, "sepa-settles")
    customer.get(back)
    page = show(customer)
    held = group(till).held[of_provider(till)]
    assert "Usable</span>" in page.text
    assert f"Mandate {held.mandate}" in re.sub("<[^>]*>|[\u2066-\u2069]", "", page.text)
    assert page.text.count("It cannot be charged here") == 1


def test_the_method_that_auto_pay_needs_stays_and_the_page_says_why(
    till: Till, customer: TestClient[Any]
) -> None:
    _, back = visit(till, customer)
    customer.get(back)
    method_id = of_provider(till)
    press(customer, show(customer), f"{method_id}/default")
    refused = press(customer, show(customer, f"{LIST}/{method_id}/remove"), "/remove")
    assert refused.status_code == 422
    assert "there is no other method to collect with" in refused.text
    assert method_id in group(till).payment_methods


def test_a_method_is_removed_here_and_by_the_worker_at_the_provider(
    till: Till, customer: TestClient[Any]
) -> None:
    _, back = visit(till, customer)
    customer.get(back)
    asked = show(customer, f"{LIST}/{of_provider(till)}/remove")
    answer = press(customer, asked, "/remove")
    assert "It cannot be charged any more" in customer.get(answer.headers["Location"]).text
    assert press(customer, asked, "/remove").status_code == 303, "another tab was faster"
    till.port.time_out()
    work(till)
    till.port.recover()
    assert len(till.port.methods(till.customer)) == 1
    till.portal.clock().advance(timedelta(days=40))
    work(till)
    assert till.port.methods(till.customer) == []


def work(till: Till) -> None:
    while work_once(till.portal):
        pass


@pytest.mark.parametrize("deed", ["remove", "auto-pay"])
def test_after_an_hour_the_mailbox_is_proven_again_first(
    till: Till, customer: TestClient[Any], deed: str
) -> None:
    _, back = visit(till, customer)
    customer.get(back)
    method_id = of_provider(till)
    press(customer, show(customer), f"{method_id}/default")
    before = group(till)
    till.portal.clock().advance(timedelta(minutes=61))
    page = show(customer, LIST if deed == "auto-pay" else f"{LIST}/{method_id}/remove")
    asked = press(customer, page, deed)
    assert asked.status_code == 403
    assert "Is it you?" in asked.text
    assert group(till).version == before.version


def test_auto_pay_is_switched_off_and_on(till: Till, customer: TestClient[Any]) -> None:
    _, back = visit(till, customer)
    customer.get(back)
    press(customer, show(customer), f"{of_provider(till)}/default")
    page = show(customer)
    assert "Switch auto-pay off" in page.text
    off = press(customer, page, "/auto-pay")
    page = customer.get(off.headers["Location"])
    assert "Auto-pay is off." in page.text
    assert group(till).collection == "manual"
    press(customer, page, "/auto-pay")
    assert group(till).collection == "automatic"


def switched_off(till: Till, customer: TestClient[Any]) -> None:
    """A customer with a default method who pays by hand."""
    _, back = visit(till, customer)
    customer.get(back)
    press(customer, show(customer), f"{of_provider(till)}/default")
    press(customer, show(customer), "/auto-pay")


def test_before_auto_pay_collects_at_once_it_says_what_with_what_and_what_comes_next(
    till: Till, customer: TestClient[Any]
) -> None:
    switched_off(till, customer)
    till.invoice("NW-1", due_on=TODAY - timedelta(days=3))
    till.invoice("NW-2", due_on=TODAY)
    till.invoice("NW-3", due_on=TODAY + timedelta(days=5))
    till.invoice("NW-4", due_on=TODAY + timedelta(days=9))
    assert at("/auto-pay") not in forms(show(customer))
    asked = show(customer, "/auto-pay/on")
    for words in (
        "2 invoices are due or overdue. They are collected now",
        "Visa ending 4242",
        "Switch on and collect €238.00",
        "Next: €119.00 on 7 Nov 2026.",
    ):
        assert words in asked.text
    assert "NW-3" not in asked.text
    assert till.port.charged() == []
    assert group(till).collection == "manual"


def test_auto_pay_collects_at_once_only_what_was_seen_before(
    till: Till, customer: TestClient[Any]
) -> None:
    switched_off(till, customer)
    stale = show(customer)
    till.invoice("NW-1", due_on=TODAY)
    answer = press(customer, stale, "/auto-pay")
    assert answer.headers["Location"] == at("/auto-pay/on")
    asked = customer.get(answer.headers["Location"])
    till.invoice("NW-2", due_on=TODAY)
    assert press(customer, asked, "/auto-pay").headers["Location"] == at("/auto-pay/on")
    assert group(till).collection == "manual"


def test_once_it_was_seen_what_is_due_is_collected_and_the_mail_says_so(
    till: Till, customer: TestClient[Any]
) -> None:
    switched_off(till, customer)
    work(till)
    outbox = till.portal.mail().sent
    outbox.clear()
    till.invoice("NW-1", due_on=TODAY)
    answer = press(customer, show(customer, "/auto-pay/on"), "/auto-pay")
    assert "What is due is being collected now" in customer.get(answer.headers["Location"]).text
    work(till)
    (told,) = [mail for mail in outbox if "switched on" in mail.subject]
    assert "That is €119.00 now." in told.text
    collect_due_invoices(till.portal)
    work(till)
    assert [one.amount.minor for one in till.port.charged() if one.amount] == [11_900]


def test_what_is_being_paid_already_is_not_asked_about(
    till: Till, customer: TestClient[Any]
) -> None:
    switched_off(till, customer)
    till.begin(till.invoice("NW-1", due_on=TODAY))
    press(customer, show(customer), "/auto-pay")
    assert group(till).collection == "automatic"
    assert customer.get(at("/auto-pay/on")).status_code == 303


def test_where_the_seller_does_not_allow_it_there_is_no_switch(portal: Portal) -> None:
    till = with_provider(portal)
    with browser(portal) as customer:
        customer.headers["Origin"] = portal.settings().web_url
        page = customer.get(at(LIST))
        assert "Switch auto-pay" not in page.text
        token = forms(page)[at(f"{LIST}/add")]["token"]
        sent = {"token": token, "collection": "manual"}
        answer = customer.post(at("/auto-pay"), data=sent)
    assert "Auto-pay is not switched here" in answer.text
    assert group(till).collection == "automatic"


def test_what_auto_pay_will_collect_and_what_failed_stands_on_every_page_about_it(
    till: Till, customer: TestClient[Any]
) -> None:
    _, back = visit(till, customer, "card-declined-later")
    customer.get(back)
    press(customer, show(customer), f"{of_provider(till)}/default")
    first = till.invoice("NW-1", due_on=TODAY)
    later = till.invoice("NW-2", due_on=TODAY + timedelta(days=5))
    assert "Will be collected on 7 Nov 2026." in show(customer, f"/invoices/{later}").text
    collect_due_invoices(till.portal)
    work(till)
    for path in (LIST, f"/invoices/{first}", "/"):
        page = show(customer, path)
        assert "Next try on 5 Nov 2026." in page.text, path
    assert "The bank declined it" in show(customer).text
    assert "Failing" in show(customer).text


def test_a_transfer_in_euro_has_a_code_to_scan_with_all_that_is_open(
    till: Till, customer: TestClient[Any]
) -> None:
    assert 'class="qr"' not in show(customer).text
    till.invoice("NW-1")
    till.invoice("NW-2")
    page = show(customer)
    assert 'class="qr"' in page.text
    for words in ("DK50 0040", "€238.00", "NW-1, NW-2"):
        assert words in page.text


def test_what_auto_pay_collects_by_itself_is_no_part_of_a_transfer(
    till: Till, customer: TestClient[Any]
) -> None:
    _, back = visit(till, customer)
    customer.get(back)
    press(customer, show(customer), f"{of_provider(till)}/default")
    first = till.invoice("NW-1", due_on=TODAY + timedelta(days=5))
    for path in (LIST, f"/pay?invoice={first}"):
        card = show(customer, path).text.partition('id="bank"')[2]
        assert "Auto-pay collects €119.00 by itself on 7 Nov 2026" in card, path
        for words in ("NW-1", "Amount</dt>", "QR code"):
            assert words not in card, path
    without_due_date = till.invoice("NW-2", due_on=None)
    for path in (LIST, f"/pay?invoice={first}&invoice={without_due_date}"):
        card = show(customer, path).text.partition('id="bank"')[2]
        assert "SEPA transfer of €119.00" in card, path
        assert "NW-2" in card
        assert "NW-1" not in card


def test_once_auto_pay_is_off_all_that_is_open_is_part_of_a_transfer(
    till: Till, customer: TestClient[Any]
) -> None:
    switched_off(till, customer)
    till.invoice("NW-1", due_on=TODAY + timedelta(days=5))
    card = show(customer).text.partition('id="bank"')[2]
    assert "SEPA transfer of €119.00" in card
    assert "Auto-pay collects" not in card


def test_without_bank_transfer_the_account_is_not_shown(portal: Portal) -> None:
    with_provider(portal, bank_transfer=False)
    with browser(portal) as customer:
        assert "DK50 0040" not in customer.get(at(LIST)).text
