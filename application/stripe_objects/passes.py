"""Goes over files of Stripe objects: once to learn, then once for each kind that refers to others.

Memory stays flat: no object is kept but charges, and what others need of the rest.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Any

import msgspec

from application.importing.batches import Entry
from application.importing.problems import Problem, RowRefused
from application.importing.reading import read_fields
from application.importing.runs import RawRow, Refused
from application.stripe_objects.background import Background
from application.stripe_objects.credit_notes import rows_of_credit_note
from application.stripe_objects.customers import rows_of_customer
from application.stripe_objects.given import Given
from application.stripe_objects.invoices import rows_of_invoice
from application.stripe_objects.payment_methods import rows_of_method, rows_of_sources
from application.stripe_objects.subscriptions import rows_of_subscription

Files = Callable[[], Iterable[RawRow]]
Fields = Mapping[str, Any]
Reader = Callable[[Given], Iterator[Fields]]

OTHERS = frozenset(
    {
        "charge",
        "coupon",
        "credit_note_line_item",
        "customer_balance_transaction",
        "discount",
        "dispute",
        "invoice_payment",
        "invoiceitem",
        "line_item",
        "payment_intent",
        "plan",
        "price",
        "product",
        "refund",
        "subscription_item",
        "subscription_schedule",
        "tax_id",
        "tax_rate",
    }
)
"""Objects that make no row of their own; several are read for what others need of them."""


class _Kind(msgspec.Struct):
    object: str | None = None


_peek = msgspec.json.Decoder(_Kind)


def entries(files: Files, zone: tzinfo, entity: str) -> Iterator[tuple[Entry | Refused, int]]:
    """Give the rows of all objects, those first that others refer to."""
    background = Background()
    yield from _learn(files, zone, background)
    for readers in _passes(background, entity):
        for raw in files():
            reader = readers.get(_kind_of(raw) or "")
            if reader is not None and isinstance(raw.content, bytes):
                for entry in _rows(raw, reader, zone):
                    yield entry, raw.read


def _passes(background: Background, entity: str) -> tuple[Mapping[str, Reader], ...]:
    return (
        {"customer": lambda given: rows_of_customer(given, background, entity)},
        {"payment_method": rows_of_method, "customer": rows_of_sources},
        {"subscription": lambda given: rows_of_subscription(given, background)},
        {"invoice": lambda given: rows_of_invoice(given, background)},
        {"credit_note": lambda given: rows_of_credit_note(given, background)},
    )


READ = frozenset({"customer", "payment_method", "subscription", "invoice", "credit_note"})


def _learn(
    files: Files, zone: tzinfo, background: Background
) -> Iterator[tuple[Entry | Refused, int]]:
    for raw in files():
        problem = _learnt(raw, zone, background)
        if problem is not None:
            yield Refused(raw.file, raw.line, (problem,)), 0


def _learnt(raw: RawRow, zone: tzinfo, background: Background) -> Problem | None:
    if isinstance(raw.content, Problem):
        return raw.content
    content = raw.content if isinstance(raw.content, bytes) else b""
    try:
        given = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Problem("", "not_json", {"why": str(error)})
    kind = given.get("object") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in READ | OTHERS:
        return Problem("object", "stripe_object_unknown", {"value": str(kind)[:40]})
    background.learn(given, zone)
    return None


def _kind_of(raw: RawRow) -> str | None:
    try:
        return _peek.decode(raw.content).object if isinstance(raw.content, bytes) else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _rows(raw: RawRow, reader: Reader, zone: tzinfo) -> Iterator[Entry | Refused]:
    content = raw.content if isinstance(raw.content, bytes) else b""
    try:
        for fields in reader(Given(msgspec.json.decode(content), zone)):
            yield Entry(raw.file, raw.line, read_fields(_told(fields), strict=True))
    except RowRefused as refusal:
        yield Refused(raw.file, raw.line, refusal.problems)


def _told(fields: Fields) -> Fields:
    """Leave out what Stripe does not tell, but for what a null clears."""
    return {name: value for name, value in fields.items() if value is not None or name in _CLEARED}


_CLEARED = frozenset({"default_payment_method", "vat_number"})
