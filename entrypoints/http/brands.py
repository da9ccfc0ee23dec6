"""How an entity's facts become what pages and mails show of it."""

from entrypoints.http import accent
from entrypoints.http.languages import gettext
from entrypoints.http.page import Brand
from read_models.entry import BillGroupPortal

LOGOS = "/logos/"
"""Where logos are served, under the hash of their bytes."""


def brand_of(look: BillGroupPortal) -> Brand:
    """Give the brand of an entity."""
    logo = look.logo_sha256 and f"{LOGOS}{look.logo_sha256}.{look.logo_kind}"
    return Brand(
        name=look.entity_name,
        logo=logo or None,
        accent=accent.accepted(look.accent),
        email=look.support_email,
        phone=look.support_phone,
        terms_url=look.terms_url,
        privacy_url=look.privacy_url,
    )


def nobodys_brand() -> Brand:
    """Give the look of pages that belong to no entity; in the language of the moment."""
    return Brand(name=gettext("Customer portal"))
