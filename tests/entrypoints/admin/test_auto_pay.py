"""Billing staff see what auto-pay will collect, and what it could not."""

import re
from datetime import timedelta
from html import unescape

import pytest
from dependency_injector import providers

from adapters.memory.payments import MemoryProviders
from application.saved_methods import keep
from domain.bill_group import BillGroup
from entrypoints.worker import work_once
from entrypoints.worker.auto_pay import collect_due_invoices
from tests.entrypoints.admin.desk import Desk, staff_member
from tests.entrypoints.customers import tell
from tests.paying import ADA, GROUP, PROVIDER, Till, till_of
from tests.read_models.books import TODAY, bill_group, invoice

HERE = "/payments/auto-pay"


@pytest.fixture
def till(desk: Desk) -> Till:
    """A customer whose card declines, and somebody of billing who is signed in."""
    till = till_of(desk.portal)
    accounts = MemoryProviders(**{PROVIDER: till.port})
    desk.portal.payment_providers.override(providers.Object(accounts))
    till.method("card-declined-later")
    group, act = desk.portal.log().get(BillGroup, GROUP), desk.portal.bus().act(ADA)
    method = till.port.methods(till.customer)[0]
    method_id = keep(group, PROVIDER, till.customer, method, act)
    group.change_detail("default_payment_method", str(method_id), by=act)
    desk.portal.log().save(group)
    desk.come_in(staff_member(desk.portal, "ann@seller.example", "billing", name="Ann Berg"))
    return till


def test_what_is_planned_and_what_failed_is_listed_and_given_to_a_spreadsheet(
    desk: Desk, till: Till
) -> None:
    desk.open(HERE)
    assert "Nothing to collect" in desk.words
    till.invoice("NW-1", due_on=TODAY)
    till.invoice("NW-2", due_on=TODAY + timedelta(days=9))
    collect_due_invoices(desk.portal)
    while work_once(desk.portal):
        pass
    desk.open(HERE)
    for words in (
        "NW-1",
        "NW-2",
        "ACME Ltd",
        "Tried once",
        "The last try failed: declined by the bank.",
        "€119.00",
    ):
        assert words in desk.words
    desk.open(f"{HERE}?failed=yes")
    assert "NW-1" in desk.words
    assert "NW-2" not in desk.words
    file = desk.client.get(f"{HERE}.csv").text.splitlines()
    assert len(file) == 3
    assert "2026-11-05" in file[1]


def test_the_list_is_searched_by_account_and_invoice(desk: Desk, till: Till) -> None:
    for number in ("NW-1", "NW-2"):
        till.invoice(number, due_on=TODAY + timedelta(days=9))
    for words, there in (("nw-2", "NW-2"), ("acme", "NW-1")):
        desk.open(f"{HERE}?q={words}")
        assert there in desk.words
    desk.open(f"{HERE}?q=nw-2")
    assert "NW-1" not in desk.words
    desk.open(f"{HERE}?q=nobody")
    assert "No invoice fits" in desk.words
    assert len(desk.client.get(f"{HERE}.csv?q=nw-2").text.splitlines()) == 2


def test_invoices_that_the_portal_does_not_collect_end_no_page(desk: Desk, till: Till) -> None:
    tell(desk.portal, bill_group("GLOBEX", closed=True))
    earlier, later = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    tell(
        desk.portal,
        *(invoice(f"X-{number}", group="GLOBEX", due_on=earlier) for number in range(60)),
    )
    till.invoice("NW-1", due_on=later)
    desk.open(HERE)
    assert "NW-1" in desk.words
    assert "X-1" not in desk.words


def test_what_cannot_be_collected_says_why(desk: Desk, till: Till) -> None:
    till.invoice("NW-1", due_on=TODAY)
    group = desk.portal.log().get(BillGroup, GROUP)
    (method,) = till.port.methods(till.customer)
    group.lose_method(PROVIDER, method.reference, by=desk.portal.bus().act(ADA))
    desk.portal.log().save(group)
    desk.open(HERE)
    assert "There is no default method." in desk.words


def test_the_list_goes_on_page_by_page(desk: Desk, till: Till) -> None:
    for number in range(51):
        till.invoice(f"NW-{number:03}", due_on=TODAY + timedelta(days=number + 1))
    desk.open(HERE)
    assert "NW-049" in desk.words
    assert "NW-050" not in desk.words
    go(desk, "next")
    assert "NW-050" in desk.words
    go(desk, "prev")
    assert "NW-000" in desk.words
    assert "NW-050" not in desk.words


def go(desk: Desk, way: str) -> None:
    assert desk.page is not None
    found = re.search(rf'rel="{way}" href="([^"]*)"', desk.page.text)
    assert found
    desk.open(unescape(found[1]))
