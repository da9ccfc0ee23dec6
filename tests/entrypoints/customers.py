"""A customer's browser for tests: signed in to a bill group whose books are told."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4, uuid5

import msgspec
from litestar.testing import TestClient

from application.ports.sessions import ABSOLUTE, CustomersSession
from application.sign_in import hashed
from domain.aggregate import Aggregate
from domain.customer_session import CustomerSession
from domain.event import Event
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.container import Portal
from entrypoints.web.app import create
from entrypoints.web.cookies import session_jar
from tests.read_models.books import BY, named

ADDRESS = "ap@acme.example"
SECRET = "a secret of a browser in the tests"


class Told(Aggregate):
    """Events of many streams, to be saved at once."""

    def __init__(self, events: Sequence[Event]) -> None:
        super().__init__(uuid4())
        command_id = uuid4()
        self.pending = [msgspec.structs.replace(each, command_id=command_id) for each in events]


def tell(portal: Portal, *stories: Any) -> None:
    """Put stories of the books on the record."""
    events = [event for story in stories for event in getattr(story, "pending", story)]
    portal.log().save(Told(events))


def sign_in(portal: Portal, group: str = "ACME") -> str:
    """Turn a bill group's portal on, let the address in, and give a session's secret."""
    by = msgspec.structs.replace(BY, command_id=uuid4(), at=portal.clock().now())
    access, session = PortalAccess(portal_access_id(named(group))), CustomerSession(uuid4())
    access.turn_on(named(group), uuid4().hex, by=by)
    grant_id = uuid5(session.id, "grant")
    access.grant_address(named(group), grant_id, ADDRESS, by=by)
    session.sign_in(named(group), ADDRESS, grant_id, "link", by=by)
    secret = f"{SECRET} {session.id}"
    kept = CustomersSession(
        session_id=session.id,
        session_hash=hashed(secret),
        address=ADDRESS,
        bill_group_id=named(group),
        signed_in_at=by.at,
        last_used_at=by.at,
        ends_at=by.at + ABSOLUTE,
    )
    portal.log().save(access, session, beside=[portal.sessions().opening(kept)])
    return secret


@contextmanager
def browser(portal: Portal, group: str = "ACME", language: str = "en") -> Iterator[TestClient[Any]]:
    """Give a browser that is signed in to a bill group, with its pages behind `at`."""
    secret = sign_in(portal, group)
    with TestClient(create(portal), base_url=portal.settings().web_url) as client:
        client.cookies.set(session_jar(portal).name, secret)
        client.headers["Accept-Language"] = language
        yield client


def at(path: str, group: str = "ACME") -> str:
    """Give the address of a bill group's page."""
    return f"/b/{named(group)}{path}"
