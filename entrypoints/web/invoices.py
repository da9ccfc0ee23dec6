"""The pages of invoices: the list with its search, and one invoice."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from domain.invoice_status import PillName
from entrypoints.http.answers import show
from entrypoints.http.languages import gettext, speaking
from entrypoints.http.routes import page
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, Entered, Wired
from entrypoints.web.invoice_search import read
from entrypoints.web.viewing import note
from entrypoints.wording.invoice_lines import invoice_lines
from entrypoints.wording.invoice_pills import Worded, beside, status, worded
from entrypoints.wording.invoice_tables import period
from entrypoints.wording.payment_failures import why_failed
from read_models import collecting, invoice_list, invoice_page, payments
from read_models.invoice_list import UNPAID, Status
from read_models.invoice_page import InvoiceShown
from read_models.payments import PaymentShown

CHIPS: tuple[PillName, ...] = (
    "overdue",
    "due",
    "open",
    "partly_paid",
    "processing",
    "disputed",
    "paid",
    "void",
    "uncollectible",
)
"""The order in which statuses can be chosen; those that nothing has are left out."""


@page("/invoices")
def list_invoices(request: Asking, entry: Entered, portal: Wired) -> Response[str]:
    """Show the invoices that are looked for."""
    asked = read(request.query_params, f"{entry.root}/invoices")
    with portal.reading() as connection:
        found = invoice_list.of_bill_group(connection, entry.scope, asked.search)
        counts = invoice_list.counts(connection, entry.scope, asked.search)
    with speaking(entry.language):
        errors = {name: gettext(words) for name, words in asked.errors.items()}
    return show(
        "web/invoices/list.html",
        entry.page("invoices"),
        422 if errors else 200,
        asked=asked,
        found=found,
        lines=invoice_lines(found.rows, entry.scope.today, entry.language),
        everything=sum(counts.values()),
        chips=_chips(counts, asked.status, entry.language),
        total=_total(counts, asked.status),
        first=asked.first,
        errors=errors,
        payable=entry.portal.provider is not None and any(counts.get(name) for name in UNPAID),
        overdue=counts.get("overdue", 0),
    )


@page("/invoices/{invoice_id:uuid}")
def show_invoice(entry: Entered, portal: Wired, invoice_id: FromPath[UUID]) -> Response[str]:
    """Show one invoice; a foreign, an unknown and a draft one are not found alike."""
    try:
        with portal.reading() as connection:
            invoice = invoice_page.of_invoice(connection, entry.scope, invoice_id)
            attempts = payments.of_invoice(connection, entry.scope, invoice_id)
            plans = (
                collecting.of_bill_group(connection, entry.scope) if invoice.settlement.open else []
            )
    except invoice_page.InvoiceMissing as missing:
        raise NotFoundException from missing
    if not invoice.was_opened:
        note(portal, entry, "opened", [invoice_id])
    document = invoice.document
    return show(
        "web/invoices/invoice.html",
        entry.page("invoices"),
        invoice=invoice,
        document=document,
        settlement=invoice.settlement,
        payable=_payable(entry, invoice, attempts),
        held_by=next((one for one in attempts if one.is_open), None),
        plan=next((plan for plan in plans if plan.invoice_id == invoice_id), None),
        receipts={str(one.payment_id) for one in attempts},
        why=_why(attempts, entry.language),
        pills=_pills(invoice, entry.scope.today, entry.language),
        period=period(document.period_from, document.period_to, entry.language),
        line_periods=[
            period(line.period_from, line.period_to, entry.language) for line in document.lines
        ],
    )


def _payable(entry: Entry, invoice: InvoiceShown, attempts: Sequence[PaymentShown]) -> int:
    """Say how much can be paid here now, in minor units."""
    held = any(one.is_open for one in attempts)
    if entry.portal.provider is None or held or invoice.settlement.disputed:
        return 0
    return max(0, invoice.settlement.open - invoice.settlement.processing)


def _why(attempts: Sequence[PaymentShown], language: str) -> str | None:
    """Say why the newest attempt that failed did so, where one was made here."""
    failed = next((one for one in attempts if one.state == "failed"), None)
    with speaking(language):
        return why_failed(failed.code) if failed else None


def _total(counts: dict[PillName, int], chosen: Status | None) -> int:
    if chosen is None:
        return sum(counts.values())
    if chosen == "unpaid":
        return sum(counts.get(name, 0) for name in UNPAID)
    return counts.get(chosen, 0)


def _pills(invoice: InvoiceShown, today: date, language: str) -> list[Worded]:
    """Give the one pill, and what stands beside it."""
    pill, due_on = invoice.pill, invoice.document.due_on
    one = worded(pill.name, due_on, today, language, by_credit=pill.settled_by_credit)
    return [one, *(words for fact in invoice.beside if (words := beside(fact, language)))]


def _chips(
    counts: dict[PillName, int], chosen: Status | None, language: str
) -> list[tuple[Status, str, int]]:
    """Give the statuses to choose from: those that something has, and the chosen one."""
    unpaid = [name for name in UNPAID if counts.get(name)]
    names: list[Status] = [name for name in CHIPS if counts.get(name) or name == chosen]
    if len(unpaid) > 1 or chosen == "unpaid":
        names.insert(0, "unpaid")
    return [(name, status(name, language), _total(counts, name)) for name in names]


ROUTES = (list_invoices, show_invoice)
