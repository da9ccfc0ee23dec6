"""What a person is about to pay, and with what: read for the page, and from its form."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeAlias, get_args
from uuid import UUID

import msgspec

from application.ports.failures import PortFailure
from application.settling import facts_of
from domain.bill_group import BillGroup, PaymentMethodFacts
from domain.entity import BankDetails
from domain.money import AmountTooPrecise, Money, exponent
from domain.payment_rules import PaymentRules
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.forms import FieldUnreadable
from entrypoints.web.entry import Entry
from read_models import details, payable, payment_methods, payments
from read_models.payable import PayableRow

NEW = "new"
"""The choice of a method that is not saved yet: it is entered on the provider's page."""

Every: TypeAlias = Literal["overdue", "unpaid"]


class PayForm(msgspec.Struct, frozen=True):
    """What the form sends: each invoice with what was seen of it, as `<id>:<minor>`."""

    payment_id: UUID
    invoice: list[str]
    currency: str
    method: str = NEW
    amount: str = ""
    save: str = ""

    @property
    def seen(self) -> dict[UUID, int]:
        """Give what was seen. Raises FieldUnreadable."""
        try:
            parts = [each.partition(":") for each in self.invoice]
            return {UUID(invoice_id): int(minor) for invoice_id, _, minor in parts}
        except ValueError as error:
            raise FieldUnreadable(field="invoice") from error

    @property
    def minor(self) -> int:
        """Give how much is to be paid: what was typed, else all. Raises AmountTooPrecise."""
        whole = sum(self.seen.values())
        return typed_minor(self.amount, self.currency) if self.amount else whole


_BETWEEN = re.compile(r"[\s'\u2019]")
"""What stands between thousands without any doubt: spaces and the Swiss apostrophe."""

_AMOUNT = re.compile(r"[^0-9.,-]*+([0-9.,-]*+)[^0-9.,-]*+")
"""An amount, with a currency before or after it; letters within it are no amount."""


def typed_minor(typed: str, currency: str) -> int:
    """Read an amount as people write it: the last point or comma begins the decimals.

    More of them than the currency has may have been meant as thousands: 1.000 is not read as one
    euro, but refused. Raises FieldUnreadable, AmountTooPrecise, CurrencyUnknown.
    """
    found = _AMOUNT.fullmatch(_BETWEEN.sub("", typed))
    plain = found[1] if found else ""
    head, mark, tail = plain.replace(",", ".").rpartition(".")
    whole, decimals = (head.replace(".", ""), tail) if mark else (tail, "")
    if len(decimals) > exponent(currency):
        raise AmountTooPrecise(amount=plain, currency=currency)
    try:
        return Money.of(Decimal(f"{whole}.{decimals}"), currency).minor
    except InvalidOperation as error:
        raise FieldUnreadable(field="amount") from error


class SavedMethod(msgspec.Struct, frozen=True):
    """A method that is saved at the provider."""

    reference: str
    facts: PaymentMethodFacts


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows: invoices of one currency, what stands in the way of others, methods."""

    rows: tuple[PayableRow, ...]
    blocked: tuple[PayableRow, ...]
    being_paid: dict[UUID, UUID]
    others: tuple[PayableRow, ...]
    rules: PaymentRules
    bank: BankDetails | None
    methods: tuple[SavedMethod, ...]
    away: bool

    @property
    def total(self) -> int:
        """All that can be paid here."""
        return sum(row.minor for row in self.rows)

    @property
    def currency(self) -> str:
        """The currency of all of it."""
        return self.rows[0].currency if self.rows else ""

    @property
    def whole(self) -> str:
        """All of it as it would be typed: `238.00`."""
        return str(Money(self.total, self.currency).decimal)

    @property
    def online(self) -> bool:
        """Whether the seller takes payments here."""
        return self.rules.provider is not None

    @property
    def reference(self) -> str:
        """What a bank transfer names."""
        return ", ".join(row.number for row in self.rows if row.number)


def choose(
    portal: Portal, entry: Entry, invoice_ids: Sequence[UUID], every: str = "", currency: str = ""
) -> Choice:
    """Give what was chosen as it stands now; foreign and unknown invoices are left out."""
    wanted = next((each for each in get_args(Every) if each == every), None)
    with portal.reading() as connection:
        if wanted == "overdue":
            found = payable.overdue(connection, entry.scope)
        elif wanted == "unpaid":
            found = payable.unpaid(connection, entry.scope)
        else:
            found = payable.chosen(connection, entry.scope, invoice_ids)
        being_paid = payments.being_paid(connection, entry.scope)
        rules = payments.rules(connection, entry.scope)
        bank = payment_methods.bank_of_seller(connection, entry.scope)
    free = [row for row in found if row.minor > 0 and row.invoice_id not in being_paid]
    first = currency or (free[0].currency if free else "")
    methods, away = _saved(portal, entry, rules) if free else ((), False)
    return Choice(
        rows=tuple(row for row in free if row.currency == first),
        blocked=tuple(row for row in found if row not in free),
        being_paid=being_paid,
        others=tuple(row for row in free if row.currency != first),
        rules=rules,
        bank=bank if rules.bank_transfer else None,
        methods=methods,
        away=away,
    )


def customer_at(portal: Portal, entry: Entry, provider: str) -> str:
    """Make the bill group known to the provider. Raises PaymentRefused, PaymentUnavailable."""
    with portal.reading() as connection:
        contact = details.of_bill_group(connection, entry.scope).billing_contact
    known = contact is not None and not is_erased(contact.email)
    email = contact.email if contact and known else entry.address or ""
    port = portal.payment_providers().of(provider)
    reference: str = port.customer(
        entry.scope.bill_group_id, entry.portal.account_name, email, entry.language
    )
    return reference


def is_saved(portal: Portal, provider: str, customer: str, method: str) -> bool:
    """Whether the customer has saved a method there. Raises PaymentUnavailable."""
    held = portal.payment_providers().of(provider).methods(customer)
    return method in {one.reference for one in held}


def _saved(
    portal: Portal, entry: Entry, rules: PaymentRules
) -> tuple[tuple[SavedMethod, ...], bool]:
    """Give the saved methods, and whether the provider is away; a preview asks no provider."""
    if rules.provider is None:
        return (), False
    if entry.preview:
        with portal.reading() as connection:
            rows = payment_methods.of_bill_group(connection, entry.scope)
        return tuple(SavedMethod(str(row.method_id), row.facts) for row in rows), False
    try:
        customer = customer_at(portal, entry, rules.provider)
        held = portal.payment_providers().of(rules.provider).methods(customer)
    except PortFailure:
        return (), True
    default = _default(portal, entry)
    known = [SavedMethod(one.reference, facts) for one in held if (facts := facts_of(one))]
    return tuple(sorted(known, key=lambda one: one.reference != default)), False


def _default(portal: Portal, entry: Entry) -> str | None:
    """Give the default method's reference at its provider, where it has one."""
    group = portal.log().get(BillGroup, entry.scope.bill_group_id)
    chosen = group.details.get("default_payment_method")
    held = group.held.get(UUID(chosen)) if chosen else None
    return held.reference if held else None
