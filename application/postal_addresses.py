"""Postal addresses as people type them, held to the rules of their country."""

from application.address_rules import AddressFields, Part, address_fields, code_matches, region_code
from application.card_numbers import holds_card_number
from domain.address import PostalAddress
from domain.aggregate import Refusal

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


class TextTooLong(Refusal):
    """It does not fit on an invoice."""

    code = "text_too_long"


class LinesTooMany(Refusal):
    """A street has fewer lines."""

    code = "lines_too_many"


class CardNumberTyped(Refusal):
    """It looks like the number of a payment card, which is never kept."""

    code = "card_number_typed"


class AddressRefused(Exception):  # noqa: N818 - named after the fact
    """Something is wrong with an address; `problems` says what, by part."""

    def __init__(self, problems: dict[str, Refusal]) -> None:
        super().__init__(problems)
        self.problems = problems


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
        region=region_code(given.get("region", ""), country) or None,
        district=given.get("district") or None,
    )


def typed_parts(address: PostalAddress, country: str) -> dict[str, str]:
    """Give an address as a form shows it; what the country has no field for goes to the street."""
    parts = address_fields(country).parts
    places = [address.city if "city" not in parts else None]
    places.append(address.district if "district" not in parts else None)
    named = [place for place in places if place]
    streets = list(address.lines)
    lines = [*streets, *reversed(named)] if parts[0] == "lines" else [*named, *streets]
    kept: dict[str, str] = {part: getattr(address, part) or "" for part in parts}
    if "region" in parts:
        kept["region"] = region_code(kept["region"], country)
    return {**kept, "lines": "\n".join(lines)}


def text_problem(text: str) -> Refusal | None:
    """Say what is wrong with a name or a line that people read."""
    if len(text) > LONGEST:
        return TextTooLong(most=LONGEST)
    return CardNumberTyped() if holds_card_number(text) else None


def _problem(part: Part, text: str, fields: AddressFields) -> Refusal | None:
    if not text:
        return AddressPartMissing() if part in fields.required else None
    if part == "lines" and text.count("\n") >= MOST_LINES:
        return LinesTooMany(most=MOST_LINES)
    if part == "postal_code":
        return _code_problem(text, fields)
    if part == "region" and fields.regions and not region_code(text, fields.country):
        return RegionUnknown()
    return next(filter(None, map(text_problem, text.split("\n"))), None)


def _code_problem(text: str, fields: AddressFields) -> Refusal | None:
    """Hold a postal code to its country's forms; countries without known ones take any."""
    if code_matches(_bare(text), fields.country):
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
