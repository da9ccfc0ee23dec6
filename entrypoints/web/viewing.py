"""Notes that a customer opened or downloaded an invoice, for staff; a preview counts as nothing."""

from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID

from application.invoice_viewing import NoteInvoicesViewed, note_invoices_viewed
from application.ports.event_log import Conflict, RecordUnavailable
from domain.invoice_viewing import Viewed
from entrypoints.container import Portal
from entrypoints.web.entry import Entry
from read_models import invoice_views

AT_ONCE = 100
"""Invoices noted in one transaction, so that others may write in between."""


def note(portal: Portal, entry: Entry, viewed: Viewed, invoice_ids: Sequence[UUID]) -> None:
    """Note the first time of each invoice that was opened or downloaded.

    While nothing can be recorded people read on, and the next time is noted instead.
    """
    if entry.preview:
        return
    left = iter(invoice_ids)
    while part := tuple(islice(left, AT_ONCE)):
        command = NoteInvoicesViewed(entry.scope.bill_group_id, part, viewed)
        try:
            portal.bus().execute(note_invoices_viewed, command, entry.actor)
        except (Conflict, RecordUnavailable):
            return


def noted(
    portal: Portal, entry: Entry, invoice_ids: Sequence[UUID], content: Iterator[bytes]
) -> Iterator[bytes]:
    """Pass a download on, and note it once all of it was sent."""
    yield from content
    try:
        with portal.reading() as connection:
            known = invoice_views.of_invoices(connection, entry.scope, invoice_ids)
    except RecordUnavailable:
        return
    fresh = [one for one in invoice_ids if one not in known or known[one].downloaded_at is None]
    note(portal, entry, "downloaded", fresh)
