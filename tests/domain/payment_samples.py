"""One sample of every event about paying, with every field filled, for the golden files."""

from datetime import UTC, date, datetime
from typing import Any

from msgspec.structs import replace

from domain.actor import Customer, Staff, System
from domain.allocation import Allocation
from domain.bill_group import (
    AutoPaySwitched,
    HeldMethod,
    PaymentMethodFacts,
    PaymentMethodMarked,
    PaymentMethodSaved,
    UpcomingInvoice,
    UpcomingReceived,
)
from domain.document_lines import InvoiceLine, TaxLine
from domain.event import Event
from domain.invoice import AttemptBegun, AttemptGivenUp
from domain.method_set_up import SetUpBegun, SetUpFailed, SetUpGivenUp, SetUpSucceeded
from domain.payment import (
    ConfirmationNeeded,
    PaymentBegun,
    PaymentFailed,
    PaymentFound,
    PaymentGivenUp,
    PaymentProcessing,
    PaymentSucceeded,
)
from domain.payment_attention import AttentionHandled, AttentionNeeded
from domain.payment_returned import (
    PaymentDisputeClosed,
    PaymentDisputed,
    PaymentRefunded,
    PaymentRefundFailed,
)
from domain.settlement import Settlement
from tests.domain.telling import name

MOMENT = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)
DAY = date(2026, 3, 2)
GROUP = name("bill group")
PARTS = (Allocation(name("invoice"), 10_000), Allocation(name("other invoice"), 2_000))
CARD = PaymentMethodFacts("card", "failing", "Visa", "4242", "2027-08", "A Bank")
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


def _by(actor: Any) -> dict[str, Any]:
    return {
        "stream_id": name("stream"),
        "version": 3,
        "at": MOMENT,
        "actor": actor,
        "command_id": name("command"),
    }


ADA = _by(Customer("ada@acme.example", GROUP, name("session")))
JANE = _by(Staff(name("jane")))
WORKER = _by(System("worker"))

PAYMENTS: tuple[Event, ...] = (
    AttemptBegun(**ADA, payment_id=name("payment"), amount=10_000, settlement=STANDS),
    AttemptGivenUp(**WORKER, payment_id=name("payment"), settlement=STANDS),
    PaymentBegun(
        **ADA,
        bill_group_id=GROUP,
        entity_id=name("entity"),
        provider="main",
        customer="cus_1",
        currency="EUR",
        allocations=PARTS,
        way="saved_method",
        method="pm_1",
        save_method=True,
    ),
    PaymentFound(
        **WORKER,
        provider="main",
        reference="pay_1",
        amount=12_000,
        currency="EUR",
        bill_group_id=GROUP,
    ),
    ConfirmationNeeded(**WORKER, bill_group_id=GROUP, reference="pay_1"),
    PaymentProcessing(**WORKER, bill_group_id=GROUP, reference="pay_1", method=CARD),
    PaymentSucceeded(**WORKER, bill_group_id=GROUP, reference="pay_1", paid_on=DAY, method=CARD),
    PaymentFailed(
        **WORKER,
        bill_group_id=GROUP,
        reference="pay_1",
        code="debit_returned",
        failed_on=DAY,
        late=True,
    ),
    PaymentGivenUp(**WORKER, bill_group_id=GROUP, cause="expired"),
    PaymentRefunded(
        **WORKER,
        bill_group_id=GROUP,
        refund_id=name("refund"),
        amount=12_000,
        refunded_on=DAY,
        parts=PARTS,
    ),
    PaymentRefundFailed(**WORKER, bill_group_id=GROUP, refund_id=name("refund"), on=DAY),
    PaymentDisputed(**WORKER, bill_group_id=GROUP, dispute_id=name("dispute"), on=DAY),
    PaymentDisputeClosed(
        **WORKER,
        bill_group_id=GROUP,
        dispute_id=name("dispute"),
        on=DAY,
        won=True,
        parts=PARTS,
    ),
    AttentionNeeded(**WORKER, bill_group_id=GROUP, why="amount_differs", stated="1 EUR"),
    AttentionHandled(**JANE, bill_group_id=GROUP, reason="Sent the rest back", apart=True),
    PaymentMethodSaved(
        **WORKER,
        method_id=name("card"),
        held=HeldMethod("main", "cus_1", "pm_1", "mandate_1"),
        facts=CARD,
        earlier=replace(CARD, expires="2026-03"),
    ),
    PaymentMethodMarked(**WORKER, method_id=name("card"), status="failing", code="declined"),
    AutoPaySwitched(**ADA, collection="automatic"),
    UpcomingReceived(
        **WORKER,
        upcoming=UpcomingInvoice(
            billing_on=DAY,
            currency="EUR",
            lines=(InvoiceLine("Platform", "2", "50.00", 10_000, "19", DAY, DAY, "standard"),),
            total=11_900,
            taxes=(TaxLine("VAT", "19", 10_000, 1_900, "standard", "none"),),
            period_from=DAY,
            period_to=DAY,
        ),
    ),
    SetUpBegun(**ADA, bill_group_id=GROUP, provider="main", customer="cus_1"),
    SetUpSucceeded(**WORKER, bill_group_id=GROUP, method_id=name("card"), method=CARD),
    SetUpFailed(**WORKER, bill_group_id=GROUP, code="declined"),
    SetUpGivenUp(**WORKER, bill_group_id=GROUP, cause="expired"),
)
