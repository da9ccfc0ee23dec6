"""Why a payment needs a look, and what its states are called, in words for staff."""

from entrypoints.http.languages import phrase

WHY: dict[str, tuple[str, str]] = {
    "unknown_here": (
        phrase("Not in our record"),
        phrase(
            "The provider took this money for an attempt that the record does not know, as after a "
            "restored backup. Record it in the billing system, or refund it."
        ),
    ),
    "amount_differs": (
        phrase("Another amount"),
        phrase("The provider took another amount or currency than was asked for."),
    ),
    "bill_group_differs": (
        phrase("Another customer"),
        phrase("The provider names another account or bill group than the one that was paying."),
    ),
    "paid_after_its_end": (
        phrase("Paid after its end"),
        phrase(
            "Money came for an attempt that had failed or was closed. If the invoices were paid "
            "again meanwhile, the surplus stands as available credit."
        ),
    ),
    "failed_late": (
        phrase("Came back"),
        phrase(
            "Money that was on its way did not come, so the invoices are open again. The customer "
            "sees it and can pay another way; auto-pay keeps to its schedule."
        ),
    ),
    "outcome_unknown": (
        phrase("Outcome unknown"),
        phrase("The provider has not told for a day what became of this attempt."),
    ),
    "key_refused": (
        phrase("Key not accepted"),
        phrase(
            "The provider does not accept the account's key, or the key lacks a permission, so "
            "nobody can pay through it. Mend the key in the settings; `portal doctor` checks it."
        ),
    ),
    "not_at_provider": (
        phrase("Not at the provider"),
        phrase("The record says that money came, and the provider does not hold it."),
    ),
    "refund_failed": (
        phrase("Refund failed"),
        phrase(
            "A refund did not reach the payer, and the money is with the provider again. Arrange "
            "with the customer how it gets back to them."
        ),
    ),
    "disputed": (
        phrase("Disputed"),
        phrase("The payer's bank contests it. Answer in the provider's dashboard."),
    ),
    "dispute_lost": (
        phrase("Dispute lost"),
        phrase("The money went back, and the invoices are open again."),
    ),
}
"""A short name and a sentence for each `domain.payment_attention.Attention`."""

STATES: dict[str, tuple[str, str]] = {
    "begun": ("info", phrase("Begun")),
    "confirmation_needed": ("info", phrase("Waits for the bank")),
    "processing": ("none", phrase("Processing")),
    "succeeded": ("ok", phrase("Succeeded")),
    "failed": ("bad", phrase("Failed")),
    "given_up": ("none", phrase("Given up")),
}
"""The pill of each `domain.payment.PaymentState`."""
