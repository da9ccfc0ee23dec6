"""What is billed together: its terms, details, contacts and payment methods."""

from datetime import date
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

import msgspec

from domain.address import PostalAddress
from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event
from domain.personal import Personal, is_erased
from domain.schedule import Interval

Timing: TypeAlias = Literal["advance", "arrears"]
Collection: TypeAlias = Literal["automatic", "manual"]
Detail: TypeAlias = Literal[
    "po_number", "vat_number", "registration_number", "default_payment_method"
]
ContactRole: TypeAlias = Literal["billing", "shipping"]
PaymentMethodKind: TypeAlias = Literal[
    "card", "sepa_debit", "ach_debit", "bacs_debit", "bank_transfer", "other"
]
PaymentMethodStatus: TypeAlias = Literal["usable", "expired", "failing"]


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


class PaymentMethodFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A way to pay, as far as it may be shown; `expires` is `YYYY-MM`, good through that month."""

    kind: PaymentMethodKind
    status: PaymentMethodStatus = "usable"
    brand: str | None = None
    last4: str | None = None
    expires: str | None = None
    bank_name: str | None = None


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


class PaymentMethodRecorded(Event, frozen=True):
    """The billing system told of a payment method, or something new of it.

    For: customers (payment methods, auto-pay), staff.
    """

    topic: ClassVar[str] = "bill_group.payment_method_recorded.v1"

    method_id: UUID
    external_id: str
    facts: PaymentMethodFacts


class PaymentMethodRemoved(Event, frozen=True):
    """A payment method is no longer there.

    For: customers (payment methods, auto-pay), staff.
    """

    topic: ClassVar[str] = "bill_group.payment_method_removed.v1"

    method_id: UUID


class BillGroupUnknown(Refusal):
    """Nothing was recorded of this bill group yet."""

    code = "bill_group_unknown"


class PaymentMethodUnknown(Refusal):
    """The bill group has no such payment method."""

    code = "payment_method_unknown"


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


class BillGroup(Aggregate):
    """One bill group: everything in the portal is scoped to it."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.account_id: UUID | None = None
        self.entity_id: UUID | None = None
        self.facts: BillGroupFacts | None = None
        self.details: dict[Detail, str | None] = {}
        self.contacts: dict[ContactRole, Contact | None] = {}
        self.payment_methods: dict[UUID, PaymentMethodFacts] = {}
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
        self.record(
            BillGroupRecorded,
            by,
            source=source,
            external_id=external_id,
            account_id=account_id,
            entity_id=entity_id,
            facts=facts,
        )

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
        if value != self.details.get(detail):
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

    def record_payment_method(
        self, method_id: UUID, external_id: str, facts: PaymentMethodFacts, *, by: Act
    ) -> None:
        """Take what is said of a payment method; nothing happens when it is known already."""
        self._must_be_known()
        if facts != self.payment_methods.get(method_id):
            self.record(
                PaymentMethodRecorded, by, method_id=method_id, external_id=external_id, facts=facts
            )

    def remove_payment_method(self, method_id: UUID, *, by: Act) -> None:
        """Take a payment method away."""
        if method_id not in self.payment_methods:
            raise PaymentMethodUnknown(method_id=method_id)
        self.record(PaymentMethodRemoved, by, method_id=method_id)

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
            case PaymentMethodRecorded():
                self.payment_methods[event.method_id] = event.facts
            case PaymentMethodRemoved():
                del self.payment_methods[event.method_id]
