"""What the parts of an address are called in a country: state, prefecture, postcode, eircode."""

from application.address_rules import AddressFields, Part
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import pgettext, phrase

_CALLED: dict[Part, dict[str, str]] = {
    "region": {
        "area": phrase("Area"),
        "county": phrase("County"),
        "department": phrase("Department"),
        "district": phrase("District"),
        "do_si": phrase("Province or city"),
        "emirate": phrase("Emirate"),
        "island": phrase("Island"),
        "oblast": phrase("Oblast"),
        "parish": phrase("Parish"),
        "prefecture": phrase("Prefecture"),
        "province": phrase("Province"),
    },
    "city": {
        "city": phrase("City"),
        "district": phrase("District"),
        "post_town": phrase("Town or city"),
        "suburb": phrase("Suburb"),
    },
    "district": {
        "district": phrase("District"),
        "neighborhood": phrase("Neighborhood"),
        "suburb": phrase("Suburb"),
        "townland": phrase("Townland"),
        "village_township": phrase("Village or township"),
    },
    "postal_code": {
        "eircode": phrase("Eircode"),
        "pin": phrase("PIN code"),
        "postal": phrase("Postal code"),
        "zip": phrase("ZIP code"),
    },
}
"""Google's kinds of each part, in words."""


def label_of(part: Part, fields: AddressFields) -> str:
    """Name a part of an address as its country does, in the language of the moment."""
    if part == "lines":
        return _("Street and number")
    if fields.kinds[part] == "state":
        return pgettext("address", "State")
    return _(_CALLED[part][fields.kinds[part]])
