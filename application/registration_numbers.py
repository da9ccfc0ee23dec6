"""Numbers of company registers: checked where the country has a known scheme, else as typed.

Formats and check digits are python-stdnum's. What people write around a number (the German court,
the French `RCS Paris`, the Norwegian `MVA`) is understood and left out where it says nothing more.
"""

import re
from importlib import import_module
from typing import Any

import msgspec
from stdnum.exceptions import ValidationError

from application.vat_numbers import NumberTooLong, Standing
from domain.aggregate import Refusal

LONGEST = 100


class RegistrationNumberWrong(Refusal):
    """It has not the form of this country's register, or its check digits do not fit."""

    code = "registration_number_wrong"


class Register(msgspec.Struct, frozen=True):
    """The rules of a register: modules of stdnum of which one must agree, and a right number."""

    modules: tuple[str, ...]
    example: str


REGISTERS: dict[str, Register] = {
    "AT": Register(("at.businessid",), "FN 122119m"),
    "AU": Register(("au.acn", "au.abn"), "004085616"),
    "BE": Register(("be.vat",), "0403019261"),
    "BR": Register(("br.cnpj",), "16727230000197"),
    "CA": Register(("ca.bn",), "123026635"),
    "CH": Register(("ch.uid",), "CHE-100.155.212"),
    "CN": Register(("cn.uscc",), "91110000600037341L"),
    "CZ": Register(("cz.dic",), "25123891"),
    "DE": Register(("de.handelsregisternummer",), "Hamburg HRB 12345"),
    "DK": Register(("dk.cvr",), "13585628"),
    "EE": Register(("ee.registrikood",), "12345678"),
    "FI": Register(("fi.ytunnus",), "2077474-0"),
    "FR": Register(("fr.siren", "fr.siret"), "552008443"),
    "HR": Register(("hr.oib",), "33392005961"),
    "IL": Register(("il.hp",), "516179157"),
    "IS": Register(("is_.kennitala",), "450401-3150"),
    "JP": Register(("jp.cn",), "7000012050002"),
    "KR": Register(("kr.brn",), "1168200276"),
    "LI": Register(("li.peid",), "1234567"),
    "NO": Register(("no.orgnr",), "988077917"),
    "SE": Register(("se.orgnr",), "1234567897"),
    "SG": Register(("sg.uen",), "00192200M"),
    "TW": Register(("tw.ubn",), "00501503"),
}
"""By the country's code (ISO 3166-1 alpha-2)."""

_SPOKEN = {
    "BE": re.compile(r"\b(?:RPR|RPM|BTW|TVA)\b.*$|[,;:]", re.IGNORECASE),
    "CA": re.compile(r"\bBN\b|\bR[CPTMZ] ?\d{4}$|[,;:]", re.IGNORECASE),
    "DE": re.compile(r"\b(?:Amtsgericht|AG|Registergericht|Handelsregister)\b|[,;:]"),
    "DK": re.compile(r"\bCVR\b(?:[- ]?nr\b\.?)?|[,;:]", re.IGNORECASE),
    "FR": re.compile(r"\b(?:SIREN|SIRET|R\.?C\.?S)\b\.?(?:\s+\D+)?|[,;:]", re.IGNORECASE),
    "NO": re.compile(r"^NO\b|\bMVA$|\bOrg\.? ?nr\b\.?|[,;:]", re.IGNORECASE),
    "SE": re.compile(r"\bOrg\.? ?nr\b\.?|[,;:]", re.IGNORECASE),
}
"""What stands around a number in a country and is no part of it."""


def registration_number(typed: str, country: str | None) -> str:
    """Give a number as it is kept. Raises NumberTooLong, RegistrationNumberWrong."""
    text = " ".join(typed.split())
    if len(text) > LONGEST:
        raise NumberTooLong(most=LONGEST)
    register = REGISTERS.get(country or "")
    if register is None:
        return text
    spoken = _SPOKEN.get(country or "")
    bare = " ".join(spoken.sub(" ", text).split()) if spoken else text
    for name in register.modules:
        rules: Any = import_module(f"stdnum.{name}")
        try:
            return _written(rules, rules.validate(bare))
        except ValidationError:
            continue
    raise RegistrationNumberWrong(country=country, example=register.example)


def registration_standing(number: str, country: str | None) -> Standing:
    """Say whether a number fits a country now."""
    if country not in REGISTERS:
        return "unchecked"
    try:
        registration_number(number, country)
    except Refusal:
        return "differs"
    return "fits"


def registration_example(country: str | None) -> str | None:
    """Give a number of the country that is right, where its scheme is known."""
    register = REGISTERS.get(country or "")
    return register.example if register else None


def _written(rules: Any, number: str) -> str:
    """Write it as the country does, where that is more than its digits."""
    if rules.__name__ == "stdnum.at.businessid":
        return f"FN {number}"
    grouped = rules.__name__.endswith(("ch.uid", "fi.ytunnus", "is_.kennitala"))
    return str(rules.format(number)) if grouped else number
