"""One sample of every event, with every field filled, for the golden files."""

from datetime import UTC, date, datetime
from typing import Any

from domain.account import AccountRecorded, ContractRecorded
from domain.actor import ApiKey, Customer, ImportRun, Operator, Staff, System
from domain.address import Address, PostalAddress
from domain.audit_reading import AuditExported, AuditRead
from domain.bill_group import (
    BillGroupFacts,
    BillGroupRecorded,
    Contact,
    ContactChanged,
    ContactReceived,
    DetailChanged,
    DetailReceived,
    Frequency,
    PaymentMethodFacts,
    PaymentMethodRecorded,
    PaymentMethodRemoved,
)
from domain.credit_note import Applied, CreditNoteFacts, CreditNoteRecorded
from domain.customer_session import Entered, EnteredBy, SessionEnded, SessionEndedV1, SignedIn
from domain.entity import (
    BankDetails,
    BrandChanged,
    EntityFacts,
    EntityRecorded,
    PaymentRulesChanged,
    SupportContact,
)
from domain.event import EarlierEvent, Event
from domain.invoice import (
    CreditApplied,
    DisputeClosed,
    Disputed,
    InvoiceFacts,
    InvoiceLine,
    InvoiceRecorded,
    MarkedUncollectible,
    PaymentRecorded,
    RefundFailed,
    RefundRecorded,
    Settlement,
    TaxLine,
    Voided,
    WrittenOff,
)
from domain.invoice_document import InvoiceDocumentStored
from domain.invoice_viewing import InvoiceFirstDownloaded, InvoiceFirstOpened
from domain.mail_sending import MailSentAgain
from domain.notifications import NotificationChosen
from domain.payment_rules import PaymentRules
from domain.portal_access import (
    AddressGranted,
    DomainGranted,
    GrantRevoked,
    GrantRevokedV1,
    LinkRotated,
    TurnedOff,
    TurnedOn,
)
from domain.preview import PreviewEnded, PreviewOpened
from domain.schedule import Interval
from domain.sign_in import SignInRefused
from domain.staff import (
    MemberAdded,
    MemberDeactivated,
    MemberReactivated,
    RolesChanged,
    SecondFactorEnrolled,
    SecondFactorReset,
)
from domain.staff_session import StaffSessionEnded, StaffSignedIn
from domain.subscription import SubscriptionFacts, SubscriptionItem, SubscriptionRecorded
from tests.domain.payment_samples import PAYMENTS
from tests.domain.person_samples import PERSONS
from tests.domain.review_samples import REVIEWS
from tests.domain.telling import name

MOMENT = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)
DAY, LATER = date(2026, 3, 2), date(2026, 4, 1)
GROUP, ACCOUNT, ENTITY = name("bill group"), name("account"), name("entity")
IMPORT = ImportRun(name("run"), "erp")
STAFF = Staff(name("jane"))
ADA = Customer("ada@acme.example", GROUP, name("session"))
WORKER = System("worker")
STANDS = Settlement(
    document="issued",
    total=11_900,
    paid=1_000,
    credited=500,
    written_off=100,
    processing=2_000,
    disputed=True,
    failed=True,
    open=10_000,
    adjustment=-300,
    surplus=0,
)
LINE = InvoiceLine(
    "Cloud", "2.5", "40.000000000001", 10_000, "19", DAY, date(2026, 3, 31), "standard"
)
TAX = TaxLine("VAT", "19", 10_000, 1_900, "standard", "A reason")


def _by(actor: Any) -> dict[str, Any]:
    return {
        "stream_id": name("stream"),
        "version": 3,
        "at": MOMENT,
        "actor": actor,
        "command_id": name("command"),
    }


def _entities() -> list[Event]:
    facts = EntityFacts(
        name="Northwind",
        legal_name="Northwind GmbH",
        address=Address(("Hafenstraße 1", "Speicher 3"), "Hamburg", "DE", "20457", "HH", "Hafen"),
        support=SupportContact("billing@northwind.example", "+49 40 1234567", "Billing desk"),
        time_zone="Europe/Berlin",
        language="de",
        vat_number="DE136695976",
        tax_ids=("48/123/45678",),
        registration_number="HRB 12345",
        bank=BankDetails("Northwind GmbH", "DE89370400440532013000", "COBADEFFXXX", "A Bank"),
    )
    return [
        EntityRecorded(**_by(IMPORT), source="erp", external_id="E-1", facts=facts),
        BrandChanged(
            **_by(STAFF),
            accent="#0a7d55",
            logo_sha256="a" * 64,
            logo_kind="png",
            terms_url="https://northwind.example/terms",
            privacy_url="https://northwind.example/privacy",
        ),
        PaymentRulesChanged(
            **_by(STAFF),
            rules=PaymentRules(
                provider="main",
                part_payments=True,
                auto_pay_by_customers=True,
                bank_transfer=False,
                retry_after_days=(2, 5),
                collects=False,
            ),
        ),
        AccountRecorded(**_by(IMPORT), source="erp", external_id="A-1", name="Acme"),
        ContractRecorded(
            **_by(IMPORT),
            contract_id=name("contract"),
            external_id="C-1",
            status="active",
            starts_on=DAY,
            ends_on=LATER,
        ),
    ]


