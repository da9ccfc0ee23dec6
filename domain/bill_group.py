"""What is billed together: its terms, details, contacts and payment methods."""

from datetime import date
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

import msgspec

from domain.address import PostalAddress
from domain.aggregate import Refusal
from domain.bill_group_methods import (
    AutoPaySwitched,
    CollectingGroup,
    Collection,
    DefaultMethodNeeded,
    HeldMethod,
    PaymentMethodFacts,
    PaymentMethodKind,
    PaymentMethodMarked,
    PaymentMethodNeeded,
    PaymentMethodRecorded,
    PaymentMethodRemoved,
    PaymentMethodSaved,
    PaymentMethodStatus,
    PaymentMethodUnknown,
)
from domain.document_lines import InvoiceLine, TaxLine
from domain.event import Act, Event
from domain.personal import Personal, is_erased
from domain.schedule import Interval

__all__ = [
    "LONGEST_PO_NUMBER",
    "AutoPaySwitched",
    "BillGroup",
    "BillGroupFacts",
    "BillGroupRecorded",
    "BillGroupUnknown",
    "BillingContactStays",
    "BillingEmailUnconfirmed",
    "Change",
    "ChangeUnknown",
    "ChangedSince",
    "Collection",
    "Contact",
    "ContactChanged",
    "ContactReceived",
    "ContactRole",
    "DefaultMethodNeeded",
    "Detail",
    "DetailChanged",
    "DetailReceived",
    "EarlierValueErased",
    "Frequency",
    "HeldMethod",
    "PaymentMethodFacts",
    "PaymentMethodKind",
    "PaymentMethodMarked",
    "PaymentMethodNeeded",
    "PaymentMethodRecorded",
    "PaymentMethodRemoved",
    "PaymentMethodSaved",
    "PaymentMethodStatus",
    "PaymentMethodUnknown",
    "PoNumberTooLong",
    "Timing",
    "UpcomingInvoice",
    "UpcomingReceived",
]

Timing: TypeAlias = Literal["advance", "arrears"]
Detail: TypeAlias = Literal[
    "po_number", "vat_number", "registration_number", "default_payment_method"
]
ContactRole: TypeAlias = Literal["billing", "shipping"]


class Frequency(Interval, frozen=True):
    """How often a bill group is billed, and whether before or after the period."""

    timing: Timing


class BillGroupFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the billing system says of a bill group; payment terms are days after issue."""

    name: str
    currency: str
    frequency: Frequency
    anchor_on: date | None = None
    next_billing_on: date | None = None
    collection: Collection = "manual"
    payment_terms_days: int | None = None
    language: str | None = None
    closed: bool = False


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom invoices or goods go to."""

    name: Personal
    email: Personal
    phone: Personal | None = None
    company: Personal | None = None
    address: PostalAddress | None = None


class UpcomingInvoice(msgspec.Struct, frozen=True, omit_defaults=True):
    """The next invoice as the billing system sees it; amounts in minor units of `currency`.

    `billing_on` is when it will be issued; after that day it is not shown any more.
    """

    billing_on: date
    currency: str
    lines: tuple[InvoiceLine, ...]
    total: int
    taxes: tuple[TaxLine, ...] = ()
    period_from: date | None = None
    period_to: date | None = None


class BillGroupRecorded(Event, frozen=True):
    """The billing system told of a bill group, or something new of it.

    For: customers (overview), staff.
    """

    topic: ClassVar[str] = "bill_group.recorded.v1"

    source: str
    external_id: str
    account_id: UUID
    entity_id: UUID
    facts: BillGroupFacts


class DetailReceived(Event, frozen=True):
    """The billing system sent a detail that differs from what it sent last; it is current now.

    A default payment method is named by its id; no value means that the detail was cleared.

    For: customers (overview), staff (history of changes).
    """

    topic: ClassVar[str] = "bill_group.detail_received.v1"

    detail: Detail
    value: str | None = None


class ContactReceived(Event, frozen=True):
    """The billing system sent a contact that differs from what it sent last; it is current now.

    For: customers (contacts), staff (history of changes), whoever sends mails.
    """

    topic: ClassVar[str] = "bill_group.contact_received.v1"

    role: ContactRole
    contact: Contact | None = None

    @property
    def person(self) -> str:
        """Whose key seals the contact: its address's, wherever else that stands."""
        if self.contact is None:
            return f"contact:{self.stream_id}:{self.role}"
        return f"address:{self.contact.email}"


class DetailChanged(Event, frozen=True):
    """A customer changed or cleared a detail, or staff undid a change; for invoices to come.

    What the billing system sends wins only when it differs from what it sent last. `undoes` is the
    version of the change that was taken back.

    For: customers (overview, details), staff (history of changes), the billing system.
    """

    topic: ClassVar[str] = "bill_group.detail_changed.v1"

    detail: Detail
    value: str | None = None
    undoes: int | None = None


