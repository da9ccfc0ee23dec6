"""A staff member's browser for tests: signs in as a person would, and sends forms as one does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any
from uuid import UUID

import msgspec
from httpx import Response
from litestar.testing import TestClient
from sqlalchemy import select

from adapters.database import reading
from adapters.schema import OUTBOX
from adapters.totp import code_of
from application.staff import AddStaffMember, add_staff_member
from application.staff_session import open_demo_door
from application.staff_sign_in import SendStaffSignIn, StaffSignInMail, staff_sign_in_mail
from domain.actor import Operator
from domain.staff import Role
from entrypoints.admin.app import create
from entrypoints.admin.guard import session_jar
from entrypoints.container import Portal

OPERATOR = Operator("root", "machine")


class Desk:
    """One browser at the admin of one portal."""

    def __init__(self, portal: Portal, client: TestClient[Any]) -> None:
        self.portal = portal
        self.client = client
        self.page: Response | None = None

    def open(self, path: str) -> Response:
        """Look at a page."""
        self.page = self.client.get(path, follow_redirects=True)
        return self.page

    def send(self, path: str, follow: bool = True, **fields: object) -> Response:
        """Send a form of the page that was looked at last, with its token."""
        origin = {"Origin": self.portal.settings().admin_url}
        data = {"token": self.token, **fields}
        self.page = self.client.post(path, data=data, headers=origin, follow_redirects=follow)
        return self.page

    @property
    def token(self) -> str:
        """The form token of the page that was looked at last."""
        assert self.page is not None
        found = re.search(r'name="token" value="([0-9a-f]+)"', self.page.text)
        return found[1] if found else ""

    @property
    def words(self) -> str:
        """What the page says, without its markup."""
        assert self.page is not None
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page.text)).split())

    @property
    def hidden(self) -> dict[str, list[str]]:
        """The hidden fields of the page's own form."""
        assert self.page is not None
        own = self.page.text.partition("<main")[2].partition("</form>")[0]
        fields: dict[str, list[str]] = {}
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', own):
            fields.setdefault(name, []).append(unescape(value))
        return fields

    def come_in(self, staff_id: UUID) -> None:
        """Have a session without asking for factors, as the demo does."""
        jar = session_jar(self.portal)
        secret = open_demo_door(staff_id, self.portal.staff_door())
        self.client.cookies.clear()
        self.client.cookies.set(jar.name, secret, domain="admin.localhost")

    def mail(self) -> StaffSignInMail:
        """Make the mail that was asked for last, as the worker does."""
        return staff_sign_in_mail(self.request(), self.portal.staff_door())

    def request(self) -> SendStaffSignIn:
        """The job that was kept last."""
        with reading(self.portal.engine()) as connection:
            query = select(OUTBOX.c.payload).where(OUTBOX.c.kind == "send_staff_sign_in")
            rows = connection.execute(query.order_by(OUTBOX.c.job_id)).all()
        return msgspec.json.decode(bytes(rows[-1].payload), type=SendStaffSignIn)

    def key(self) -> str:
        """The key that the enrolment page shows."""
        assert self.page is not None
        found = re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', self.page.text)
        assert found
        return found[1].replace(" ", "")

    def code(self, key: str) -> str:
        """What the authenticator app shows now."""
        return code_of(key, self.portal.clock().now())


@contextmanager
def desk_of(portal: Portal) -> Iterator[Desk]:
    """Open a browser."""
    with TestClient(create(portal), base_url=portal.settings().admin_url) as client:
        yield Desk(portal, client)


def staff_member(portal: Portal, email: str, *roles: Role, name: str = "Mara Okafor") -> UUID:
    """Add somebody to the staff."""
    command = AddStaffMember(portal.ids().uuid7(), name, email, roles)
    return portal.bus().execute(add_staff_member, command, OPERATOR)
