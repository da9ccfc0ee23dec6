"""The first page of a bill group, and the page of what is billed next."""

from litestar import Response

from domain.upcoming import estimate, next_billing_on
from entrypoints.http.answers import show
from entrypoints.http.routes import page
from entrypoints.web.auto_pay import auto_pay_of
from entrypoints.web.details import contact_lines
from entrypoints.web.guard import Entered, Wired
from entrypoints.wording.invoice_lines import invoice_lines
from entrypoints.wording.invoice_tables import period
from entrypoints.wording.subscription_lines import Shown
from read_models import invoice_list, outstanding, overview

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
    next_on = next_billing_on(shown.facts, shown.subscriptions, scope.today)
    collected = auto_pay_of(portal, entry, shown)
    return show(
        "web/overview/overview.html",
        entry.page("overview"),
        overview=shown,
        facts=shown.facts,
        balances=balances,
        next_on=next_on,
        upcoming=estimate(shown.facts, shown.subscriptions, scope.today),
        auto_pay=collected.standing,
        plans=collected.plans,
        troubles=collected.troubles,
        subscriptions=[Shown.of(facts) for facts in shown.subscriptions[:SHOWN]],
        latest=invoice_lines(latest, scope.today, entry.language),
        takes_payments=entry.portal.provider is not None,
        contact=contact_lines(shown.billing_contact, entry.language),
    )


@page("/upcoming")
def show_upcoming(entry: Entered, portal: Wired) -> Response[str]:
    """Show the next invoice as it is estimated today."""
    with portal.reading() as connection:
        shown = overview.of_bill_group(connection, entry.scope)
    upcoming = estimate(shown.facts, shown.subscriptions, entry.scope.today)
    lines = upcoming.lines if upcoming else ()
    periods = [period(line.period_from, line.period_to, entry.language) for line in lines]
    return show(
        "web/overview/upcoming.html",
        entry.page("overview"),
        upcoming=upcoming,
        facts=shown.facts,
        lines=list(zip(lines, periods, strict=True)),
        next_on=next_billing_on(shown.facts, shown.subscriptions, entry.scope.today),
    )


ROUTES = (show_overview, show_upcoming)
