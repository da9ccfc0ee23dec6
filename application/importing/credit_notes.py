"""Rows about credit notes, which count towards invoices or stand as available credit."""

from application.importing.amounts import Amounts
from application.importing.invoices import lines_of, taxes_of
from application.importing.known import Known
from application.importing.problems import Problem, RowRefused
from application.importing.rows import CreditNoteRow
from domain.bill_group import BillGroup
from domain.credit_note import Applied, CreditNote, CreditNoteFacts
from domain.event import Act
from domain.invoice import Invoice


def want_credit_note(row: CreditNoteRow, known: Known) -> None:
    """Load the credit note and every invoice that it counts, or counted, towards."""
    known.need(CreditNote, known.names.id("credit_note", row.external_id))
    known.refer(BillGroup, row.bill_group)
    for applied in row.applied:
        known.need(Invoice, known.names.id("invoice", applied.invoice))


def take_credit_note(row: CreditNoteRow, known: Known, by: Act) -> None:
    """Record a credit note and let it count towards its invoices."""
    place = known.place(row.bill_group)
    note = known.get(CreditNote, known.names.id("credit_note", row.external_id))
    facts = _credit_note_facts(row, known)
    before = note.facts.applied if note.facts else ()
    note.record_facts(
        known.names.source,
        row.external_id,
        known.names.id("bill_group", row.bill_group),
        place.account_id,
        facts,
        by=by,
    )
    counts = {applied.invoice_id: 0 for applied in before}
    for applied in facts.applied if row.status == "issued" else ():
        counts[applied.invoice_id] = applied.amount
    for invoice_id, amount in counts.items():
        known.get(Invoice, invoice_id).apply_credit(note.id, amount, by=by)


def _credit_note_facts(row: CreditNoteRow, known: Known) -> CreditNoteFacts:
    amounts = Amounts(row.currency)
    total = amounts.minor("total", row.total)
    lines, taxes = lines_of(row.lines, amounts), taxes_of(row.taxes, amounts)
    applied = _applied(row, known, amounts)
    if not amounts.problems and sum(one.amount for one in applied) > total:
        amounts.problems.append(Problem("applied", "more_applied_than_credited"))
    if amounts.problems:
        raise RowRefused(amounts.problems)
    return CreditNoteFacts(
        number=row.number,
        currency=row.currency,
        issued_on=row.issued_on,
        total=total,
        lines=lines,
        taxes=taxes,
        reason=row.reason,
        invoice_id=known.names.id("invoice", row.invoice) if row.invoice else None,
        status=row.status,
        applied=applied,
    )


def _applied(row: CreditNoteRow, known: Known, amounts: Amounts) -> tuple[Applied, ...]:
    found: list[Applied] = []
    for number, part in enumerate(row.applied, 1):
        field = f"applied.{number}.invoice"
        invoice = known.get(Invoice, known.names.id("invoice", part.invoice))
        if invoice.document is None:
            facts = {"kind": "invoice", "value": part.invoice}
            amounts.problems.append(Problem(field, "reference_unknown", facts))
        elif invoice.document.currency != row.currency:
            expected = {"expected": invoice.document.currency}
            amounts.problems.append(Problem(field, "currencies_mixed", expected))
        if any(one.invoice_id == invoice.id for one in found):
            amounts.problems.append(Problem(field, "named_twice"))
        minor = amounts.minor(f"applied.{number}.amount", part.amount)
        found.append(Applied(invoice.id, minor))
    return tuple(found)
