"""The methods that can be tried at the sandbox: each is known by a key, and behaves in one way.

Nobody types a card number here: one of these is chosen. The last four digits are made up.
"""

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from domain.bill_group import PaymentMethodKind

Behaviour: TypeAlias = Literal[
    "succeeds",
    "declined",
    "insufficient_funds",
    "expired",
    "secure",
    "declined_later",
    "slow",
    "silent",
    "settles",
    "returned",
]
"""`secure` asks for 3-D Secure each time; `declined_later` can be added, but never charged; `slow`
answers late; `silent` charges and loses the answer; debits settle or are `returned` days later."""

DEBITS: tuple[PaymentMethodKind, ...] = ("sepa_debit", "ach_debit", "bacs_debit")


class Trial(msgspec.Struct, frozen=True):
    """One method to try; cards have a brand, debits a bank; `months` is how long a card is good."""

    key: str
    kind: PaymentMethodKind
    behaviour: Behaviour
    last4: str
    brand: str | None = None
    bank_name: str | None = None
    months: int | None = None

    def expires(self, today: date) -> str | None:
        """Give the month printed on the card, `YYYY-MM`."""
        if self.months is None:
            return None
        month = today.year * 12 + today.month - 1 + self.months
        return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _card(key: str, behaviour: Behaviour, last4: str, months: int = 36) -> Trial:
    return Trial(f"card-{key}", "card", behaviour, last4, brand="visa", months=months)


def _debit(kind: PaymentMethodKind, behaviour: Behaviour, last4: str, bank_name: str) -> Trial:
    name = kind.partition("_")[0]
    return Trial(f"{name}-{behaviour}", kind, behaviour, last4, bank_name=bank_name)


TRIALS: dict[str, Trial] = {
    trial.key: trial
    for trial in (
        _card("succeeds", "succeeds", "4242"),
        Trial("card-other", "card", "succeeds", "4444", brand="mastercard", months=30),
        _card("ends-soon", "succeeds", "4305", months=0),
        _card("secure", "secure", "3155"),
        _card("declined", "declined", "0002"),
        _card("no-funds", "insufficient_funds", "9995"),
        _card("expired", "expired", "0069", months=-2),
        _card("declined-later", "declined_later", "0341"),
        _card("slow", "slow", "0077"),
        _card("silent", "silent", "0119"),
        _debit("sepa_debit", "settles", "3000", "Sandbox Bank"),
        _debit("sepa_debit", "returned", "3001", "Sandbox Bank"),
        _debit("ach_debit", "settles", "6789", "Sandbox National"),
        _debit("ach_debit", "returned", "1116", "Sandbox National"),
        _debit("bacs_debit", "settles", "2345", "Sandbox & Co"),
        _debit("bacs_debit", "returned", "2227", "Sandbox & Co"),
    )
}


def offered(kinds: tuple[PaymentMethodKind, ...]) -> list[Trial]:
    """List what can be used on a page for these kinds."""
    return [trial for trial in TRIALS.values() if trial.kind in kinds]
