"""How the streams of the record get their ids."""

from uuid import UUID, uuid5

_PORTAL = UUID("6f1c2d5e-3b0a-5d6c-8a57-0f6c3a1b9e42")

STAFF_DIRECTORY = uuid5(_PORTAL, "staff")
"""The one stream of all staff members, so that rules between them are rules of one aggregate."""


def imported_id(source: str, kind: str, external_id: str) -> UUID:
    """Give what came from a source the same id through every door (UUIDv5)."""
    return uuid5(_PORTAL, f"{source}\x1f{kind}\x1f{external_id}")


def portal_access_id(bill_group_id: UUID) -> UUID:
    """Name the stream of a bill group's portal access."""
    return uuid5(bill_group_id, "portal_access")


def notifications_id(bill_group_id: UUID) -> UUID:
    """Name the stream of what the addresses of a bill group want to be told by mail."""
    return uuid5(bill_group_id, "notifications")


def document_id(invoice_id: UUID, kind: str = "pdf") -> UUID:
    """Name the stream of a stored document of an invoice."""
    return uuid5(invoice_id, "invoice_document" if kind == "pdf" else f"invoice_document:{kind}")


def viewing_id(invoice_id: UUID) -> UUID:
    """Name the stream of what the customer did with an invoice."""
    return uuid5(invoice_id, "invoice_viewing")


def saved_method_id(provider: str, reference: str) -> UUID:
    """Name a payment method by what a provider account calls it."""
    return uuid5(_PORTAL, f"saved\x1f{provider}\x1f{reference}")


def collection_id(invoice_id: UUID, number: int) -> UUID:
    """Name auto-pay's attempts at an invoice, so that each of them is made once (UUIDv5)."""
    return uuid5(invoice_id, f"collection:{number}")
