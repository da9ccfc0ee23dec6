"""A bill group as its payment provider knows it; asked when something is sent, never for a page."""

from application.saved_methods import LoseMethod, lose_method
from application.settling import PAYMENTS
from domain.bill_group import HeldMethod, PaymentMethodUnknown
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.web.entry import Entry
from read_models import details, payment_methods


def customer_at(portal: Portal, entry: Entry, provider: str) -> str:
    """Make the bill group known to the provider. Raises PaymentRefused, PaymentUnavailable."""
    with portal.reading() as connection:
        contact = details.of_bill_group(connection, entry.scope).billing_contact
    known = contact is not None and not is_erased(contact.email)
    email = contact.email if contact and known else entry.address or ""
    port = portal.payment_providers().of(provider)
    reference: str = port.customer(
        entry.scope.bill_group_id, entry.portal.account_name, email, entry.language
    )
    return reference


def held_at(portal: Portal, entry: Entry, provider: str, method_id: str) -> HeldMethod:
    """Give where a method on file is charged, if the provider still keeps it.

    One that it keeps no more is taken off the file. Raises PaymentMethodUnknown,
    PaymentUnavailable.
    """
    with portal.reading() as connection:
        rows = payment_methods.of_bill_group(connection, entry.scope)
    row = next((one for one in rows if str(one.method_id) == method_id), None)
    held = row.held if row and row.mark != "expired" else None
    if held is None or held.provider != provider:
        raise PaymentMethodUnknown  # nothing that was typed instead gets into the record
    kept = portal.payment_providers().of(provider).methods(held.customer)
    if held.reference not in {one.reference for one in kept}:
        gone = LoseMethod(
            provider=provider, bill_group_id=entry.scope.bill_group_id, reference=held.reference
        )
        portal.bus().execute(lose_method, gone, PAYMENTS)
        raise PaymentMethodUnknown
    return held
