"""A bill group as staff see it: what the customer sees, who can enter, which mails were sent."""

from uuid import UUID

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from application.ports.mail_queue import Wanted
from domain.auto_pay import auto_pay
from domain.upcoming import estimate, next_billing_on
from entrypoints.admin import access_page
from entrypoints.admin.access_page import opened
from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.mail_queue import STATUSES
from entrypoints.http.answers import show
from entrypoints.http.routes import page
from entrypoints.wording.invoice_lines import invoice_lines
from entrypoints.wording.mail_kinds import KINDS
from entrypoints.wording.notifications import NOTIFICATIONS
from entrypoints.wording.payment_attention import WHY
from entrypoints.wording.payment_ledger import PILLS
from entrypoints.wording.subscription_lines import Shown
from read_models import (
    access_panel,
    bill_group_page,
    collecting,
    details,
    invoice_list,
    notification_choices,
    outstanding,
    overview,
    payment_attention,
    payment_ledger,
    payment_methods,
    subscription_list,
)
from read_models.invoice_list import SORT_KINDS, Search
from read_models.keyset import Cursor

INVOICES = 15
MAILS = 8
PAYMENTS = 8


@page("/bill-groups/{bill_group_id:uuid}", guards=[allow("viewer")])
def bill_group(
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Response[str]:
    """Show the bill group."""
    here = opened(portal, bill_group_id)
    scope = here.portal.scope(staff.now)
    search = _search(after, before)
    with portal.reading() as connection:
        known = overview.of_bill_group(connection, scope)
        given = details.of_bill_group(connection, scope)
        origin = bill_group_page.origin(connection, bill_group_id)
        balances = outstanding.of_bill_group(connection, scope)
        subscriptions = subscription_list.of_bill_group(connection, scope, "all")
        invoices = invoice_list.of_bill_group(connection, scope, search)
        methods = payment_methods.of_bill_group(connection, scope)
        paid = payment_ledger.of_bill_group(
            connection, bill_group_id, payment_ledger.Search(size=PAYMENTS)
        )
        plans = collecting.of_bill_group(connection, scope)
        attention = payment_attention.of_bill_group(connection, bill_group_id)
        grants = access_panel.grants(connection, bill_group_id)
        turned_off = notification_choices.of_bill_group(connection, bill_group_id)
        lately = access_panel.lately(connection, bill_group_id, 1)
    if origin is None:
        raise NotFoundException
    next_on = next_billing_on(known.facts, known.subscriptions, scope.today)
    billing = given.billing_contact
    bounce = portal.bounces().of(billing.email.lower()) if billing else None
    mails = portal.mail_queue().page(Wanted(bill_group_ids=(bill_group_id,)), MAILS)
    return show(
        "admin/bill_groups/bill_group.html",
        access_page.page_of(staff, here),
        **access_page.context(staff, portal, here),
        overview=known,
        details=given,
        origin=origin,
        balances=balances,
        next_on=next_on,
        upcoming=estimate(known.facts, known.subscriptions, scope.today),
        auto_pay=auto_pay(known.facts, known.default_method, next_on, scope.today),
        subscriptions=[Shown.of(row.facts) for row in subscriptions],
        invoices=invoice_lines(invoices.rows, scope.today, staff.language),
        previous=invoices.previous,
        next=invoices.next,
        methods=methods,
        grants=grants,
        lately=lately,
        mails=mails,
        bounce=bounce,
        turned_off=[(row.address, NOTIFICATIONS[row.notification][0]) for row in turned_off],
        paid=paid[:PAYMENTS],
        collected=next((plan for plan in plans if plan.by_itself), None),
        attention=attention,
        may_handle=staff.holds("billing"),
        pills=PILLS,
        reasons=WHY,
        kinds=KINDS,
        statuses=STATUSES,
    )


def _search(after: str | None, before: str | None) -> Search:
    written = after or before
    place = Cursor.read(written, SORT_KINDS["issued"]) if written else None
    if place is None:
        return Search(size=INVOICES)
    return Search(size=INVOICES, way="after" if after else "before", place=place)


ROUTES = (bill_group,)
