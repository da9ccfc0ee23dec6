"""A street where one customer pays by itself: days pass, and the worker is asked on each."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from dependency_injector import providers

from adapters.memory.payments import MemoryProviders
from application.auto_pay import SwitchAutoPay, switch_auto_pay
from application.saved_methods import keep
from domain.bill_group import BillGroup, Collection
from domain.identity import collection_id
from entrypoints.container import Portal
from entrypoints.worker import work_once
from entrypoints.worker.auto_pay import collect_due_invoices
from read_models import collecting
from tests.paying import ADA, GROUP, PROVIDER, till_of
from tests.read_models.books import BY, TODAY, scope

DUE = TODAY + timedelta(days=10)


def morning(day: date, hour: int = 9) -> datetime:
    """Give an hour of a day (UTC)."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=BY.at.tzinfo)


class Street:
    """A seller whose customer pays by itself; the worker is asked once each day."""

    def __init__(self, portal: Portal, **rules: Any) -> None:
        self.till = till_of(portal, auto_pay_by_customers=True, **rules)
        self.portal = portal
        self.port = self.till.port
        self.lend(self.port)

    def lend(self, port: Any) -> None:
        """Let the portal ask this provider."""
        accounts = MemoryProviders(**{PROVIDER: port})
        self.portal.payment_providers.override(providers.Object(accounts))
        self.portal.paying_room.reset()

    def default(self, trial: str = "card-succeeds", provider: str = PROVIDER) -> UUID:
        """Save a method at the provider, be told of it, and make it the default."""
        self.till.method(trial)
        method = self.port.methods(self.till.customer)[0]
        group = self.group
        act = self.portal.bus().act(ADA)
        method_id = keep(group, provider, self.till.customer, method, act)
        group.change_detail("default_payment_method", str(method_id), by=act)
        self.portal.log().save(group)
        return method_id

    @property
    def group(self) -> BillGroup:
        """The bill group."""
        return self.portal.log().get(BillGroup, GROUP)

    def day(self, day: date, hour: int = 9) -> None:
        """Let the clock show a day, and the worker work."""
        self.portal.clock().set(morning(day, hour))
        self.work()

    def work(self) -> None:
        """Let the worker look for what is due, and do every job."""
        collect_due_invoices(self.portal)
        while work_once(self.portal):
            pass

    def days(self, first: date, last: date) -> None:
        """Work through a stretch of days."""
        for number in range((last - first).days + 1):
            self.day(first + timedelta(days=number))

    def plan(self) -> list[collecting.Collected]:
        """Give what the customer sees."""
        today = self.portal.clock().now().date()
        with self.portal.reading() as connection:
            return collecting.of_bill_group(connection, scope(today=today))

    def charged(self) -> list[int]:
        """Give what was charged, in minor units."""
        return [one.amount.minor for one in self.port.charged() if one.amount]

    def tried_on(self, invoice_id: UUID) -> list[date]:
        """Give the days of the tries."""
        found = [
            self.till.payment(collection_id(invoice_id, number)).begun_at for number in range(9)
        ]
        return [at.date() for at in found if at]

    def switch(self, collection: Collection) -> None:
        """Switch auto-pay as a customer."""
        command = SwitchAutoPay(GROUP, collection)
        self.portal.bus().execute(switch_auto_pay, command, ADA)
