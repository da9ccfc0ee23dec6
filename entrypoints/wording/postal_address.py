"""Postal addresses as lines, written the way their country does."""

import re

from babel import Locale

from application.address_rules import PARTS, Part, is_latin, region_name, written_format
from domain.address import Address, PostalAddress
from domain.personal import is_erased


def country(code: str, language: str) -> str:
    """Name a country (ISO 3166-1 alpha-2) in the reader's language; an unknown code stays."""
    name: str = Locale.parse(language).territories.get(code, code)
    return name


def address_lines(address: Address | PostalAddress, language: str) -> tuple[str, ...]:
    """Write an address, its country last; what was erased is left out."""
    streets = [line for line in address.lines if not is_erased(line)]
    places = (address.city, address.district, address.region, address.postal_code)
    city, district, region, code = ("" if not one or is_erased(one) else one for one in places)
    latin = is_latin("".join((*streets, city, district)))
    known: dict[Part, str] = {
        "lines": "\n".join(streets),
        "city": city,
        "district": district,
        "region": region_name(region, address.country, latin=latin),
        "postal_code": code.removeprefix("\u3012"),
    }
    written = _complete(written_format(address.country, latin=latin))
    lines = [_line(line, known) for line in written.split("%n")]
    named = country(address.country, language)
    return tuple(line for line in (*"\n".join(lines).split("\n"), named) if line)


def _complete(written: str) -> str:
    """Give a place to what an address may say though its country has no field for it."""
    largest_first = written.index("%A") > 0 and "%S" in written[: written.index("%A")]
    if "%C" not in written and largest_first:
        written = written.replace("%S", "%S%C")
    elif "%C" not in written and "%S" in written:
        written = written.replace("%S", "%C, %S")
    elif "%C" not in written:
        written = written.replace("%Z", "%C %Z") if "%Z" in written else f"{written}%n%C"
    if "%D" not in written:
        written = written.replace(*(("%C", "%C%D") if largest_first else ("%A", "%A%n%D")))
    if "%Z" not in written:
        written = f"{written}%n%Z"
    if "%S" not in written:
        written = re.sub(r"%C[^n]*?(?=%n|$)", r"\g<0>%n%S", written)
    return written


def _line(written: str, known: dict[Part, str]) -> str:
    """Write one line; between two parts stands what the country puts there."""
    line, between = "", ""
    for before, letter in re.findall(r"([^%]*)%([A-Z])", written):
        part = known[PARTS[letter]] if letter in PARTS else ""
        between = between or before
        if part:
            line += (between if line else before.strip(" ,-/")) + part
            between = ""
    return line
