"""What the demo's billing system says of accounts and the terms of their bill groups."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from application.importing.rows import (
    AccountRow,
    BillGroupRow,
    ContactRow,
    ContractRow,
    PaymentMethodRow,
    Row,
)
from domain import schedule
from domain.bill_group import BillGroupFacts, PaymentMethodKind
from entrypoints.demo.company.customers import ContractPlan, Customer
from entrypoints.demo.company.people import address_of, people_of
from entrypoints.demo.company.plans import GroupPlan, month_before

YEAR = timedelta(days=365)
CLOSED_FOR = timedelta(days=210)
"""How long ago the closed bill groups were closed."""

_BRANDS = ("Visa", "Mastercard", "American Express")
_DEBITS: dict[str, PaymentMethodKind] = {
    "EUR": "sepa_debit",
    "USD": "ach_debit",
    "GBP": "bacs_debit",
}
_BANKS = {"EUR": "Elbufer Sparbank", "USD": "Lake Street Savings", "GBP": "Marsh & Vale Bank"}


def account_rows(customer: Customer, today: date) -> Iterator[Row]:
    """Tell of an account with its contracts and everything of its bill groups but money."""
    yield AccountRow(external_id=customer.key, name=customer.name)
    yield from _contracts(customer.key, customer.contract, today)
    for plan in customer.groups:
        yield bill_group_row(customer, plan, today)
        yield from _contacts(customer, plan)
        yield from methods_of(plan, today)


@cache
def first_day(plan: GroupPlan, today: date) -> date:
    """Give the anchor of a bill group's schedule, so that it was billed some days before today."""
    if plan.new:
        return today + timedelta(days=20)
    last = last_billing(plan, today)
    if plan.month_end:
        return date(today.year - 3, 1, 31)
    count = 0
    while last - schedule.occurrence(last, plan.frequency, -count) < timedelta(plan.history_days):
        count += 1
    return schedule.occurrence(last, plan.frequency, -count)


def last_billing(plan: GroupPlan, today: date) -> date:
    """Give the day it was billed last: two to ten days ago, or before it was closed."""
    ago = 2 + plan.number * 5 % 9
    if plan.frequency.unit == "week":
        ago = 2 + plan.number % 5
    if plan.frequency.unit == "day" and plan.frequency.every == 1:
        ago = 1
    day = today - timedelta(days=ago) - (CLOSED_FOR if plan.closed else timedelta())
    return day if day.day <= 28 else day.replace(day=28)  # noqa: PLR2004 - months without a 29th


@cache
def facts_of(plan: GroupPlan, today: date) -> BillGroupFacts:
    """Give the terms as the domain knows them, for its own arithmetic."""
    return BillGroupFacts(
        name=plan.name,
        currency=plan.currency,
        frequency=plan.frequency,
        anchor_on=first_day(plan, today),
        collection="automatic" if plan.is_automatic else "manual",
        payment_terms_days=plan.terms,
        closed=plan.closed,
    )


def bill_group_row(customer: Customer, plan: GroupPlan, today: date) -> BillGroupRow:
    """Tell of a bill group; the default payment method is named only where there is one."""
    facts = facts_of(plan, today)
    return BillGroupRow(
        external_id=plan.key,
        account=customer.key,
        entity=plan.entity,
        name=plan.name,
        currency=plan.currency,
        frequency=plan.frequency_part,
        anchor_on=facts.anchor_on,
        next_billing_on=_told_next(plan, today),
        collection=facts.collection,
        payment_terms_days=plan.terms,
        language={"de_DE": "de"}.get(customer.locale),
        closed=plan.closed,
        po_number=f"PO-{4200 + plan.number * 17}" if plan.number % 3 != 1 else None,
        vat_number=customer.vat_number,
        registration_number=_registration(customer),
        default_payment_method=_default_method(plan),
    )


def _told_next(plan: GroupPlan, today: date) -> date | None:
    """A card that expires soon needs a next billing in another month, so one is told."""
    if plan.auto_pay != "expires_soon":
        return None
    return schedule.occurrence(today.replace(day=1), schedule.Interval(1, "month"), 1).replace(
        day=4
    )


