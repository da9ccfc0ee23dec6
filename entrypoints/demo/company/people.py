"""The people of the demo's customers: the one place that knows Faker, always with the same seed."""

import re
import unicodedata
from functools import cache
from random import Random

import msgspec
from faker import Faker

from application.importing.rows import AddressPart
from entrypoints.demo.company.chance import seeded
from entrypoints.demo.company.customers import Customer

_PROVIDERS = [f"faker.providers.{kind}" for kind in ("person", "address")]
_KUWAIT = (
    ("Noura", "Al-Sabhan"),
    ("Fahad", "Al-Mutlaq"),
    ("Mariam", "Behzadi"),
    ("Yousef", "Al-Rumaidh"),
    ("Dana", "Al-Khamees"),
    ("Salem", "Boodai"),
)
_FOLDED = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe"})
_DIALLING = {
    "DE": "+49 40 5550",
    "AT": "+43 1 5550",
    "CH": "+41 44 555",
    "FR": "+33 1 55 50",
    "NL": "+31 20 555",
    "GB": "+44 20 7946",
    "US": "+1 415 555",
    "CA": "+1 604 555",
    "JP": "+81 3 5550",
    "KW": "+965 2555",
}
_TOWNS = {
    "DE": (("Bremen", "28195", None), ("Kassel", "34117", None), ("Emden", "26721", None)),
    "AT": (("Graz", "8010", None),),
    "CH": (("Thun", "3600", None), ("Lausanne", "1003", None), ("Basel", "4051", None)),
    "FR": (("Annecy", "74000", None),),
    "NL": (("Utrecht", "3511 AX", None),),
    "GB": (("Bristol", "BS1 4DJ", None), ("Leeds", "LS1 5AB", None), ("Hull", "HU1 2AA", None)),
    "US": (("Duluth", "55802", "MN"), ("Boise", "83702", "ID"), ("Toledo", "43604", "OH")),
    "CA": (("Vancouver", "V6B 1H4", "BC"),),
    "KW": (("Kuwait City", "13001", None),),
}
"""Towns with their postal code and region."""


class Person(msgspec.Struct, frozen=True):
    """Someone at a customer's."""

    name: str
    email: str
    phone: str


def people_of(customer: Customer, count: int) -> tuple[Person, ...]:
    """Give people of an account, always the same."""
    fake, random = _faker(customer.locale), seeded(f"people {customer.key}")
    fake.seed_instance(f"people {customer.key}")
    return tuple(_person(customer, fake, random, number) for number in range(count))


def address_of(customer: Customer) -> AddressPart:
    """Give an account's address; streets and towns are made up."""
    fake, random = _faker(customer.locale), seeded(f"address {customer.key}")
    fake.seed_instance(f"address {customer.key}")
    if customer.country == "JP":
        line = f"{fake.town()}{fake.chome()}{fake.ban()}"
        return AddressPart(
            lines=(line,), city=fake.city(), postal_code=fake.postcode(), country="JP"
        )
    lines = tuple(fake.street_address().split("\n"))
    if customer.country == "KW":
        lines = (f"Block {random.randint(1, 9)}, Street {random.randint(10, 99)}",)
    city, postal_code, region = random.choice(_TOWNS[customer.country])
    return AddressPart(
        lines=lines, city=city, postal_code=postal_code, region=region, country=customer.country
    )


def _person(customer: Customer, fake: Faker, random: Random, number: int) -> Person:
    first, last, latin = _names(customer, fake, number)
    email = f"{_local(latin[0])}.{_local(latin[1])}@{customer.domain}"
    phone = f"{_DIALLING[customer.country]} {random.randint(1000, 9999)}"
    name = f"{last} {first}" if customer.locale == "ja_JP" else f"{first} {last}"
    return Person(name, email, phone)


def _names(customer: Customer, fake: Faker, number: int) -> tuple[str, str, tuple[str, str]]:
    """Give first and last name as written there, and in Latin letters for the address."""
    if customer.country == "KW":
        first, last = _KUWAIT[(number + len(customer.key)) % len(_KUWAIT)]
        return first, last, (first, last)
    if customer.country == "JP":
        given, family = fake.first_name_pair(), fake.last_name_pair()
        return given[0], family[0], (given[2], family[2])
    first, last = fake.first_name(), fake.last_name()
    return first, last, (first, last)


def _local(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(_FOLDED)).encode("ascii", "ignore")
    return re.sub(r"[^a-z]", "", plain.decode().lower())


@cache
def _faker(locale: str) -> Faker:
    return Faker("en_US" if locale == "kw" else locale, providers=_PROVIDERS)
