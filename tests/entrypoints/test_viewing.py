"""The pages a customer looks at: what they say, what they never show."""

from datetime import date, timedelta

import msgspec
import pytest

from domain.bill_group import BillGroup, PaymentMethodFacts, UpcomingInvoice
from domain.document_lines import InvoiceLine, TaxLine
from entrypoints.container import Portal
from tests.entrypoints.customers import at, browser, tell
from tests.read_models.books import (
    BY,
    TODAY,
    bill_group,
    credit_note,
    document,
    invoice,
    named,
    pay,
    seller,
    subscription,
)

PAGES = (
    "/",
    "/upcoming",
    "/invoices",
    "/subscriptions",
    "/subscriptions?show=over",
    "/payment-methods",
    "/details",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_opens_before_anything_is_billed(
    portal: Portal, path: str, language: str
) -> None:
    tell(portal, seller(), bill_group())
    with browser(portal, language=language) as customer:
        answer = customer.get(at(path))
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "style=" not in answer.text


def test_the_overview_says_what_is_owed_and_what_comes_next(portal: Portal) -> None:
    late = invoice("NW-1", due_on=TODAY - timedelta(3))
    paid = invoice("NW-2")
    pay(paid, 11_900)
    tell(portal, seller(), bill_group(), late, paid, subscription("Platform"))
    tell(portal, credit_note("CN-1", 5_000))
    with browser(portal) as customer:
        text = customer.get(at("/")).text
    for words in (
        "€119.00",
        "1 open invoice",
        "€119.00 overdue since 31 Oct 2026",
        "€50.00 credit available",
        "1 December 2026",
        "about €100.00",
        "Monthly, in advance",
        "due 14 days after issue",
        "We collect with Visa ending 4242.",
        "PO-ACME",
        "VAT-ACME",
        "Not given",
        "Overdue 3 days",
        "Platform",
    ):
        assert words in text


def test_nothing_open_and_nothing_running_is_said_plainly(portal: Portal) -> None:
    tell(portal, seller(), bill_group(collection="manual"))
    with browser(portal) as customer:
        text = customer.get(at("/")).text
        upcoming = customer.get(at("/upcoming")).text
    assert "Nothing to pay" in text
    assert "No upcoming billing" in text
    assert "You pay each invoice yourself." in text
    assert "No upcoming billing" in upcoming


def test_currencies_are_never_added_up(portal: Portal) -> None:
    tell(portal, seller(), bill_group(), invoice("NW-1"), invoice("NW-2", currency="USD"))
    with browser(portal) as customer:
        text = customer.get(at("/")).text
    assert "€119.00" in text
    assert "$119.00" in text
    assert "238.00" not in text


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (PaymentMethodFacts("card", "failing", "visa", "4242", "2027-05"), "failed."),
        (PaymentMethodFacts("card", "usable", "visa", "4242", "2026-10"), "has expired."),
        (PaymentMethodFacts("card", "usable", "visa", "4242", "2026-11"), "expires before"),
    ],
)
def test_auto_pay_says_what_is_wrong_with_the_method(
    portal: Portal, facts: PaymentMethodFacts, words: str
) -> None:
    group = BillGroup.replay(named("ACME"), bill_group()[2:])
    group.record_payment_method(named("ACME card"), "ACME-card", facts, by=BY)
    tell(portal, seller(), bill_group(), group, subscription("Platform"))
    with browser(portal) as customer:
        text = customer.get(at("/")).text
    assert "Needs attention" in text
    assert words in text


@pytest.mark.parametrize(("terms", "words"), [(0, "On"), (45, "expires before")])
def test_a_card_has_to_last_until_the_next_invoice_is_due(
    portal: Portal, terms: int, words: str
) -> None:
    card = PaymentMethodFacts("card", "usable", "visa", "4242", "2026-12")
    group = BillGroup.replay(named("ACME"), bill_group(payment_terms_days=terms)[2:])
    group.record_payment_method(named("ACME card"), "ACME-card", card, by=BY)
    tell(portal, seller(), bill_group(payment_terms_days=terms), group, subscription("Platform"))
    with browser(portal) as customer:
        text = customer.get(at("/")).text
    assert words in text
    assert ("Needs attention" in text) == bool(terms)


def test_the_list_is_searched_filtered_sorted_and_paged_by_address(portal: Portal) -> None:
    many = [
        invoice(f"NW-{number:03}", issued_on=TODAY - timedelta(number), due_on=None)
        for number in range(60)
    ]
    pay(many[7], 11_900)
    tell(portal, seller(), bill_group(), *many)
    with browser(portal) as customer:
        first = customer.get(at("/invoices")).text
        assert "1 to 25 of 60" in first
        assert first.index("NW-000") < first.index("NW-024")
        onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = customer.get(onward).text
        assert "26 to 50 of 60" in second
        assert "NW-025" in second
        assert "NW-024" not in second
        paid = customer.get(at("/invoices?status=paid")).text
        assert "NW-007" in paid
        assert "NW-008" not in paid
        assert "NW-042" in customer.get(at("/invoices?words=nw-042")).text
        assert "No invoice fits" in customer.get(at("/invoices?words=nobody")).text
        assert "1 to 60 of 60" in customer.get(at("/invoices?size=80")).text
        rising = customer.get(at("/invoices?sort=number&order=up")).text
        assert rising.index("NW-000") < rising.index("NW-001")


