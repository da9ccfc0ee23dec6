"""The first page of a bill group, and the page of what is billed next."""

from collections.abc import Sequence
from datetime import date

import msgspec
from litestar import Response

from domain.bill_group import BillGroupFacts
from domain.document_lines import InvoiceLine, TaxLine
from domain.subscription import SubscriptionFacts
from domain.upcoming import charges, estimate, next_billing_on, period_billed_on, preview_on
from entrypoints.http.answers import show
from entrypoints.http.routes import page
from entrypoints.web.auto_pay import auto_pay_of
from entrypoints.web.details import contact_lines
from entrypoints.web.guard import Entered, Wired
from entrypoints.web.paying_choice import payable_now
from entrypoints.wording.invoice_lines import invoice_lines
from entrypoints.wording.invoice_tables import period
from entrypoints.wording.subscription_lines import Shown
from read_models import invoice_list, outstanding, overview
from read_models.overview import Overview
from read_models.payable import PayableRow

SHOWN = 5
"""Subscriptions and invoices on the first page; the others have their own."""


@page("/")
def show_overview(entry: Entered, portal: Wired) -> Response[str]:
    """Show what is owed, what comes next, what is delivered and who is billed."""
    scope = entry.scope
    with portal.reading() as connection:
        shown = overview.of_bill_group(connection, scope)
        balances = outstanding.of_bill_group(connection, scope)
        latest = invoice_list.latest(connection, scope, SHOWN)
        collected = auto_pay_of(connection, entry, shown)
        to_pay = payable_now(connection, entry) if entry.portal.provider is not None else []
    next_on = next_billing_on(shown.facts, shown.subscriptions, scope.today)
    return show(
        "web/overview/overview.html",
        entry.page("overview"),
        overview=shown,
        facts=shown.facts,
        balances=balances,
        next_on=next_on,
        coming=_coming(shown, scope.today),
        auto_pay=collected.standing,
        plans=collected.plans,
        troubles=collected.troubles,
        subscriptions=[Shown.of(facts) for facts in shown.subscriptions[:SHOWN]],
        latest=invoice_lines(latest, scope.today, entry.language),
        to_pay={row.currency for row in to_pay},
        overdue=_sums([row for row in to_pay if row.pill == "overdue"]),
        contact=contact_lines(shown.billing_contact, entry.language),
    )


def _sums(rows: Sequence[PayableRow]) -> dict[str, int]:
    """Add up what can be paid in each currency, in minor units."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.currency] = found.get(row.currency, 0) + row.minor
    return found


@page("/upcoming")
def show_upcoming(entry: Entered, portal: Wired) -> Response[str]:
    """Show the next invoice as the billing system previews it, else as it is estimated today."""
    with portal.reading() as connection:
        shown = overview.of_bill_group(connection, entry.scope)
    coming = _coming(shown, entry.scope.today)
    lines = coming.lines if coming else ()
    periods = [period(line.period_from, line.period_to, entry.language) for line in lines]
    return show(
        "web/overview/upcoming.html",
        entry.page("overview"),
        coming=coming,
        facts=shown.facts,
        lines=list(zip(lines, periods, strict=True)),
        based_on=[
            (Shown.of(facts), _counts(facts, shown.facts, coming)) for facts in shown.subscriptions
        ],
    )


class Coming(msgspec.Struct, frozen=True):
    """The next invoice; `previewed` by the billing system with taxes, else estimated without.

    Amounts in minor units of `currency`.
    """

    previewed: bool
    billing_on: date
    currency: str
    lines: tuple[InvoiceLine, ...]
    total: int
    taxes: tuple[TaxLine, ...] = ()


def _coming(shown: Overview, today: date) -> Coming | None:
    preview = preview_on(shown.facts, shown.upcoming, today)
    if preview is not None:
        facts = (preview.billing_on, preview.currency, preview.lines, preview.total, preview.taxes)
        return Coming(True, *facts)
    told = estimate(shown.facts, shown.subscriptions, today)
    if told is None:
        return None
    return Coming(
        previewed=False,
        billing_on=told.billing_on,
        currency=told.total.currency,
        lines=told.lines,
        total=told.total.minor,
    )


def _counts(facts: SubscriptionFacts, terms: BillGroupFacts, coming: Coming | None) -> bool:
    """Whether a subscription adds something to the estimate."""
    if coming is None:
        return False
    period = period_billed_on(terms, coming.billing_on)
    return bool(charges((facts,), period, terms.currency))


ROUTES = (show_overview, show_upcoming)
