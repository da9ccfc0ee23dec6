"""Postal addresses: of companies in clear, of people sealed."""

import msgspec

from domain.personal import Personal


class Address(msgspec.Struct, frozen=True, omit_defaults=True):
    """The address of a company; `country` is ISO 3166-1 alpha-2, `district` a part of the city."""

    lines: tuple[str, ...]
    city: str
    country: str
    postal_code: str | None = None
    region: str | None = None
    district: str | None = None


class PostalAddress(msgspec.Struct, frozen=True, omit_defaults=True):
    """The address of a contact, personal but for its country (ISO 3166-1 alpha-2)."""

    lines: tuple[Personal, ...]
    country: str
    city: Personal | None = None
    postal_code: Personal | None = None
    region: Personal | None = None
    district: Personal | None = None