class ContactChanged(Event, frozen=True):
    """A customer changed or removed a contact, or staff undid a change.

    A new billing email was confirmed from its mailbox before. `undoes` is the version of the change
    that was taken back.

    For: customers (contacts), staff (history of changes), the billing system, who sends mails.
    """

    topic: ClassVar[str] = "bill_group.contact_changed.v1"

    role: ContactRole
    contact: Contact | None = None
    undoes: int | None = None

    @property
    def person(self) -> str:
        """Whose key seals the contact: its address's, wherever else that stands."""
        if self.contact is None:
            return f"contact:{self.stream_id}:{self.role}"
        return f"address:{self.contact.email}"


class UpcomingReceived(Event, frozen=True):
    """The billing system sent a preview of the next invoice, or took it back.

    For: customers (upcoming billing).
    """

    topic: ClassVar[str] = "bill_group.upcoming_received.v1"

    upcoming: UpcomingInvoice | None = None


class BillGroupUnknown(Refusal):
    """Nothing was recorded of this bill group yet."""

    code = "bill_group_unknown"


class PoNumberTooLong(Refusal):
    """A purchase order's number has at most 255 characters."""

    code = "po_number_too_long"


class BillingContactStays(Refusal):
    """Invoices go to somebody: the billing contact can be changed, not removed."""

    code = "billing_contact_stays"


class BillingEmailUnconfirmed(Refusal):
    """A new billing email takes effect only when it was confirmed from its mailbox."""

    code = "billing_email_unconfirmed"


class ChangeUnknown(Refusal):
    """There is no such change to undo."""

    code = "change_unknown"


class ChangedSince(Refusal):
    """It was changed again; undoing this one would undo that too."""

    code = "changed_since"


class EarlierValueErased(Refusal):
    """The person who stood there before was erased."""

    code = "earlier_value_erased"


class Change(msgspec.Struct, frozen=True):
    """What one event changed, and what stood there before."""

    what: Detail | ContactRole
    before: str | Contact | None


LONGEST_PO_NUMBER = 255


