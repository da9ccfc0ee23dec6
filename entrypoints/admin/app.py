"""The admin's app: a plain list of route modules, each with its `ROUTES`."""

from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from entrypoints.admin import (
    access,
    access_file,
    access_grants,
    accounts,
    audit,
    audit_more,
    audit_proof,
    bill_groups,
    changes,
    collecting,
    continuing,
    entities,
    entity_payments,
    group_invoices,
    group_payments,
    home,
    mail_queue,
    payments,
    preview,
    privacy,
    provider_accounts,
    review,
    review_list,
    review_result,
    second_factor,
    sessions,
    sign_in,
    staff,
    staff_member,
)
from entrypoints.admin.entry import StaffEntry
from entrypoints.admin.guard import SecondFactorNeeded, SignInNeeded
from entrypoints.container import Portal
from entrypoints.http import logos
from entrypoints.http.app import build

ROUTES: tuple[ControllerRouterHandler, ...] = (
    *logos.ROUTES,
    *home.ROUTES,
    *sign_in.ROUTES,
    *second_factor.ROUTES,
    *continuing.ROUTES,
    *sessions.ROUTES,
    *accounts.ROUTES,
    *bill_groups.ROUTES,
    *changes.ROUTES,
    *group_invoices.ROUTES,
    *group_payments.ROUTES,
    *entities.ROUTES,
    *entity_payments.ROUTES,
    *access.ROUTES,
    *access_file.ROUTES,
    *access_grants.ROUTES,
    *preview.ROUTES,
    *staff.ROUTES,
    *staff_member.ROUTES,
    *mail_queue.ROUTES,
    *payments.ROUTES,
    *provider_accounts.ROUTES,
    *collecting.ROUTES,
    *audit.ROUTES,
    *privacy.ROUTES,
    *audit_more.ROUTES,
    *audit_proof.ROUTES,
    *review_list.ROUTES,
    *review.ROUTES,
    *review_result.ROUTES,
)


def create(portal: Portal) -> Litestar:
    """Make the app on a wired portal."""
    app = build(
        ROUTES,
        portal.settings().admin_url,
        form_hosts=(portal.settings().web_url.rstrip("/"),),
        dependencies={
            "portal": Provide(lambda: portal, sync_to_thread=False),
            "staff": Provide(_staff, sync_to_thread=False),
        },
        exception_handlers={
            SignInNeeded: sign_in.needed,
            SecondFactorNeeded: continuing.needed,
        },
    )
    app.state = State({"portal": portal})
    return app


def _staff(request: Request[Any, Any, Any]) -> StaffEntry:
    """Give the staff member whom the guard let in."""
    staff: StaffEntry = request.scope["state"]["staff"]
    return staff
