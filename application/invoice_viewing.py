"""Noting when the customer first opened or downloaded an invoice."""

from uuid import UUID

import msgspec

from application.ports.event_log import EventLog
from domain.event import Act
from domain.identity import viewing_id
from domain.invoice_viewing import InvoiceViewing, Viewed


class NoteInvoicesViewed(msgspec.Struct, frozen=True):
    """Somebody opened or downloaded invoices of a bill group."""

    bill_group_id: UUID
    invoice_ids: tuple[UUID, ...]
    viewed: Viewed


def note_invoices_viewed(command: NoteInvoicesViewed, act: Act, log: EventLog) -> None:
    """Note the first time of each; nothing happens for those that are known."""
    streams = {viewing_id(invoice_id): invoice_id for invoice_id in command.invoice_ids}
    viewings = log.get_many(InvoiceViewing, list(streams))
    for stream_id, viewing in viewings.items():
        viewing.note(command.viewed, streams[stream_id], command.bill_group_id, by=act)
    log.save(*viewings.values())
