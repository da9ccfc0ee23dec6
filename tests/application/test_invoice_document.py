"""Storing the PDF of an invoice: the first one stays, whoever else makes one."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid5

from adapters.memory.documents import MemoryDocuments
from application.invoice_document import StoreInvoiceDocument, storing
from domain.actor import System
from domain.identity import document_id
from domain.invoice_document import InvoiceDocument
from entrypoints.container import Portal

INVOICE, GROUP = uuid5(UUID(int=3), "invoice"), uuid5(UUID(int=3), "group")
WEB = System("web")


def _command(content: bytes) -> StoreInvoiceDocument:
    return StoreInvoiceDocument(INVOICE, GROUP, content, "de")


def test_the_first_document_is_kept_and_recorded(portal: Portal) -> None:
    documents = MemoryDocuments()
    sha256 = portal.bus().execute(storing(documents), _command(b"%PDF"), WEB)
    stored = portal.log().get(InvoiceDocument, document_id(INVOICE)).stored
    assert stored is not None
    assert (stored.sha256, stored.origin, stored.size) == (sha256, "rendered", 4)
    assert (stored.language, stored.bill_group_id) == ("de", GROUP)
    assert documents.fetch(sha256) == b"%PDF"


def test_a_later_rendering_changes_nothing(portal: Portal) -> None:
    documents = MemoryDocuments()
    first = portal.bus().execute(storing(documents), _command(b"%PDF old brand"), WEB)
    later = portal.bus().execute(storing(documents), _command(b"%PDF new brand"), WEB)
    assert first == later
    assert len(documents.kept) == 1


def test_an_imported_original_wins_over_a_rendering(portal: Portal) -> None:
    document = portal.log().get(InvoiceDocument, document_id(INVOICE))
    act = portal.bus().act(WEB)
    document.store(INVOICE, GROUP, "imported", "0a" * 32, 4, "en", by=act)
    portal.log().save(document)
    given = portal.bus().execute(storing(MemoryDocuments()), _command(b"%PDF"), WEB)
    assert given == "0a" * 32


def test_many_first_makers_at_once_end_with_one_document(portal: Portal) -> None:
    documents, bus = MemoryDocuments(), portal.bus()

    def make(number: int) -> str:
        return bus.execute(storing(documents), _command(b"%PDF " + bytes([number])), WEB)

    with ThreadPoolExecutor(6) as pool:
        given = set(pool.map(make, range(6)))
    document = portal.log().get(InvoiceDocument, document_id(INVOICE))
    assert document.version == 1
    assert document.stored is not None
    assert given == {document.stored.sha256}
