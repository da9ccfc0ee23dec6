"""What became of the demo's invoices: paid, late, in part, disputed, and everything else."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from application.importing.rows import (
    AppliedPart,
    CreditNoteRow,
    LinePart,
    PaymentRow,
    RefundRow,
    WriteOffPart,
)
from domain.money import Money
from entrypoints.demo.company.billing import Drawn, major
from entrypoints.demo.company.chance import seeded
from entrypoints.demo.company.told import Told

Outcome: TypeAlias = Literal[
    "paid",
    "unpaid",
    "part_paid",
    "processing",
    "part_processing",
    "failed",
    "retried",
    "void",
    "uncollectible",
    "disputed",
    "paid_disputed",
    "dispute_won",
    "refunded",
    "reopened",
    "credit_settled",
    "credit_part",
    "surplus",
    "written_off",
    "written_off_part",
    "balance_applied",
]


class Tale(msgspec.Struct, frozen=True):
    """What becomes of the newest invoices that are not yet due, and of the newest that are.

    All the others are paid.
    """

    current: tuple[Outcome, ...]
    past: tuple[Outcome, ...] = ()


TALES = (
    Tale(("unpaid",), ("unpaid", "paid", "credit_part")),
    Tale(("unpaid", "unpaid"), ("unpaid", "unpaid")),
    Tale(("part_paid",), ("retried", "refunded")),
    Tale(("processing",), ("paid", "dispute_won")),
    Tale(("failed",), ("failed", "retried")),
    Tale(("unpaid",), ("disputed", "part_paid")),
    Tale(("unpaid", "part_paid"), ("unpaid", "paid", "credit_settled", "refunded", "void")),
    Tale(("unpaid",), ("void", "paid", "written_off_part")),
    Tale(("credit_part",), ("uncollectible", "paid")),
    Tale(("credit_settled",), ("paid", "written_off")),
    Tale(("unpaid",), ("paid_disputed", "reopened")),
    Tale(("unpaid",), ("surplus",)),
    Tale(("balance_applied",), ("part_processing",)),
)
ALL_PAID = Tale(("paid",) * 9)
AUTO_PAID = Tale(("paid", "paid", "processing"), ("paid", "retried", "paid", "refunded"))


def settled(invoices: list[Drawn], today: date) -> Iterator[Told]:
    """Tell of invoices, each from the day it was issued on, and of what became of it."""
    turns: dict[tuple[str, bool], int] = {}
    for invoice in sorted(invoices, key=lambda one: one.place):
        due_on = invoice.row.due_on
        is_past = due_on is not None and due_on < today
        turn = turns.get((invoice.plan.key, is_past), 0)
        turns[invoice.plan.key, is_past] = turn + 1
        yield from _told(invoice, _outcome(invoice, turn, today, is_past=is_past), today)


def _outcome(invoice: Drawn, turn: int, today: date, *, is_past: bool) -> Outcome:
    tale = _tale(invoice)
    outcomes = tale.past if is_past else tale.current
    if turn < len(outcomes):
        return outcomes[turn]
    is_young = (today - invoice.issued_on).days < 40  # noqa: PLR2004 - without a due date
    if is_past or invoice.plan.auto_pay == "on" or not is_young:
        return "paid"
    return "unpaid"


def _tale(invoice: Drawn) -> Tale:
    plan = invoice.plan
    if invoice.customer.contract == "over" or plan.closed:
        return ALL_PAID
    if invoice.customer.contract == "owing":
        return TALES[1]
    if plan.auto_pay == "failing":
        return TALES[4]
    if plan.auto_pay == "on" and plan.number % 2:
        return AUTO_PAID
    return TALES[plan.number % len(TALES)]


def _told(invoice: Drawn, outcome: Outcome, today: date) -> Iterator[Told]:
    if outcome == "balance_applied":
        applied = Money.rounded(invoice.total.decimal / 4, invoice.total.currency)
        stated = replace(invoice.row, open=major(invoice.total - applied))
        yield Told(invoice.issued_on, stated)
        return
    yield Told(invoice.issued_on, invoice.row)
    yield from _Settling(invoice, today).by(outcome)


class _Settling:
    """Tells how one invoice was settled."""

    def __init__(self, invoice: Drawn, today: date) -> None:
        self.invoice = invoice
        self.row = invoice.row
        self.total = invoice.total
        self.last = today - timedelta(days=1)
        self.random = seeded(f"settling {invoice.row.external_id}")

    def by(self, outcome: Outcome) -> Iterator[Told]:
        paid_on = self._paid_on()
        later = self._no_later(paid_on + timedelta(days=self.random.randint(6, 25)))
        match outcome:
            case "paid":
                yield self._payment(self.total, paid_on)
            case "part_paid":
                yield self._payment(self._share(40), paid_on)
            case "processing":
                yield self._payment(self.total, self.last, "processing")
            case "part_processing":
                yield self._payment(self._share(60), paid_on)
                yield self._payment(self._share(20), self.last, "processing", 2)
            case "failed":
                yield self._payment(self.total, paid_on, "failed")
            case "retried":
                yield self._payment(self.total, paid_on, "failed")
                yield self._payment(self.total, later, "succeeded", 2)
            case "surplus":
                yield self._payment(self.total + self._share(10), paid_on)
            case "credit_settled":
                yield self._credit(self.total, later, "Service level not met")
            case "credit_part":
                yield self._credit(self._share(25), later, "Seats returned")
            case _:
                yield from self._turned(outcome, paid_on, later)

    def _turned(self, outcome: Outcome, paid_on: date, later: date) -> Iterator[Told]:
        match outcome:
            case "refunded" | "reopened":
                yield self._payment(self.total, paid_on)
                share = 100 if outcome == "reopened" else 15
                yield self._refund(self._share(share), later, reopened=outcome == "reopened")
            case "written_off" | "written_off_part":
                share_paid = self._share(90 if outcome == "written_off_part" else 20)
                yield self._payment(share_paid, paid_on)
                given_up = WriteOffPart(amount=major(self.total - share_paid), on=later)
                yield Told(later, replace(self.row, written_off=given_up))
            case _:
                yield from self._closed(outcome, paid_on, later)

    def _closed(self, outcome: Outcome, paid_on: date, later: date) -> Iterator[Told]:
        match outcome:
            case "void":
                yield Told(later, replace(self.row, status="void", closed_on=later))
            case "uncollectible":
                yield Told(later, replace(self.row, status="uncollectible", closed_on=later))
            case "disputed" | "dispute_won":
                yield Told(paid_on, replace(self.row, disputed=True, closed_on=paid_on))
                if outcome == "dispute_won":
                    yield Told(later, replace(self.row, disputed=False, closed_on=later))
                    yield self._payment(self.total, later)
            case "paid_disputed":
                yield self._payment(self.total, paid_on)
                yield Told(later, replace(self.row, disputed=True, closed_on=later))

    def _paid_on(self) -> date:
        """By auto-pay on the day of issue, else around the due date."""
        if self.invoice.plan.auto_pay == "on" or self.row.due_on is None:
            return self.invoice.issued_on
        on = self.row.due_on + timedelta(days=self.random.randint(-8, 6))
        return max(self.invoice.issued_on, self._no_later(on))

    def _no_later(self, day: date) -> date:
        return min(day, self.last)

    def _share(self, percent: int) -> Money:
        return Money.rounded(self.total.decimal * percent / 100, self.total.currency)

    def _payment(
        self,
        amount: Money,
        on: date,
        status: Literal["succeeded", "processing", "failed"] = "succeeded",
        number: int = 1,
    ) -> Told:
        automatic = self.invoice.plan.auto_pay in {"on", "failing"}
        row = PaymentRow(
            external_id=f"pay-{self.row.external_id}-{number}",
            invoice=self.row.external_id,
            currency=amount.currency,
            amount=major(amount),
            status=status,
            paid_on=on,
            method="Auto-pay" if automatic else "Bank transfer",
        )
        return Told(on, row)

    def _refund(self, amount: Money, on: date, *, reopened: bool) -> Told:
        row = RefundRow(
            external_id=f"refund-{self.row.external_id}",
            invoice=self.row.external_id,
            payment=f"pay-{self.row.external_id}-1",
            currency=amount.currency,
            amount=major(amount),
            refunded_on=on,
            reopened=reopened,
        )
        return Told(on, row)

    def _credit(self, amount: Money, on: date, reason: str) -> Told:
        spelled = major(amount)
        row = CreditNoteRow(
            external_id=f"cn-{self.row.external_id}",
            bill_group=self.row.bill_group,
            number=f"CN-{(self.row.number or '').partition('-')[2]}",
            currency=amount.currency,
            issued_on=on,
            total=spelled,
            lines=(LinePart(description=reason, amount=spelled),),
            reason=reason,
            invoice=self.row.external_id,
            applied=(AppliedPart(invoice=self.row.external_id, amount=spelled),),
        )
        return Told(on, row)


def open_credit(invoice: Drawn, today: date) -> Told:
    """Tell of a credit note that counts towards nothing yet: available credit."""
    amount = Money.rounded(invoice.total.decimal * 12 / 100, invoice.total.currency)
    on = max(invoice.issued_on, today - timedelta(days=20))
    row = CreditNoteRow(
        external_id=f"cn-{invoice.plan.key}-open",
        bill_group=invoice.plan.key,
        number=f"CN-{on:%Y}-{9000 + invoice.plan.number}",
        currency=amount.currency,
        issued_on=on,
        total=major(amount),
        lines=(LinePart(description="Goodwill after the outage", amount=major(amount)),),
        reason="Goodwill after the outage",
    )
    return Told(on, row)
