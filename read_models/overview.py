"""The first page of a bill group: its terms, details, default payment method and subscriptions.

What is owed and the latest invoices are asked of `outstanding` and `invoice_list`. What depends on
today is computed by the rules of the domain when asked.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, MetaData, Table, Text, Uuid, and_, bindparam, select

from domain.auto_pay import AutoPay, auto_pay
from domain.bill_group import (
    AutoPaySwitched,
    BillGroupFacts,
    BillGroupRecorded,
    Contact,
    ContactChanged,
    ContactReceived,
    DetailChanged,
    DetailReceived,
    HeldMethod,
    PaymentMethodFacts,
    PaymentMethodMarked,
    PaymentMethodRecorded,
    PaymentMethodRemoved,
    PaymentMethodSaved,
    UpcomingInvoice,
    UpcomingReceived,
)
from domain.payment_rules import PaymentRules
from domain.subscription import SubscriptionFacts, SubscriptionRecorded
from read_models.columns import Encoded
from read_models.projection import Change, Drop, Put, ReadModel, Write
from read_models.scope import Scope

metadata = MetaData()

BILL_GROUPS = Table(
    "overview",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("facts", Encoded(BillGroupFacts), nullable=False),
    Column("po_number", Text),
    Column("vat_number", Text),
    Column("registration_number", Text),
    Column("default_payment_method", Text),
    Column("billing_contact", Encoded(Contact)),
    Column("collection_chosen", Text),
    Column("upcoming", Encoded(UpcomingInvoice)),
)

METHODS = Table(
    "overview_methods",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("method_id", Text, primary_key=True),
    Column("method", Encoded(PaymentMethodFacts), nullable=False),
    Column("status", Text, nullable=False),
    Column("held", Encoded(HeldMethod)),
)

SUBSCRIPTIONS = Table(
    "overview_subscriptions",
    metadata,
    Column("subscription_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("facts", Encoded(SubscriptionFacts), nullable=False),
)


def recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take the terms; details and contacts are kept."""
    yield Put(BILL_GROUPS, {"bill_group_id": event.stream_id, "facts": event.facts})


def detail_set(event: DetailReceived | DetailChanged) -> Iterator[Write]:
    """Take a detail, or that it was cleared."""
    yield Change(BILL_GROUPS, {"bill_group_id": event.stream_id}, {event.detail: event.value})


def contact_set(event: ContactReceived | ContactChanged) -> Iterator[Write]:
    """Take the billing contact; the shipping contact has its place on the page of details."""
    if event.role == "billing":
        key = {"bill_group_id": event.stream_id}
        yield Change(BILL_GROUPS, key, {"billing_contact": event.contact})


def method_recorded(event: PaymentMethodRecorded) -> Iterator[Write]:
    """Take a payment method."""
    key = {"bill_group_id": event.stream_id, "method_id": str(event.method_id)}
    yield Put(METHODS, {**key, "method": event.facts, "status": event.facts.status})


def method_saved(event: PaymentMethodSaved) -> Iterator[Write]:
    """Take a payment method that a provider keeps."""
    key = {"bill_group_id": event.stream_id, "method_id": str(event.method_id)}
    stands = {"method": event.facts, "status": event.facts.status, "held": event.held}
    yield Put(METHODS, {**key, **stands})


def method_marked(event: PaymentMethodMarked) -> Iterator[Write]:
    """Take that a method fails, or works again."""
    key = {"bill_group_id": event.stream_id, "method_id": str(event.method_id)}
    yield Change(METHODS, key, {"status": event.status})


def method_removed(event: PaymentMethodRemoved) -> Iterator[Write]:
    """Let a payment method go."""
    yield Drop(METHODS, {"bill_group_id": event.stream_id, "method_id": str(event.method_id)})


def auto_pay_switched(event: AutoPaySwitched) -> Iterator[Write]:
    """Take how a customer wants invoices to be paid."""
    key = {"bill_group_id": event.stream_id}
    yield Change(BILL_GROUPS, key, {"collection_chosen": event.collection})


def upcoming_received(event: UpcomingReceived) -> Iterator[Write]:
    """Take the billing system's preview of the next invoice."""
    yield Change(BILL_GROUPS, {"bill_group_id": event.stream_id}, {"upcoming": event.upcoming})


def subscription_recorded(event: SubscriptionRecorded) -> Iterator[Write]:
    """Take a subscription."""
    facts = {"status": event.facts.status, "facts": event.facts}
    ids = {"subscription_id": event.stream_id, "bill_group_id": event.bill_group_id}
    yield Put(SUBSCRIPTIONS, {**ids, **facts})


