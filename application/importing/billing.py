"""Rows about a bill group: its terms, details, contacts, payment methods and subscriptions."""

from msgspec import UNSET

from application.importing.amounts import Amounts
from application.importing.known import Known
from application.importing.parties import address_of
from application.importing.problems import RowRefused, refused
from application.importing.rows import (
    AddressPart,
    BillGroupRow,
    ContactRow,
    Detail,
    ItemPart,
    PaymentMethodRow,
    SubscriptionRow,
)
from domain.account import Account
from domain.address import PostalAddress
from domain.bill_group import BillGroup, BillGroupFacts, Contact, Frequency, PaymentMethodFacts
from domain.entity import Entity
from domain.event import Act
from domain.money import exponent
from domain.schedule import Interval
from domain.subscription import Subscription, SubscriptionFacts, SubscriptionItem


def want_bill_group(row: BillGroupRow, known: Known) -> None:
    """Load the bill group; its account and entity must exist."""
    known.need(BillGroup, known.names.id("bill_group", row.external_id))
    known.refer(Account, row.account)
    known.refer(Entity, row.entity)


def take_bill_group(row: BillGroupRow, known: Known, by: Act) -> None:
    """Record a bill group, and its details where they differ from what was imported last."""
    group = known.get(BillGroup, known.names.id("bill_group", row.external_id))
    account_id = known.existing(Account, row.account)
    entity_id = known.existing(Entity, row.entity)
    exponent(row.currency)
    facts = BillGroupFacts(
        name=row.name,
        currency=row.currency,
        frequency=Frequency(row.frequency.every, row.frequency.unit, row.frequency.timing),
        anchor_on=row.anchor_on,
        next_billing_on=row.next_billing_on,
        collection=row.collection,
        payment_terms_days=row.payment_terms_days,
        language=row.language,
        closed=row.closed,
    )
    source = known.names.source
    group.record_facts(source, row.external_id, account_id, entity_id, facts, by=by)
    _receive_details(group, row, known, by)


def _receive_details(group: BillGroup, row: BillGroupRow, known: Known, by: Act) -> None:
    if row.po_number is not UNSET:
        group.receive_detail("po_number", _trimmed(row.po_number), by=by)
    if row.vat_number is not UNSET:
        group.receive_detail("vat_number", _trimmed(row.vat_number), by=by)
    if row.registration_number is not UNSET:
        group.receive_detail("registration_number", _trimmed(row.registration_number), by=by)
    if row.default_payment_method is not UNSET:
        method = _trimmed(row.default_payment_method)
        value = method and str(known.names.id("payment_method", method))
        group.receive_detail("default_payment_method", value, by=by)


def want_contact(row: ContactRow, known: Known) -> None:
    """Load the bill group."""
    known.need(BillGroup, known.names.id("bill_group", row.bill_group))


def take_contact(row: ContactRow, known: Known, by: Act) -> None:
    """Take a contact where it differs from what was imported last; nobody who was erased."""
    contact = Contact(
        name=row.name,
        email=_not_erased(address_of("email", row.email), known),
        phone=row.phone,
        company=row.company,
        address=_postal_address(row.address) if row.address else None,
    )
    known_group(row.bill_group, known).receive_contact(row.role, contact, by=by)


def _not_erased(email: str, known: Known) -> str:
    """Refuse an address that was erased: an import brings nobody back."""
    if known.is_erased(f"address:{email}"):
        raise refused("email", "person_erased")
    return email


def want_payment_method(row: PaymentMethodRow, known: Known) -> None:
    """Load the bill group."""
    known.need(BillGroup, known.names.id("bill_group", row.bill_group))


def take_payment_method(row: PaymentMethodRow, known: Known, by: Act) -> None:
    """Record a payment method of a bill group, or that it was removed."""
    group = known_group(row.bill_group, known)
    method_id = known.names.id("payment_method", row.external_id)
    if row.removed:
        if method_id in group.payment_methods:
            group.remove_payment_method(method_id, by=by)
        return
    facts = PaymentMethodFacts(
        kind=row.type,
        status=row.status,
        brand=row.brand,
        last4=row.last4,
        expires=row.expires,
        bank_name=row.bank_name,
    )
    group.record_payment_method(method_id, row.external_id, facts, by=by)


def want_subscription(row: SubscriptionRow, known: Known) -> None:
    """Load the subscription; its bill group must exist."""
    known.need(Subscription, known.names.id("subscription", row.external_id))
    known.refer(BillGroup, row.bill_group)


def take_subscription(row: SubscriptionRow, known: Known, by: Act) -> None:
    """Record what the row says of a subscription."""
    subscription = known.get(Subscription, known.names.id("subscription", row.external_id))
    known.place(row.bill_group)
    amounts = Amounts(row.currency)
    items = tuple(_item(number, item, amounts) for number, item in enumerate(row.items, 1))
    if amounts.problems:
        raise RowRefused(amounts.problems)
    facts = SubscriptionFacts(
        status=row.status,
        starts_on=row.starts_on,
        currency=row.currency,
        items=items,
        ends_on=row.ends_on,
        cancels_on=row.cancels_on,
        trial_ends_on=row.trial_ends_on,
        renews_on=row.renews_on,
    )
    bill_group_id = known.names.id("bill_group", row.bill_group)
    subscription.record_facts(known.names.source, row.external_id, bill_group_id, facts, by=by)


def _item(number: int, item: ItemPart, amounts: Amounts) -> SubscriptionItem:
    return SubscriptionItem(
        product=item.product,
        quantity=amounts.figure(f"items.{number}.quantity", item.quantity),
        unit_price=amounts.figure(f"items.{number}.unit_price", item.unit_price),
        interval=Interval(item.interval.every, item.interval.unit),
        description=item.description,
    )


def known_group(external_id: str, known: Known) -> BillGroup:
    """Give the bill group that a row names; refuses one that is unknown."""
    group = known.get(BillGroup, known.names.id("bill_group", external_id))
    if group.is_new:
        raise refused("bill_group", "reference_unknown", kind="bill_group", value=external_id)
    return group


def _postal_address(part: AddressPart) -> PostalAddress:
    return PostalAddress(
        lines=part.lines,
        country=part.country,
        city=part.city,
        postal_code=part.postal_code,
        region=part.region,
        district=part.district,
    )


def _trimmed(value: Detail) -> str | None:
    return (value.strip() or None) if isinstance(value, str) else None
