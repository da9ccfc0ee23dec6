"""What a person is about to pay, and with what, as it stands on the record."""

from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args
from uuid import UUID

import msgspec

from domain.entity import BankDetails
from domain.money import Money
from domain.payment_rules import PaymentRules
from entrypoints.container import Portal
from entrypoints.web.entry import Entry
from entrypoints.web.paying_form import NEW
from entrypoints.wording.transfer_code import Transfer, transfer
from read_models import payable, payment_methods, payments
from read_models.payable import PayableRow
from read_models.payment_methods import MethodRow

Every: TypeAlias = Literal["overdue", "unpaid"]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows: invoices of one currency, what stands in the way of others, methods.

    `methods` are those that the seller's provider account keeps, the default first.
    """

    rows: tuple[PayableRow, ...]
    blocked: tuple[PayableRow, ...]
    being_paid: dict[UUID, UUID]
    others: tuple[PayableRow, ...]
    rules: PaymentRules
    bank: BankDetails | None
    methods: tuple[MethodRow, ...]

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
        """Give it as a bank transfer, where the seller takes those."""
        if not self.rows:
            return None
        numbers = [row.number for row in self.rows if row.number]
        return transfer(self.bank, seller, Money(self.total, self.currency), numbers)


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
    return Choice(
        rows=tuple(row for row in free if row.currency == first),
        blocked=tuple(row for row in found if row not in free),
        being_paid=being_paid,
        others=tuple(row for row in free if row.currency != first),
        rules=rules,
        bank=bank if rules.bank_transfer else None,
        methods=tuple(row for row in rows if row.held and row.held.provider == rules.provider),
    )