MODEL = ReadModel(
    name="overview",
    version=2,
    tables=(BILL_GROUPS, METHODS, SUBSCRIPTIONS),
    handlers={
        BillGroupRecorded: recorded,
        DetailReceived: detail_set,
        DetailChanged: detail_set,
        ContactReceived: contact_set,
        ContactChanged: contact_set,
        AutoPaySwitched: auto_pay_switched,
        UpcomingReceived: upcoming_received,
        PaymentMethodRecorded: method_recorded,
        PaymentMethodSaved: method_saved,
        PaymentMethodMarked: method_marked,
        PaymentMethodRemoved: method_removed,
        SubscriptionRecorded: subscription_recorded,
    },
)


class Overview(msgspec.Struct, frozen=True):
    """The terms and details of a bill group, and its subscriptions that are not over.

    The collection in `facts` is the one that counts. `held` is where the default method can be
    charged, `upcoming` the billing system's preview of the next invoice, however old.
    """

    facts: BillGroupFacts
    po_number: str | None
    vat_number: str | None
    registration_number: str | None
    default_method: PaymentMethodFacts | None
    held: HeldMethod | None
    billing_contact: Contact | None
    upcoming: UpcomingInvoice | None
    subscriptions: tuple[SubscriptionFacts, ...]

    def auto_pay(self, rules: PaymentRules, next_on: date | None, today: date) -> AutoPay:
        """Say how auto-pay stands for what is collected `next_on`.

        Where the portal collects, the default method must be kept at the account it collects with.
        """
        kept = self.held is not None and self.held.provider == rules.collector
        chargeable = rules.collector is None or kept
        return auto_pay(self.facts, self.default_method, next_on, today, chargeable=chargeable)


class BillGroupMissing(Exception):  # noqa: N818 - named after the fact
    """Nothing was recorded of this bill group."""


def of_bill_group(connection: Connection, scope: Scope) -> Overview:
    """Give what the first page shows; subscriptions by their start, oldest first."""
    given = {"bill_group_id": scope.bill_group_id}
    row = connection.execute(_GROUP, given).first()
    if row is None:
        raise BillGroupMissing(scope.bill_group_id)
    method = row.method and msgspec.structs.replace(row.method, status=row.status)
    collection = row.collection_chosen or row.facts.collection
    return Overview(
        facts=msgspec.structs.replace(row.facts, collection=collection),
        po_number=row.po_number,
        vat_number=row.vat_number,
        registration_number=row.registration_number,
        default_method=method,
        held=row.held,
        billing_contact=row.billing_contact,
        upcoming=row.upcoming,
        subscriptions=running(connection, scope),
    )


def running(connection: Connection, scope: Scope) -> tuple[SubscriptionFacts, ...]:
    """Give the subscriptions that are neither cancelled nor ended, oldest first."""
    given = {"bill_group_id": scope.bill_group_id}
    found: list[SubscriptionFacts] = list(connection.execute(_RUNNING, given).scalars())
    return tuple(sorted(found, key=_by_start))


def _by_start(facts: SubscriptionFacts) -> tuple[Any, ...]:
    return facts.starts_on, tuple(item.product for item in facts.items)


_OF_GROUP: Any = bindparam("bill_group_id", type_=Uuid())
_GROUP = (
    select(
        BILL_GROUPS.c.facts,
        BILL_GROUPS.c.po_number,
        BILL_GROUPS.c.vat_number,
        BILL_GROUPS.c.registration_number,
        METHODS.c.method,
        METHODS.c.status,
        METHODS.c.held,
        BILL_GROUPS.c.billing_contact,
        BILL_GROUPS.c.collection_chosen,
        BILL_GROUPS.c.upcoming,
    )
    .select_from(
        BILL_GROUPS.outerjoin(
            METHODS,
            and_(
                METHODS.c.bill_group_id == BILL_GROUPS.c.bill_group_id,
                METHODS.c.method_id == BILL_GROUPS.c.default_payment_method,
            ),
        )
    )
    .where(BILL_GROUPS.c.bill_group_id == _OF_GROUP)
)
_RUNNING = select(SUBSCRIPTIONS.c.facts).where(
    SUBSCRIPTIONS.c.bill_group_id == _OF_GROUP,
    SUBSCRIPTIONS.c.status.not_in(("cancelled", "ended")),
)
