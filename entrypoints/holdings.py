"""Answers for a person's requests, for every door alike: each look is recorded before it is shown.

An address that nothing is held of is not written into the record by asking for it.
"""

from collections.abc import Collection
from hashlib import sha256
from uuid import UUID

import msgspec

from application.audit import Asked, RecordReading, Taken, record_reading
from application.personal_export import PersonalExport, export_of
from application.personal_holdings import Held, Pdfs, PdfsOf, what_is_held
from application.ports.personal_traces import Trace
from domain.actor import Actor
from domain.audit_reading import TakenFormat
from domain.person import Subject
from entrypoints.container import Portal
from read_models import invoice_document, invoice_list
from read_models.live import lowest_position


def newest(portal: Portal, most: int) -> PdfsOf:
    """Choose so many of the newest PDFs of a person's bill groups: a page cannot wait for all."""

    def chosen(bill_group_ids: Collection[UUID]) -> Pdfs:
        with portal.reading() as connection:
            hashes, every = invoice_document.newest_pdfs(connection, bill_group_ids, most)
        return Pdfs(tuple(hashes), every - len(hashes))

    return chosen


def found(portal: Portal, by: Actor, subject: Subject, pdfs_of: PdfsOf | None = None) -> Held:
    """Tell what is held of somebody; recorded."""
    held = what_is_held(subject, portal.registrar(), pdfs_of)
    _record(portal, by, "person_found", held)
    traces = tuple(_numbered(portal, trace) for trace in held.traces)
    return msgspec.structs.replace(held, traces=traces)


def taken_out(
    portal: Portal,
    by: Actor,
    subject: Subject,
    form: TakenFormat,
    pdfs_of: PdfsOf | None = None,
) -> tuple[PersonalExport, bytes]:
    """Give everything held of somebody, as a file in JSON or PDF; recorded."""
    held = what_is_held(subject, portal.registrar(), pdfs_of)
    export = export_of(held, portal.registrar())
    content = portal.personal_pdf().render(export) if form == "pdf" else as_json(export)
    first, last = (held.facts[0].position, held.facts[-1].position) if held.facts else (0, 0)
    taken = Taken(form, first, last, len(held.facts), sha256(content).hexdigest())
    _record(portal, by, "person_exported", held, taken)
    return export, content


def as_json(export: PersonalExport) -> bytes:
    """Write an export as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(export), indent=2) + b"\n"


def _numbered(portal: Portal, trace: Trace) -> Trace:
    """Name kept PDFs by the numbers of their invoices."""
    if trace.place != "documents":
        return trace
    with portal.reading() as connection:
        invoices = invoice_document.invoices_with(connection, trace.names)
        named = invoice_list.numbers(connection, invoices)
    return msgspec.structs.replace(trace, names=tuple(named))


def _record(
    portal: Portal, by: Actor, question: str, held: Held, taken: Taken | None = None
) -> None:
    with portal.reading() as connection:
        position = lowest_position(connection)
    asked = Asked(
        question=question,
        position=position,
        address=held.subject.address if held.key_ids else None,
        staff_id=UUID(held.subject.ref) if held.subject.kind == "staff" else None,
    )
    command = RecordReading(portal.ids().uuid7(), asked, taken)
    portal.bus().execute(record_reading, command, by)
