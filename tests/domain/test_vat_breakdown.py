from decimal import Decimal
from typing import Any

import pytest

from domain.document_lines import InvoiceLine, TaxLine
from domain.vat_breakdown import Unclear, vat_breakdown


def line(amount: int, rate: str | None = None, category: Any = None) -> InvoiceLine:
    return InvoiceLine("Seats", "1", str(amount), amount, rate, tax_category=category)


VAT_19 = TaxLine("VAT", "19", 10000, 1900)
VAT_7 = TaxLine("VAT", "7", 5000, 350)


def test_a_line_without_a_rate_is_taxed_by_the_only_tax() -> None:
    breakdown = vat_breakdown([line(6000), line(4000)], [VAT_19], 0, 100)
    assert breakdown.of_lines == (("standard", Decimal(19)),) * 2
    assert [(group.base, group.amount) for group in breakdown.groups] == [(10000, 1900)]


def test_lines_find_their_tax_by_the_rate_however_it_is_written() -> None:
    breakdown = vat_breakdown([line(10000, "19.0"), line(5000, "7")], [VAT_19, VAT_7], 0, 100)
    assert [group.base for group in breakdown.groups] == [10000, 5000]


def test_the_stated_bases_say_how_a_discount_is_shared() -> None:
    breakdown = vat_breakdown([line(11000, "19"), line(5500, "7")], [VAT_19, VAT_7], 1500, 100)
    assert [group.discount for group in breakdown.groups] == [1000, 500]


@pytest.mark.parametrize(
    ("lines", "taxes", "discount", "doubt"),
    [
        ([line(10000)], [], 0, "tax_category"),
        ([line(10000)], [TaxLine("VAT", "0", 10000, 0)], 0, "tax_category"),
        ([line(10000), line(5000)], [VAT_19, VAT_7], 0, "tax_category"),
        ([line(10000, "20")], [VAT_19], 0, "tax_category"),
        ([line(10000)], [TaxLine("VAT", "0", 10000, 0, "exempt")], 0, "exemption_reason"),
        ([line(9000)], [VAT_19], 0, "tax_sums"),
        ([line(10000)], [VAT_19, VAT_19], 0, "tax_sums"),
        ([line(11000)], [VAT_19], 500, "tax_sums"),
        ([line(10000)], [TaxLine("VAT", "19", 10000, 2000)], 0, "tax_sums"),
        ([line(10000)], [TaxLine("VAT", "19", 10000, 1900, "export")], 0, "tax_sums"),
        ([line(1000, None, "export"), line(1, None, "exempt")], [], 0, "exemption_reason"),
    ],
)
def test_what_is_not_said_or_does_not_agree_is_not_guessed(
    lines: list[InvoiceLine], taxes: list[TaxLine], discount: int, doubt: str
) -> None:
    with pytest.raises(Unclear) as unclear:
        vat_breakdown(lines, taxes, discount, 100)
    assert unclear.value.doubt == doubt


def test_a_tax_may_differ_from_its_rate_by_less_than_one_major_unit() -> None:
    vat_breakdown([line(10000)], [TaxLine("VAT", "19", 10000, 1999)], 0, 100)


def test_untaxed_lines_are_told_apart_by_what_they_say_themselves() -> None:
    taxes = [VAT_19, TaxLine("VAT", "0", 500, 0, "reverse_charge")]
    breakdown = vat_breakdown([line(10000, "19"), line(500, "0", "reverse_charge")], taxes, 0, 100)
    assert [group.category for group in breakdown.groups] == ["standard", "reverse_charge"]
