"""How an entity lets its customers pay: the provider account it chose, and what they may do."""

from collections.abc import Callable, Sequence
from typing import TypeAlias
from uuid import UUID

import msgspec

from application.ports.event_log import EventLog
from domain.aggregate import Refusal
from domain.entity import Entity
from domain.event import Act
from domain.payment_rules import (
    LATEST_RETRY,
    MOST_RETRIES,
    PaymentRules,
    RetryScheduleInvalid,
)

LONGEST = 4
"""So many digits has a day at most, before it is read as a number."""


class PaymentProviderUnknown(Refusal):
    """The settings name no provider account like this."""

    code = "payment_provider_unknown"


class ChangePaymentRules(msgspec.Struct, frozen=True):
    """Give an entity these rules, as a whole."""

    entity_id: UUID
    rules: PaymentRules


def retry_days(typed: str) -> tuple[int, ...]:
    """Read a schedule as it is typed, as in `3, 7, 14`; nothing is none. Raises its refusal."""
    words = typed.replace(",", " ").split()
    if not all(word.isascii() and word.isdigit() and len(word) <= LONGEST for word in words):
        raise RetryScheduleInvalid(most=MOST_RETRIES, latest=LATEST_RETRY)
    return tuple(int(word) for word in words)


Change: TypeAlias = Callable[[ChangePaymentRules, Act, EventLog], None]


def changing_payment_rules(accounts: Sequence[str]) -> Change:
    """Give the handler of ChangePaymentRules, where the settings name these provider accounts.

    Raises EntityUnknown, PaymentProviderUnknown, RetryScheduleInvalid.
    """

    def change(command: ChangePaymentRules, act: Act, log: EventLog) -> None:
        entity = log.get(Entity, command.entity_id)
        chosen = command.rules.provider
        if chosen not in {None, *accounts, entity.payment_rules.provider}:
            raise PaymentProviderUnknown(name=chosen)
        entity.change_payment_rules(command.rules, by=act)
        log.save(entity)

    return change
