from decimal import Decimal

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.currencies import EXPONENTS
from domain.money import AmountTooPrecise, CurrenciesMixed, CurrencyUnknown, Money, exponent

EUROS = some.builds(Money, some.integers(-(10**40), 10**40), some.just("EUR"))


def test_the_currencies_are_those_of_iso_4217_that_have_minor_units() -> None:
    listed = {
        currency.code: currency.exponent
        for currency in iso4217.Currency
        if currency.exponent is not None
    }

    assert listed == EXPONENTS


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.50", "EUR", 1_250), ("12", "JPY", 12), ("0.125", "KWD", 125), ("-3.1", "USD", -310)],
)
def test_an_amount_is_read_in_the_precision_of_its_currency(
    amount: str, currency: str, minor: int
) -> None:
    money = Money.of(amount, currency)

    assert money == Money(minor, currency)
    assert money.decimal == Decimal(amount)


@pytest.mark.parametrize(("amount", "currency"), [("12.505", "EUR"), ("12.5", "JPY")])
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(AmountTooPrecise):
        Money.of(amount, currency)


@pytest.mark.parametrize("code", ["XXX", "XAU", "eur", "", "ZZZ"])
def test_a_code_without_minor_units_is_refused(code: str) -> None:
    with pytest.raises(CurrencyUnknown):
        exponent(code)


def test_rounding_is_half_up_away_from_zero() -> None:
    assert Money.rounded(Decimal("10.005"), "EUR").minor == 1_001
    assert Money.rounded(Decimal("10.004999999999"), "EUR").minor == 1_000
    assert Money.rounded(Decimal("-10.005"), "EUR").minor == -1_001
    assert Money.rounded(Decimal("0.5"), "JPY").minor == 1


def test_a_quantity_times_a_long_price_is_rounded_once_and_only_at_the_end() -> None:
    assert Money.priced("3", "10.005", "EUR") == Money(3_002, "EUR")
    assert Money.priced("1", "0.004999999999", "EUR") == Money(0, "EUR")
    long = Money.priced("12345678901234567.5", "1000000000000.000000000001", "EUR")
    assert long.minor == 1_234_567_890_123_456_750_000_001_234_568


def test_currencies_are_never_mixed() -> None:
    euro, dollar = Money(1, "EUR"), Money(1, "USD")

    for mix in (
        lambda: euro + dollar,
        lambda: euro - dollar,
        lambda: euro < dollar,
        lambda: euro <= dollar,
        lambda: euro > dollar,
        lambda: euro >= dollar,
    ):
        with pytest.raises(CurrenciesMixed):
            mix()
    assert euro != dollar


@given(EUROS, EUROS)
def test_money_adds_compares_and_negates_like_its_minor_units(first: Money, second: Money) -> None:
    assert (first + second).minor == first.minor + second.minor
    assert (first - second).minor == first.minor - second.minor
    assert (-first).minor == -first.minor
    assert bool(first) == (first.minor != 0)
    assert (first < second, first <= second) == (
        first.minor < second.minor,
        first.minor <= second.minor,
    )
    assert (first > second, first >= second) == (
        first.minor > second.minor,
        first.minor >= second.minor,
    )
    assert Money.of(first.decimal, "EUR") == first


def test_zero_is_nothing() -> None:
    assert not Money.zero("EUR")
