"""The seller's legal entity: who issues the invoices, and how its brand looks."""

import re
from typing import ClassVar, Literal, TypeAlias

import msgspec

from domain.address import Address
from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event
from domain.payment_rules import PaymentRules

LogoKind: TypeAlias = Literal["png", "jpeg", "webp"]

_ACCENT = re.compile(r"#[0-9a-f]{6}")


class BankDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where customers transfer money to."""

    account_holder: str | None = None
    iban: str | None = None
    bic: str | None = None
    bank_name: str | None = None


class SupportContact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom customers ask; a mailbox of the company, not a person."""

    email: str
    phone: str | None = None
    name: str | None = None


class EntityFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the billing system says of the entity; `time_zone` is an IANA name."""

    name: str
    legal_name: str
    address: Address
    support: SupportContact
    time_zone: str
    language: str
    vat_number: str | None = None
    tax_ids: tuple[str, ...] = ()
    registration_number: str | None = None
    bank: BankDetails | None = None


class EntityRecorded(Event, frozen=True):
    """The billing system told of an entity for the first time, or told something new of it.

    For: every page and mail of its customers, staff.
    """

    topic: ClassVar[str] = "entity.recorded.v1"

    source: str
    external_id: str
    facts: EntityFacts


class BrandChanged(Event, frozen=True):
    """Staff changed how the entity looks to its customers; what is absent was taken away.

    For: every page and mail of its customers, staff, auditors.
    """

    topic: ClassVar[str] = "entity.brand_changed.v1"

    accent: str
    logo_sha256: str | None = None
    logo_kind: LogoKind | None = None
    terms_url: str | None = None
    privacy_url: str | None = None


class PaymentRulesChanged(Event, frozen=True):
    """Staff changed how customers of the entity may pay; the rules stand here as a whole.

    For: paying and auto-pay, customers (payment methods, paying), staff, auditors.
    """

    topic: ClassVar[str] = "entity.payment_rules_changed.v1"

    rules: PaymentRules


class AccentMalformed(Refusal):
    """An accent colour is `#` and six lower-case hexadecimal digits."""

    code = "accent_malformed"


def must_be_accent(accent: str) -> None:
    """Raise AccentMalformed for what is no accent colour."""
    if not _ACCENT.fullmatch(accent):
        raise AccentMalformed(accent=accent)


class LinkInsecure(Refusal):
    """Terms and privacy are linked by `https://` only."""

    code = "link_insecure"


class EntityUnknown(Refusal):
    """Nothing was recorded of this entity yet."""

    code = "entity_unknown"


class Brand(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an entity looks: accent colour `#rrggbb`, logo by the hash of its bytes, two links."""

    accent: str
    logo_sha256: str | None = None
    logo_kind: LogoKind | None = None
    terms_url: str | None = None
    privacy_url: str | None = None


class Entity(Aggregate):
    """One legal entity of the seller."""

    facts: EntityFacts | None = None
    brand: Brand | None = None
    payment_rules: PaymentRules = PaymentRules()

    def record_facts(self, source: str, external_id: str, facts: EntityFacts, *, by: Act) -> None:
        """Take what the billing system says; nothing happens when it is known already."""
        if facts != self.facts:
            self.record(EntityRecorded, by, source=source, external_id=external_id, facts=facts)

    def change_brand(self, brand: Brand, *, by: Act) -> None:
        """Change the whole brand; nothing happens when it looks like that already."""
        if self.is_new:
            raise EntityUnknown(entity_id=self.id)
        must_be_accent(brand.accent)
        for url in (brand.terms_url, brand.privacy_url):
            if url is not None and not url.startswith("https://"):
                raise LinkInsecure(url=url)
        if brand != self.brand:
            self.record(BrandChanged, by, **msgspec.structs.asdict(brand))

    def change_payment_rules(self, rules: PaymentRules, *, by: Act) -> None:
        """Change how its customers may pay; nothing happens when the rules stand already."""
        if self.is_new:
            raise EntityUnknown(entity_id=self.id)
        rules.check()
        if rules != self.payment_rules:
            self.record(PaymentRulesChanged, by, rules=rules)

    def _change(self, event: Event) -> None:
        match event:
            case EntityRecorded():
                self.facts = event.facts
            case BrandChanged():
                self.brand = Brand(
                    accent=event.accent,
                    logo_sha256=event.logo_sha256,
                    logo_kind=event.logo_kind,
                    terms_url=event.terms_url,
                    privacy_url=event.privacy_url,
                )
            case PaymentRulesChanged():
                self.payment_rules = event.rules
