"""The one pill of an invoice and what stands beside it, as of a day.

What changes by the passing of time is computed here when asked and never stored. `today` is the
date in the entity's time zone.
"""

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from domain.aggregate import Refusal
from domain.settlement import Settlement

PillName: TypeAlias = Literal[
    "void",
    "uncollectible",
    "paid",
    "disputed",
    "processing",
    "overdue",
    "partly_paid",
    "due",
    "open",
]
Beside: TypeAlias = Literal["failed_attempt", "disputed"]


class Pill(msgspec.Struct, frozen=True):
    """The status that people see.

    `days` counts the days since the due date (overdue) or until it (due, 0 is today).
    `settled_by_credit` when a paid invoice saw no payment, only credit.
    """

    name: PillName
    days: int | None = None
    settled_by_credit: bool = False


class DraftHasNoStatus(Refusal):
    """Drafts are never shown, so that there is no pill for them."""

    code = "draft_has_no_status"


def pill(settlement: Settlement, due_on: date | None, today: date) -> Pill:
    """Choose the one pill, in this order of precedence.

    Void, Uncollectible, Paid, Disputed, Processing, Overdue, Partly paid, Due (Open without a due
    date).
    """
    match settlement.document:
        case "draft":
            raise DraftHasNoStatus
        case "void" | "uncollectible" as closed:
            return Pill(closed)
        case _ if settlement.open == 0:
            return Pill("paid", settled_by_credit=_is_settled_by_credit(settlement))
        case _ if settlement.disputed:
            return Pill("disputed")
        case _ if settlement.processing >= settlement.open:
            return Pill("processing")
        case _:
            return _unpaid(settlement, due_on, today)


def beside(settlement: Settlement) -> tuple[Beside, ...]:
    """Name what stands beside the pill: a failed attempt, a dispute on a paid invoice."""
    if settlement.document != "issued":
        return ()
    if settlement.open == 0:
        return ("disputed",) if settlement.disputed else ()
    return ("failed_attempt",) if settlement.failed else ()


def is_overdue(settlement: Settlement, due_on: date | None, today: date) -> bool:
    """Whether the whole open amount is overdue: from the day after the due date on.

    Paid, void, uncollectible, disputed and fully processing invoices are not overdue.
    """
    if settlement.document != "issued":
        return False
    return pill(settlement, due_on, today).name == "overdue"


def _unpaid(settlement: Settlement, due_on: date | None, today: date) -> Pill:
    if due_on is not None and today > due_on:
        return Pill("overdue", days=(today - due_on).days)
    if settlement.paid > 0:
        return Pill("partly_paid")
    if due_on is None:
        return Pill("open")
    return Pill("due", days=(due_on - today).days)


def _is_settled_by_credit(settlement: Settlement) -> bool:
    """Credit is a credit note, or the customer balance that the source applied."""
    return settlement.paid <= 0 and (settlement.credited > 0 or settlement.adjustment < 0)
