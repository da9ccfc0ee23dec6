"""Finds what looks like a payment card's number, so that none is ever kept by mistake.

13 to 19 digits, also with spaces or hyphens between, that pass the check digit of ISO/IEC 7812-1
(Luhn) and begin like the numbers of a known card scheme. For names, reasons and notes; never asked
of PO, VAT, registration or bank fields.
"""

import re

_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)", re.ASCII)
_SCHEMES = re.compile(
    r"4|5[0-9]|6[0-9]|22[2-9]|2[3-6]|27[01]|2720|3[47]|30[0-5]|3[689]|35(?:2[89]|[3-8])", re.ASCII
)


def holds_card_number(text: str) -> bool:
    """Whether a card number seems to stand somewhere in the text."""
    return any(_is_card_number(found.group()) for found in _DIGITS.finditer(text))


def _is_card_number(found: str) -> bool:
    digits = found.replace(" ", "").replace("-", "")
    return _SCHEMES.match(digits) is not None and _passes_luhn(digits)


def _passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0
