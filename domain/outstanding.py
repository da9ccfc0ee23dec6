"""What a bill group owes and has to its credit, for each currency, never added across them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import msgspec

from domain.invoice_status import is_overdue
from domain.money import Money
from domain.settlement import Settlement


class Owed(msgspec.Struct, frozen=True):
    """An invoice as far as it counts here."""

    currency: str
    settlement: Settlement
    due_on: date | None = None


class Balance(msgspec.Struct, frozen=True):
    """Sums in minor units of one currency.

    `outstanding` includes what is overdue, disputed, or being processed; `available_credit` is
    shown apart and lowers nothing by itself.
    """

    currency: str
    outstanding: int = 0
    overdue: int = 0
    processing: int = 0
    available_credit: int = 0

    @property
    def closing(self) -> int:
        """What a statement of account ends with: outstanding less available credit."""
        return self.outstanding - self.available_credit


def balances(
    invoices: Iterable[Owed], available_credits: Iterable[Money], today: date
) -> tuple[Balance, ...]:
    """Sum up invoices and unapplied credit notes as of `today` in the entity's time zone.

    Surplus payments are available credit too. Ordered by currency.
    """
    parts: defaultdict[str, list[Balance]] = defaultdict(list)
    for invoice in invoices:
        parts[invoice.currency].append(_of_invoice(invoice, today))
    for credit in available_credits:
        parts[credit.currency].append(Balance(credit.currency, available_credit=credit.minor))
    return tuple(_sum(currency, parts[currency]) for currency in sorted(parts))


def _of_invoice(invoice: Owed, today: date) -> Balance:
    settlement = invoice.settlement
    overdue = is_overdue(settlement, invoice.due_on, today)
    return Balance(
        currency=invoice.currency,
        outstanding=settlement.open,
        overdue=settlement.open if overdue else 0,
        processing=min(settlement.processing, settlement.open),
        available_credit=settlement.surplus,
    )


def _sum(currency: str, parts: Iterable[Balance]) -> Balance:
    total = Balance(currency)
    for part in parts:
        total = Balance(
            currency=currency,
            outstanding=total.outstanding + part.outstanding,
            overdue=total.overdue + part.overdue,
            processing=total.processing + part.processing,
            available_credit=total.available_credit + part.available_credit,
        )
    return total
