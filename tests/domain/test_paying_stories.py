"""Whatever happens to invoices and attempts, in any order: balance and status agree, money once.

An independent model keeps what came for each invoice; the aggregates and the sums of the domain
must say the same after every step.
"""

from datetime import date
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from domain.aggregate import Refusal
from domain.allocation import Payable, oldest_first
from domain.invoice import Invoice
from domain.invoice_status import pill
from domain.outstanding import Owed, balances
from domain.payment import Payment
from tests.domain.telling import BY, LATER, name
from tests.domain.test_invoice import DOCUMENT, record

DAY = date(2026, 3, 2)
NUMBERS = ("1", "2", "3")


class Paying(RuleBasedStateMachine):
    """Several people pay several invoices, and providers tell of it as they please."""

    attempts: Bundle[UUID] = Bundle("attempts")

    @initialize()
    def open_the_books(self) -> None:
        self.invoices = {name(number): Invoice(name(number)) for number in NUMBERS}
        for invoice in self.invoices.values():
            record(invoice, DOCUMENT)
        self.payments: dict[UUID, Payment] = {}
        self.arrived: dict[UUID, int] = dict.fromkeys(self.invoices, 0)
        self.closed: set[UUID] = set()

    @rule(target=attempts, chosen=st.sets(st.sampled_from(NUMBERS), min_size=1), part=st.data())
    def begin(self, chosen: set[str], part: st.DataObject) -> UUID | MultipleResults[UUID]:
        picked = [self.invoices[name(number)] for number in sorted(chosen)]
        try:
            payables = [Payable(one.id, one.payable) for one in picked]
        except Refusal:
            return multiple()
        most = sum(each.minor for each in payables)
        parts = oldest_first(payables, part.draw(st.integers(1, most)), "EUR", parts=True)
        payment = Payment(name(f"attempt {len(self.payments)}"))
        payment.begin(name("g"), name("e"), "main", "cus", "EUR", parts, "provider_page", by=BY)
        for each in parts:
            self.invoices[each.invoice_id].begin_attempt(payment.id, each.amount, by=BY)
        self.payments[payment.id] = payment
        return payment.id

    @rule(attempt=attempts, said=st.sampled_from(["processing", "succeeded", "failed", "given_up"]))
    def tell(self, attempt: UUID, said: str) -> None:
        payment = self.payments[attempt]
        before = payment.state
        reference = f"pay {attempt}"
        match said:
            case "processing":
                payment.process(reference, None, by=LATER)
            case "succeeded":
                payment.succeed(reference, DAY, None, by=LATER)
            case "failed":
                payment.fail(reference, "declined", DAY, by=LATER)
            case _:
                payment.give_up("expired", by=LATER)
        if payment.state != before:
            self._settle(payment, reference)

    def _settle(self, payment: Payment, reference: str) -> None:
        for part in payment.allocations:
            invoice = self.invoices[part.invoice_id]
            if payment.state == "given_up":
                invoice.give_up_attempt(payment.id, by=LATER)
                continue
            status = payment.state
            invoice.record_payment(payment.id, reference, part.amount, status, DAY, by=LATER)  # type: ignore[arg-type]
            if status == "succeeded":
                self.arrived[invoice.id] += part.amount

    @rule(number=st.sampled_from(NUMBERS))
    def void(self, number: str) -> None:
        self.invoices[name(number)].void(DAY, by=LATER)
        self.closed.add(name(number))

    @invariant()
    def what_arrived_is_what_is_paid(self) -> None:
        for invoice in self.invoices.values():
            stands = invoice.settlement
            if invoice.id in self.closed:
                assert (stands.open, stands.surplus) == (0, self.arrived[invoice.id])
                continue
            assert stands.paid == self.arrived[invoice.id]
            assert stands.open - stands.surplus == stands.total - stands.paid

    @invariant()
    def balance_and_status_agree(self) -> None:
        owed = [Owed("EUR", one.settlement, DOCUMENT.due_on) for one in self.invoices.values()]
        (balance,) = balances(owed, [], DAY)
        open_ones = [
            one
            for one in owed
            if pill(one.settlement, one.due_on, DAY).name not in {"paid", "void", "uncollectible"}
        ]
        assert balance.outstanding == sum(one.settlement.open for one in open_ones)
        assert (balance.outstanding > 0) is bool(open_ones)

    @invariant()
    def an_invoice_has_one_open_attempt_at_most_and_never_more_under_way_than_is_open(self) -> None:
        for invoice in self.invoices.values():
            holders = [
                one.id
                for one in self.payments.values()
                if one.can_be_left and any(p.invoice_id == invoice.id for p in one.allocations)
            ]
            assert len(holders) <= 1
            if holders:
                assert invoice.attempt == holders[0]

    @invariant()
    def the_history_tells_the_same(self) -> None:
        for invoice in self.invoices.values():
            again = Invoice.replay(invoice.id, invoice.pending)
            assert (again.settlement, again.attempt) == (invoice.settlement, invoice.attempt)


Paying.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestPaying = Paying.TestCase
