"""Reads an amount as people type it, and asks again where it could mean another one."""

import re
import unicodedata
from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_symbol

from domain.aggregate import Refusal
from domain.money import AmountTooPrecise, exponent
from entrypoints.http.forms import FieldUnreadable
from entrypoints.http.languages import SUPPORTED

LONGEST = 60
"""Characters of an amount with its currency."""

GROUP = 3
"""Digits between two separators for thousands."""


class AmountUnclear(Refusal):
    """The digits stand in no groups of three; `example` is an amount that is read without doubt."""

    code = "amount_unclear"


class AmountTwoWays(Refusal):
    """It may be `thousands` or `decimals`: the currency has as many decimals as a group digits."""

    code = "amount_two_ways"


def typed_minor(typed: str, currency: str) -> int:
    """Give the minor units of an amount: `1.234,50`, `1,234.50`, `CHF 1'234.50`, `100,-`.

    One mark before exactly three digits stands between thousands, unless the currency has three
    decimals or more: then nobody can tell. Raises AmountTwoWays, AmountUnclear, AmountTooPrecise,
    FieldUnreadable, CurrencyUnknown.
    """
    decimals_there_are = exponent(currency)
    bare = _bare(typed, currency)
    found = _NUMBER.fullmatch(bare)
    if found is None:
        raise AmountUnclear(example=Decimal("1200.65" if decimals_there_are else "1200"))
    whole, decimals = _digits(found["whole"]), _digits(found["decimals"] or "")
    if decimals_there_are >= GROUP and _ONE_MARK.fullmatch(bare):
        raise AmountTwoWays(thousands=whole, decimals=f"0{bare}")
    if len(decimals) > decimals_there_are:
        raise AmountTooPrecise(amount=bare, currency=currency)
    return int(f"{whole}{decimals.ljust(decimals_there_are, '0')}")


_SHAPE = re.compile(
    r"(?P<before>[^0-9.,]*(?:(?<=[^\W\d_])\. ?)?)"
    r"(?P<number>[.,]?[0-9](?:[0-9.,' ]*[0-9])?(?:[.,](?: ?-{1,2})?)?)"
    r"(?P<after>[^0-9,]*)"
)
"""What stands before the digits, the digits with all that is between them, what stands after."""

_NUMBER = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<by>[.,'])[0-9]{3}(?:(?P=by)[0-9]{3})*|[0-9]*)"
    r"(?:(?!(?P=by))[.,](?P<decimals>[0-9]*)|[.,]-{1,2})?"
)
"""A whole part, in groups of three by one separator or without any; decimals by another mark."""

_ONE_MARK = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def _bare(typed: str, currency: str) -> str:
    """Give the digits and the marks between them; spaces and apostrophes separate alike."""
    plain = unicodedata.normalize("NFKC", typed).translate(_DRAWN)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf").strip()
    found = _SHAPE.fullmatch(plain) if len(plain) <= LONGEST else None
    named = {_name(found["before"]), _name(found["after"])} if found else set()
    if found is None or not named <= {"", *_names(currency)}:
        raise FieldUnreadable(field="amount")
    return re.sub(r" (?=-)", "", found["number"]).replace(" ", "'")


_DRAWN = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u2013": "-", "\u2014": "-", "\u2212": "-"})
"""Apostrophes and dashes as they are printed."""


@cache
def _names(currency: str) -> frozenset[str]:
    """Give what a currency is called before and after amounts; another one's is not it."""
    symbols = {get_currency_symbol(currency, language) for language in SUPPORTED}
    signs = {symbol[-1] for symbol in symbols if unicodedata.category(symbol[-1]) == "Sc"}
    return frozenset(map(_name, {currency, *symbols, *signs, *_CALLED.get(currency, ())}))


def _name(text: str) -> str:
    return re.sub(r"[\s.]", "", unicodedata.normalize("NFKC", text)).casefold()


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


_CALLED = {
    "CHF": ("Fr", "SFr"),
    "CZK": ("Kč",),
    "DKK": ("kr",),
    "EUR": ("Euro",),
    "HUF": ("Ft",),
    "INR": ("Rs",),
    "ISK": ("kr",),
    "JPY": ("円",),
    "NOK": ("kr",),
    "PLN": ("zł",),
    "RON": ("lei",),
    "SEK": ("kr",),
    "SGD": ("S$", "$"),
    "USD": ("US$",),
}
"""What people write where the tables of languages know the code only."""
