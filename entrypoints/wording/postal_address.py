"""Postal addresses as lines, written the way their country does."""

from babel import Locale

from domain.address import Address, PostalAddress
from domain.personal import is_erased

_CITY_FIRST = {"AU", "CA", "GB", "IE", "IN", "NZ", "SG", "US"}
"""Where the postal code stands after the city (Universal Postal Union, addressing systems)."""


def country(code: str, language: str) -> str:
    """Name a country (ISO 3166-1 alpha-2) in the reader's language; an unknown code stays."""
    name: str = Locale.parse(language).territories.get(code, code)
    return name


def address_lines(address: Address | PostalAddress, language: str) -> tuple[str, ...]:
    """Write an address, its country last; what was erased is left out."""
    city, code, region = (
        "" if part is None or is_erased(part) else part
        for part in (address.city, address.postal_code, address.region)
    )
    if address.country == "JP":
        place = [code and f"〒{code.removeprefix('〒')}", f"{region}{city}"]
    elif address.country in _CITY_FIRST:
        place = [_joined(", ", city, _joined(" ", region, code))]
    else:
        place = [_joined(" ", code, city), region]
    streets = [line for line in address.lines if not is_erased(line)]
    lines = [*place, *streets] if address.country == "JP" else [*streets, *place]
    return tuple(line for line in (*lines, country(address.country, language)) if line)


def _joined(between: str, *parts: str) -> str:
    return between.join(part for part in parts if part)
