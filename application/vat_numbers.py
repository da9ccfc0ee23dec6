"""VAT numbers: checked against the country that is billed, and written in one way.

Formats and check digits are python-stdnum's (VIES for the European Union, the national rules
elsewhere). Greece writes EL, Northern Ireland XI, Monaco is taxed by France and the Isle of Man by
the United Kingdom; Swiss numbers end in MWST, TVA or IVA and Norwegian ones in MVA.
"""

import re
from typing import Any, Literal, TypeAlias

import msgspec
from stdnum import get_cc_module
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

from domain.aggregate import Refusal

Standing: TypeAlias = Literal["fits", "differs", "unchecked"]
"""What a check says of a number: unchecked, where no scheme of the country is known."""

LONGEST = 60
_SWISS_ENDINGS = ("MWST", "TVA", "IVA")


class NumberTooLong(Refusal):
    """No country has numbers of this length."""

    code = "number_too_long"


class VatNumberOfOtherCountry(Refusal):
    """It begins like a number of another country."""

    code = "vat_number_of_other_country"


class VatNumberMalformed(Refusal):
    """It has not the form of this country's numbers."""

    code = "vat_number_malformed"


class VatNumberMistyped(Refusal):
    """Its check digits do not fit the others."""

    code = "vat_number_mistyped"


class Scheme(msgspec.Struct, frozen=True):
    """How a country writes its VAT numbers: whose rules, what stands in front, one that is right.

    `prefixes` are those a number may begin with; the first one is put where there is none.
    """

    rules: str
    prefixes: tuple[str, ...]
    example: str


_EUROPEAN_UNION = {
    "AT": "ATU13585627",
    "BE": "BE0403019261",
    "BG": "BG175074752",
    "CY": "CY10259033P",
    "CZ": "CZ25123891",
    "DE": "DE136695976",
    "DK": "DK13585628",
    "EE": "EE100931558",
    "ES": "ESA13585625",
    "FI": "FI20774740",
    "FR": "FR23334175221",
    "HR": "HR33392005961",
    "HU": "HU12892312",
    "IE": "IE6433435F",
    "IT": "IT00743110157",
    "LT": "LT119511515",
    "LU": "LU15027442",
    "LV": "LV40003521600",
    "MT": "MT11679112",
    "NL": "NL004495445B01",
    "PL": "PL8567346215",
    "PT": "PT501964843",
    "RO": "RO18547290",
    "SE": "SE123456789701",
    "SI": "SI50223054",
    "SK": "SK2022749619",
}

SCHEMES: dict[str, Scheme] = {
    **{code: Scheme(code, (code,), number) for code, number in _EUROPEAN_UNION.items()},
    "GR": Scheme("GR", ("EL", "GR"), "EL094259216"),
    "MC": Scheme("FR", ("FR",), "FR53000004605"),
    "GB": Scheme("GB", ("GB", "XI"), "GB980780684"),
    "IM": Scheme("GB", ("GB",), "GB980780684"),
    "CH": Scheme("CH", ("CHE", "CH"), "CHE-107.787.577 MWST"),
    "NO": Scheme("NO", ("NO",), "NO995525828MVA"),
    "AU": Scheme("AU", ("",), "83914571673"),
    "BR": Scheme("BR", ("",), "16727230000197"),
    "CA": Scheme("CA", ("",), "123026635RT0001"),
    "IN": Scheme("IN", ("",), "27AAPFU0939F1ZV"),
    "IS": Scheme("IS", ("",), "00621"),
    "JP": Scheme("JP", ("T",), "T7000012050002"),
    "KR": Scheme("KR", ("",), "1168200276"),
    "MX": Scheme("MX", ("",), "GODE561231GR8"),
    "NZ": Scheme("NZ", ("",), "49098576"),
    "RS": Scheme("RS", ("",), "101134702"),
    "SG": Scheme("SG", ("",), "00192200M"),
    "TR": Scheme("TR", ("",), "4540536920"),
}
"""By the country's code (ISO 3166-1 alpha-2); any other country's numbers are taken as typed."""

_GREEK = str.maketrans("ΕΛ", "EL")
"""Greek letters that look like the Latin ones of the prefix."""

_FOREIGN = {prefix for scheme in SCHEMES.values() for prefix in scheme.prefixes if len(prefix) > 1}


def vat_number(typed: str, country: str | None) -> str:
    """Give a number as it is kept. Raises the refusals above, with `country` and an `example`."""
    text = " ".join(typed.split())
    if len(text) > LONGEST:
        raise NumberTooLong(most=LONGEST)
    scheme = SCHEMES.get(country or "")
    if scheme is None:
        return text
    bare = re.sub(r"[^0-9A-Z&\u00d1+*]", "", text.upper().translate(_GREEK))
    problems: list[ValidationError] = []
    for candidate in _candidates(bare, scheme):
        try:
            return _checked(candidate, scheme)
        except ValidationError as problem:
            problems.append(problem)
    raise _refusal(bare, scheme, problems)(country=country, example=scheme.example)


def vat_standing(number: str, country: str | None) -> Standing:
    """Say whether a number fits a country now."""
    if country not in SCHEMES:
        return "unchecked"
    try:
        vat_number(number, country)
    except Refusal:
        return "differs"
    return "fits"


def vat_example(country: str | None) -> str | None:
    """Give a number of the country that is right, where its scheme is known."""
    scheme = SCHEMES.get(country or "")
    return scheme.example if scheme else None


def _candidates(bare: str, scheme: Scheme) -> list[tuple[str, str]]:
    """Give what may be meant: a number with its prefix taken off, or all of it."""
    named = [(p, bare.removeprefix(p)) for p in scheme.prefixes if p and bare.startswith(p)]
    return [*named, (scheme.prefixes[0], bare)]


def _checked(candidate: tuple[str, str], scheme: Scheme) -> str:
    prefix, rest = candidate
    rules: Any = get_cc_module(scheme.rules.lower(), "vat")
    match scheme.rules:
        case "CH":
            ending = next((each for each in _SWISS_ENDINGS if rest.endswith(each)), "MWST")
            number: str = rules.format(rules.validate(f"CHE{rest.removesuffix(ending)}{ending}"))
            return number
        case "NO":
            return f"NO{rules.compact(rules.validate(rest.removesuffix('MVA') + 'MVA'))}"
        case "GR":
            return f"EL{rules.validate(rest)}"
        case _:
            valid: str = rules.validate(rest)
            return f"{prefix}{valid.removeprefix(prefix)}"


def _refusal(bare: str, scheme: Scheme, problems: list[ValidationError]) -> type[Refusal]:
    begins = next((each for each in _FOREIGN if bare.startswith(each)), None)
    if begins and begins not in scheme.prefixes:
        return VatNumberOfOtherCountry
    formal = [isinstance(each, InvalidFormat | InvalidLength) for each in problems]
    wrong_digits = any(isinstance(each, InvalidChecksum) for each in problems)
    return VatNumberMistyped if wrong_digits or not any(formal) else VatNumberMalformed
