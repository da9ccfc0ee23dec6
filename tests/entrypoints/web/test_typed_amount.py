"""Amounts as people type them: read as what was meant, or asked for again, never as another."""

from contextlib import suppress

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from domain.currencies import EXPONENTS
from domain.money import AmountTooPrecise
from entrypoints.http import formats
from entrypoints.http.forms import FieldUnreadable
from entrypoints.http.languages import SUPPORTED, speaking
from entrypoints.web.typed_amount import AmountTwoWays, AmountUnclear, typed_minor
from entrypoints.wording.refusals import sentence

REFUSED = (AmountTooPrecise, AmountTwoWays, AmountUnclear, FieldUnreadable)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("5", "EUR", 500),
        (",5", "EUR", 50),
        ("5.", "EUR", 500),
        ("1.234,50", "EUR", 123_450),
        ("1,234.50", "EUR", 123_450),
        ("CHF 1\u2019000.00", "CHF", 100_000),
        ("Fr. 1'000.\u2013", "CHF", 100_000),
        ("\u20ac\u202f1 000", "EUR", 100_000),
        ("100 EUR", "EUR", 10_000),
        ("$1,200", "USD", 120_000),
        ("us$1,200.05 USD", "USD", 120_005),
        ("\uff11\uff0c\uff12\uff10\uff10\uff0e\uff15\uff10", "USD", 120_050),
        ("100,-", "EUR", 10_000),
        ("100.\u2014", "CHF", 10_000),
        ("1.000,- \u20ac", "EUR", 100_000),
        ("1.000.-", "CHF", 100_000),
        ("\uffe510,000", "JPY", 10_000),
        ("10.000", "JPY", 10_000),
        ("1 000 000", "XOF", 1_000_000),
        ("1,234.567", "KWD", 1_234_567),
        ("1'000", "KWD", 1_000_000),
        ("1.46", "KWD", 1_460),
        ("0.465", "KWD", 465),
        ("01.465", "KWD", 1_465),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, currency: str, minor: int) -> None:
    assert typed_minor(typed, currency) == minor


@pytest.mark.parametrize("typed", ["1.000", "1,000", "1'000", "1000", "1000.00"])
def test_one_mark_before_three_digits_stands_between_thousands(typed: str) -> None:
    assert typed_minor(typed, "EUR") == 100_000


@pytest.mark.parametrize("typed", ["1,460", "1.000", "KWD 12.500"])
def test_what_can_be_thousands_or_three_decimals_is_asked_for_again(typed: str) -> None:
    with pytest.raises(AmountTwoWays):
        typed_minor(typed, "KWD")


def test_both_readings_are_named_and_each_is_read_as_itself() -> None:
    with pytest.raises(AmountTwoWays) as refused:
        typed_minor("1,460", "KWD")
    assert "1460 or 01,460" in sentence(refused.value)
    assert typed_minor("1460", "KWD") == 1_460_000
    assert typed_minor("01,460", "KWD") == 1_460


@pytest.mark.parametrize("typed", ["1 00", "12,34,567.00", "1.234.56", "1,00.00"])
def test_digits_that_stand_in_no_groups_of_three_are_asked_for_again(typed: str) -> None:
    with pytest.raises(AmountUnclear):
        typed_minor(typed, "EUR")


@pytest.mark.parametrize(
    ("language", "currency", "example"),
    [("en", "EUR", "1200.65"), ("de", "EUR", "1200,65"), ("de", "JPY", "1200")],
)
def test_the_example_is_written_as_the_reader_writes_and_can_be_typed(
    language: str, currency: str, example: str
) -> None:
    with speaking(language), pytest.raises(AmountUnclear) as refused:
        typed_minor("1 00", currency)
    with speaking(language):
        assert f"{example}." in sentence(refused.value)
    assert typed_minor(example, currency) in {1_200, 120_065}


@pytest.mark.parametrize("typed", ["0.001", "12345,678", "1,234.567", "1.5050"])
def test_more_decimals_than_there_are_is_no_amount(typed: str) -> None:
    with pytest.raises(AmountTooPrecise):
        typed_minor(typed, "EUR")


@pytest.mark.parametrize(
    "typed", ["1e3", "12x5", ".", "much", "--5", "-5", "100k", "1.5m", "CHF 100", "$5", "9" * 61]
)
def test_what_is_no_amount_in_this_currency_is_not_made_one(typed: str) -> None:
    with pytest.raises(FieldUnreadable):
        typed_minor(typed, "EUR")


@given(st.integers(0, 10**13), st.sampled_from(sorted(EXPONENTS)), st.sampled_from(SUPPORTED))
def test_what_is_printed_is_read_back_as_the_same_amount_or_asked_for_again(
    minor: int, currency: str, language: str
) -> None:
    printed = formats.money(minor, currency, language)
    group = Locale.parse(language).number_symbols["latn"]["group"]
    for text in (printed, printed.replace(group, "\u2019"), printed.replace(group, "'")):
        with suppress(*REFUSED):
            assert typed_minor(text, currency) == minor


@given(st.integers(0, 10**13), st.sampled_from(sorted(EXPONENTS)), st.sampled_from(SUPPORTED))
def test_what_is_printed_is_only_asked_for_again_where_three_digits_may_be_decimals(
    minor: int, currency: str, language: str
) -> None:
    printed = formats.money(minor, currency, language)
    try:
        assert typed_minor(printed, currency) == minor
    except AmountTwoWays:
        assert EXPONENTS[currency] >= 3


@given(st.text("0123456789.,' -\u2019\u20ac", max_size=12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_whatever_is_typed_is_an_amount_or_refused_with_words(typed: str, currency: str) -> None:
    said = ""
    try:
        assert typed_minor(typed, currency) >= 0
    except REFUSED as refused:
        said = sentence(refused)
    assert "%(" not in said
