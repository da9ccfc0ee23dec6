"""What follows from an event by itself: given an event, these jobs or none."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from application.reactions import (
    SendDetailsChanged,
    SendInvoiceAvailable,
    SendMethodsChanged,
    reactions_to,
    when_invoice_is_issued_then_announce_it,
)
from domain.bill_group import PaymentMethodFacts
from domain.event import Event
from domain.invoice import InvoiceRecorded
from tests.domain.samples import SAMPLES

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SILENT = sorted(
    set(SAMPLES)
    - {
        "bill_group.auto_pay_switched.v1",
        "bill_group.contact_changed.v1",
        "bill_group.detail_changed.v1",
        "bill_group.payment_method_removed.v1",
        "bill_group.payment_method_saved.v1",
    }
)


def of(topic: str, **changes: Any) -> Any:
    return msgspec.structs.replace(SAMPLES[topic], **changes)


def payloads(*events: Event) -> list[msgspec.Struct]:
    return [job.payload for job in reactions_to(events)]


def recorded(issued_on: date | None, status: str = "issued") -> InvoiceRecorded:
    event: InvoiceRecorded = of("invoice.recorded.v1", at=AT)
    document = msgspec.structs.replace(event.document, status=status, issued_on=issued_on)
    return msgspec.structs.replace(event, document=document)


@pytest.mark.parametrize("topic", SILENT)
def test_nothing_follows_from_any_other_event(topic: str) -> None:
    assert payloads(SAMPLES[topic]) == []


def test_a_changed_detail_or_contact_is_told_by_its_place_in_the_stream() -> None:
    detail = of("bill_group.detail_changed.v1", detail="po_number", value="PO-1")
    contact = of("bill_group.contact_changed.v1")
    assert payloads(detail) == [SendDetailsChanged(detail.stream_id, detail.version)]
    assert payloads(contact) == [SendDetailsChanged(contact.stream_id, contact.version)]
    assert {job.kind for job in reactions_to([detail, contact])} == {"send_details_changed"}
    assert {job.bill_group_id for job in reactions_to([detail])} == {detail.stream_id}


def test_no_address_stands_in_a_job() -> None:
    jobs = [job for event in SAMPLES.values() for job in reactions_to([event])]
    assert jobs
    assert b"@" not in b"".join(msgspec.json.encode(job.payload) for job in jobs)


@pytest.mark.parametrize("value", [str(UUID(int=5)), None])
def test_another_default_method_is_told_as_a_way_to_pay(value: str | None) -> None:
    event = of("bill_group.detail_changed.v1", detail="default_payment_method", value=value)
    (told,) = payloads(event)
    assert isinstance(told, SendMethodsChanged)
    assert (told.news, told.method_id) == ("default", UUID(value) if value else None)


def test_a_method_that_is_saved_and_becomes_the_default_is_told_once() -> None:
    card = PaymentMethodFacts("card")
    saved = of("bill_group.payment_method_saved.v1", facts=card, earlier=None)
    default = of(
        "bill_group.detail_changed.v1",
        detail="default_payment_method",
        value=str(saved.method_id),
        stream_id=saved.stream_id,
    )
    (told,) = payloads(saved, default)
    assert isinstance(told, SendMethodsChanged)
    assert told.news == "saved"


def test_a_card_that_its_bank_renewed_is_told_as_that_and_what_reads_the_same_is_not() -> None:
    card = PaymentMethodFacts("card", last4="4242", expires="2026-12")
    renewed = msgspec.structs.replace(card, expires="2030-12")
    failing = msgspec.structs.replace(card, status="failing")
    (told,) = payloads(
        of("bill_group.payment_method_saved.v1", facts=renewed, earlier=failing),
    )
    assert isinstance(told, SendMethodsChanged)
    assert told.news == "renewed"
    assert payloads(of("bill_group.payment_method_saved.v1", facts=card, earlier=failing)) == []


def test_what_the_billing_system_removes_is_no_news() -> None:
    assert payloads(of("bill_group.payment_method_removed.v1", by_customer=False)) == []
    (told,) = payloads(of("bill_group.payment_method_removed.v1", by_customer=True))
    assert isinstance(told, SendMethodsChanged)
    assert told.news == "removed"


@pytest.mark.parametrize("collection", ["automatic", "manual", None])
def test_switching_auto_pay_is_told(collection: Any) -> None:
    (told,) = payloads(of("bill_group.auto_pay_switched.v1", collection=collection))
    assert isinstance(told, SendMethodsChanged)
    assert (told.news, told.collection) == ("auto_pay", collection)


@pytest.mark.parametrize("days", [-30, 0, 3, 4])
def test_a_recent_invoice_is_announced(days: int) -> None:
    event = recorded(AT.date() - timedelta(days=days))
    (job,) = when_invoice_is_issued_then_announce_it(event)
    assert (job.kind, job.bill_group_id) == ("send_invoice_available", event.bill_group_id)
    assert job.payload == SendInvoiceAvailable(event.stream_id, AT)


@pytest.mark.parametrize(
    "event",
    [
        recorded(AT.date() - timedelta(days=5)),
        recorded(AT.date(), status="draft"),
        recorded(None, status="draft"),
        recorded(None),
    ],
)
def test_an_old_invoice_and_a_draft_are_not(event: InvoiceRecorded) -> None:
    assert when_invoice_is_issued_then_announce_it(event) == []