def _bill_groups() -> list[Event]:
    facts = BillGroupFacts(
        name="Acme Cloud",
        currency="EUR",
        frequency=Frequency(3, "month", "arrears"),
        anchor_on=date(2026, 1, 31),
        next_billing_on=LATER,
        collection="automatic",
        payment_terms_days=14,
        language="de",
        closed=True,
    )
    contact = Contact(
        "Ada Byron",
        "ada@acme.example",
        "+49 30 1234567",
        "Acme GmbH",
        PostalAddress(("Ring 1",), "DE", "Berlin", "10115", "BE", "Mitte"),
    )
    moved = Contact(
        "Ana Lima",
        "ana@acme.example",
        "+551132300000",
        "Acme Ltda",
        PostalAddress(("Rua 1",), "BR", "S\u00e3o Paulo", "01310-100", "SP", "Bela Vista"),
    )
    method = PaymentMethodFacts("card", "failing", "Visa", "4242", "2027-08", "A Bank")
    return [
        BillGroupRecorded(
            **_by(IMPORT),
            source="erp",
            external_id="B-1",
            account_id=ACCOUNT,
            entity_id=ENTITY,
            facts=facts,
        ),
        DetailReceived(**_by(IMPORT), detail="po_number", value="PO-7"),
        ContactReceived(**_by(IMPORT), role="billing", contact=contact),
        DetailChanged(**_by(ADA), detail="po_number", value="PO-8", undoes=2),
        ContactChanged(**_by(ADA), role="billing", contact=moved, undoes=3),
        PaymentMethodRecorded(
            **_by(IMPORT), method_id=name("card"), external_id="pm_1", facts=method
        ),
        PaymentMethodRemoved(**_by(IMPORT), method_id=name("card"), by_customer=True),
        SubscriptionRecorded(
            **_by(IMPORT),
            source="erp",
            external_id="S-1",
            bill_group_id=GROUP,
            facts=SubscriptionFacts(
                status="active",
                starts_on=DAY,
                currency="EUR",
                items=(SubscriptionItem("Cloud", "2.5", "40.0", Interval(1, "month"), "Large"),),
                ends_on=LATER,
                cancels_on=LATER,
                trial_ends_on=DAY,
                renews_on=LATER,
            ),
        ),
    ]


def _documents() -> list[Event]:
    document = InvoiceFacts(
        status="issued",
        currency="EUR",
        lines=(LINE,),
        subtotal=10_000,
        total=11_900,
        discount=50,
        taxes=(TAX,),
        number="2026-001",
        issued_on=DAY,
        due_on=LATER,
        po_number="PO-7",
        period_from=DAY,
        period_to=LATER,
        note="Thank you",
        stated_open=10_000,
    )
    return [
        InvoiceRecorded(
            **_by(IMPORT),
            source="erp",
            external_id="I-1",
            bill_group_id=GROUP,
            account_id=ACCOUNT,
            entity_id=ENTITY,
            document=document,
            settlement=STANDS,
        ),
        CreditNoteRecorded(
            **_by(IMPORT),
            source="erp",
            external_id="N-1",
            bill_group_id=GROUP,
            account_id=ACCOUNT,
            facts=CreditNoteFacts(
                number="CN-1",
                currency="EUR",
                issued_on=DAY,
                total=500,
                lines=(LINE,),
                taxes=(TAX,),
                reason="Outage",
                invoice_id=name("invoice"),
                status="void",
                applied=(Applied(name("invoice"), 500),),
            ),
        ),
        InvoiceDocumentStored(
            **_by(WORKER),
            invoice_id=name("invoice"),
            bill_group_id=GROUP,
            kind="pdf",
            origin="rendered",
            sha256="b" * 64,
            size=48_213,
            language="de",
        ),
        InvoiceFirstOpened(**_by(ADA), invoice_id=name("invoice"), bill_group_id=GROUP),
        InvoiceFirstDownloaded(**_by(ADA), invoice_id=name("invoice"), bill_group_id=GROUP),
    ]


def _money() -> list[Event]:
    by = _by(ApiKey(name("key"), "Billing system"))
    return [
        PaymentRecorded(
            **by,
            payment_id=name("payment"),
            external_id="ch_1",
            amount=1_000,
            status="succeeded",
            paid_on=DAY,
            settlement=STANDS,
            method="Visa 4242",
        ),
        RefundRecorded(
            **by,
            refund_id=name("refund"),
            amount=200,
            refunded_on=DAY,
            reopened=True,
            settlement=STANDS,
            payment_id=name("payment"),
            by_bank=True,
        ),
        RefundFailed(**by, refund_id=name("refund"), on=DAY, settlement=STANDS),
        CreditApplied(**by, credit_note_id=name("note"), amount=500, settlement=STANDS),
        WrittenOff(**by, amount=100, on=DAY, settlement=STANDS),
        Voided(**by, on=DAY, settlement=STANDS),
        MarkedUncollectible(**by, on=DAY, settlement=STANDS),
        Disputed(**by, on=DAY, settlement=STANDS),
        DisputeClosed(**by, on=DAY, settlement=STANDS),
    ]


