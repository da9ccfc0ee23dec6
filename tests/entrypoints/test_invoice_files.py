"""Many invoices at once: the list as CSV, the PDFs as a ZIP, made ahead or while it is sent."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from dependency_injector import providers

from adapters.memory.pdf import MemoryPdf
from application.invoice_document import PrepareInvoiceDocuments, prepare_invoice_documents
from application.ports.event_log import Job
from domain.actor import System
from entrypoints.container import Portal
from entrypoints.web import invoice_files
from entrypoints.worker import invoice_papers, loop
from entrypoints.worker.loop import work_once
from read_models import invoice_list
from tests.entrypoints.customers import at, browser, tell
from tests.read_models.books import SELLER, bill_group, invoice, named, pay, scope, seller

FIRST, SECOND = invoice("NW-1"), invoice("nw/1")


@pytest.fixture
def press(portal: Portal) -> MemoryPdf:
    """Three invoices, one of them a draft, and a renderer that only says what would be there."""
    double = MemoryPdf()
    portal.pdf.override(providers.Object(double))
    paid = invoice("NW-2")
    pay(paid, 11_900)
    draft = invoice("D-1", status="draft")
    tell(portal, seller(), bill_group(), FIRST, SECOND, paid, draft)
    tell(portal, bill_group("Globex"), invoice("GX-1", "Globex"))
    return double


def names(content: bytes) -> set[str]:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return set(archive.namelist())


def prepare(portal: Portal, *invoice_ids: UUID) -> None:
    command = PrepareInvoiceDocuments(named("ACME"), SELLER, invoice_ids)
    portal.bus().execute(prepare_invoice_documents, command, System("web"))


def test_all_that_is_looked_for_comes_as_one_zip(portal: Portal, press: MemoryPdf) -> None:
    with browser(portal) as customer:
        everything = customer.get(at("/invoices.zip"))
        paid = customer.get(at("/invoices.zip?status=paid"))
    assert everything.headers["content-type"] == "application/zip"
    told = {name.casefold() for name in names(everything.content)}
    assert told == {"nw-1.pdf", "nw-1 (2).pdf", "nw-2.pdf"}
    assert names(paid.content) == {"NW-2.pdf"}


def test_only_the_chosen_come_and_never_anothers(portal: Portal, press: MemoryPdf) -> None:
    foreign = named("Globex GX-1")
    with browser(portal) as customer:
        chosen = customer.get(at(f"/invoices.zip?invoice={FIRST.id}&invoice={foreign}&invoice=x"))
        assert customer.get(at(f"/invoices.zip?invoice={foreign}")).status_code == 404
        assert customer.get(at(f"/invoices.zip?invoice={uuid4()}")).status_code == 404
    assert names(chosen.content) == {"NW-1.pdf"}


def test_a_pdf_that_cannot_be_made_is_named_and_the_others_come(
    portal: Portal, press: MemoryPdf
) -> None:
    with browser(portal) as customer:
        customer.get(at(f"/invoices/{FIRST.id}/pdf"))
        press.break_down()
        content = customer.get(at("/invoices.zip")).content
    assert len(names(content)) == 2
    with ZipFile(BytesIO(content)) as archive:
        assert "NW-2" in archive.read("missing.txt").decode()


def test_a_zip_is_sent_while_it_is_written(portal: Portal, press: MemoryPdf) -> None:
    with portal.reading() as connection:
        rows = invoice_list.latest(connection, scope())
    parts = invoice_files.zipped(portal, scope(), rows, "lost", [])
    first = next(parts)
    assert first.startswith(b"PK")
    assert len(press.rendered) == 1
    second = next(parts)
    assert second.startswith(b"PK")
    assert len(press.rendered) == 2
    assert len(names(b"".join([first, second, *parts]))) == 3


def test_pdfs_are_made_ahead_and_the_page_says_how_far(portal: Portal, press: MemoryPdf) -> None:
    with browser(portal) as customer:
        page = customer.get(at("/invoices/files"))
        assert "0 of 3 PDFs are ready. Making the others takes a moment." in page.text
        token = page.text.partition('name="token" value="')[2].partition('"')[0]
        origin = {"Origin": portal.settings().web_url}
        sent = customer.post(
            at("/invoices/files"), data={"token": token}, headers=origin, follow_redirects=False
        )
        waiting = customer.get(sent.headers["location"])
        assert "0 of 3 PDFs are ready" in waiting.text
        assert 'hx-trigger="every 2s"' in waiting.text
        assert "Look again" in waiting.text
        work_once(portal)
        assert "Everything is ready" in customer.get(sent.headers["location"]).text
        made = len(press.rendered)
        customer.get(at("/invoices.zip"))
    assert made == len(press.rendered) == 3


def test_other_jobs_do_not_wait_behind_all_that_somebody_asked_for(
    portal: Portal, press: MemoryPdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invoice_papers, "AT_ONCE", 1)
    done: list[bytes] = []
    monkeypatch.setitem(loop.JOBS, "other", lambda _, payload: done.append(payload))
    prepare(portal, FIRST.id, SECOND.id)
    portal.log().save(jobs=[Job("other", scope())])
    work_once(portal)
    assert (len(press.rendered), done) == (1, [])
    portal.clock().advance(timedelta(seconds=1))
    work_once(portal)
    assert len(done) == 1
    work_once(portal)
    assert len(press.rendered) == 2
    assert work_once(portal) == 0


def test_a_pdf_that_is_refused_stops_none_of_the_others(
    portal: Portal, press: MemoryPdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invoice_papers, "AT_ONCE", 1)
    prepare(portal, FIRST.id, SECOND.id)
    press.refuse()
    work_once(portal)
    press.recover()
    portal.clock().advance(timedelta(seconds=1))
    work_once(portal)
    assert len(press.rendered) == 1


def test_without_a_token_nothing_is_prepared(portal: Portal, press: MemoryPdf) -> None:
    with browser(portal) as customer:
        answer = customer.post(at("/invoices/files"), headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert work_once(portal) == 0


def test_the_list_as_csv_has_every_page_of_it(
    portal: Portal, press: MemoryPdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invoice_files, "AT_ONCE", 1)
    with browser(portal) as customer:
        answer = customer.get(at("/invoices.csv?words=nw"))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Number,Date,Due,PO number,Status,Currency,Amount,Open"
    assert sorted(lines[1:]) == [
        "NW-1,2026-10-02,2026-11-16,PO-2026,Due,EUR,119.00,119.00",
        "NW-2,2026-10-02,2026-11-16,PO-2026,Paid,EUR,119.00,0.00",
        "nw/1,2026-10-02,2026-11-16,PO-2026,Due,EUR,119.00,119.00",
    ]