class BillGroup(CollectingGroup):
    """One bill group: everything in the portal is scoped to it."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.account_id: UUID | None = None
        self.entity_id: UUID | None = None
        self.facts: BillGroupFacts | None = None
        self.details: dict[Detail, str | None] = {}
        self.contacts: dict[ContactRole, Contact | None] = {}
        self.upcoming: UpcomingInvoice | None = None
        self._received_details: dict[Detail, str | None] = {}
        self._received_contacts: dict[ContactRole, Contact | None] = {}
        self._changes: dict[int, Change] = {}
        self._latest: dict[Detail | ContactRole, int] = {}

    def record_facts(  # noqa: PLR0913 - a bill group belongs to an account and an entity
        self,
        source: str,
        external_id: str,
        account_id: UUID,
        entity_id: UUID,
        facts: BillGroupFacts,
        *,
        by: Act,
    ) -> None:
        """Take what the billing system says; nothing happens when it is known already."""
        if (account_id, entity_id, facts) == (self.account_id, self.entity_id, self.facts):
            return
        told = self.facts
        self.record(
            BillGroupRecorded,
            by,
            source=source,
            external_id=external_id,
            account_id=account_id,
            entity_id=entity_id,
            facts=facts,
        )
        if told is not None and told.collection != facts.collection and self.collection_chosen:
            self.record(AutoPaySwitched, by, collection=None)

    def receive_detail(self, detail: Detail, value: str | None, *, by: Act) -> None:
        """Take a detail from the billing system when it differs from the last one it sent."""
        self._must_be_known()
        if value != self._received_details.get(detail):
            self.record(DetailReceived, by, detail=detail, value=value)

    def receive_contact(self, role: ContactRole, contact: Contact | None, *, by: Act) -> None:
        """Take a contact from the billing system when it differs from the last one it sent."""
        self._must_be_known()
        if contact != self._received_contacts.get(role):
            self.record(ContactReceived, by, role=role, contact=contact)

    def change_detail(self, detail: Detail, value: str | None, *, by: Act) -> None:
        """Take what a customer wants it to be, or nothing; what stands already changes nothing."""
        self._must_be_known()
        if detail == "po_number" and len(value or "") > LONGEST_PO_NUMBER:
            raise PoNumberTooLong(most=LONGEST_PO_NUMBER)
        if detail == "default_payment_method":
            self._must_have_method(value)
        if value == self.details.get(detail):
            return
        if detail == "default_payment_method" and value is None and self.collection == "automatic":
            raise DefaultMethodNeeded
        self.record(DetailChanged, by, detail=detail, value=value)

    def change_contact(self, role: ContactRole, contact: Contact | None, *, by: Act) -> None:
        """Take what a customer says of a contact; the billing email stays until it is confirmed."""
        self._must_be_known()
        present = self.contacts.get(role)
        if role == "billing":
            if contact is None:
                raise BillingContactStays
            if present is None or contact.email != present.email:
                raise BillingEmailUnconfirmed
        if contact != present:
            self.record(ContactChanged, by, role=role, contact=contact)

    def confirm_billing_email(self, contact: Contact, *, by: Act) -> None:
        """Take a billing email that its mailbox confirmed; the rest only where there is none."""
        self._must_be_known()
        present = self.contacts.get("billing") or contact
        confirmed = msgspec.structs.replace(present, email=contact.email)
        if confirmed != self.contacts.get("billing"):
            self.record(ContactChanged, by, role="billing", contact=confirmed)

    def undo(self, version: int, *, by: Act) -> None:
        """Go back to what stood before a change, unless it was changed again since."""
        change = self._changes.get(version)
        if change is None:
            raise ChangeUnknown
        if self._latest[change.what] != version:
            raise ChangedSince
        before = change.before
        if change.what in {"billing", "shipping"}:
            if isinstance(before, Contact) and is_erased(before.email):
                raise EarlierValueErased
            if change.what == "billing" and before is None:
                raise BillingContactStays
            self.record(ContactChanged, by, role=change.what, contact=before, undoes=version)
            return
        if change.what == "default_payment_method" and isinstance(before, str):
            self._must_have_method(before)
        self.record(DetailChanged, by, detail=change.what, value=before, undoes=version)

    @property
    def collection(self) -> Collection:
        """How invoices are paid: as a customer chose, else as the billing system says."""
        told = self.facts.collection if self.facts else "manual"
        return self.collection_chosen or told

    def switch_auto_pay(self, collection: Collection, *, by: Act) -> None:
        """Take what a customer chose; what stands already changes nothing."""
        self._must_be_known()
        if collection != self.collection:
            self.record(AutoPaySwitched, by, collection=collection)

    def take_away_method(
        self, method_id: UUID, today: date, provider: str | None, *, by: Act
    ) -> None:
        """Remove a method for a customer; the next one becomes the default if it was.

        Raises PaymentMethodUnknown, and PaymentMethodNeeded while auto-pay would have none left.
        """
        if method_id not in self.payment_methods:
            raise PaymentMethodUnknown(method_id=method_id)
        others = [each for each in self.collects_with(today, provider) if each != method_id]
        is_default = self.details.get("default_payment_method") == str(method_id)
        if is_default and not others and self.collection == "automatic":
            raise PaymentMethodNeeded(method_id=method_id)
        self.remove_payment_method(method_id, by_customer=True, by=by)
        if is_default:
            follows = str(others[0]) if others else None
            self.record(DetailChanged, by, detail="default_payment_method", value=follows)

    def lose_method(self, provider: str, reference: str, *, by: Act) -> None:
        """Take that a provider no longer keeps a method; nothing happens when it is gone here."""
        method_id = self.saved_as(provider, reference)
        if method_id is not None:
            self.remove_payment_method(method_id, by_customer=True, by=by)
            if self.details.get("default_payment_method") == str(method_id):
                self.record(DetailChanged, by, detail="default_payment_method", value=None)

    def receive_upcoming(self, upcoming: UpcomingInvoice | None, *, by: Act) -> None:
        """Take the billing system's preview of the next invoice when it differs from the last."""
        self._must_be_known()
        if upcoming != self.upcoming:
            self.record(UpcomingReceived, by, upcoming=upcoming)

    def record_payment_method(
        self, method_id: UUID, external_id: str, facts: PaymentMethodFacts, *, by: Act
    ) -> None:
        """Take what the billing system says of a payment method."""
        self._must_be_known()
        super().record_payment_method(method_id, external_id, facts, by=by)

    def _must_be_known(self) -> None:
        if self.is_new:
            raise BillGroupUnknown(bill_group_id=self.id)

    def _must_have_method(self, value: str | None) -> None:
        if value is not None and value not in {str(each) for each in self.payment_methods}:
            raise PaymentMethodUnknown(method_id=value)

    def _note(self, version: int, what: Detail | ContactRole, before: str | Contact | None) -> None:
        self._changes[version] = Change(what, before)
        self._latest[what] = version

    def _change(self, event: Event) -> None:
        match event:
            case BillGroupRecorded():
                self.account_id, self.entity_id = event.account_id, event.entity_id
                self.facts = event.facts
            case DetailReceived() | DetailChanged():
                self._note(event.version, event.detail, self.details.get(event.detail))
                self.details[event.detail] = event.value
                if isinstance(event, DetailReceived):
                    self._received_details[event.detail] = event.value
            case ContactReceived() | ContactChanged():
                self._note(event.version, event.role, self.contacts.get(event.role))
                self.contacts[event.role] = event.contact
                if isinstance(event, ContactReceived):
                    self._received_contacts[event.role] = event.contact
            case UpcomingReceived():
                self.upcoming = event.upcoming
            case _:
                super()._change(event)
