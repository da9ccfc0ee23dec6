"""The demo's seller: two legal entities in two countries, and the people who work there."""

from collections.abc import Iterator

from application.importing.rows import AddressPart, BankPart, EntityRow, SupportPart
from domain.payment_rules import PaymentRules
from domain.staff import Role

GMBH, INC = "brennholt", "larkmoor"

ACCENTS = {GMBH: "#0f6b5c", INC: "#5b3fb8"}

PROVIDER = "sandbox"
"""The provider account of both entities."""

PAYMENT_RULES = PaymentRules(provider=PROVIDER, part_payments=True, auto_pay_by_customers=True)

ADMIN, BILLING, VIEWER, AUDITOR, LEFT = "ingrid", "marcus", "yuki", "beatriz", "noah"

STAFF: dict[str, tuple[str, str, tuple[Role, ...]]] = {
    ADMIN: ("Ingrid Sommerfeld", "ingrid.sommerfeld@brennholt.example", ("admin",)),
    BILLING: ("Marcus Oyelaran", "marcus.oyelaran@larkmoor.example", ("billing",)),
    VIEWER: ("Yuki Tanabe", "yuki.tanabe@larkmoor.example", ("viewer",)),
    AUDITOR: ("Beatriz Montenegro", "beatriz.montenegro@pruefkontor.example", ("auditor",)),
    LEFT: ("Noah Lindqvist", "noah.lindqvist@brennholt.example", ("viewer", "billing")),
}
"""Staff by key: name, address, roles. The last one has left."""


def entity_rows() -> Iterator[EntityRow]:
    """Tell of both legal entities."""
    yield EntityRow(
        external_id=GMBH,
        name="Brennholt Systems",
        legal_name="Brennholt Systems GmbH",
        address=AddressPart(
            lines=("Speicherkontor 14",), postal_code="20457", city="Hamburg", country="DE"
        ),
        support=SupportPart(
            email="rechnung@brennholt.example",
            phone="+49 40 5550 1420",
            name="Rechnungswesen",
        ),
        time_zone="Europe/Berlin",
        language="de",
        vat_number="DE582698013",
        registration_number="HRB 179204",
        bank=BankPart(
            account_holder="Brennholt Systems GmbH",
            iban="DE27207300410052814006",
            bic="HKBADEH1XXX",
            bank_name="Hansekontor Bank",
        ),
    )
    yield EntityRow(
        external_id=INC,
        name="Larkmoor Analytics",
        legal_name="Larkmoor Analytics, Inc.",
        address=AddressPart(
            lines=("48 Cannery Row", "Suite 300"),
            postal_code="05401",
            city="Burlington",
            region="VT",
            country="US",
        ),
        support=SupportPart(
            email="billing@larkmoor.example", phone="+1 802 555 0148", name="Billing team"
        ),
        time_zone="America/New_York",
        language="en",
        tax_ids=("EIN 03-5550148",),
        bank=BankPart(
            account_holder="Larkmoor Analytics, Inc.",
            bic="LKSTUS31XXX",
            bank_name="Lake Street Savings, account 4471 0290",
        ),
    )
