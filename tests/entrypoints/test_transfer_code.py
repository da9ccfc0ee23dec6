"""The code of a SEPA transfer: for euro and an amount, and large enough to be scanned whole."""

import pytest

from domain.entity import BankDetails
from domain.money import Money
from entrypoints.wording.transfer_code import transfer_code, transfer_reference

BANK = BankDetails("Northwind A/S", "DK5000400440116243", "NDEADKKK", "Nordbank")


def test_a_transfer_in_euro_is_drawn_whole_with_its_quiet_zone() -> None:
    drawn = transfer_code(BANK, "Northwind", Money(23_800, "EUR"), "NW-1, NW-2")
    assert drawn is not None
    assert "viewBox" in drawn
    assert "<script" not in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("amount", [Money(23_800, "USD"), Money(0, "EUR")])
def test_other_currencies_and_nothing_have_no_code(amount: Money) -> None:
    assert transfer_code(BANK, "Northwind", amount, "NW-1") is None


@pytest.mark.parametrize("bank", [BankDetails("N"), BankDetails("N", "DK00 nonsense")])
def test_without_an_account_that_can_be_there_is_no_code(bank: BankDetails) -> None:
    assert transfer_code(bank, "Northwind", Money(100, "EUR"), "NW-1") is None


def test_a_reference_names_as_many_invoices_as_fit() -> None:
    reference = transfer_reference([f"NW-2026-{number:05}" for number in range(40)])
    assert len(reference) <= 140
    assert reference.endswith("00008")
