"""A bank transfer to the seller, and the code that a banking app scans for it (EPC069-12)."""

from collections.abc import Sequence
from io import BytesIO

import msgspec
from markupsafe import Markup
from segno.helpers import make_epc_qr
from stdnum import iban

from domain.entity import BankDetails
from domain.money import Money

LONGEST_NAME = 70
LONGEST_REFERENCE = 140


class Transfer(msgspec.Struct, frozen=True):
    """Where to transfer an amount to, and what to name; `code` is drawn for SEPA transfers."""

    bank: BankDetails
    amount: Money
    reference: str
    code: Markup | None


def transfer(
    bank: BankDetails | None, seller: str, amount: Money, numbers: Sequence[str]
) -> Transfer | None:
    """Give the transfer of an amount for invoices; nothing where the seller takes none."""
    if bank is None:
        return None
    reference = transfer_reference(numbers)
    return Transfer(bank, amount, reference, transfer_code(bank, seller, amount, reference))


def transfer_reference(numbers: Sequence[str]) -> str:
    """Name the invoices that a transfer is for, as many as fit."""
    named = ""
    for number in numbers:
        longer = f"{named}, {number}" if named else number
        if len(longer) > LONGEST_REFERENCE:
            break
        named = longer
    return named


def transfer_code(bank: BankDetails, seller: str, amount: Money, reference: str) -> Markup | None:
    """Draw the code; nothing where it is no SEPA transfer in euro of an amount it can hold."""
    if amount.currency != "EUR" or amount.minor <= 0:
        return None
    if not bank.iban or not iban.is_valid(bank.iban):
        return None
    try:
        code = make_epc_qr(
            name=(bank.account_holder or seller)[:LONGEST_NAME],
            iban=bank.iban,
            bic=bank.bic,
            amount=amount.decimal,
            text=reference[:LONGEST_REFERENCE] or None,
            encoding="utf-8",
        )
    except ValueError:
        return None
    drawing = BytesIO()
    code.save(drawing, kind="svg", border=3, light="#fff", xmldecl=False, omitsize=True)
    return Markup(drawing.getvalue().decode())  # noqa: S704 - modules drawn by segno, no text
