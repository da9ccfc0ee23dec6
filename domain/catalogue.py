"""Imports every aggregate, so that `domain.event.TOPICS` knows every event."""

from domain import (
    account,
    audit_reading,
    bill_group,
    credit_note,
    customer_session,
    entity,
    invoice,
    invoice_document,
    payment,
    person,
    portal_access,
    preview,
    sign_in,
    staff,
    staff_session,
    subscription,
)

AGGREGATES = (
    account.Account,
    audit_reading.AuditReading,
    bill_group.BillGroup,
    credit_note.CreditNote,
    customer_session.CustomerSession,
    entity.Entity,
    invoice.Invoice,
    invoice_document.InvoiceDocument,
    payment.Payment,
    person.Person,
    portal_access.PortalAccess,
    preview.Preview,
    sign_in.SignInAttempt,
    staff.Staff,
    staff_session.StaffSession,
    subscription.Subscription,
)
