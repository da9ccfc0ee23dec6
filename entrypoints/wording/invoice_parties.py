"""Who bills and who is billed, in the reader's words."""

from collections.abc import Iterator

import msgspec

from application.ports.pdf import Fact, Party
from domain.bill_group import Contact
from domain.entity import EntityFacts
from domain.personal import is_erased
from entrypoints.http.languages import gettext as _
from entrypoints.wording.postal_address import address_lines


class BilledTo(msgspec.Struct, frozen=True):
    """Who owes the invoice: the company, its billing contact, its numbers, how it is collected."""

    company: str
    contact: Contact | None = None
    vat_number: str | None = None
    registration_number: str | None = None
    automatic: bool = False


def seller(entity: EntityFacts, language: str) -> Party:
    """Word the seller: legal name, address, numbers."""
    return Party(
        _("From"),
        entity.legal_name,
        address_lines(entity.address, language),
        (
            *_numbers(entity.vat_number, entity.registration_number),
            *(Fact(_("Tax number"), tax_id) for tax_id in entity.tax_ids),
        ),
    )


def buyer(billed_to: BilledTo, language: str) -> Party:
    """Word the buyer; what was erased of the contact is left out."""
    contact = billed_to.contact
    company = (contact and contact.company) or ""
    name = billed_to.company if not company or is_erased(company) else company
    lines: tuple[str, ...] = ()
    if contact:
        person = () if is_erased(contact.name) or contact.name == name else (contact.name,)
        lines = (*person, *(address_lines(contact.address, language) if contact.address else ()))
    numbers = _numbers(billed_to.vat_number, billed_to.registration_number)
    return Party(_("Billed to"), name, lines, tuple(numbers))


def _numbers(vat_number: str | None, registration_number: str | None) -> Iterator[Fact]:
    if vat_number:
        yield Fact(_("VAT number"), vat_number)
    if registration_number:
        yield Fact(_("Registration number"), registration_number)


def footer(entity: EntityFacts, language: str) -> Iterator[str]:
    """Say at the foot of every page who the seller is and whom to ask."""
    yield " · ".join((entity.legal_name, *address_lines(entity.address, language)))
    ways = [way for way in (entity.support.email, entity.support.phone) if way]
    yield _("Questions? %(contact)s", contact=" · ".join(ways))
