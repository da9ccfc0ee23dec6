"""Value added tax of a document by category and rate, as EN 16931 breaks it down (BG-23).

A document that cannot be broken down exactly is not guessed at: `Unclear` says what is missing.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

from domain.document_lines import InvoiceLine, TaxCategory, TaxLine

Doubt: TypeAlias = Literal["tax_category", "exemption_reason", "tax_sums"]
Key: TypeAlias = tuple[TaxCategory, Decimal]

REASONED: frozenset[TaxCategory] = frozenset({"exempt"})
"""Whose reason only the seller can say; for the other categories, the category is the reason."""


class Unclear(Exception):  # noqa: N818 - named after the fact
    """The document does not say enough, or its figures do not agree."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt)
        self.doubt = doubt


class VatGroup(msgspec.Struct, frozen=True):
    """What is taxed alike: lines less discount are the base; in minor units, rate in percent."""

    category: TaxCategory
    rate: Decimal
    lines: int
    discount: int
    amount: int
    exemption: str | None = None

    @property
    def base(self) -> int:
        """What the tax is computed on."""
        return self.lines - self.discount


class VatBreakdown(msgspec.Struct, frozen=True):
    """The groups of a document, and the group of each of its lines."""

    groups: tuple[VatGroup, ...]
    of_lines: tuple[Key, ...]


def vat_breakdown(
    lines: Sequence[InvoiceLine], taxes: Sequence[TaxLine], discount: int, unit: int
) -> VatBreakdown:
    """Break the tax down; `unit` is how many minor units a major one has. Raises Unclear.

    The discount is shared out as the stated bases say. A stated amount may differ from base times
    rate by less than one major unit, as the norm's own rules allow (BR-CO-17).
    """
    stated = {_key(tax): tax for tax in taxes}
    if len(stated) < len(taxes):
        raise Unclear("tax_sums")
    of_lines = tuple(_of_line(line, stated) for line in lines)
    sums: dict[Key, int] = dict.fromkeys(stated, 0)
    for key, line in zip(of_lines, lines, strict=True):
        sums[key] = sums.get(key, 0) + line.amount
    groups = tuple(
        _group(key, total, stated.get(key), sums, discount) for key, total in sums.items()
    )
    if sum(group.discount for group in groups) != discount:
        raise Unclear("tax_sums")
    for group in groups:
        _check(group, unit)
    return VatBreakdown(groups, of_lines)


def _key(tax: TaxLine) -> Key:
    rate = Decimal(tax.rate)
    if tax.category is None and not rate:
        raise Unclear("tax_category")
    return tax.category or "standard", rate


def _of_line(line: InvoiceLine, stated: dict[Key, TaxLine]) -> Key:
    """Tell a line's group: as it says itself, by its rate, or the only one there is."""
    fitting = [
        key
        for key in stated
        if line.tax_category in {None, key[0]}
        and (line.tax_rate is None or Decimal(line.tax_rate) == key[1])
    ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting or line.tax_category in {None, "standard"}:
        raise Unclear("tax_category")
    return line.tax_category, Decimal(0)


def _group(
    key: Key, total: int, tax: TaxLine | None, sums: dict[Key, int], discount: int
) -> VatGroup:
    category, rate = key
    if tax is None:
        return VatGroup(category, rate, total, discount if len(sums) == 1 else 0, 0)
    return VatGroup(category, rate, total, total - tax.base, tax.amount, tax.exemption)


def _check(group: VatGroup, unit: int) -> None:
    if group.category in REASONED and not group.exemption:
        raise Unclear("exemption_reason")
    if group.category != "standard" and (group.rate or group.amount):
        raise Unclear("tax_sums")
    if group.discount < 0 or abs(group.base * group.rate / 100 - group.amount) >= unit:
        raise Unclear("tax_sums")
