"""A seller with invoices to pay and a payment provider in memory, wired as a whole portal."""

from typing import Any
from uuid import UUID

import msgspec

from adapters.event_store.log import recorded_between
from adapters.memory.payments import MemoryPayments, MemoryProviders
from application.paying import PayInvoices, pay_invoices
from application.payment_attempts import PayingRoom
from application.payment_notices import take_notice
from application.ports.payments import HostedPage, PageAsked, Sought
from application.saved_methods import KeepMethod, keep_method
from application.settling import PAYMENTS
from domain.actor import Customer
from domain.event import Event
from domain.identity import saved_method_id
from domain.invoice import Invoice
from domain.payment import Payment
from domain.settlement import Settlement
from entrypoints.container import Portal
from tests.entrypoints.customers import tell
from tests.read_models import books

GROUP = books.named("ACME")
ADA = Customer("ada@acme.example", GROUP, books.named("session"))
PROVIDER = "main"


class Till(msgspec.Struct):
    """What tests of paying do."""

    portal: Portal
    port: MemoryPayments
    customer: str

    @property
    def room(self) -> PayingRoom:
        """What carrying out needs."""
        return PayingRoom(self.portal.bus(), MemoryProviders(**{PROVIDER: self.port}))

    def invoice(self, number: str, **facts: Any) -> UUID:
        """Let the billing system issue an invoice of 119.00 EUR."""
        told = books.invoice(number, **facts)
        tell(self.portal, told)
        return told.id

    def page_to_add(self) -> HostedPage:
        """Open a page at the provider to save a method on."""
        return self.port.page_to_add_method(self._adding(self.portal.ids().uuid7()))

    def method(self, trial: str = "card-succeeds") -> str:
        """Save a method on the provider's page; gives its reference."""
        asked = self._adding(self.portal.ids().uuid7())
        self.port.pay(self.port.page_to_add_method(asked), trial)
        now = self.portal.clock().now()
        stands = self.port.look_up(Sought(asked.attempt_id, "set_up", self.customer, now))
        if stands and stands.action_url:
            self.port.authenticate(stands.action_url)
        return self.port.methods(self.customer)[0].reference

    def keep(self, trial: str = "card-succeeds") -> UUID:
        """Save a method on the provider's page, and let it get onto the record; gives its id."""
        reference = self.method(trial)
        (method,) = (one for one in self.port.methods(self.customer) if one.reference == reference)
        kept = KeepMethod(
            provider=PROVIDER, bill_group_id=GROUP, customer=self.customer, method=method
        )
        self.portal.bus().execute(keep_method, kept, PAYMENTS)
        return saved_method_id(PROVIDER, reference)

    def _adding(self, attempt_id: UUID) -> PageAsked:
        return PageAsked(
            attempt_id=attempt_id,
            bill_group_id=GROUP,
            customer=self.customer,
            kinds=("card", "sepa_debit"),
            return_url="http://portal.localhost:8000/",
            cancel_url="http://portal.localhost:8000/",
            language="en",
            currency="EUR",
        )

    def command(self, *invoice_ids: UUID, **changes: Any) -> PayInvoices:
        """Say what a person who sees all that is payable asks for."""
        log = self.portal.log()
        seen = {one: log.get(Invoice, one).settlement.open for one in invoice_ids}
        stated: dict[str, Any] = {
            "payment_id": self.portal.ids().uuid7(),
            "bill_group_id": GROUP,
            "provider": PROVIDER,
            "customer": self.customer,
            "seen": seen,
            "currency": "EUR",
            "minor": sum(seen.values()),
            **changes,
        }
        return PayInvoices(**stated)

    def begin(self, *invoice_ids: UUID, **changes: Any) -> UUID:
        """Set out to pay."""
        command = self.command(*invoice_ids, **changes)
        return self.portal.bus().execute(pay_invoices, command, ADA)

    def payment(self, payment_id: UUID) -> Payment:
        """Give an attempt as it is recorded."""
        return self.portal.log().get(Payment, payment_id)

    def told(self, stream_id: UUID) -> list[Event]:
        """Give the events of an attempt or a visit, the oldest first."""
        with self.portal.reading() as connection:
            placed = recorded_between(self.portal.log().mapper, connection, 0, 100_000, 100_000)
        return [event for _, _, event in placed if event.stream_id == stream_id]

    def stands(self, invoice_id: UUID) -> Settlement:
        """Give what stands of an invoice."""
        return self.portal.log().get(Invoice, invoice_id).settlement

    def deliver(self) -> int:
        """Take every webhook that was not delivered yet."""
        hooks = self.port.webhooks()
        for headers, body in hooks:
            self.port.accept(headers, body, self.portal.clock().now())
            for notice in self.port.notices(body):
                take_notice(notice, PROVIDER, self.room)
        return len(hooks)

    def page(self, url: str | None) -> HostedPage:
        """Give the hosted page at an address."""
        assert url is not None
        return HostedPage("", url)


def till_of(portal: Portal, **rules: Any) -> Till:
    """Give a seller who lets customers pay, one bill group, and no invoices."""
    port = MemoryPayments(portal.clock())
    tell(portal, books.seller(), books.bill_group())
    tell(portal, books.payment_rules(**rules))
    customer = port.customer(GROUP, "ACME Ltd", "ap@acme.example", "en")
    return Till(portal, port, customer)
