"""What a row of an import looks like: one Struct for each kind, the source of the JSON Schema.

Everything is named by the billing system's own ids (`external_id`). Amounts are exact decimals in
major units of the row's currency; dates are ISO 8601. An absent field says nothing; where a field
may be cleared, `null` clears it.
"""

from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from application.importing.amounts import Amount, Figure
from domain.account import ContractStatus
from domain.balance import PaymentStatus
from domain.bill_group import (
    Collection,
    ContactRole,
    PaymentMethodKind,
    PaymentMethodStatus,
    Timing,
)
from domain.document_lines import TaxCategory
from domain.schedule import Unit
from domain.subscription import SubscriptionStatus

ExternalId: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        pattern=r"^\S(.*\S)?$",
        description="The billing system's own id, without spaces around it.",
    ),
]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255)]
Short: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2000)]
Country: TypeAlias = Annotated[
    str, Meta(max_length=2, pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2")
]
Currency: TypeAlias = Annotated[
    str, Meta(max_length=3, pattern="^[A-Z]{3}$", description="ISO 4217")
]
Language: TypeAlias = Annotated[
    str,
    Meta(
        max_length=35, pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47: de, pt-BR"
    ),
]
Month: TypeAlias = Annotated[
    str, Meta(max_length=7, pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")
]
Last4: TypeAlias = Annotated[
    str, Meta(max_length=4, pattern=r"^[0-9A-Za-z]{4}$", description="The last four.")
]
Every: TypeAlias = Annotated[int, Meta(ge=1, le=1000)]
Percentage: TypeAlias = Figure
Detail: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255)] | UnsetType | None


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a row."""


class AddressPart(Part, frozen=True, kw_only=True):
    """A postal address; in CSV the columns `address.lines.1`, `address.city` and so on."""

    lines: Annotated[tuple[Name, ...], Meta(max_length=6)] = ()
    city: Name | None = None
    postal_code: Short | None = None
    region: Short | None = None
    district: Annotated[Name, Meta(description="A part of the city.")] | None = None
    country: Country


class BankPart(Part, frozen=True, kw_only=True):
    """Where customers transfer money to."""

    account_holder: Name | None = None
    iban: Short | None = None
    bic: Short | None = None
    bank_name: Name | None = None


class SupportPart(Part, frozen=True, kw_only=True):
    """Whom customers ask: a mailbox of the company."""

    email: Name
    phone: Short | None = None
    name: Name | None = None


class IntervalPart(Part, frozen=True, kw_only=True):
    """Every so many days, weeks, months or years."""

    every: Every = 1
    unit: Unit


class FrequencyPart(IntervalPart, frozen=True, kw_only=True):
    """How often a bill group is billed, and whether before or after the period."""

    timing: Timing = "advance"


class ItemPart(Part, frozen=True, kw_only=True):
    """A product of a subscription; the unit price may have up to 12 decimals."""

    product: Name
    description: Text | None = None
    quantity: Figure = "1"
    unit_price: Figure
    interval: IntervalPart


class LinePart(Part, frozen=True, kw_only=True):
    """A line of an invoice or credit note; `amount` counts, quantity and unit price explain it."""

    description: Text
    quantity: Figure = "1"
    unit_price: Figure | None = None
    amount: Amount
    tax_rate: Percentage | None = None
    tax_category: TaxCategory | None = None
    period_from: date | None = None
    period_to: date | None = None


class TaxPart(Part, frozen=True, kw_only=True):
    """A tax of a document: what it is called, its percentage, on which base, how much.

    `category` and `exemption` (why nothing is charged) are asked for by e-invoices (EN 16931).
    """

    name: Name
    rate: Percentage
    base: Amount
    amount: Amount
    category: TaxCategory | None = None
    exemption: Text | None = None


class AppliedPart(Part, frozen=True, kw_only=True):
    """How much of a credit note counts towards which invoice, in all."""

    invoice: ExternalId
    amount: Amount


class WriteOffPart(Part, frozen=True, kw_only=True):
    """What the seller gave up of an invoice, and when."""

    amount: Amount
    on: date


class RowBase(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"
):
    """A row; its `kind` says which one."""


class EntityRow(RowBase, frozen=True, kw_only=True, tag="entity"):
    """A legal entity of the seller: who issues the invoices."""

    external_id: ExternalId
    name: Name
    legal_name: Name
    address: AddressPart
    support: SupportPart
    time_zone: Annotated[str, Meta(max_length=64, description="IANA name: Europe/Berlin")]
    language: Language = "en"
    vat_number: Short | None = None
    tax_ids: Annotated[tuple[Short, ...], Meta(max_length=20)] = ()
    registration_number: Short | None = None
    bank: BankPart | None = None


class AccountRow(RowBase, frozen=True, kw_only=True, tag="account"):
    """A customer company."""

    external_id: ExternalId
    name: Name


class ContractRow(RowBase, frozen=True, kw_only=True, tag="contract"):
    """A contract of an account; its portals are available while one is active."""

    external_id: ExternalId
    account: ExternalId
    status: ContractStatus
    starts_on: date
    ends_on: date | None = None


class BillGroupRow(RowBase, frozen=True, kw_only=True, tag="bill_group"):
    """What is billed together. The last four fields are the customer's own to change.

    They win only where they differ from what was imported last. `default_payment_method` is the
    external id of a payment method of this bill group, which may come in a later row.
    """

    external_id: ExternalId
    account: ExternalId
    entity: ExternalId
    name: Name
    currency: Currency
    frequency: FrequencyPart
    anchor_on: date | None = None
    next_billing_on: date | None = None
    collection: Collection = "manual"
    payment_terms_days: Annotated[int, Meta(ge=0, le=3650)] | None = None
    language: Language | None = None
    closed: bool = False
    po_number: Detail = UNSET
    vat_number: Detail = UNSET
    registration_number: Detail = UNSET
    default_payment_method: Detail = UNSET


class ContactRow(RowBase, frozen=True, kw_only=True, tag="contact"):
    """The billing or shipping contact of a bill group; wins only where it differs from the last."""

    bill_group: ExternalId
    role: ContactRole
    name: Name
    email: Name
    phone: Short | None = None
    company: Name | None = None
    address: AddressPart | None = None


class PaymentMethodRow(RowBase, frozen=True, kw_only=True, tag="payment_method"):
    """A way to pay, as far as it may be shown: never a whole card number."""

    external_id: ExternalId
    bill_group: ExternalId
    type: PaymentMethodKind
    brand: Short | None = None
    last4: Last4 | None = None
    expires: Month | None = None
    bank_name: Name | None = None
    status: PaymentMethodStatus = "usable"
    removed: bool = False


class SubscriptionRow(RowBase, frozen=True, kw_only=True, tag="subscription"):
    """A subscription of a bill group."""

    external_id: ExternalId
    bill_group: ExternalId
    status: SubscriptionStatus
    starts_on: date
    ends_on: date | None = None
    cancels_on: date | None = None
    trial_ends_on: date | None = None
    renews_on: date | None = None
    currency: Currency
    items: Annotated[tuple[ItemPart, ...], Meta(max_length=1000)]


class UpcomingRow(RowBase, frozen=True, kw_only=True, tag="upcoming"):
    """The next invoice of a bill group as the billing system previews it; the newest row counts.

    Lines and taxes add up to the total. It is shown up to `billing_on` and not after; with
    `removed` the portal's own estimate is shown again.
    """

    bill_group: ExternalId
    billing_on: date
    currency: Currency
    lines: Annotated[tuple[LinePart, ...], Meta(max_length=10000)] = ()
    taxes: Annotated[tuple[TaxPart, ...], Meta(max_length=100)] = ()
    total: Amount
    period_from: date | None = None
    period_to: date | None = None
    removed: bool = False


class InvoiceRow(RowBase, frozen=True, kw_only=True, tag="invoice"):
    """An invoice: subtotal less discount plus taxes is the total; lines add up to the subtotal.

    `open` is what the source says is open, where it says so: it wins over the sum. Payments,
    refunds and credit notes are rows of their own. `pdf` names the original, relative to this file.
    """

    external_id: ExternalId
    bill_group: ExternalId
    status: Literal["draft", "issued", "void", "uncollectible"]
    currency: Currency
    number: Short | None = None
    issued_on: date | None = None
    due_on: date | None = None
    po_number: Name | None = None
    period_from: date | None = None
    period_to: date | None = None
    lines: Annotated[tuple[LinePart, ...], Meta(max_length=10000)] = ()
    subtotal: Amount | None = None
    discount: Amount = "0"
    taxes: Annotated[tuple[TaxPart, ...], Meta(max_length=100)] = ()
    total: Amount
    open: Amount | None = None
    note: Text | None = None
    written_off: WriteOffPart | None = None
    disputed: bool | UnsetType = UNSET
    closed_on: date | None = None
    pdf: Annotated[str, Meta(min_length=1, max_length=500)] | None = None


class PaymentRow(RowBase, frozen=True, kw_only=True, tag="payment"):
    """Money for one invoice. One payment of several invoices is one row for each of them."""

    external_id: ExternalId
    invoice: ExternalId
    currency: Currency
    amount: Amount
    status: PaymentStatus
    paid_on: date
    method: Short | None = None


class RefundRow(RowBase, frozen=True, kw_only=True, tag="refund"):
    """Money that went back; `reopened` when the source says that the invoice is open again."""

    external_id: ExternalId
    invoice: ExternalId
    payment: ExternalId | None = None
    currency: Currency
    amount: Amount
    refunded_on: date
    reopened: bool = False


class CreditNoteRow(RowBase, frozen=True, kw_only=True, tag="credit_note"):
    """A credit note; what is not applied to an invoice is available credit."""

    external_id: ExternalId
    bill_group: ExternalId
    number: Short
    currency: Currency
    issued_on: date
    total: Amount
    lines: Annotated[tuple[LinePart, ...], Meta(max_length=10000)] = ()
    taxes: Annotated[tuple[TaxPart, ...], Meta(max_length=100)] = ()
    reason: Text | None = None
    invoice: ExternalId | None = None
    status: Literal["issued", "void"] = "issued"
    applied: Annotated[tuple[AppliedPart, ...], Meta(max_length=1000)] = ()


Row: TypeAlias = (
    EntityRow
    | AccountRow
    | ContractRow
    | BillGroupRow
    | ContactRow
    | PaymentMethodRow
    | SubscriptionRow
    | UpcomingRow
    | InvoiceRow
    | PaymentRow
    | RefundRow
    | CreditNoteRow
)

KINDS: dict[str, type[RowBase]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (
        EntityRow,
        AccountRow,
        ContractRow,
        BillGroupRow,
        ContactRow,
        PaymentMethodRow,
        SubscriptionRow,
        UpcomingRow,
        InvoiceRow,
        PaymentRow,
        RefundRow,
        CreditNoteRow,
    )
}
"""Every kind in the order in which rows refer to each other."""
