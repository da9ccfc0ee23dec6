"""How the demo's bill groups differ: every two of frequency, currency, auto-pay and status meet.

A Latin square: six frequencies by six currencies, auto-pay in turn, so that 36 bill groups and six
closed ones show each pair at least once.
"""

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from application.importing.rows import FrequencyPart
from domain.bill_group import Frequency

AutoPayPlan: TypeAlias = Literal["on", "off", "no_method", "expired", "expires_soon", "failing"]

CURRENCIES = ("EUR", "USD", "GBP", "JPY", "KWD", "CHF")
FREQUENCIES = (
    Frequency(1, "month", "advance"),
    Frequency(1, "week", "arrears"),
    Frequency(3, "month", "advance"),
    Frequency(6, "month", "arrears"),
    Frequency(1, "year", "advance"),
    Frequency(30, "day", "arrears"),
)
DAILY = Frequency(1, "day", "arrears")
NAMES = (
    "Platform",
    "Usage",
    "Licences",
    "Support and maintenance",
    "Annual licence",
    "Project hours",
)
"""What a bill group is called, by its frequency."""

ATTENTION: tuple[AutoPayPlan, ...] = ("expired", "no_method", "expires_soon", "failing")
TERMS = (30, 14, 45, 60)
"""Payment terms in days."""

_HISTORY = {"week": 370, "day": 500}
"""How far back the frequent ones reach in days; the others begin up to three years ago."""


class GroupPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What one bill group is to show; `number` counts all of them and varies the rest.

    A `new` one has not been billed yet.
    """

    number: int
    key: str
    name: str
    entity: str
    currency: str
    frequency: Frequency
    auto_pay: AutoPayPlan
    closed: bool = False
    new: bool = False
    terms: int | None = 30
    month_end: bool = False

    @property
    def history_days(self) -> int:
        """How long it has been billed."""
        if self.frequency.unit in _HISTORY and self.frequency.every < 30:  # noqa: PLR2004
            return _HISTORY[self.frequency.unit]
        return 1090 - 37 * (self.number % 9)

    @property
    def is_automatic(self) -> bool:
        """Whether auto-pay is switched on, working or not."""
        return self.auto_pay != "off"

    @property
    def frequency_part(self) -> FrequencyPart:
        """Give the frequency as a row spells it."""
        given = self.frequency
        return FrequencyPart(every=given.every, unit=given.unit, timing=given.timing)


def square(currency: str, frequency: int) -> tuple[int, AutoPayPlan]:
    """Give the number of a meeting of currency and frequency, and its auto-pay."""
    row = CURRENCIES.index(currency)
    number = row * len(FREQUENCIES) + frequency
    turn: tuple[AutoPayPlan, ...] = ("on", "off", ATTENTION[(row + frequency // 3) % 4])
    return number, turn[(row + frequency) % 3]


def open_group(account: str, entity: str, currency: str, frequency: int) -> GroupPlan:
    """Give the open bill group of one meeting."""
    number, auto_pay = square(currency, frequency)
    return GroupPlan(
        number=number,
        key=f"{account}-{frequency + 1}",
        name=NAMES[frequency],
        entity=entity,
        currency=currency,
        frequency=FREQUENCIES[frequency],
        auto_pay=auto_pay,
        terms=TERMS[number % len(TERMS)],
    )


def closed_group(account: str, entity: str, currency: str) -> GroupPlan:
    """Give the closed bill group of a currency; each has another frequency."""
    row = CURRENCIES.index(currency)
    plans: tuple[AutoPayPlan, ...] = ("off", "on", "expired")
    return GroupPlan(
        number=40 + row,
        key=f"{account}-closed",
        name="Former hosting",
        entity=entity,
        currency=currency,
        frequency=FREQUENCIES[row],
        auto_pay=plans[row % 3],
        closed=True,
        terms=30,
    )


def month_before(day: date) -> str:
    """Give the month before a day's as cards spell it: YYYY-MM."""
    year, month = (day.year - 1, 12) if day.month == 1 else (day.year, day.month - 1)
    return f"{year}-{month:02}"
