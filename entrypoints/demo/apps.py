"""The demo's apps: the ordinary ones with the doors and the mail page beside."""

from uuid import UUID

import msgspec
from litestar import Litestar

from domain.identity import imported_id
from entrypoints.admin.app import create as create_admin
from entrypoints.container import Portal
from entrypoints.demo.company.customers import FIRST, customers
from entrypoints.demo.company.people import people_of
from entrypoints.demo.company.sellers import ADMIN, AUDITOR
from entrypoints.demo.company.staff import SOURCE, staff_id
from entrypoints.demo.customer_door import customer_door
from entrypoints.demo.links import DemoLinks
from entrypoints.demo.mail_page import mail_routes
from entrypoints.demo.staff_doors import staff_door
from entrypoints.web.app import create as create_web


class Visitor(msgspec.Struct, frozen=True):
    """The customer whom the demo's links show."""

    address: str
    bill_group_id: UUID


def visitor() -> Visitor:
    """Give the first person of the first customer, at their first bill group."""
    first = next(customer for customer in customers() if customer.key == FIRST)
    bill_group_id = imported_id(SOURCE, "bill_group", first.groups[0].key)
    return Visitor(people_of(first, 1)[0].email, bill_group_id)


def web(portal: Portal, links: DemoLinks) -> Litestar:
    """Make the customers' app with the customer's door and the mails."""
    app, shown = create_web(portal), visitor()
    app.register(customer_door(portal, links, shown.bill_group_id, shown.address))
    for route in mail_routes(portal, links):
        app.register(route)
    return app


def admin(portal: Portal, links: DemoLinks) -> Litestar:
    """Make the staff's app with the doors of an admin and an auditor."""
    app = create_admin(portal)
    for who, key in (("admin", ADMIN), ("auditor", AUDITOR)):
        app.register(staff_door(portal, links, who, staff_id(key)))
    return app
