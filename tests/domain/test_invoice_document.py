import pytest

from domain.identity import document_id
from domain.invoice_document import (
    DocumentOrigin,
    InvoiceDocument,
    InvoiceDocumentStored,
    OriginalStays,
)
from tests.domain.telling import BY, LATER, facts, given, name, told

INVOICE, GROUP = name("invoice"), name("group")


def stored(origin: DocumentOrigin) -> InvoiceDocument:
    return given(
        InvoiceDocument,
        document_id(INVOICE),
        lambda it: it.store(INVOICE, GROUP, origin, "a" * 64, 4_096, "de", by=BY),
    )


def test_a_document_is_known_by_the_hash_of_its_bytes() -> None:
    document = InvoiceDocument(document_id(INVOICE))
    document.store(INVOICE, GROUP, "rendered", "a" * 64, 4_096, "de", by=BY)
    document.store(INVOICE, GROUP, "rendered", "a" * 64, 4_096, "de", by=LATER)

    (event,) = told(document)
    assert isinstance(event, InvoiceDocumentStored)
    assert facts(event) == {
        "invoice_id": INVOICE,
        "bill_group_id": GROUP,
        "kind": "pdf",
        "origin": "rendered",
        "sha256": "a" * 64,
        "size": 4_096,
        "language": "de",
    }


def test_an_original_replaces_a_rendered_document_but_not_the_other_way_round() -> None:
    document = stored("rendered")
    document.store(INVOICE, GROUP, "imported", "b" * 64, 5_000, "de", by=LATER)
    assert len(told(document)) == 1

    with pytest.raises(OriginalStays):
        stored("imported").store(INVOICE, GROUP, "rendered", "c" * 64, 1, "de", by=LATER)


def test_a_new_original_replaces_the_old_one() -> None:
    document = stored("imported")
    document.store(INVOICE, GROUP, "imported", "b" * 64, 5_000, "de", by=LATER)

    assert document.stored
    assert document.stored.sha256 == "b" * 64
