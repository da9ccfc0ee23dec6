"""Exact amounts and figures of a row: decimal text, never through binary floating point.

A JSON number is read by its shortest decimal spelling, so `12.5` is exact and the result of a sum
in binary floats (`0.30000000000000004`) has too many decimals and is refused.
"""

import re
from typing import Annotated, TypeAlias

from msgspec import Meta

from application.importing.problems import Problem
from domain.currencies import EXPONENTS

_AMOUNT = r"^-?[0-9]{1,12}(\.[0-9]{1,12})?$"
_matches = re.compile(_AMOUNT[1:-1]).fullmatch

Amount: TypeAlias = (
    Annotated[
        str, Meta(pattern=_AMOUNT, description="An exact decimal in major units: 12.50 euros.")
    ]
    | int
    | float
)
"""Money in major units of the row's currency, with no more decimals than that has (ISO 4217)."""

Figure: TypeAlias = (
    Annotated[str, Meta(pattern=_AMOUNT, description="An exact decimal, up to 12 decimals.")]
    | int
    | float
)
"""A quantity, a unit price or a percentage."""


class Amounts:
    """Reads the amounts of one row and collects what is wrong with them."""

    def __init__(self, currency: str) -> None:
        self.problems: list[Problem] = []
        self.currency = currency
        places = EXPONENTS.get(currency)
        if places is None:
            self.problems.append(Problem("currency", "currency_unknown", {"currency": currency}))
        self.places = 4 if places is None else places

    def minor(self, field: str, value: Amount) -> int:
        """Give integer minor units; notes a problem when the amount is too precise."""
        text = str(value)
        if _unread(value) and _matches(text) is None:
            return self._wrong(field, "amount_malformed", text)
        whole, _, decimals = text.partition(".")
        if len(decimals) > self.places:
            decimals = decimals.rstrip("0")
            if len(decimals) > self.places:
                return self._wrong(field, "amount_too_precise", text)
        return int(whole + decimals.ljust(self.places, "0"))

    def figure(self, field: str, value: Figure) -> str:
        """Give the one spelling of a decimal: no zeros at its end, no plus, no minus zero."""
        text = str(value)
        if _unread(value) and _matches(text) is None:
            self._wrong(field, "figure_malformed", text)
            return "0"
        return spelled(text)

    def _wrong(self, field: str, code: str, text: str) -> int:
        facts = {"amount": text[:40], "currency": self.currency, "decimals": self.places}
        self.problems.append(Problem(field, code, facts))
        return 0


def _unread(value: Amount) -> bool:
    """Whether reading the row did not check the form already: numbers, and text with a break."""
    return not isinstance(value, str) or value.endswith("\n")


def spelled(text: str) -> str:
    """Give the one spelling of decimal text, so that 1, 1.0 and 01.00 are the same fact."""
    if text.isdecimal() and not text.startswith("0"):
        return text
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, decimals = digits.partition(".")
    digits = (whole.lstrip("0") or "0") + dot + decimals
    return digits if digits == "0" else sign + digits
