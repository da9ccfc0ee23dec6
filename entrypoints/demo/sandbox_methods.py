"""Makes the payment methods that the demo's billing system tells of chargeable at the sandbox.

The portal knows of each that the sandbox keeps it, as if it had been added there.
"""

from datetime import datetime

from adapters.payments_sandbox.records import KeptMethod
from adapters.payments_sandbox.trials import DEBITS
from application.bus import Bus
from application.importing.rows import PaymentMethodRow
from application.saved_methods import KeepMethod, keep_method
from domain.actor import ImportRun
from domain.bill_group import PaymentMethodFacts
from domain.identity import imported_id
from entrypoints.demo.company.customers import customers
from entrypoints.demo.company.people import people_of
from entrypoints.demo.company.sellers import PROVIDER
from entrypoints.demo.company.staff import SOURCE
from entrypoints.demo.company.terms import methods_of
from entrypoints.sandbox.room import SandboxRoom


def save_methods(room: SandboxRoom, bus: Bus) -> None:
    """Save every card and debit of the company, under the id that the billing system uses."""
    now, loading = bus.clock.now(), ImportRun(bus.ids.uuid7(), SOURCE)
    for command in _saved(room, now):
        bus.execute(keep_method, command, loading)


def _saved(room: SandboxRoom, now: datetime) -> list[KeepMethod]:
    commands = []
    with room.bank() as bank:
        for customer in customers():
            email = people_of(customer, 1)[0].email
            for plan in customer.groups:
                group = imported_id(SOURCE, "bill_group", plan.key)
                reference = bank.customer(group, customer.name, email, "en")
                for row in methods_of(plan, now.date()):
                    if row.type == "card" or row.type in DEBITS:
                        kept = _kept(row, reference, now)
                        bank.drawer.put(kept)
                        commands.append(
                            KeepMethod(
                                provider=PROVIDER,
                                bill_group_id=group,
                                customer=reference,
                                method=kept.shown(),
                            )
                        )
    return commands


def _kept(row: PaymentMethodRow, customer: str, now: datetime) -> KeptMethod:
    kind = row.type.partition("_")[0]
    behaviour = "settles" if row.type in DEBITS else "succeeds"
    if row.status == "failing":
        behaviour = "returned" if row.type in DEBITS else "declined-later"
    return KeptMethod(
        key=row.external_id,
        customer=customer,
        trial_key=f"{kind}-{behaviour}",
        added_at=now,
        saved=True,
        expires=row.expires,
        mandate=f"mandate-{row.external_id}" if row.type in DEBITS else None,
        looks=PaymentMethodFacts(
            row.type, brand=row.brand, last4=row.last4, bank_name=row.bank_name
        ),
    )