def test_a_date_that_cannot_be_read_is_said_to_be(portal: Portal) -> None:
    tell(portal, seller(), bill_group(), invoice("NW-1"))
    with browser(portal) as customer:
        answer = customer.get(at("/invoices?since=yesterday&after=nonsense&status=all"))
    assert answer.status_code == 422
    assert "Please give a date" in answer.text
    assert "NW-1" in answer.text


def test_drafts_leak_nowhere(portal: Portal) -> None:
    draft = invoice("DRAFT-99", status="draft", po_number="PO-DRAFT")
    pay(draft, 100)
    tell(portal, seller(), bill_group(), draft)
    with browser(portal) as customer:
        for path in ("/", "/invoices", "/invoices?words=draft", "/invoices?status=due"):
            text = customer.get(at(path)).text
            assert "DRAFT-99" not in text
            assert str(draft.id) not in text
        assert customer.get(at(f"/invoices/{draft.id}")).status_code == 404
        assert customer.get(at(f"/invoices/{draft.id}/pdf")).status_code == 404


def test_an_invoice_has_a_page_with_lines_taxes_and_payments(portal: Portal) -> None:
    told = invoice("NW-1", note="Thank you", period_from=date(2026, 10, 1))
    pay(told, 5_000, word="first")
    payment = named(f"{told.id} first")
    told.record_refund(named("refund"), payment, 1_000, TODAY, reopened=True, by=BY)
    told.apply_credit(named("ACME CN-1"), 2_000, by=BY)
    tell(portal, seller(), bill_group(), told, credit_note("CN-1", 2_000))
    with browser(portal) as customer:
        text = customer.get(at(f"/invoices/{told.id}")).text
    for words in (
        "Partly paid",
        "€59.00",
        "of €119.00",
        "Platform, Business",
        "VAT 19% of €100.00",
        "Payment by card",
        "Refunded on 2 Nov 2026, open again",
        "Credit note CN-1",
        "Thank you",
    ):
        assert words in text


def test_another_bill_groups_invoice_and_an_unknown_one_are_not_found_alike(
    portal: Portal,
) -> None:
    foreign = invoice("NW-9", group="Globex")
    tell(portal, seller(), bill_group(), bill_group("Globex"), foreign)
    with browser(portal) as customer:
        answers = [
            customer.get(at(f"/invoices/{each}{suffix}"))
            for each in (foreign.id, named("nobody's"))
            for suffix in ("", "/pdf")
        ]
        assert customer.get(at("/invoices", "Globex")).status_code == 404
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].text == answers[2].text


def test_names_never_become_markup(portal: Portal) -> None:
    name = "<b>株式会社</b> \u202eevil"
    line = document().lines[0]
    lines = (msgspec.structs.replace(line, description=name),)
    told = invoice("<i>NW-1</i>", lines=lines, po_number=name)
    tell(portal, seller(), bill_group(), told, subscription(name))
    with browser(portal) as customer:
        for path in ("/", "/invoices", "/subscriptions", f"/invoices/{told.id}"):
            text = customer.get(at(path)).text
            assert "<b>株" not in text
            assert "<i>NW" not in text
            assert "\u202e" not in text


def previewed(billing_on: date) -> BillGroup:
    """The bill group, with a preview of an invoice that will be issued then."""
    events = [event for event in bill_group() if event.stream_id == named("ACME")]
    group = BillGroup.replay(named("ACME"), events)
    line = InvoiceLine("Usage in November", "3", "40.00", 12_000)
    tax = TaxLine("VAT", "19", 12_000, 2_280)
    preview = UpcomingInvoice(billing_on, "EUR", (line,), 14_280, (tax,))
    group.receive_upcoming(preview, by=BY)
    return group


def test_the_billing_systems_own_preview_wins_over_the_estimate(portal: Portal) -> None:
    tell(portal, seller(), bill_group(), subscription("Platform"), previewed(TODAY))
    with browser(portal) as customer:
        shown = customer.get(at("/upcoming")).text
        for words in ("From our billing system", "Usage in November", "€142.80"):
            assert words in shown
        assert "€142.80 with taxes" in customer.get(at("/")).text


def test_a_preview_whose_day_has_passed_gives_way_to_the_estimate(portal: Portal) -> None:
    past = previewed(TODAY - timedelta(days=1))
    tell(portal, seller(), bill_group(), subscription("Platform"), past)
    with browser(portal) as customer:
        shown = customer.get(at("/upcoming")).text
    assert "Usage in November" not in shown
    for words in ("Estimate", "What the estimate is based on", "Platform", "€100.00"):
        assert words in shown


def test_the_estimate_says_which_subscriptions_it_counts(portal: Portal) -> None:
    other = subscription("In dollars", currency="USD")
    waiting = subscription("Later", status="scheduled", starts_on=date(2027, 1, 1))
    tell(portal, seller(), bill_group(), subscription("Platform"), other, waiting)
    with browser(portal) as customer:
        shown = customer.get(at("/upcoming")).text
    for words in ("No, billed in USD", "Not before it is active", "Yes"):
        assert words in shown
