"""A company in whose every corner one person stands: grants, sign-ins, contacts, mails, PDFs."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import inspect, select, text

from adapters.database import reading
from adapters.schema import EVENTS
from application.audit import Asked, RecordReading, record_reading
from application.invoice_document import StoreInvoiceDocument, storing
from application.notifications import StopNotification, stop_notification
from application.personal_export import Elsewhere, PersonalExport
from application.ports.event_log import Job
from application.ports.import_runs import RefusedRow, RunBegun
from application.ports.sessions import ABSOLUTE, CustomersSession
from application.sign_in import AskToSignIn, ask, hashed
from domain.actor import Customer, Staff, System
from domain.customer_session import CustomerSession
from domain.event import Act
from domain.identity import STAFF_DIRECTORY, imported_id, portal_access_id
from domain.person import Subject
from domain.portal_access import PortalAccess
from domain.sign_in import SignInAttempt
from domain.staff import Staff as Directory
from entrypoints.container import Portal
from tests.importing import take

JUTTA = "jutta.wendekamm@corp-of-hers.example"
NAME = "Jutta Wendekamm"
PHONE = "+49 30 98765432"
WORDS = (JUTTA, NAME, PHONE)
HER = Subject("address", JUTTA)
GROUP = imported_id("erp", "bill_group", "hers")
INVOICE = imported_id("erp", "invoice", "hers-1")
MARA = Staff(UUID(int=77))
DOMAIN_GRANT = UUID(int=78)

ROWS: tuple[dict[str, Any], ...] = (
    {
        "kind": "entity",
        "external_id": "seller",
        "name": "Northwind",
        "legal_name": "Northwind GmbH",
        "address": {"lines": ["Torstraße 1"], "city": "Berlin", "country": "DE"},
        "support": {"email": "billing@northwind.example"},
        "time_zone": "Europe/Berlin",
        "language": "en",
    },
    {"kind": "account", "external_id": "corp", "name": "Corp of hers"},
    {
        "kind": "bill_group",
        "external_id": "hers",
        "account": "corp",
        "entity": "seller",
        "name": "Main",
        "currency": "EUR",
        "frequency": {"every": 1, "unit": "month", "timing": "advance"},
    },
    {
        "kind": "invoice",
        "external_id": "hers-1",
        "bill_group": "hers",
        "status": "issued",
        "number": "R-77",
        "currency": "EUR",
        "issued_on": "2026-10-01",
        "lines": [{"description": f"Training of {NAME}", "amount": "10.00"}],
        "total": "10.00",
    },
)
CONTACT = {
    "kind": "contact",
    "bill_group": "hers",
    "role": "billing",
    "name": NAME,
    "email": JUTTA,
    "phone": PHONE,
}


def fill(portal: Portal, folder: Path) -> None:
    """Let her leave a trace wherever one can be left."""
    load(portal, folder, *ROWS, CONTACT)
    _refused_row(portal)
    _staff(portal)
    session_id = _access(portal)
    _sign_in(portal, session_id)
    _mails(portal)
    _reading(portal)
    pdf = portal.personal_pdf().render(paper(portal))
    command = StoreInvoiceDocument(INVOICE, GROUP, pdf, "en")
    portal.bus().execute(storing(portal.documents()), command, MARA)


def load(portal: Portal, folder: Path, *rows: dict[str, Any]) -> Any:
    """Import rows of the billing system."""
    path = folder / f"{uuid4().hex}.jsonl"
    path.write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
    taken = take(portal, path, source="erp")
    path.unlink()
    return taken


def _act(portal: Portal, actor: Any = MARA) -> Act:
    return portal.bus().act(actor)


def _staff(portal: Portal) -> None:
    directory = portal.log().get(Directory, STAFF_DIRECTORY)
    act = _act(portal)
    directory.add_member(MARA.staff_id, "Mara Okafor", "mara@northwind.example", ["admin"], by=act)
    portal.log().save(directory)


def _access(portal: Portal) -> UUID:
    access = portal.log().get(PortalAccess, portal_access_id(GROUP))
    act, grant_id = _act(portal), uuid4()
    access.turn_on(GROUP, "l" * 40, f"{NAME} asked for it", by=act)
    access.grant_address(GROUP, grant_id, JUTTA, reason=f"{NAME} pays", by=act)
    access.grant_domain(
        GROUP, DOMAIN_GRANT, "elsewhere.example", "ordinary", reason=f"Says {JUTTA}", by=act
    )
    session = CustomerSession(uuid4())
    session.sign_in(GROUP, JUTTA, grant_id, "link", browser="Firefox", network="192.0.2.0", by=act)
    session.enter(GROUP, grant_id, by=act)
    kept = CustomersSession(
        session_id=session.id,
        session_hash=hashed(str(session.id)),
        address=JUTTA,
        bill_group_id=GROUP,
        signed_in_at=act.at,
        last_used_at=act.at,
        ends_at=act.at + ABSOLUTE,
        browser="Firefox",
        network="192.0.2.0",
    )
    portal.log().save(access, session, beside=[portal.sessions().opening(kept)])
    return session.id


def _sign_in(portal: Portal, session_id: UUID) -> None:
    ask(
        AskToSignIn(
            bill_group_id=GROUP, link="l" * 40, address=JUTTA, language="en", network="192.0.2.0"
        ),
        portal.sign_in_desk(),
    )
    refused = SignInAttempt(uuid4())
    hers = Customer(JUTTA, GROUP, session_id)
    refused.refuse(GROUP, JUTTA, "revoked", by=_act(portal, hers))
    portal.log().save(refused)


def _mails(portal: Portal) -> None:
    class Letter(msgspec.Struct):
        to: str
        name: str

    now = portal.clock().now()
    portal.log().save(beside=[portal.outbox().adding(Job("letter", Letter(JUTTA, NAME)), now)])
    portal.log().save(beside=[portal.outbox().adding(Job("letter", Letter("", "")), now)])
    (job, *_) = portal.outbox().claim(now + timedelta(seconds=1), timedelta(minutes=1), 1)
    portal.outbox().finish(job, "failed", now, f"550 <{JUTTA}> is unknown here")
    portal.bounces().note(JUTTA, "550 unknown here", now)
    off = StopNotification(GROUP, JUTTA, "invoice_available")
    portal.bus().execute(stop_notification, off, System("unsubscribe"))


def _reading(portal: Portal) -> None:
    asked = Asked(question="history", position=1, address=JUTTA)
    portal.bus().execute(record_reading, RecordReading(uuid4(), asked), MARA)


def _refused_row(portal: Portal) -> None:
    runs, run_id, now = portal.import_runs(), uuid4(), portal.clock().now()
    begun = RunBegun(
        run_id=run_id,
        source="erp",
        format="rows",
        files=(f"{JUTTA}.jsonl",),
        operator="mara@desk",
        at=now,
    )
    runs.begin(begun)
    row = RefusedRow("rows.jsonl", 7, "role", "not_a_choice", {"value": JUTTA, "form": NAME})
    runs.note(run_id, now, {"contact.refused": 1}, [row])
    runs.finish(run_id, now)


def paper(portal: Portal, number: str = "R-77") -> Any:
    """A PDF's text that names her."""
    line = Elsewhere(f"{NAME}, {JUTTA}", 1, "stays_by_law")
    return PersonalExport(f"Invoice {number}", portal.clock().now(), (), (), (), (line,))


def stored_events(portal: Portal) -> list[tuple[Any, ...]]:
    """Read the log as it is stored."""
    with reading(portal.engine()) as connection:
        rows = connection.execute(select(EVENTS).order_by(EVENTS.c.position))
        return [(*row[:5], bytes(row.state)) for row in rows]


def dumps(portal: Portal) -> Iterator[tuple[str, bytes]]:
    """Give every table of both stores as bytes, and every file of an embedded database."""
    for engine in (portal.engine(), portal.keys_engine()):
        if engine.dialect.name == "sqlite":
            path = Path(engine.url.database or "")
            yield from (
                (each.name, each.read_bytes()) for each in path.parent.glob(f"{path.name}*")
            )
        with reading(engine) as connection:
            for name in inspect(connection).get_table_names():
                rows = connection.execute(text(f"SELECT * FROM {name}"))
                for row in rows:
                    yield name, b"\0".join(_bytes(value) for value in row)


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
