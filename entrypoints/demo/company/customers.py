"""The demo's customers: their names, where they are, their contracts and their bill groups."""

from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from entrypoints.demo.company.plans import (
    CURRENCIES,
    DAILY,
    FREQUENCIES,
    GroupPlan,
    closed_group,
    open_group,
)
from entrypoints.demo.company.sellers import GMBH, INC

ContractPlan: TypeAlias = Literal[
    "running", "renewed", "ending", "owing", "over", "finished", "cancelled", "pending"
]
"""`owing` is past its end with unpaid invoices, `over` past its end with none."""


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """One account of the demo; `locale` is Faker's, `domain` the mail domain of its people."""

    key: str
    name: str
    domain: str
    country: str
    locale: str
    vat_number: str | None
    contract: ContractPlan
    groups: tuple[GroupPlan, ...]


_LONG_NAME = (
    "Vereinigte Ostfriesische Schiffsausrüstungs- und Seefrachtvermittlungsgesellschaft "
    "mbH & Co. Kommanditgesellschaft"
)

_NAMED: dict[str, tuple[tuple[str, str, str, str, str | None, ContractPlan], ...]] = {
    "EUR": (
        ("Wolkenstein Maschinenbau GmbH", "wolkenstein", "DE", "de_DE", "DE945807302", "renewed"),
        ("Van der Linde Logistiek B.V.", "vanderlinde", "NL", "nl_NL", "NL511048130B01", "running"),
        ("Atelier Beaurivage SAS", "beaurivage", "FR", "fr_FR", "FR24461765109", "ending"),
        (
            _LONG_NAME,
            "vereinigte-schiffsausruestung",
            "DE",
            "de_DE",
            "DE224538323",
            "running",
        ),
        ("Kranabetter Holzbau GmbH", "kranabetter", "AT", "de_DE", "ATU85971510", "owing"),
    ),
    "USD": (
        ("Copperline Freight Co.", "copperline-freight", "US", "en_US", None, "running"),
        ("Prairie Lantern Foods, Inc.", "prairielantern", "US", "en_US", None, "running"),
        ("Quillback Robotics LLC", "quillback", "US", "en_US", None, "renewed"),
        ("Maple & Thorn Outfitters Ltd.", "mapleandthorn", "CA", "en_US", None, "running"),
        ("Bluestem Veterinary Group", "bluestemvets", "US", "en_US", None, "over"),
    ),
    "GBP": (
        ("Oakhollow & Daughters Ltd", "oakhollow", "GB", "en_GB", "GB220519011", "running"),
        ("Thistlecombe Brewing Co Ltd", "thistlecombe", "GB", "en_GB", "GB595662546", "running"),
        ("Marlowe Quay Architects LLP", "marlowequay", "GB", "en_GB", "GB004674003", "running"),
        ("Saltfleet Ferries Ltd", "saltfleet", "GB", "en_GB", "GB224754018", "ending"),
        ("Gaslight Theatre Trust", "gaslight-theatre", "GB", "en_GB", None, "finished"),
    ),
    "JPY": (
        ("株式会社 青葉台製作所", "aobadai", "JP", "ja_JP", None, "running"),
        ("Hoshizora Travel K.K.", "hoshizora", "JP", "ja_JP", None, "running"),
        ("みなと坂食品株式会社", "minatozaka", "JP", "ja_JP", None, "running"),
        ("Kazahana Design K.K.", "kazahana", "JP", "ja_JP", None, "pending"),
        ("Sakuragawa Instruments Co., Ltd.", "sakuragawa", "JP", "ja_JP", None, "running"),
    ),
    "KWD": (
        ("Al Nakheel Trading Co. W.L.L.", "alnakheel", "KW", "kw", None, "running"),
        ("Gulf Heron Catering K.S.C.", "gulfheron", "KW", "kw", None, "running"),
        ("Dhow Marine Services Co.", "dhowmarine", "KW", "kw", None, "renewed"),
        ("Failaka Print House", "failakaprint", "KW", "kw", None, "running"),
        ("Diwan Interiors W.L.L.", "diwan-interiors", "KW", "kw", None, "running"),
    ),
    "CHF": (
        ("Aaretaler Käserei Genossenschaft", "aaretaler", "CH", "de_DE", None, "running"),
        ("Matterblick Hotels SA", "matterblick", "CH", "fr_FR", "CHE415138342MWST", "running"),
        ("Rheintor Treuhand AG", "rheintor-treuhand", "CH", "de_DE", "CHE911785752MWST", "running"),
        ("Lac d'Azur Horlogerie Sàrl", "lacdazur", "CH", "fr_FR", "CHE992442391MWST", "cancelled"),
        ("Silberhorn Präzision AG", "silberhorn", "CH", "de_DE", "CHE189039984MWST", "running"),
    ),
}

_MEETINGS = ((0, 1), (2,), (3,), (4,), (5,))
"""Which frequencies the accounts of a currency have, so that each is met once."""

_ENTITY = {"EUR": GMBH, "CHF": GMBH, "USD": INC, "GBP": INC, "JPY": INC, "KWD": INC}

_EXTRA: dict[str, tuple[GroupPlan, ...]] = {
    "copperline-freight": (
        GroupPlan(
            number=50,
            key="copperline-freight-eu",
            name="European lanes",
            entity=GMBH,
            currency="EUR",
            frequency=FREQUENCIES[0],
            auto_pay="on",
            month_end=True,
        ),
    ),
    "silberhorn": (
        GroupPlan(
            number=51,
            key="silberhorn-open",
            name="Consulting",
            entity=GMBH,
            currency="CHF",
            frequency=FREQUENCIES[0],
            auto_pay="off",
            terms=None,
        ),
    ),
}

COURIER = Customer(
    key="swiftheron",
    name="Swiftheron Couriers GmbH",
    domain="swiftheron.example",
    country="DE",
    locale="de_DE",
    vat_number="DE185089414",
    contract="running",
    groups=(
        GroupPlan(
            number=52,
            key="swiftheron-labels",
            name="Shipping labels",
            entity=GMBH,
            currency="EUR",
            frequency=DAILY,
            auto_pay="on",
            terms=14,
        ),
    ),
)
"""The customer with 500 invoices."""

FIRST = "copperline-freight"
"""The customer whom the printed links show: two entities, two currencies, money owed."""


def customers() -> tuple[Customer, ...]:
    """Give all accounts of the demo."""
    made = (
        _customer(currency, place, *facts)
        for currency in CURRENCIES
        for place, facts in enumerate(_NAMED[currency])
    )
    return (*made, COURIER)


def _customer(  # noqa: PLR0913, PLR0917 - one line of the table above
    currency: str,
    place: int,
    name: str,
    key: str,
    country: str,
    locale: str,
    vat_number: str | None,
    contract: ContractPlan,
) -> Customer:
    entity = _ENTITY[currency]
    groups = [open_group(key, entity, currency, met) for met in _MEETINGS[place]]
    if place == 1:
        groups.append(closed_group(key, entity, currency))
    return Customer(
        key=key,
        name=name,
        domain=f"{key}.example",
        country=country,
        locale=locale,
        vat_number=vat_number,
        contract=contract,
        groups=tuple(
            replace(group, new=contract == "pending") for group in (*groups, *_EXTRA.get(key, ()))
        ),
    )
