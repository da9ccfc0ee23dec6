"""When auto-pay tries an open invoice, and what keeps it from trying: computed when asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.auto_pay import NeedsAttention, auto_pay
from domain.bill_group import BillGroupFacts, PaymentMethodFacts
from domain.collecting import Try, next_try_on, retry_days
from domain.money import Money
from domain.payment_rules import PaymentRules
from read_models.method_rows import facts_of, terms_of

Stage: TypeAlias = Literal["planned", "due", "trying", "blocked", "exhausted", "taken_back"]
"""`due`: the worker tries within a minute. `blocked`: there is nothing to charge. `taken_back`: the
payer's bank took its money back, and only people ask for it again."""


class TryShown(msgspec.Struct, frozen=True):
    """One try, on days of the entity's time zone; `code` is why it failed."""

    payment_id: UUID
    began_on: date
    state: Literal["open", "failed", "given_up", "succeeded"]
    ended_on: date | None
    code: str | None


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """An open invoice that auto-pay is for; `minor` is what would be collected.

    `next_on` is the next try, `later` the days after it. `why` is what blocks it.
    """

    invoice_id: UUID
    bill_group_id: UUID
    account: str
    bill_group: str
    number: str | None
    currency: str
    minor: int
    due_on: date
    stage: Stage
    next_on: date | None
    later: tuple[date, ...]
    tries: tuple[TryShown, ...]
    method: PaymentMethodFacts | None
    why: str | None

    @property
    def money(self) -> Money:
        """What would be collected."""
        return Money(self.minor, self.currency)

    @property
    def by_itself(self) -> bool:
        """Whether nobody needs to pay it, because it will be collected."""
        return self.stage in {"planned", "due"}

    @property
    def failed(self) -> TryShown | None:
        """The last try, where it failed."""
        last = self.tries[-1] if self.tries else None
        return last if last and last.state == "failed" else None


class PlanRow(msgspec.Struct, frozen=True):
    """An open invoice with the tries that were made."""

    invoice: Any
    tries: tuple[TryShown, ...]


def collected(row: PlanRow, today: date) -> Collected | None:
    """Say when auto-pay tries an invoice next; nothing where the portal does not collect it."""
    told, rules = row.invoice, row.invoice.rules or PaymentRules()
    terms: BillGroupFacts = replace(terms_of(told), collection="automatic")
    if rules.collector is None or terms.closed:
        return None
    tries = [Try(one.began_on, one.state, one.ended_on) for one in row.tries]
    again = next_try_on(told.due_on, tries, rules.retry_after_days)
    next_on = None if told.taken_back else again
    trying = any(one.state == "open" for one in tries)
    method = facts_of(told) if told.method else None
    held = told.held is not None and told.held.provider == rules.collector
    why = _why(terms, method, today, held=held)
    return Collected(
        invoice_id=told.invoice_id,
        bill_group_id=told.bill_group_id,
        account=told.account,
        bill_group=terms.name,
        number=told.number,
        currency=told.currency,
        minor=told.minor,
        due_on=told.due_on,
        stage=_stage(told, next_on, today, trying=trying, blocked=why is not None),
        next_on=next_on and max(next_on, today),
        later=() if told.taken_back else _later(row, next_on, rules.retry_after_days),
        tries=row.tries,
        method=method,
        why=why,
    )


def _why(
    terms: BillGroupFacts, method: PaymentMethodFacts | None, today: date, *, held: bool
) -> str | None:
    """Say what keeps auto-pay from trying; a method that failed is tried again."""
    stands = auto_pay(terms, method, None, today, chargeable=held)
    if isinstance(stands, NeedsAttention) and stands.reason != "failed":
        return stands.reason
    return None


def _stage(told: Any, next_on: date | None, today: date, *, trying: bool, blocked: bool) -> Stage:
    if trying:
        return "trying"
    if next_on is None:
        return "taken_back" if told.taken_back else "exhausted"
    if blocked:
        return "blocked"
    return "due" if next_on <= today else "planned"


def _later(row: PlanRow, next_on: date | None, days: Sequence[int]) -> tuple[date, ...]:
    """Give the days of the schedule after the next try, or after the one that is open."""
    made = [one for one in row.tries if one.state != "given_up"]
    first = made[0].began_on if made else next_on
    after = next_on or (made[-1].began_on if made else None)
    if first is None or after is None or (next_on is None and made[-1].state == "failed"):
        return ()
    return tuple(day for day in retry_days(first, days) if day > after)
