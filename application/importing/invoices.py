"""Rows about money: invoices, payments and refunds."""

from collections.abc import Sequence

from msgspec import UNSET

from application.importing.amounts import Amounts
from application.importing.known import Known
from application.importing.problems import Problem, RowRefused, refused
from application.importing.rows import (
    InvoiceRow,
    LinePart,
    PaymentRow,
    RefundRow,
    TaxPart,
)
from domain.bill_group import BillGroup
from domain.document_lines import InvoiceLine, TaxLine
from domain.event import Act
from domain.invoice import Invoice, InvoiceFacts


def want_invoice(row: InvoiceRow, known: Known) -> None:
    """Load the invoice; its bill group must exist."""
    known.need(Invoice, known.names.id("invoice", row.external_id))
    known.refer(BillGroup, row.bill_group)


def take_invoice(row: InvoiceRow, known: Known, by: Act) -> None:
    """Record the document as the row states it, and what became of it."""
    place = known.place(row.bill_group)
    invoice = known.get(Invoice, known.names.id("invoice", row.external_id))
    amounts = Amounts(row.currency)
    document = _document(row, amounts)
    off = row.written_off
    written_off = amounts.minor("written_off.amount", off.amount) if off else 0
    if amounts.problems:
        raise RowRefused(amounts.problems)
    was_draft = invoice.ledger.document == "draft"
    invoice.record_facts(
        known.names.source,
        row.external_id,
        known.names.id("bill_group", row.bill_group),
        place.account_id,
        place.entity_id,
        document,
        by=by,
    )
    issued = invoice.pending[-1:] if was_draft and document.status == "issued" else []
    if off is not None:
        invoice.write_off(written_off, off.on, by=by)
    _close(invoice, row, by)
    if invoice.ledger.document == "issued":
        known.issued += [(event, place) for event in issued]


def _document(row: InvoiceRow, amounts: Amounts) -> InvoiceFacts:
    lines = lines_of(row.lines, amounts)
    taxes = taxes_of(row.taxes, amounts)
    subtotal = sum(line.amount for line in lines)
    if row.subtotal is not None:
        subtotal = amounts.minor("subtotal", row.subtotal)
    discount = amounts.minor("discount", row.discount)
    total = amounts.minor("total", row.total)
    stated_open = None if row.open is None else amounts.minor("open", row.open)
    if not amounts.problems:
        sums = subtotal - discount + sum(tax.amount for tax in taxes)
        amounts.problems += _sum_problems(row, lines, subtotal, sums, total)
    return InvoiceFacts(
        status="draft" if row.status == "draft" else "issued",
        currency=row.currency,
        lines=lines,
        subtotal=subtotal,
        total=total,
        discount=discount,
        taxes=taxes,
        number=row.number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        po_number=row.po_number,
        period_from=row.period_from,
        period_to=row.period_to,
        note=row.note,
        stated_open=stated_open,
    )


def _sum_problems(
    row: InvoiceRow, lines: Sequence[InvoiceLine], subtotal: int, sums: int, total: int
) -> list[Problem]:
    problems = []
    if row.status != "draft" and row.issued_on is None:
        problems.append(Problem("issued_on", "missing"))
    if lines and sum(line.amount for line in lines) != subtotal:
        problems.append(Problem("subtotal", "lines_do_not_add_up"))
    if sums != total:
        problems.append(Problem("total", "total_does_not_add_up"))
    return problems


def _close(invoice: Invoice, row: InvoiceRow, by: Act) -> None:
    on = row.closed_on or row.issued_on or by.at.date()
    if row.status == "void":
        invoice.void(on, by=by)
    elif row.status == "uncollectible":
        invoice.mark_uncollectible(on, by=by)
    if row.disputed is not UNSET:
        (invoice.dispute if row.disputed else invoice.close_dispute)(on, by=by)


def lines_of(parts: Sequence[LinePart], amounts: Amounts) -> tuple[InvoiceLine, ...]:
    """Read the lines of a document; a line without a unit price is one of its whole amount."""
    return tuple(_line(f"lines.{number}.", part, amounts) for number, part in enumerate(parts, 1))


def _line(path: str, part: LinePart, amounts: Amounts) -> InvoiceLine:
    price = part.amount if part.unit_price is None else part.unit_price
    return InvoiceLine(
        description=part.description,
        quantity=amounts.figure(path + "quantity", part.quantity),
        unit_price=amounts.figure(path + "unit_price", price),
        amount=amounts.minor(path + "amount", part.amount),
        tax_rate=None
        if part.tax_rate is None
        else amounts.figure(path + "tax_rate", part.tax_rate),
        period_from=part.period_from,
        period_to=part.period_to,
        tax_category=part.tax_category,
    )


def taxes_of(parts: Sequence[TaxPart], amounts: Amounts) -> tuple[TaxLine, ...]:
    """Read the taxes of a document."""
    return tuple(
        TaxLine(
            name=part.name,
            rate=amounts.figure(f"taxes.{number}.rate", part.rate),
            base=amounts.minor(f"taxes.{number}.base", part.base),
            amount=amounts.minor(f"taxes.{number}.amount", part.amount),
            category=part.category,
            exemption=part.exemption,
        )
        for number, part in enumerate(parts, 1)
    )


def want_payment(row: PaymentRow | RefundRow, known: Known) -> None:
    """Load the invoice that the money is about."""
    known.need(Invoice, known.names.id("invoice", row.invoice))


def take_payment(row: PaymentRow, known: Known, by: Act) -> None:
    """Record the last word on a payment of an invoice that is known."""
    invoice, amount = _invoice_and_amount(row, known)
    payment_id = known.names.id("payment", row.external_id)
    invoice.record_payment(
        payment_id, row.external_id, amount, row.status, row.paid_on, row.method, by=by
    )


def take_refund(row: RefundRow, known: Known, by: Act) -> None:
    """Record a refund of an invoice that is known."""
    invoice, amount = _invoice_and_amount(row, known)
    payment_id = None
    if row.payment:
        payment_id = invoice.told_as(known.names.id("payment", row.payment), row.payment)
    if payment_id and payment_id not in invoice.ledger.payments:
        raise refused("payment", "reference_unknown", kind="payment", value=row.payment)
    refund_id = known.names.id("refund", row.external_id)
    invoice.record_refund(
        refund_id, payment_id, amount, row.refunded_on, reopened=row.reopened, by=by
    )


def _invoice_and_amount(row: PaymentRow | RefundRow, known: Known) -> tuple[Invoice, int]:
    invoice = known.get(Invoice, known.names.id("invoice", row.invoice))
    if invoice.document is None:
        raise refused("invoice", "reference_unknown", kind="invoice", value=row.invoice)
    amounts = Amounts(row.currency)
    amount = amounts.minor("amount", row.amount)
    if amounts.problems:
        raise RowRefused(amounts.problems)
    if row.currency != invoice.document.currency:
        raise refused("currency", "currencies_mixed", expected=invoice.document.currency)
    if amount < 0:
        raise refused("amount", "amount_negative")
    return invoice, amount
