"""Money, dates and moments as the reader's language writes them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from domain.currencies import EXPONENTS
from entrypoints.http import formats

NOW = datetime(2026, 11, 22, 15, 3, tzinfo=UTC)


def plain(text: str) -> str:
    """The same text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("minor", "currency", "language", "written"),
    [
        (379600, "EUR", "en", "€3,796.00"),
        (379600, "EUR", "de", "3.796,00 €"),
        (-12000, "EUR", "en", "-€120.00"),
        (1250, "RSD", "en", "RSD 12.50"),
        (1250, "RSD", "de", "12,50 RSD"),
        (1234567, "JPY", "en", "¥1,234,567"),
        (1234567, "KWD", "en", "KWD 1,234.567"),
        (900719925474099301, "USD", "en", "$9,007,199,254,740,993.01"),
        (0, "DKK", "de", "0,00 DKK"),
    ],
)
def test_money_has_the_decimals_of_its_currency(
    minor: int, currency: str, language: str, written: str
) -> None:
    assert plain(formats.money(minor, currency, language)) == written


@given(
    minor=st.integers(-(10**15), 10**15),
    currency=st.sampled_from(["EUR", "USD", "GBP", "CAD"]),
    language=st.sampled_from(["en", "de", "fr", "nl", "ja"]),
)
def test_money_is_written_as_the_locale_s_own_rules_do(
    minor: int, currency: str, language: str
) -> None:
    theirs = format_currency(Decimal(minor).scaleb(-2), currency, locale=language)
    assert formats.money(minor, currency, language) == theirs


@given(st.integers(-(10**18), 10**18), st.sampled_from(sorted(EXPONENTS)))
def test_no_digit_of_an_amount_is_lost(minor: int, currency: str) -> None:
    written = formats.money(minor, currency, "en")
    assert int("".join(char for char in written if char.isdigit())) == abs(minor)


def test_a_unit_price_keeps_all_its_decimals() -> None:
    assert formats.price("0.0025", "EUR", "en") == "€0.0025"
    assert formats.price("640", "EUR", "en") == "€640.00"
    assert plain(formats.price("1234.5", "EUR", "de")) == "1.234,50 €"


def test_numbers_and_rates_keep_the_decimals_they_have() -> None:
    assert formats.number("36.500", "de") == "36,5"
    assert formats.number(12480, "en") == "12,480"
    assert formats.number("-3", "en") == "-3"
    assert formats.percent("25", "en") == "25%"
    assert plain(formats.percent("8.25", "de")) == "8,25 %"


def test_an_english_date_cannot_be_mistaken() -> None:
    assert formats.day(date(2026, 11, 1), "en") == "1 Nov 2026"
    assert formats.day(date(2026, 11, 1), "en", "long") == "1 November 2026"
    assert formats.day(date(2026, 11, 1), "de") == "01.11.2026"
    assert formats.month(date(2026, 11, 1), "de") == "November 2026"


def test_a_moment_names_its_zone() -> None:
    assert formats.moment(NOW, "Europe/Copenhagen", "en") == "22 Nov 2026, 16:03 CET"
    assert formats.moment(NOW, "Europe/Berlin", "de") == "22.11.2026, 16:03 MEZ"
    assert formats.clock(NOW, "Asia/Tokyo", "en") == "00:03"


def test_a_moment_may_come_in_microseconds() -> None:
    microseconds = (NOW - formats.EPOCH) // timedelta(microseconds=1)
    assert formats.moment(microseconds, "UTC", "en") == formats.moment(NOW, "UTC", "en")


@pytest.mark.parametrize(
    ("passed", "english"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(days=10), "12 Nov 2026"),
        (timedelta(minutes=-10), "in 10 minutes"),
    ],
)
def test_how_long_ago_is_said_for_a_week_and_then_its_date(passed: timedelta, english: str) -> None:
    assert formats.ago(NOW - passed, NOW, "UTC", "en") == english


def test_a_zone_that_the_language_has_only_long_words_for_is_named_by_its_letters() -> None:
    at = datetime(2026, 11, 12, 15, 3, tzinfo=UTC)
    assert formats.moment(at, "America/New_York", "en") == "12 Nov 2026, 10:03 EST"
