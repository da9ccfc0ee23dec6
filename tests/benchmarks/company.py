"""Fills a database with bill groups and invoices through the record itself."""

import secrets
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import func, select

from adapters.database import reading, writing
from adapters.schema import EVENTS
from application.importing import rows
from application.importing.batches import Batches, Entry
from application.importing.known import Names
from application.ports.sessions import CustomersSession
from domain.actor import System
from domain.document_lines import InvoiceLine, TaxLine
from domain.event import Act
from domain.identity import imported_id, portal_access_id
from domain.invoice import Invoice, InvoiceFacts
from domain.portal_access import PortalAccess
from entrypoints.container import Portal
from read_models import invoice_list
from read_models.scope import Scope

SOURCE = "bench"
SIGNED_IN = UUID(int=0)
GROUP = imported_id(SOURCE, "bill_group", "g0")
ADDRESS = "reader@customer.example"
THEIR_INVOICES = 500


def act() -> Act:
    return Act(datetime.now(UTC), System("bench"), uuid4())


def fill(portal: Portal, invoices: int) -> int:
    """Make one entity, bill groups of 50 invoices each, and a customer with 500; gives events."""
    groups = max(2, (invoices - THEIR_INVOICES) // 50)
    parties(portal, groups)
    _access(portal)
    entity, account = (
        imported_id(SOURCE, kind, name) for kind, name in (("entity", "e"), ("account", "a"))
    )
    made = 0
    while made < invoices:
        many = min(2_000, invoices - made)
        numbers = range(made, made + many)
        portal.log().save(
            *(_invoice(number, _group(number, groups), account, entity) for number in numbers)
        )
        made += many
    with reading(portal.engine()) as connection:
        return connection.execute(select(func.max(EVENTS.c.position))).scalar_one()


def _group(number: int, groups: int) -> UUID:
    which = 0 if number < THEIR_INVOICES else 1 + number % (groups - 1)
    return imported_id(SOURCE, "bill_group", f"g{which}")


def parties(portal: Portal, groups: int) -> None:
    batches = Batches(
        portal.log(),
        Names(SOURCE, SOURCE),
        act,
        portal.import_cabinet(),
        portal.erasures().is_erased,
    )
    address = rows.AddressPart(lines=("1 Main Street",), city="Berlin", country="DE")
    support = rows.SupportPart(email="billing@seller.example")
    first: list[rows.Row] = [
        rows.EntityRow(
            external_id="e",
            name="Seller",
            legal_name="Seller GmbH",
            address=address,
            support=support,
            time_zone="Europe/Berlin",
        ),
        rows.AccountRow(external_id="a", name="Customer"),
        rows.ContractRow(external_id="c", account="a", status="active", starts_on=date(2020, 1, 1)),
    ]
    more = [_bill_group(number) for number in range(groups)]
    subscription = rows.SubscriptionRow(
        external_id="s",
        bill_group="g0",
        status="active",
        starts_on=date(2024, 1, 1),
        currency="EUR",
        items=(
            rows.ItemPart(
                product="Platform", unit_price="100", interval=rows.IntervalPart(unit="month")
            ),
        ),
    )
    everything = [*first, *more, subscription]
    for begin in range(0, len(everything), 500):
        part = everything[begin : begin + 500]
        batches.take([Entry("bench", begin + at, row) for at, row in enumerate(part)])


def _bill_group(number: int) -> rows.BillGroupRow:
    return rows.BillGroupRow(
        external_id=f"g{number}",
        account="a",
        entity="e",
        name=f"Group {number}",
        currency="EUR",
        frequency=rows.FrequencyPart(unit="month"),
        anchor_on=date(2024, 1, 1),
        payment_terms_days=14,
    )


def _access(portal: Portal) -> None:
    access = portal.log().get(PortalAccess, portal_access_id(GROUP))
    by = act()
    access.turn_on(GROUP, "b" * 43, by=by)
    access.grant_domain(GROUP, uuid4(), "customer.example", "ordinary", by=by)
    portal.log().save(access)


def _invoice(number: int, group: UUID, account: UUID, entity: UUID) -> Invoice:
    by = act()
    invoice = Invoice(uuid4())
    issued = date(2024, 1, 1) + timedelta(days=number % 900)
    lines = tuple(
        InvoiceLine(
            description=f"Seats, team {line}", quantity="3", unit_price="12.50", amount=3750
        )
        for line in range(3)
    )
    facts = InvoiceFacts(
        number=f"B-{number:07}",
        status="issued",
        currency="EUR",
        issued_on=issued,
        due_on=issued + timedelta(days=14),
        po_number=f"PO-{number % 90}",
        lines=lines,
        subtotal=11250,
        taxes=(TaxLine("VAT", "19", 11250, 2138),),
        total=13388,
    )
    invoice.record_facts(SOURCE, f"i{number}", group, account, entity, facts, by=by)
    if number % 10:
        invoice.record_payment(uuid4(), f"p{number}", 13388, "succeeded", issued, by=by)
    return invoice


def today() -> date:
    return datetime.now(UTC).date()


def sign_in(portal: Portal) -> str:
    """Open a session for the reader; gives the Cookie header."""
    secret = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    session = CustomersSession(
        session_id=uuid4(),
        session_hash=sha256(secret.encode()).digest(),
        address=ADDRESS,
        bill_group_id=GROUP,
        signed_in_at=now,
        last_used_at=now,
        ends_at=now + timedelta(hours=12),
    )
    with writing(portal.engine()) as connection:
        portal.sessions().opening(session)(connection)
    return f"portal-session={secret}"


def invoices(portal: Portal, many: int = 1) -> list[UUID]:
    """Give the reader's newest invoices."""
    scope = Scope(GROUP, UUID(int=0), today())
    with reading(portal.engine()) as connection:
        return [one.invoice_id for one in invoice_list.latest(connection, scope, many)]
