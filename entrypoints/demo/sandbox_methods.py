"""Makes the payment methods that the demo's billing system tells of chargeable at the sandbox."""

from datetime import datetime

from adapters.payments_sandbox.records import KeptMethod
from adapters.payments_sandbox.trials import DEBITS
from application.importing.rows import PaymentMethodRow
from domain.bill_group import PaymentMethodFacts
from domain.identity import imported_id
from entrypoints.demo.company.customers import customers
from entrypoints.demo.company.people import people_of
from entrypoints.demo.company.staff import SOURCE
from entrypoints.demo.company.terms import methods_of
from entrypoints.sandbox.room import SandboxRoom


def save_methods(room: SandboxRoom, now: datetime) -> None:
    """Save every card and debit of the company, under the id that the billing system uses."""
    with room.bank() as bank:
        for customer in customers():
            email = people_of(customer, 1)[0].email
            for plan in customer.groups:
                group = imported_id(SOURCE, "bill_group", plan.key)
                reference = bank.customer(group, customer.name, email, "en")
                for row in methods_of(plan, now.date()):
                    if row.type == "card" or row.type in DEBITS:
                        bank.drawer.put(_kept(row, reference, now))


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
