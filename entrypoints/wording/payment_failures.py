"""Why a payment did not come through, in words that say what to do next."""

from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import phrase

WHY: dict[str, str] = {
    "declined": phrase(
        "The bank declined it without saying why. Try another method, or ask the bank."
    ),
    "insufficient_funds": phrase(
        "There was not enough money on the account or card. Try another method, or try later."
    ),
    "expired": phrase("The card has expired. Pay with another one."),
    "authentication_needed": phrase(
        "The bank wanted to be sure that it is you, and nobody was there to confirm it. Pay "
        "here, and confirm when the bank asks."
    ),
    "authentication_failed": phrase(
        "The bank could not be sure that it is you. Try again and confirm, or use another method."
    ),
    "debit_returned": phrase(
        "The bank returned the direct debit. Check the account, or pay another way."
    ),
    "refused": phrase(
        "The payment provider refused it, and nothing was charged. Trying again will not help: "
        "please choose another way to pay, or write to us."
    ),
    "not_set_up": phrase(
        "Cards and bank accounts cannot be charged here at the moment. Nothing was charged. Please "
        "pay by bank transfer meanwhile, or write to us."
    ),
    "other": phrase("The payment provider did not take it. Try again, or use another method."),
}
"""By `application.ports.payment_outcomes.FailureCode`."""

SHORTLY: dict[str, str] = {
    "declined": phrase("declined by the bank"),
    "insufficient_funds": phrase("not enough money there"),
    "expired": phrase("expired"),
    "authentication_needed": phrase("nobody was there to confirm it"),
    "authentication_failed": phrase("the payer was not confirmed"),
    "debit_returned": phrase("the bank returned the debit"),
    "refused": phrase("refused by the provider"),
    "not_set_up": phrase("the provider does not accept the account's key"),
    "other": phrase("the provider did not take it"),
}
"""The same, short enough for a list of staff."""


def why_failed(code: str | None) -> str:
    """Give the sentence, in the language of the moment."""
    return _(WHY.get(code or "", WHY["other"]))


def failed_shortly(code: str | None) -> str:
    """Say in a few words why a charge failed, in the language of the moment."""
    return _(SHORTLY.get(code or "", SHORTLY["other"]))
