"""Money, dates, moments, numbers and names as people of the reader's language write them.

Precision of money is ISO 4217's (`domain.money.exponent`), never CLDR's, which prints 12.50 RSD
as `RSD12`. Moments are UTC, given as `datetime` or integer microseconds, and shown in a named zone.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.numbers import format_currency

from domain.money import exponent
from entrypoints.http.languages import words

_DATES = {"en": "en_GB"}
"""English dates start with the day and name the month, so that nobody mistakes 1 Nov."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(minutes=1)
_RECENT = timedelta(days=7)
_SPACE = "\u00a0"
"""Between a code such as DKK and its digits (CLDR's currency spacing, which Babel leaves out)."""


@lru_cache(maxsize=2048)
def _affixes(currency: str, language: str, negative: bool) -> tuple[str, str]:
    """What stands before and after the digits: sign, symbol and their spacing."""
    pattern = Locale.parse(language).currency_formats["standard"].pattern
    bare = pattern.replace(".00", "")
    sample = format_currency(
        -1 if negative else 1, currency, bare, locale=language, currency_digits=False
    )
    before, _, after = sample.partition("1")
    return (
        before + _SPACE if before[-1:].isalpha() else before,
        _SPACE + after if after[:1].isalpha() else after,
    )


@lru_cache(maxsize=64)
def _separators(language: str) -> dict[int, str]:
    """Map Python's separators to the language's."""
    symbols = Locale.parse(language).number_symbols["latn"]
    return {ord(","): symbols["group"], ord("."): symbols["decimal"]}


def _digits(amount: Decimal, decimals: int, language: str) -> str:
    return f"{abs(amount):,.{decimals}f}".translate(_separators(language))


@lru_cache(maxsize=8192)
def money(minor: int, currency: str, language: str) -> str:
    """Write integer minor units with their currency: `money(379600, "EUR", "en")` is €3,796.00."""
    decimals = exponent(currency)
    return _with_currency(Decimal(minor).scaleb(-decimals), decimals, currency, language)


@lru_cache(maxsize=8192)
def price(amount: str, currency: str, language: str) -> str:
    """Write a unit price given in major units with all its decimals: `0.0025` EUR is €0.0025."""
    exact = Decimal(amount)
    return _with_currency(exact, max(_decimals(exact), exponent(currency)), currency, language)


def _with_currency(amount: Decimal, decimals: int, currency: str, language: str) -> str:
    before, after = _affixes(currency, language, amount < 0)
    return f"{before}{_digits(amount, decimals, language)}{after}"


def _decimals(amount: Decimal) -> int:
    """How many decimals an exact amount needs."""
    power = amount.normalize().as_tuple().exponent
    return max(0, -power) if isinstance(power, int) else 0


@lru_cache(maxsize=8192)
def number(amount: str | int | Decimal, language: str) -> str:
    """Write an exact number with the decimals it has, and no more."""
    exact = Decimal(amount)
    sign = "-" if exact < 0 else ""
    return sign + _digits(exact, _decimals(exact), language)


def typed(amount: Decimal, language: str) -> str:
    """Write an amount as it is typed, without separators for thousands: 1200.65."""
    return str(amount).replace(".", Locale.parse(language).number_symbols["latn"]["decimal"])


def percent(rate: str | int | Decimal, language: str) -> str:
    """Write a rate given in percent: `25` is 25% in English and 25 % in German."""
    pattern = Locale.parse(language).percent_formats[None].pattern
    return str(pattern).replace("#,##0", number(rate, language))


@lru_cache(maxsize=8192)
def day(value: date, language: str, length: str = "medium") -> str:
    """Write a calendar date: 1 Nov 2026, or with the length `long` 1 November 2026."""
    return format_date(value, length, locale=_DATES.get(language, language))


@lru_cache(maxsize=1024)
def month(value: date, language: str) -> str:
    """Write a month with its year: November 2026."""
    return format_skeleton("yMMMM", value, locale=language)


def moment(value: datetime | int, zone: str, language: str) -> str:
    """Write a moment in a zone, which it names: 12 Nov 2026, 16:03 CET."""
    locale = _DATES.get(language, language)
    local = _local(value, zone)
    clock = format_datetime(local, "HH:mm", locale=locale)
    return f"{day(local.date(), language)}, {clock} {zone_name(local, locale)}"


def zone_name(local: datetime, locale: str) -> str:
    """Name a zone shortly: as the language does, else by the zone's own letters (EST)."""
    name, letters = format_datetime(local, "z", locale=locale), local.tzname() or ""
    if " " in name or name[0] in "+-":
        return letters if letters.isalpha() else f"GMT{name}"
    return name


def clock(value: datetime | int, zone: str, language: str) -> str:
    """Write the time of day in a zone: 16:03."""
    return format_datetime(_local(value, zone), "HH:mm", locale=_DATES.get(language, language))


def ago(value: datetime | int, now: datetime | int, zone: str, language: str) -> str:
    """Write how long ago a moment was (2 hours ago); past a week, its date in the zone."""
    passed = as_datetime(now) - as_datetime(value)
    if abs(passed) < _MOMENT:
        return words(language).gettext("just now")
    if abs(passed) >= _RECENT:
        return day(_local(value, zone).date(), language)
    whole = timedelta(seconds=-passed.total_seconds())
    return format_timedelta(whole, add_direction=True, locale=language, threshold=1)


def as_datetime(value: datetime | int) -> datetime:
    """Read a moment: a `datetime` with a zone, or integer microseconds UTC as read models keep."""
    return EPOCH + timedelta(microseconds=value) if isinstance(value, int) else value


def _local(value: datetime | int, zone: str) -> datetime:
    return as_datetime(value).astimezone(ZoneInfo(zone))
