"""Rows about what will be billed next, as the billing system previews it."""

from application.importing.amounts import Amounts
from application.importing.billing import known_group
from application.importing.invoices import lines_of, taxes_of
from application.importing.known import Known
from application.importing.problems import Problem, RowRefused
from application.importing.rows import UpcomingRow
from domain.bill_group import BillGroup, UpcomingInvoice
from domain.event import Act


def want_upcoming(row: UpcomingRow, known: Known) -> None:
    """Load the bill group."""
    known.need(BillGroup, known.names.id("bill_group", row.bill_group))


def take_upcoming(row: UpcomingRow, known: Known, by: Act) -> None:
    """Record the preview where it differs from the last one, or that it was taken back."""
    group = known_group(row.bill_group, known)
    group.receive_upcoming(None if row.removed else _preview(row), by=by)


def _preview(row: UpcomingRow) -> UpcomingInvoice:
    amounts = Amounts(row.currency)
    total = amounts.minor("total", row.total)
    lines, taxes = lines_of(row.lines, amounts), taxes_of(row.taxes, amounts)
    stated = sum(line.amount for line in lines) + sum(tax.amount for tax in taxes)
    if not amounts.problems and stated != total:
        amounts.problems.append(Problem("total", "total_does_not_add_up"))
    if amounts.problems:
        raise RowRefused(amounts.problems)
    return UpcomingInvoice(
        billing_on=row.billing_on,
        currency=row.currency,
        lines=lines,
        total=total,
        taxes=taxes,
        period_from=row.period_from,
        period_to=row.period_to,
    )
