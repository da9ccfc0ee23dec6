"""Stripe's amounts are integers in minor units of its own table, which differs from ISO 4217.

Source: https://docs.stripe.com/currencies, "Zero-decimal currencies", "Three-decimal currencies"
and "Special cases". MGA has no decimals there (two in ISO 4217); ISK and UGX are kept with two that
are always 00 (none in ISO 4217).
"""

import re
from decimal import Decimal

_NO_DECIMALS = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD JOD KWD OMR TND"
_DECIMALS = dict.fromkeys(_NO_DECIMALS.split(), 0) | dict.fromkeys(_THREE_DECIMALS.split(), 3)
_exact = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?").fullmatch


def decimals(currency: str) -> int:
    """How many decimals Stripe's amounts of this ISO 4217 code have."""
    return _DECIMALS.get(currency, 2)


def major(amount: int | str, currency: str) -> str:
    """Give Stripe's minor units as an exact decimal in major units; raises ValueError."""
    text = str(amount)
    if _exact(text) is None:
        raise ValueError(text)
    return format(Decimal(text).scaleb(-decimals(currency)), "f")


def minor(amount: Decimal, currency: str) -> int:
    """Give an amount in major units as Stripe's minor units; raises ValueError when it has none."""
    scaled = amount.scaleb(decimals(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(str(amount))
    return int(scaled)
