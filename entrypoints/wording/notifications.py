"""The mails that can be turned off, in words."""

from domain.notifications import Notification
from entrypoints.http.languages import phrase

NOTIFICATIONS: dict[Notification, tuple[str, str]] = {
    "invoice_available": (
        phrase("New invoices"),
        phrase("A mail for each new invoice, with its amount and due date."),
    ),
    "payment_received": (
        phrase("Receipts"),
        phrase("A mail for each payment that was received."),
    ),
    "payment_failed": (
        phrase("Failed payments"),
        phrase("A mail when a payment did not come through, with what to do."),
    ),
    "details_changed": (
        phrase("Changed details"),
        phrase("A mail when somebody changes a PO, VAT or registration number, or a contact."),
    ),
}
"""Each with its name and what it is."""
