"""VAT and registration numbers: each country's traps, and what is said when one is wrong."""

import pytest
from stdnum.eu.vat import MEMBER_STATES

from application.registration_numbers import (
    REGISTERS,
    RegistrationNumberWrong,
    registration_number,
    registration_standing,
)
from application.vat_numbers import (
    SCHEMES,
    NumberTooLong,
    VatNumberMalformed,
    VatNumberMistyped,
    VatNumberOfOtherCountry,
    vat_number,
    vat_standing,
)
from domain.aggregate import Refusal


def test_every_member_state_and_the_neighbours_are_checked() -> None:
    members = {code.upper() for code in MEMBER_STATES} - {"XI"}
    assert members | {"GB", "CH", "NO", "MC", "IM"} <= set(SCHEMES)


@pytest.mark.parametrize("country", sorted(SCHEMES))
def test_the_example_of_a_country_is_right_there(country: str) -> None:
    example = SCHEMES[country].example
    assert vat_number(example, country) == example
    assert vat_standing(example, country) == "fits"


@pytest.mark.parametrize("country", sorted(REGISTERS))
def test_the_example_of_a_register_is_right_there(country: str) -> None:
    example = REGISTERS[country].example
    assert registration_number(example, country) == example


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("de 136.695-976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("GR 094259216", "GR", "EL094259216"),
        ("EL094259216", "GR", "EL094259216"),
        ("094 259 216", "GR", "EL094259216"),
        ("xi 980 7806 84", "GB", "XI980780684"),
        ("980 7806 84", "GB", "GB980780684"),
        ("CHE-107.787.577 TVA", "CH", "CHE-107.787.577 TVA"),
        ("che107787577iva", "CH", "CHE-107.787.577 IVA"),
        ("CHE 107 787 577", "CH", "CHE-107.787.577 MWST"),
        ("CH107787577", "CH", "CHE-107.787.577 MWST"),
        ("\u0395\u039b 094259216", "GR", "EL094259216"),
        ("995 525 828", "NO", "NO995525828MVA"),
        ("NO 995 525 828 MVA", "NO", "NO995525828MVA"),
        ("ES B64717838", "ES", "ESB64717838"),
        ("B64717838", "ES", "ESB64717838"),
        ("FR 23 334 175 221", "FR", "FR23334175221"),
        ("FR53 0000 04605", "MC", "FR53000004605"),
        ("83 914 571 673", "AU", "83914571673"),
        ("7-0000-1205-0002", "JP", "T7000012050002"),
    ],
)
def test_a_number_is_kept_in_one_spelling(typed: str, country: str, kept: str) -> None:
    assert vat_number(typed, country) == kept
    assert vat_number(kept, country) == kept


@pytest.mark.parametrize(
    ("typed", "country", "refusal"),
    [
        ("DE136695977", "DE", VatNumberMistyped),
        ("DE13669597", "DE", VatNumberMalformed),
        ("FR23334175221", "DE", VatNumberOfOtherCountry),
        ("CHE-107.787.578 MWST", "CH", VatNumberMistyped),
        ("XI980780684", "IE", VatNumberOfOtherCountry),
        ("hello", "NL", VatNumberMalformed),
        ("DE\u0661\u0663\u0666\u0666\u0669\u0665\u0669\u0667\u0666", "DE", VatNumberMalformed),
        ("1" * 61, "US", NumberTooLong),
    ],
)
def test_a_number_that_its_country_does_not_accept_is_refused(
    typed: str, country: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        vat_number(typed, country)
    if refusal is not NumberTooLong:
        assert refused.value.facts["country"] == country
        assert vat_number(refused.value.facts["example"], country)
        assert vat_standing(typed, country) == "differs"


@pytest.mark.parametrize("country", [None, "US", "ZW"])
def test_where_no_scheme_is_known_a_number_is_taken_as_typed(country: str | None) -> None:
    assert vat_number("  any  thing 12 ", country) == "any thing 12"
    assert vat_standing("any thing", country) == "unchecked"
    assert registration_number(" 12  AB ", country) == "12 AB"
    assert registration_standing("12", country) == "unchecked"


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("552 008 443 RCS Paris", "FR", "552008443"),
        ("RCS Paris 552 008 443", "FR", "552008443"),
        ("SIREN 552 008 443", "FR", "552008443"),
        ("R.C.S. Saint-Denis 552 008 443", "FR", "552008443"),
        ("NO 988 077 917 MVA", "NO", "988077917"),
        ("Org.nr. 988 077 917", "NO", "988077917"),
        ("BN 123026635 RC0001", "CA", "123026635"),
        ("0403.019.261 RPR Brussel", "BE", "0403019261"),
        ("CVR-nr. 13585628", "DK", "13585628"),
        ("Org. nr 123456-7897", "SE", "1234567897"),
    ],
)
def test_what_people_write_around_a_register_number_is_understood(
    typed: str, country: str, kept: str
) -> None:
    assert registration_number(typed, country) == kept
    assert registration_number(kept, country) == kept


def test_a_german_register_is_named_with_its_court_in_any_order() -> None:
    for typed in ("HRB 12345, Amtsgericht Hamburg", "Amtsgericht Hamburg HRB 12345"):
        assert registration_number(typed, "DE") == "Hamburg HRB 12345"
    with pytest.raises(RegistrationNumberWrong):
        registration_number("HRB 12345 Gotham", "DE")
    assert registration_standing("HRB 12345 Gotham", "DE") == "differs"
