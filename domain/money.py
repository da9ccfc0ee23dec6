"""Exact amounts with a currency: integer minor units, precision by ISO 4217, never mixed."""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Self

import msgspec

from domain.aggregate import Refusal
from domain.currencies import EXPONENTS

_EXACT = Context(prec=100)
"""Python's own 28 digits would round long amounts without a word."""


class CurrencyUnknown(Refusal):
    """The code is not one of ISO 4217's with minor units."""

    code = "currency_unknown"


class CurrenciesMixed(Refusal):
    """Two amounts of different currencies were put together."""

    code = "currencies_mixed"


class AmountTooPrecise(Refusal):
    """The amount has more decimals than its currency."""

    code = "amount_too_precise"


def exponent(currency: str) -> int:
    """How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217)."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise CurrencyUnknown(currency=currency) from None


class Money(msgspec.Struct, frozen=True, order=False):
    """An amount in integer minor units (cents for EUR, yen for JPY) of one ISO 4217 currency."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str, currency: str) -> Self:
        """Read an exact decimal; refuse more decimals than the currency has."""
        scaled = _EXACT.scaleb(Decimal(amount), exponent(currency))
        if scaled != scaled.to_integral_value():
            raise AmountTooPrecise(amount=str(amount), currency=currency)
        return cls(int(scaled), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Self:
        """Round half up to the currency's precision, as invoices do."""
        scaled = _EXACT.scaleb(amount, exponent(currency))
        return cls(int(scaled.quantize(Decimal(1), ROUND_HALF_UP, _EXACT)), currency)

    @classmethod
    def priced(cls, quantity: str, unit_price: str, currency: str) -> Self:
        """Multiply a quantity by a price in major units, exactly, and round half up once."""
        return cls.rounded(_EXACT.multiply(Decimal(quantity), Decimal(unit_price)), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in this currency."""
        return cls(0, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return _EXACT.scaleb(Decimal(self.minor), -exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrenciesMixed(first=self.currency, second=other.currency)
        return other
