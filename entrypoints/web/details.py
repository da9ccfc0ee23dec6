"""The page of details and contacts, to be looked at."""

from litestar import Response

from domain.bill_group import Contact
from domain.personal import is_erased
from entrypoints.http.answers import show
from entrypoints.http.routes import page
from entrypoints.web.guard import Entered, Wired
from entrypoints.wording.postal_address import address_lines
from read_models import details


@page("/details")
def show_details(entry: Entered, portal: Wired) -> Response[str]:
    """Show PO, VAT and registration number, the billing and the shipping contact."""
    with portal.reading() as connection:
        shown = details.of_bill_group(connection, entry.scope)
    return show(
        "web/details/details.html",
        entry.page("details"),
        details=shown,
        billing=contact_lines(shown.billing_contact, entry.language),
        shipping=contact_lines(shown.shipping_contact, entry.language),
    )


def contact_lines(contact: Contact | None, language: str) -> dict[str, str | tuple[str, ...]]:
    """Give what is known of a contact, without what was erased; nothing for none."""
    if contact is None:
        return {}
    texts = {name: getattr(contact, name) for name in ("company", "name", "email", "phone")}
    known = {name: text for name, text in texts.items() if text and not is_erased(text)}
    address = address_lines(contact.address, language) if contact.address else ()
    return {**known, "address": address} if address else known


ROUTES = (show_details,)
