"""When a customer first opened or downloaded an invoice is noted once, and staff read it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from dependency_injector import providers
from litestar.testing import TestClient

from adapters.memory.pdf import MemoryPdf
from application.ports.event_log import RecordUnavailable
from entrypoints.container import Portal
from entrypoints.web.app import create
from read_models import invoice_views
from read_models.invoice_views import View
from tests.entrypoints.admin.desk import Desk, desk_of, staff_member
from tests.entrypoints.customers import at, browser, tell
from tests.read_models.books import bill_group, invoice, named, scope, seller

FIRST, SECOND = invoice("NW-1"), invoice("NW-2")
GROUP = f"/bill-groups/{named('ACME')}"
HERE = f"{GROUP}/invoices"


@pytest.fixture
def portal_with_invoices(portal: Portal) -> Portal:
    portal.pdf.override(providers.Object(MemoryPdf()))
    tell(portal, seller(), bill_group(), invoice("NW-1"), invoice("NW-2"))
    return portal


@pytest.fixture
def desk(portal_with_invoices: Portal) -> Iterator[Desk]:
    with desk_of(portal_with_invoices) as browser:
        browser.come_in(staff_member(portal_with_invoices, "vic@seller.example", "viewer"))
        yield browser


def seen(portal: Portal) -> dict[str, View]:
    with portal.reading() as connection:
        found = invoice_views.of_invoices(connection, scope(), [FIRST.id, SECOND.id])
    return {"NW-1" if key == FIRST.id else "NW-2": view for key, view in found.items()}


def test_the_first_opening_and_the_first_download_are_noted_and_later_ones_are_not(
    portal_with_invoices: Portal,
) -> None:
    portal = portal_with_invoices
    with browser(portal) as customer:
        customer.get(at(f"/invoices/{FIRST.id}"))
        first = seen(portal)
        assert first["NW-1"].opened_at is not None
        assert first["NW-1"].downloaded_at is None
        portal.clock().advance(timedelta(minutes=5))
        customer.get(at(f"/invoices/{FIRST.id}"))
        assert seen(portal) == first
        customer.get(at(f"/invoices/{FIRST.id}/pdf"))
        taken = seen(portal)
        assert taken["NW-1"].downloaded_at is not None
        customer.get(at(f"/invoices/{FIRST.id}/pdf"))
        customer.get(at(f"/invoices/{FIRST.id}/ubl.xml"))
        assert seen(portal) == taken
    assert "NW-2" not in seen(portal)


def test_a_zip_counts_as_the_download_of_each_invoice_in_it(portal_with_invoices: Portal) -> None:
    with browser(portal_with_invoices) as customer:
        assert customer.get(at("/invoices.zip")).status_code == 200
        once = seen(portal_with_invoices)
        assert {name for name, view in once.items() if view.downloaded_at} == {"NW-1", "NW-2"}
        customer.get(at("/invoices.zip"))
        assert seen(portal_with_invoices) == once


def test_a_preview_by_staff_counts_as_nothing(desk: Desk) -> None:
    desk.open(GROUP)
    answer = desk.send(f"{GROUP}/preview", follow=False)
    base = desk.portal.settings().web_url
    with TestClient(create(desk.portal), base_url=base) as web:
        link = answer.headers["location"].removeprefix(base)
        root = web.get(link, follow_redirects=True).url.path.rstrip("/")
        for path in (f"/invoices/{FIRST.id}", f"/invoices/{FIRST.id}/pdf", "/invoices.zip"):
            assert web.get(root + path).status_code == 200
    assert seen(desk.portal) == {}


def test_staff_read_who_opened_and_downloaded_what_first(desk: Desk) -> None:
    desk.open(HERE)
    assert desk.words.count("Not yet") == 4
    with browser(desk.portal) as customer:
        customer.get(at(f"/invoices/{FIRST.id}"))
        customer.get(at(f"/invoices/{FIRST.id}/cii.xml"))
        customer.get(at(f"/invoices/{FIRST.id}/pdf"))
    desk.open(HERE)
    assert desk.words.count("just now") == 2
    assert "just now ap@acme.example just now ap@acme.example" in desk.words
    desk.open(f"{HERE}?q=nw-2")
    assert "NW-1" not in desk.words
    assert desk.words.count("Not yet") == 2
    desk.open(f"{HERE}?status=paid")
    assert "No invoice fits" in desk.words
    file = desk.open(f"{HERE}.csv?status=unpaid").text.splitlines()
    assert len(file) == 3
    assert ",ap@acme.example,2026-" in file[2]


def test_without_invoices_the_list_explains_itself_and_unknown_groups_are_not_found(
    desk: Desk,
) -> None:
    tell(desk.portal, bill_group("OTHER"))
    desk.open(f"/bill-groups/{named('OTHER')}/invoices")
    assert "No invoices yet" in desk.words
    assert desk.open(f"/bill-groups/{named('nobody')}/invoices").status_code == 404


def test_while_nothing_can_be_recorded_people_read_on_and_the_next_time_is_noted(
    portal_with_invoices: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = portal_with_invoices

    def away(*_: object, **__: object) -> int:
        raise RecordUnavailable

    with browser(portal) as customer:
        customer.get(at("/"))  # the first entry is recorded
        with monkeypatch.context() as patch:
            patch.setattr(type(portal.log()), "save", away)
            assert customer.get(at(f"/invoices/{FIRST.id}")).status_code == 200
        assert seen(portal) == {}
        customer.get(at(f"/invoices/{FIRST.id}"))
    assert seen(portal)["NW-1"].opened_at is not None
