"""What the mails of the portal are called, by the kind of their job."""

from entrypoints.http.languages import phrase

KINDS = {
    "send_sign_in": phrase("Sign-in"),
    "send_staff_sign_in": phrase("Sign-in of staff"),
    "send_access_granted": phrase("Access granted"),
    "send_new_browser": phrase("New browser"),
    "send_billing_email_confirmation": phrase("Confirm the billing email"),
    "send_billing_email_notice": phrase("Billing email changed"),
    "send_billing_email_undone": phrase("Billing email changed back"),
    "send_review_reminder": phrase("Reminder of an access review"),
    "send_invoice_available": phrase("Invoice available"),
    "send_details_changed": phrase("Details changed"),
    "send_methods_changed": phrase("Payment method changed"),
    "send_receipt": phrase("Receipt"),
    "send_payment_failed": phrase("Payment failed"),
}
