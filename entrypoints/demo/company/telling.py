"""Everything that the demo's billing system told, in the order in which it became known."""

from collections.abc import Iterator
from datetime import date, timedelta

from application.importing.rows import KINDS, Row
from entrypoints.demo.company.billing import draft, drawn
from entrypoints.demo.company.customers import customers
from entrypoints.demo.company.products import subscription_row, subscriptions_of
from entrypoints.demo.company.sellers import entity_rows
from entrypoints.demo.company.settling import open_credit, settled
from entrypoints.demo.company.terms import account_rows
from entrypoints.demo.company.told import Told

OPENED = timedelta(days=400)
"""How long ago the portal was opened: what was there before came with the first import."""

_ORDER = {kind: number for number, kind in enumerate(KINDS.values())}


def loads(today: date) -> dict[date, list[Row]]:
    """Give the rows by the day of their import: the first one, then every first of a month."""
    found: dict[date, list[Told]] = {}
    for told in _everything(today):
        found.setdefault(_import_day(told.on, today), []).append(told)
    return {day: _in_order(found[day]) for day in sorted(found)}


def _everything(today: date) -> Iterator[Told]:
    opened = today - OPENED
    for entity in entity_rows():
        yield Told(opened, entity)
    for customer in customers():
        for row in account_rows(customer, today):
            yield Told(opened, row)
        for plan in customer.groups:
            for sold in subscriptions_of(plan, today):
                yield Told(opened, subscription_row(plan, sold))
    yield from _invoices(today)


def _invoices(today: date) -> Iterator[Told]:
    invoices = drawn(customers(), today)
    yield from settled(invoices, today)
    for invoice in invoices:
        plan = invoice.plan
        if invoice.place == 0 and not plan.closed and plan.number % 7 == 2:  # noqa: PLR2004
            yield open_credit(invoice, today)
        if invoice.place == 0 and not plan.closed and plan.number % 6 == 0:
            yield Told(today - timedelta(days=1), draft(invoice.customer, plan, today))


def _import_day(on: date, today: date) -> date:
    """Say which import brought it: the first, else that of the next first of a month."""
    if on <= today - OPENED:
        return today - OPENED
    month = (on.replace(day=1) + timedelta(days=31)).replace(day=1)
    return min(month, today - timedelta(days=1))


def _in_order(told: list[Told]) -> list[Row]:
    """Put what is referred to before what refers to it, and else keep the order of days."""
    later = sorted(told, key=lambda one: (one.on, _ORDER[type(one.row)]))
    return [one.row for one in sorted(later, key=lambda one: _is_money(one.row))]


def _is_money(row: Row) -> bool:
    return _ORDER[type(row)] >= _ORDER[KINDS["invoice"]]