def _registration(customer: Customer) -> str | None:
    number = 10_000 + sum(map(ord, customer.key)) * 37
    formats = {
        "DE": f"HRB {number}",
        "AT": f"FN {number}d",
        "GB": f"{number:08}",
        "US": f"File {number * 7}",
    }
    return formats.get(customer.country)


def _default_method(plan: GroupPlan) -> str | None:
    if plan.auto_pay == "no_method" or (plan.auto_pay == "off" and plan.number % 2):
        return None
    return f"pm-{plan.key}"


def methods_of(plan: GroupPlan, today: date) -> Iterator[PaymentMethodRow]:
    """Tell of the payment methods of a bill group."""
    if plan.auto_pay != "no_method":
        yield _method(plan, today)
    if plan.number % 4 == 2:  # noqa: PLR2004 - one in four
        yield PaymentMethodRow(
            external_id=f"pm-{plan.key}-transfer",
            bill_group=plan.key,
            type="bank_transfer",
            bank_name="Lake Street Savings" if plan.currency == "USD" else "Hansekontor Bank",
        )
    if plan.number % 3 == 0:
        yield _card(plan, "old", f"{today.year - 1}-03", "expired")


def _method(plan: GroupPlan, today: date) -> PaymentMethodRow:
    debit = _DEBITS.get(plan.currency)
    if plan.auto_pay in {"on", "failing"} and debit and plan.number % 2 == 0:
        return PaymentMethodRow(
            external_id=f"pm-{plan.key}",
            bill_group=plan.key,
            type=debit,
            last4=f"{1000 + plan.number * 97 % 9000}",
            bank_name=_BANKS[plan.currency],
            status="failing" if plan.auto_pay == "failing" else "usable",
        )
    match plan.auto_pay:
        case "expired":
            return _card(plan, "", month_before(today.replace(day=1)), "expired")
        case "expires_soon":
            return _card(plan, "", f"{today:%Y-%m}", "usable")
        case "failing":
            return _card(plan, "", f"{today.year + 2}-08", "failing")
        case _:
            return _card(plan, "", f"{today.year + 1 + plan.number % 3}-{plan.number % 12 + 1:02}")


def _card(plan: GroupPlan, suffix: str, expires: str, status: str = "usable") -> PaymentMethodRow:
    return PaymentMethodRow(
        external_id=f"pm-{plan.key}" + (f"-{suffix}" if suffix else ""),
        bill_group=plan.key,
        type="card",
        brand=_BRANDS[plan.number % 3],
        last4=f"{(1234 + plan.number * 131) % 10_000:04}",
        expires=expires,
        status=status,  # type: ignore[arg-type]
    )


def _contacts(customer: Customer, plan: GroupPlan) -> Iterator[Row]:
    billing, shipping = people_of(customer, 2)
    roles = ("billing", "shipping") if plan.number % 3 != 1 else ("billing",)
    for role, person in zip(roles, (billing, shipping), strict=False):
        yield ContactRow(
            bill_group=plan.key,
            role=role,  # type: ignore[arg-type]
            name=person.name,
            email=person.email,
            phone=person.phone,
            company=customer.name,
            address=address_of(customer),
        )


def _contracts(key: str, plan: ContractPlan, today: date) -> Iterator[ContractRow]:
    """Tell of the contracts that make the account's portals available, or not."""
    began = today - 3 * YEAR - timedelta(days=30)
    match plan:
        case "running":
            yield _contract(key, 1, "active", began)
        case "renewed":
            yield _contract(key, 1, "finished", began, today - YEAR)
            yield _contract(key, 2, "active", today - YEAR + timedelta(days=1), today + YEAR)
        case "ending":
            yield _contract(key, 1, "active", began, today + timedelta(days=45))
            yield _contract(key, 2, "pending", today + timedelta(days=46))
        case "owing" | "over":
            yield _contract(key, 1, "active", began, today - timedelta(days=12))
        case "finished" | "cancelled":
            yield _contract(key, 1, plan, began, today - timedelta(days=60))
        case "pending":
            yield _contract(key, 1, "pending", today + timedelta(days=20))


def _contract(
    key: str, number: int, status: str, starts_on: date, ends_on: date | None = None
) -> ContractRow:
    return ContractRow(
        external_id=f"{key}-contract-{number}",
        account=key,
        status=status,  # type: ignore[arg-type]
        starts_on=starts_on,
        ends_on=ends_on,
    )
