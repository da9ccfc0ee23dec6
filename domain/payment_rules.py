"""How an entity lets its customers pay: through which provider, and what they may choose."""

from itertools import pairwise

import msgspec

from domain.aggregate import Refusal

MOST_RETRIES = 8
LATEST_RETRY = 60


class RetryScheduleInvalid(Refusal):
    """Retries are a few days of the two months after the due date, each later than the last."""

    code = "retry_schedule_invalid"


class PaymentRules(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules of one entity; without a provider account, customers pay by bank transfer at most.

    `retry_after_days` counts from the due date on which auto-pay tried first. `bank_transfer` says
    that the entity's bank details are shown as a way to pay. `collects` says that auto-pay charges
    through the provider account; without it the billing system collects what is automatic.
    """

    provider: str | None = None
    part_payments: bool = False
    auto_pay_by_customers: bool = False
    bank_transfer: bool = True
    retry_after_days: tuple[int, ...] = (3, 7, 14)
    collects: bool = True

    @property
    def collector(self) -> str | None:
        """Name the provider account that auto-pay collects through, if the portal collects."""
        return self.provider if self.collects else None

    def check(self) -> None:
        """Refuse a schedule that goes back, repeats a day, or never ends."""
        days = self.retry_after_days
        in_order = all(earlier < later for earlier, later in pairwise(days))
        bounded = all(1 <= day <= LATEST_RETRY for day in days) and len(days) <= MOST_RETRIES
        if not (in_order and bounded):
            raise RetryScheduleInvalid(most=MOST_RETRIES, latest=LATEST_RETRY)
