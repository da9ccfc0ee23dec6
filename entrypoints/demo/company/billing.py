"""The invoices of the demo, made by the same arithmetic as the estimate of upcoming billing."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from application.importing.rows import InvoiceRow, LinePart, TaxPart
from domain import schedule
from domain.document_lines import InvoiceLine
from domain.money import Money
from domain.subscription import SubscriptionFacts, SubscriptionItem
from domain.upcoming import charges, period_billed_on
from entrypoints.demo.company.customers import Customer
from entrypoints.demo.company.plans import GroupPlan
from entrypoints.demo.company.products import Sold, subscriptions_of
from entrypoints.demo.company.sellers import GMBH, INC
from entrypoints.demo.company.terms import facts_of, last_billing

_TAXES = {
    (GMBH, "DE"): ("USt", "19"),
    (GMBH, "AT"): ("Reverse charge", "0"),
    (GMBH, "FR"): ("Reverse charge", "0"),
    (GMBH, "NL"): ("Reverse charge", "0"),
}
_TAXES_ELSEWHERE = {
    "GB": ("VAT", "20"),
    "JP": ("Consumption tax", "10"),
    "CA": ("GST", "5"),
}
_PREFIX = {GMBH: "BR", INC: "LA"}
_GROWTH = Decimal("0.1")
"""How much less was bought in each year before."""

_PAUSED_FOR = timedelta(days=60)
_NOTES = {GMBH: "Vielen Dank für die gute Zusammenarbeit.", INC: "Thank you for your business."}


class Drawn(msgspec.Struct, frozen=True):
    """An invoice with the plan that it belongs to; `place` counts from the newest, from 0."""

    customer: Customer
    plan: GroupPlan
    place: int
    row: InvoiceRow
    total: Money

    @property
    def issued_on(self) -> date:
        """The day of issue; drafts have none and are never asked."""
        return self.row.issued_on or date.min


def drawn(customers: Iterable[Customer], today: date) -> list[Drawn]:
    """Give all issued invoices, numbered by entity and day as a seller must."""
    made = [
        invoice
        for customer in customers
        for plan in customer.groups
        for invoice in _of_group(customer, plan, today)
    ]
    made.sort(key=lambda invoice: (invoice.issued_on, invoice.plan.key))
    counts: dict[str, int] = {}
    return [_numbered(invoice, counts) for invoice in made]


def draft(customer: Customer, plan: GroupPlan, today: date) -> InvoiceRow:
    """Give the next invoice as a draft: prepared, and not for the customer's eyes."""
    facts = facts_of(plan, today)
    billing_on = schedule.after(facts.anchor_on or today, plan.frequency, today)
    invoice = _invoice(customer, plan, 0, billing_on, subscriptions_of(plan, today), today)
    return replace(
        invoice.row,
        external_id=f"in-{plan.key}-draft",
        status="draft",
        issued_on=None,
        due_on=None,
    )


def _of_group(customer: Customer, plan: GroupPlan, today: date) -> Iterator[Drawn]:
    if plan.new:
        return
    sold = subscriptions_of(plan, today)
    days = list(_billing_days(plan, today))
    for place, day in enumerate(reversed(days)):
        yield _invoice(customer, plan, place, day, sold, today)


def _billing_days(plan: GroupPlan, today: date) -> Iterator[date]:
    """Give every day it was billed: in arrears the first period has to end first."""
    anchor = facts_of(plan, today).anchor_on or today
    until = today - timedelta(days=1) if plan.month_end else last_billing(plan, today)
    number = 1 if plan.frequency.timing == "arrears" else 0
    while (day := schedule.occurrence(anchor, plan.frequency, number)) <= until:
        yield day
        number += 1


def _invoice(  # noqa: PLR0913, PLR0917 - an invoice is drawn from all of these
    customer: Customer,
    plan: GroupPlan,
    place: int,
    day: date,
    sold: Iterable[Sold],
    today: date,
) -> Drawn:
    period = period_billed_on(facts_of(plan, today), day)
    then = [_as_of(each.facts, day, today) for each in sold]
    lines = charges(then, period, plan.currency)
    name, rate = _TAXES.get((plan.entity, customer.country)) or _TAXES_ELSEWHERE.get(
        customer.country, ("", "0")
    )
    subtotal = Money(sum(line.amount for line in lines), plan.currency)
    discount = _discount(plan, subtotal)
    base = subtotal - discount
    tax = Money.rounded(base.decimal * Decimal(rate) / 100, plan.currency)
    total = base + tax
    row = InvoiceRow(
        external_id=f"in-{plan.key}-{day:%Y%m%d}",
        bill_group=plan.key,
        status="issued",
        currency=plan.currency,
        issued_on=day,
        due_on=None if plan.terms is None else day + timedelta(days=plan.terms),
        po_number=f"PO-{4200 + plan.number * 17}" if plan.number % 3 != 1 else None,
        period_from=period.starts_on,
        period_to=period.stops_on - timedelta(days=1),
        lines=tuple(_line(line, plan, rate if name else None) for line in lines),
        subtotal=major(subtotal),
        discount=major(discount),
        taxes=(_tax(name, rate, base, tax),) if name else (),
        total=major(total),
        note=_NOTES[plan.entity] if plan.number % 4 == 0 else None,
    )
    return Drawn(customer, plan, place, row, total)


def _discount(plan: GroupPlan, subtotal: Money) -> Money:
    """One in nine has ten per cent off."""
    if plan.number % 9 != 4:  # noqa: PLR2004 - any ninth
        return Money.zero(plan.currency)
    return Money.rounded(subtotal.decimal / 10, plan.currency)


def _as_of(facts: SubscriptionFacts, day: date, today: date) -> SubscriptionFacts:
    """Give a subscription as it was on a day: active until it stopped, and smaller years ago."""
    if facts.status in {"ended", "cancelled", "paused"}:
        stops = facts.ends_on or today - _PAUSED_FOR
        facts = replace(facts, status="active", ends_on=stops, cancels_on=None)
    years = (today - day).days // 365
    return replace(facts, items=tuple(_smaller(item, years) for item in facts.items))


def _smaller(item: SubscriptionItem, years: int) -> SubscriptionItem:
    quantity = Decimal(item.quantity)
    if quantity < 10:  # noqa: PLR2004 - small numbers stay
        return item
    return replace(item, quantity=str(int(quantity * (1 - _GROWTH * years)) if years else quantity))


def _tax(name: str, rate: str, base: Money, amount: Money) -> TaxPart:
    return TaxPart(
        name=name,
        rate=rate,
        base=major(base),
        amount=major(amount),
        category="standard" if amount.minor else "reverse_charge",
    )


def _line(line: InvoiceLine, plan: GroupPlan, tax_rate: str | None) -> LinePart:
    """Word a line; what leaves the union untaxed says so, as its e-invoices must."""
    return LinePart(
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=major(Money(line.amount, plan.currency)),
        tax_rate=tax_rate,
        tax_category="export" if plan.entity == GMBH and tax_rate is None else None,
        period_from=line.period_from,
        period_to=line.period_to,
    )


def _numbered(invoice: Drawn, counts: dict[str, int]) -> Drawn:
    prefix = f"{_PREFIX[invoice.plan.entity]}-{invoice.issued_on:%Y}"
    counts[prefix] = counts.get(prefix, 0) + 1
    row = replace(invoice.row, number=f"{prefix}-{counts[prefix]:05}")
    return replace(invoice, row=row)


def major(amount: Money) -> str:
    """Spell an amount as rows do: a decimal in major units."""
    return f"{amount.decimal:f}"
