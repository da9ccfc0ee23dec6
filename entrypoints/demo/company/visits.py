"""Who of the demo's customers signed in, and who was refused after proving the mailbox."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from application.bus import Bus
from domain.actor import Customer as Visitor
from domain.actor import System
from domain.customer_session import CustomerSession
from domain.identity import imported_id
from domain.sign_in import SignInAttempt
from entrypoints.demo.company.access import ACCOUNTANT, grant_covering, opened_on, plan_of
from entrypoints.demo.company.chance import seeded
from entrypoints.demo.company.customers import FIRST, Customer
from entrypoints.demo.company.moments import Happening, at_work
from entrypoints.demo.company.past import PastBus
from entrypoints.demo.company.people import people_of
from entrypoints.demo.company.plans import GroupPlan
from entrypoints.demo.company.staff import SOURCE

_BROWSERS = (
    "Chrome on Windows",
    "Edge on Windows",
    "Safari on iPhone",
    "Firefox on Linux",
    "Safari on macOS",
)
_NETWORKS = ("198.51.100.23", "203.0.113.80", "2001:db8:4c1::/64")


def visits(customer: Customer, plan: GroupPlan, today: date) -> Iterator[Happening]:
    """Tell who signed in to a bill group, as far as a grant covered them at that moment."""
    if plan.closed or plan_of(customer, plan) == "not_set_up":
        return
    random = seeded(f"visits {plan.key}")
    addresses = [person.email for person in people_of(customer, 3)]
    if plan_of(customer, plan) == "accountant":
        addresses.append(ACCOUNTANT)
    longest = 45 if customer.key == FIRST else 110
    day = opened_on(plan, today) + timedelta(days=2)
    while (day := day + timedelta(days=random.randint(5, longest))) < today:
        visit = partial(_visit, customer, plan, random.choice(addresses), random.randrange(30))
        yield Happening(at_work(day, f"visit {plan.key}"), visit)


def _visit(customer: Customer, plan: GroupPlan, address: str, chance: int, bus: PastBus) -> None:
    """Sign in and out, or be refused; a grant at another bill group of theirs is used as well."""
    bill_group_id = imported_id(SOURCE, "bill_group", plan.key)
    grant_id = grant_covering(bus, bill_group_id, address)
    if grant_id is None:
        attempt = SignInAttempt(bus.ids.uuid7())
        attempt.refuse(bill_group_id, address, "revoked", by=bus.act(System("web")))
        bus.log.save(attempt)
        return
    session_id = bus.ids.uuid7()
    act = bus.act(Visitor(address, bill_group_id, session_id))
    session = CustomerSession(session_id)
    session.sign_in(
        bill_group_id,
        address,
        grant_id,
        "code" if chance % 4 == 0 else "link",
        browser=_BROWSERS[chance % len(_BROWSERS)],
        network=_NETWORKS[chance % len(_NETWORKS)],
        by=act,
    )
    for other in customer.groups if customer.key == FIRST else ():
        _enter(session, imported_id(SOURCE, "bill_group", other.key), address, bus)
    left = bus.later(act, 3 + chance)
    session.end("signed_out", left.at, by=left)
    bus.log.save(session)


def _enter(session: CustomerSession, bill_group_id: UUID, address: str, bus: Bus) -> None:
    grant_id = grant_covering(bus, bill_group_id, address)
    if grant_id is not None:
        act = bus.act(Visitor(address, bill_group_id, session.id))
        session.enter(bill_group_id, grant_id, by=act)
