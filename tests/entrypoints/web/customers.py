"""A seller, its customers, and the browsers of people who work there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from uuid_utils.compat import uuid7

from application.ports.mail import OutgoingMail
from domain.account import Account, Contract
from domain.actor import Staff
from domain.aggregate import Aggregate
from domain.event import Act, Event
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.container import Portal
from entrypoints.web.app import create
from entrypoints.worker import work_once
from tests.read_models.books import bill_group, named, seller

JANE = "jane@acme.com"
STAFF = Staff(UUID(int=5))


def link_of(name: str) -> str:
    """The portal link of a bill group."""
    return f"link-of-{name.lower()}-0123456789abcdef"


class Seller:
    """The seller's side: what staff and the billing system do."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.save(seller())

    def save(self, events: list[Event]) -> None:
        """Store events as they are."""
        aggregate, command = Aggregate(events[0].stream_id), uuid7()
        aggregate.pending = [msgspec.structs.replace(event, command_id=command) for event in events]
        self.portal.log().save(aggregate)

    def customer(self, name: str, *domains: str, account: str | None = None) -> UUID:
        """An account with one bill group, its portal on, these domains granted."""
        told = bill_group(name)
        if account:
            told = [event for event in told if event.stream_id == named(name)]
            told = [_of_account(event, named(f"{account} account")) for event in told]
        self.save(told)
        if not account:
            self.contract(name)
        self.change(name, lambda access, by: access.turn_on(named(name), link_of(name), by=by))
        for domain in domains:
            self.grant(name, domain)
        return named(name)

    def contract(self, name: str, status: Any = "active", ends_on: date | None = None) -> None:
        """State the account's contract."""
        account = self.portal.log().get(Account, named(f"{name} account"))
        contract = Contract(named(f"{name} contract"), "c", status, date(2026, 1, 1), ends_on)
        account.record_contract(contract, by=self.by())
        self.portal.log().save(account)

    def grant(self, name: str, value: str) -> UUID:
        """Let a domain or an address in."""
        grant_id = uuid7()

        def decide(access: PortalAccess, by: Act) -> None:
            if "@" in value:
                access.grant_address(named(name), grant_id, value, by=by)
            else:
                access.grant_domain(named(name), grant_id, value, "ordinary", by=by)

        self.change(name, decide)
        return grant_id

    def revoke(self, name: str) -> None:
        """Take every grant back."""

        def decide(access: PortalAccess, by: Act) -> None:
            for grant_id in list(access.grants):
                access.revoke(named(name), grant_id, reason="left", by=by)

        self.change(name, decide)

    def turn_off(self, name: str) -> None:
        """Switch the portal off."""
        self.change(name, lambda access, by: access.turn_off(named(name), by=by))

    def turn_on(self, name: str) -> None:
        """Switch the portal on."""
        self.change(name, lambda access, by: access.turn_on(named(name), link_of(name), by=by))

    def rotate(self, name: str) -> None:
        """Replace the link."""
        new = f"another-{link_of(name)}"
        self.change(name, lambda access, by: access.rotate_link(named(name), new, by=by))

    def change(self, name: str, decide: Any) -> None:
        """Decide something of a portal's access."""
        access = self.portal.log().get(PortalAccess, portal_access_id(named(name)))
        decide(access, self.by())
        self.portal.log().save(access)

    def by(self) -> Act:
        """A staff member acts now."""
        return Act(self.portal.clock().now(), STAFF, uuid7())

    def works(self) -> None:
        """The worker does what is due."""
        while work_once(self.portal):
            pass

    @property
    def mails(self) -> list[OutgoingMail]:
        """What was mailed."""
        sent: list[OutgoingMail] = self.portal.mail().sent
        return sent

    def told(self, kind: type[Event]) -> list[Any]:
        """The events of one kind in the record."""
        log = self.portal.log()
        notes = log.recorder.select_notifications(1, 10_000, topics=[kind.topic])
        return [log.mapper.decode(note.topic, bytes(note.state)) for note in notes]


def _of_account(event: Event, account_id: UUID) -> Event:
    if hasattr(event, "account_id"):
        return msgspec.structs.replace(event, account_id=account_id)
    return event


class Browser:
    """Somebody's browser: cookies of its own."""

    def __init__(self, client: TestClient[Litestar], agent: str) -> None:
        self.client = client
        self.agent = agent
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Response:
        """Look at a page; redirects are not followed."""
        return self._send("GET", path)

    def post(self, path: str, **fields: str) -> Response:
        """Send a form from one of our own pages."""
        return self._send("POST", path, data=fields, headers={"Sec-Fetch-Site": "same-origin"})

    def _send(self, method: str, path: str, **options: Any) -> Response:
        self.client.cookies.clear()
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"User-Agent": self.agent, "Cookie": kept, **options.pop("headers", {})}
        answer = self.client.request(
            method, path, headers=headers, follow_redirects=False, **options
        )
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        for line in answer.headers.get_list("set-cookie"):
            if "Max-Age=0" in line:
                self.cookies.pop(line.partition("=")[0], None)
        return answer

    def press(self, on: str, path: str, **fields: str) -> Response:
        """Open a page and send the form on it that goes to `path`, with its token."""
        return self.post(path, token=token_in(self.get(on).text), **fields)

    def ask(self, name: str, address: str = JANE) -> Response:
        """Ask for a mail at a bill group's link."""
        return self.press(f"/p/{link_of(name)}", f"/p/{link_of(name)}", address=address)

    def press_link(self, mail: OutgoingMail) -> Response:
        """Open the mail's link and press the button, as the script lets one."""
        path, _, secret = link_in(mail).partition("#")
        return self.press(path, path, secret=secret)

    def type_code(self, name: str, code: str) -> Response:
        """Type a code where the mail was asked for."""
        return self.press(f"/p/{link_of(name)}/code", f"/p/{link_of(name)}/code", code=code)


def token_in(html: str) -> str:
    """The form token on a page, or nothing."""
    found = re.search(r'name="token" value="([^"]*)"', html.rpartition("<main")[2])
    return found[1] if found else ""


def link_in(mail: OutgoingMail) -> str:
    """The path of the link in a mail, with its fragment."""
    found = re.search(r"http://portal\.localhost:8000(/sign-in/\S+)", mail.text)
    assert found
    return found[1]


def code_in(mail: OutgoingMail) -> str:
    """The code in a mail."""
    found = re.search(r"^([0-9A-Z]{4} [0-9A-Z]{4})$", mail.text, re.MULTILINE)
    assert found
    return found[1]


class Street:
    """Gives browsers on one running app."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self.client = client

    def browser(self, agent: str = "Mozilla/5.0 (X11; Linux) Firefox/144.0") -> Browser:
        """A fresh browser without cookies."""
        return Browser(self.client, agent)


@contextmanager
def street(portal: Portal) -> Iterator[Street]:
    """A running app."""
    with TestClient(create(portal), base_url=portal.settings().web_url) as client:
        yield Street(client)


def sign_in(seller: Seller, browser: Browser, name: str, address: str = JANE) -> Response:
    """Go all the way in, by link."""
    browser.ask(name, address)
    seller.works()
    answer = browser.press_link(seller.mails[-1])
    seller.works()  # mails that follow from it
    return answer
