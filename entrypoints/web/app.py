"""The customers' app: its routes, and what stands in the way when a page is not shown."""

from collections.abc import Callable, Sequence
from functools import partial

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler
from litestar.types import Guard as Guarding

from application.ports.previews import PreviewIsOver
from entrypoints.container import Portal
from entrypoints.http import logos
from entrypoints.http.app import build, choose_language
from entrypoints.http.forms import Form, provide_form
from entrypoints.http.origin import SAFE
from entrypoints.http.routes import InThread
from entrypoints.web import (
    auto_pay,
    billing_email,
    contacts,
    credit_notes,
    details,
    documents,
    invoice_files,
    invoices,
    method_set_ups,
    notifications,
    overview,
    paying,
    payment_methods,
    payments,
    portal_link,
    preview,
    sessions,
    sign_in,
    statement,
    stop_mail,
    subscriptions,
    switcher,
    webhooks,
)
from entrypoints.web.closed import handlers
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, Guard, Wired
from entrypoints.web.preview import PAGES, PreviewGuard, ended, read_only

OPEN_TO_ALL: tuple[ControllerRouterHandler, ...] = (
    *logos.ROUTES,
    *portal_link.ROUTES,
    *sign_in.ROUTES,
    *billing_email.ROUTES,
    *sessions.GLOBAL_ROUTES,
    *switcher.GLOBAL_ROUTES,
    *preview.ROUTES,
    *stop_mail.ROUTES,
    *webhooks.ROUTES,
)
"""Routes without a bill group in their address: they let everybody in, or ask for themselves."""

OF_A_BILL_GROUP: tuple[ControllerRouterHandler, ...] = (
    *overview.ROUTES,
    *invoices.ROUTES,
    *documents.ROUTES,
    *invoice_files.ROUTES,
    *statement.ROUTES,
    *credit_notes.ROUTES,
    *subscriptions.ROUTES,
    *payment_methods.ROUTES,
    *method_set_ups.ROUTES,
    *auto_pay.ROUTES,
    *paying.ROUTES,
    *payments.ROUTES,
    *details.ROUTES,
    *contacts.ROUTES,
    *notifications.ROUTES,
    *sessions.ROUTES,
    *switcher.ROUTES,
)
"""Pages of one bill group, with addresses behind `/b/<id>`; each takes `entry: Entered`."""


def create(portal: Portal) -> Litestar:
    """Make the customers' app."""
    guard, accounts = Guard(portal), portal.settings().payments
    return build(
        [
            *OPEN_TO_ALL,
            of_bill_group("/b/{bill_group_id:uuid}", guard.entry),
            of_bill_group(PAGES, PreviewGuard(portal).entry, guards=[read_only]),
        ],
        portal.settings().web_url,
        form_hosts=tuple(
            sorted({origin for one in accounts.values() for origin in one.pages_origins})
        ),
        dependencies={
            "portal": Provide(lambda: portal, sync_to_thread=False),
            "guard": Provide(lambda: guard, sync_to_thread=False),
        },
        exception_handlers={**handlers(portal), PreviewIsOver: ended(portal)},
    )


def of_bill_group(
    path: str,
    entry: Callable[[Asking, Form], Entry],
    routes: Sequence[ControllerRouterHandler] = OF_A_BILL_GROUP,
    guards: Sequence[Guarding] = (),
) -> Router:
    """Mount the pages of a bill group under a path, for those whom `entry` lets in."""

    # `portal` is named so that one thing is made after the other: two at once cost a task each.
    async def let_in(request: Asking, portal: Wired) -> InThread:  # noqa: ARG001
        sent = Form({}) if request.method in SAFE else await provide_form(request)
        return InThread(partial(entry, request, sent))

    return Router(
        path=path,
        route_handlers=[choose_language, *routes],
        dependencies={"entry": Provide(let_in)},
        guards=guards,
    )
