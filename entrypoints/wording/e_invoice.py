"""What is missing for an e-invoice, in words, and who can help."""

from application.e_invoice import Missing
from entrypoints.http.languages import gettext, phrase

BY_THE_SELLER: dict[Missing, str] = {
    "void": phrase("The invoice is void."),
    "number": phrase("The invoice has no number or date."),
    "lines": phrase("The invoice has no lines that say what is billed."),
    "due_on": phrase("The invoice has no due date."),
    "decimals": phrase("An amount has more than two decimals, which e-invoices cannot hold."),
    "tax_category": phrase("It is not said how each line is taxed."),
    "exemption_reason": phrase("It is not said why no tax is charged."),
    "tax_sums": phrase("The taxes do not add up with the lines."),
    "seller_tax_number": phrase("The seller's VAT number is not on file."),
    "seller_registration_number": phrase("The seller's registration number is not on file."),
}
"""What the seller's billing system has to send."""

BY_THE_CUSTOMER: dict[Missing, str] = {
    "buyer_country": phrase("The address of your billing contact is not on file."),
    "buyer_vat_number": phrase("Your VAT number is not on file, and this invoice needs it."),
}
"""What customers can add themselves; it holds from the next e-invoice on that is made."""


def sentences(missing: list[Missing], known: dict[Missing, str]) -> list[str]:
    """Give the sentences of those that are known here."""
    return [gettext(known[one]) for one in missing if one in known]