def _access() -> list[Event]:
    by = _by(STAFF)
    return [
        TurnedOn(**by, bill_group_id=GROUP, reason="Contract signed"),
        TurnedOff(**_by(Operator("root", "billing-1")), bill_group_id=GROUP, reason="Closed"),
        LinkRotated(**by, bill_group_id=GROUP, link="k3-JxQ_b7fL2mNs0vT9wYz"),
        DomainGranted(
            **by,
            bill_group_id=GROUP,
            grant_id=name("grant"),
            domain="gmail.com",
            reason="Sole trader",
            override=True,
        ),
        AddressGranted(
            **by,
            bill_group_id=GROUP,
            grant_id=name("grant"),
            address="ada@acme.example",
            domain="acme.example",
            reason="Head of finance",
        ),
        GrantRevoked(
            **by,
            bill_group_id=GROUP,
            grant_id=name("grant"),
            domain="acme.example",
            replaced_by="nothing",
            reason="Left",
            address="ada@acme.example",
        ),
        NotificationChosen(
            **by,
            bill_group_id=GROUP,
            address="jane@acme.com",
            notification="invoice_available",
            wanted=False,
        ),
        MailSentAgain(**by, mail="send_invoice_available", bill_group_id=GROUP),
        PreviewOpened(**by, bill_group_id=GROUP, staff_id=STAFF.staff_id),
        PreviewEnded(**by, bill_group_id=GROUP, staff_id=STAFF.staff_id, cause="closed"),
    ]


def _sign_ins() -> list[Event]:
    return [
        SignedIn(
            **_by(ADA),
            bill_group_id=GROUP,
            address="ada@acme.example",
            domain="acme.example",
            grant_id=name("grant"),
            how="code",
            browser="Firefox on Linux",
            network="192.0.2.0/24",
        ),
        Entered(
            **_by(ADA), bill_group_id=GROUP, grant_id=name("grant"), address="ada@acme.example"
        ),
        SessionEnded(
            **_by(ADA),
            cause="signed_out",
            last_used_at=MOMENT,
            entered=(
                EnteredBy(GROUP, name("grant")),
                EnteredBy(name("other group"), name("other grant")),
            ),
            address="ada@acme.example",
        ),
        SignInRefused(
            **_by(WORKER),
            bill_group_id=GROUP,
            address="eve@other.example",
            domain="other.example",
            why="no_grant",
        ),
    ]


def _staff() -> list[Event]:
    by, jane = _by(STAFF), STAFF.staff_id
    return [
        MemberAdded(
            **by,
            staff_id=jane,
            name="Jane Doe",
            email="jane@northwind.example",
            roles=("viewer", "admin"),
        ),
        RolesChanged(**by, staff_id=jane, roles=("billing", "auditor")),
        MemberDeactivated(**by, staff_id=jane),
        MemberReactivated(**by, staff_id=jane),
        SecondFactorEnrolled(**by, staff_id=jane),
        SecondFactorReset(**by, staff_id=jane, reason="Lost phone"),
        StaffSignedIn(
            **by, staff_id=jane, factor="totp", browser="Firefox", network="192.0.2.0/24"
        ),
        StaffSessionEnded(**by, staff_id=jane, cause="expired", last_used_at=MOMENT),
        AuditRead(
            **by,
            question="who_could_enter",
            position=120,
            bill_group_id=GROUP,
            address="ada@acme.example",
            domain="acme.example",
            staff_id=STAFF.staff_id,
            since=MOMENT,
            until=MOMENT,
            review_id=name("review"),
        ),
        AuditExported(
            **by, format="jsonl", first_position=1, last_position=120, count=98, sha256="c" * 64
        ),
    ]


SAMPLES: dict[str, Event] = {
    event.topic: event
    for event in (
        *_entities(),
        *_bill_groups(),
        *_documents(),
        *_money(),
        *PAYMENTS,
        *PERSONS,
        *REVIEWS,
        *_access(),
        *_sign_ins(),
        *_staff(),
    )
}

EARLIER_SAMPLES: dict[str, EarlierEvent] = {
    event.topic: event
    for event in (
        GrantRevokedV1(
            **_by(STAFF),
            bill_group_id=GROUP,
            grant_id=name("grant"),
            domain="acme.example",
            reason="Left",
            address="ada@acme.example",
        ),
        SessionEndedV1(
            **_by(ADA),
            cause="signed_out",
            last_used_at=MOMENT,
            bill_group_ids=(GROUP, name("other group")),
            address="ada@acme.example",
        ),
    )
}
"""The same of every shape that events had before."""
