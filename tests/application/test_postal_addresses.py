"""Addresses, phones and names by the rules of their country."""

import pytest

from application.address_rules import CountryUnknown, Part, address_fields, countries
from application.card_numbers import holds_card_number
from application.phones import PhoneWrong, canonical_phone, phone_example, shown_phone
from application.postal_addresses import (
    AddressPartMissing,
    AddressRefused,
    CardNumberTyped,
    LinesTooMany,
    PostalCodeWrong,
    RegionUnknown,
    TextTooLong,
    postal_address,
    typed_parts,
)
from domain.address import PostalAddress


@pytest.mark.parametrize(
    ("country", "parts", "required"),
    [
        ("DE", "lines postal_code city", "lines postal_code city"),
        ("US", "lines city region postal_code", "lines city region postal_code"),
        ("GB", "lines city postal_code", "lines city postal_code"),
        ("IE", "lines district city region postal_code", "lines city"),
        ("JP", "postal_code region lines", "postal_code region lines"),
        ("CN", "postal_code region city district lines", "postal_code region city lines"),
        ("KR", "region city district lines postal_code", "postal_code region city lines"),
        ("BR", "lines district city region postal_code", "postal_code region city lines"),
        ("HK", "region city lines", "region lines"),
        ("AE", "lines region", "region lines"),
    ],
)
def test_a_country_has_its_own_fields_in_its_own_order(
    country: str, parts: str, required: str
) -> None:
    fields = address_fields(country)
    assert fields.parts == tuple(parts.split())
    assert fields.required == set(required.split())


def test_every_country_can_be_asked_for() -> None:
    assert len(countries()) > 240
    for country in countries():
        assert "lines" in address_fields(country).parts, country
    with pytest.raises(CountryUnknown):
        address_fields("QQ")


def test_a_japanese_and_an_american_address_are_kept_as_their_post_writes_them() -> None:
    typed: dict[Part, str] = {"postal_code": "\u30121000001", "region": "Tokyo"}
    kept = postal_address("JP", {**typed, "lines": "\u5343\u4ee3\u7530\u533a1-1\n\n  2F  "})
    assert kept == PostalAddress(
        ("\u5343\u4ee3\u7530\u533a1-1", "2F"), "JP", None, "100-0001", "\u6771\u4eac\u90fd"
    )
    american: dict[Part, str] = {"lines": "1 Main St", "city": "Austin", "region": "texas"}
    home = postal_address("US", {**american, "postal_code": "78701"})
    assert home == PostalAddress(("1 Main St",), "US", "Austin", "78701", "TX")


def test_a_district_is_kept_where_the_country_has_one_and_never_needed() -> None:
    typed: dict[Part, str] = {"postal_code": "230000", "region": "Anhui Sheng", "city": "Hefei"}
    chinese = postal_address("CN", {**typed, "lines": "6 Futong", "district": " Shushan "})
    assert chinese == PostalAddress(
        ("6 Futong",), "CN", "Hefei", "230000", "\u5b89\u5fbd\u7701", "Shushan"
    )
    typed = {"postal_code": "10115", "city": "Berlin", "district": "Mitte", "lines": "Ring 1"}
    german = postal_address("DE", typed)
    assert german is not None
    assert german.district is None
    assert all("district" not in address_fields(country).required for country in countries())


def test_all_that_is_wrong_is_said_at_once() -> None:
    typed: dict[Part, str] = {"lines": "a\nb\nc\nd\ne", "city": "4242 4242 4242 4242"}
    with pytest.raises(AddressRefused) as refused:
        postal_address("US", {**typed, "region": "Bavaria", "postal_code": "1"})
    assert {part: type(problem) for part, problem in refused.value.problems.items()} == {
        "lines": LinesTooMany,
        "city": CardNumberTyped,
        "region": RegionUnknown,
        "postal_code": PostalCodeWrong,
    }
    with pytest.raises(AddressRefused) as empty:
        postal_address("DE", {"city": "x" * 121})
    assert {part: type(problem) for part, problem in empty.value.problems.items()} == {
        "lines": AddressPartMissing,
        "city": TextTooLong,
        "postal_code": AddressPartMissing,
    }


def test_the_example_of_a_postal_code_is_one() -> None:
    for country in ("DE", "JP", "GB", "NL", "US", "BR"):
        fields = address_fields(country)
        typed = dict.fromkeys(fields.parts, "Here")
        region = fields.regions[0][0] if fields.regions else ""
        typed |= {"postal_code": fields.postal_code_example or "", "region": region}
        assert postal_address(country, typed) is not None


def test_nothing_typed_is_no_address() -> None:
    assert postal_address("DE", {"lines": "  \n "}) is None


def test_what_another_country_has_no_field_for_goes_to_the_street() -> None:
    berlin = PostalAddress(("Ring 1",), "DE", "Berlin", "10115", "BE")
    in_japan = typed_parts(berlin, "JP")
    assert in_japan == {"lines": "Berlin\nRing 1", "postal_code": "10115", "region": ""}
    assert typed_parts(berlin, "DE")["city"] == "Berlin"
    hefei = PostalAddress(("6 Futong",), "CN", "Hefei", "230000", "\u5b89\u5fbd\u7701", "Shushan")
    assert typed_parts(hefei, "CN")["district"] == "Shushan"
    assert typed_parts(hefei, "DE")["lines"] == "6 Futong\nShushan"
    assert typed_parts(hefei, "JP")["lines"] == "Hefei\nShushan\n6 Futong"
    american = PostalAddress(("1 Main St",), "US", "Austin", "78701", "Texas")
    assert typed_parts(american, "US")["region"] == "TX"


def test_a_phone_number_is_understood_in_its_country_and_shown_for_all() -> None:
    assert canonical_phone("030 / 123 456", "DE") == "+4930123456"
    assert canonical_phone("+81 3-1234-5678", "DE") == "+81312345678"
    assert shown_phone("+4930123456") == "+49 30 123456"
    assert shown_phone("ask at the desk") == "ask at the desk"
    for typed in ("12", "call me", ""):
        with pytest.raises(PhoneWrong) as refused:
            canonical_phone(typed, "JP")
        assert canonical_phone(refused.value.facts["example"], None)
    extension = canonical_phone("030 123456 ext. 12", "DE")
    assert "12" in shown_phone(extension)
    assert phone_example(None).startswith("+")


def test_a_card_number_is_found_in_an_address_but_a_phone_is_none() -> None:
    assert holds_card_number("4242 4242 4242 4242")
    assert not holds_card_number("+49 30 1234567")
