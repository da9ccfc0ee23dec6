"""What a person is about to pay, and with what, as it stands on the record."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args
from uuid import UUID

import msgspec

from domain.bill_group_methods import moves
from domain.entity import BankDetails
from domain.money import Money
from domain.payment_rules import PaymentRules
from entrypoints.container import Portal
from entrypoints.web.entry import Entry
from entrypoints.web.paying_form import NEW
from entrypoints.wording.transfer_code import Transfer, transfer
from read_models import collecting, payable, payment_methods, payments
from read_models.collecting import Collected
from read_models.payable import PayableRow
from read_models.payment_methods import MethodRow

Every: TypeAlias = Literal["overdue", "unpaid"]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows: invoices of one currency, what stands in the way of others, methods.

    `collected` is what of it auto-pay collects by itself. `methods` are those that the seller's
    provider account keeps and that move the currency: the default first, at the end what expired.
    """

    rows: tuple[PayableRow, ...]
    blocked: tuple[PayableRow, ...]
    being_paid: dict[UUID, UUID]
    others: tuple[PayableRow, ...]
    rules: PaymentRules
    bank: BankDetails | None
    methods: tuple[MethodRow, ...]
    collected: tuple[Collected, ...]

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

    def chosen(self, method: str | None) -> str:
        """Say what is chosen: what was before, else the first one that nothing is wrong with."""
        usable = [str(row.method_id) for row in self.methods if row.mark in {None, "expiring"}]
        known = {*(str(row.method_id) for row in self.methods), NEW}
        return method if method and method in known else next(iter(usable), NEW)

    def transfer(self, seller: str) -> Transfer | None:
        """Give what auto-pay leaves as a bank transfer, where the seller takes those."""
        if not self.rows:
            return None
        return transfer_of(self.rows, self.collected, self.bank, seller, self.currency)


def transfer_of(
    rows: Sequence[PayableRow],
    collected: Sequence[Collected],
    bank: BankDetails | None,
    seller: str,
    currency: str,
) -> Transfer | None:
    """Give what is open as a bank transfer, but for what auto-pay collects by itself."""
    without = {plan.invoice_id for plan in collected}
    left = [row for row in rows if row.invoice_id not in without]
    numbers = [row.number for row in left if row.number]
    return transfer(bank, seller, Money(sum(row.minor for row in left), currency), numbers)


def payable_now(connection: Any, entry: Entry) -> list[PayableRow]:
    """Give every invoice that can be paid and is not being paid already."""
    being_paid = payments.being_paid(connection, entry.scope)
    rows = payable.unpaid(connection, entry.scope)
    return [row for row in rows if row.minor > 0 and row.invoice_id not in being_paid]


def collected_by_itself(
    connection: Any, entry: Entry, rows: Sequence[PayableRow]
) -> tuple[Collected, ...]:
    """Give what of these invoices auto-pay collects, so that nobody needs to pay it."""
    theirs = {row.invoice_id for row in rows}
    plans = collecting.of_bill_group(connection, entry.scope)
    return tuple(plan for plan in plans if plan.by_itself and plan.invoice_id in theirs)


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
        rows = payment_methods.of_bill_group(connection, entry.scope)
        free = [row for row in found if row.minor > 0 and row.invoice_id not in being_paid]
        first = currency or (free[0].currency if free else "")
        wanted_now = [row for row in free if row.currency == first]
        collected = collected_by_itself(connection, entry, wanted_now)
    kept = [row for row in rows if row.held and row.held.provider == rules.provider]
    return Choice(
        rows=tuple(wanted_now),
        blocked=tuple(row for row in found if row not in free),
        being_paid=being_paid,
        others=tuple(row for row in free if row.currency != first),
        rules=rules,
        bank=bank if rules.bank_transfer else None,
        collected=collected,
        methods=tuple(
            sorted(
                (row for row in kept if moves(row.facts.kind, first)),
                key=lambda row: row.mark == "expired",
            )
        ),
    )
