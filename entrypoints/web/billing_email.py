"""Confirming a new billing email from its mailbox: by the link of its mail, or by its code.

Nothing happens until a person presses the button. In a browser that is signed in to the bill group
the link's secret is enough; anywhere else the mail's code is typed, so that programs that open the
links of mails, run scripts and press buttons neither use it up nor confirm it.
"""

from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath

from application.contact import ConfirmBillingEmail, confirming_billing_email
from application.ports.billing_emails import BillingEmailChange, BillingEmailChangeOver
from application.sign_in import CodeWrong, TriesUsedUp
from domain.actor import System
from domain.aggregate import Refusal
from entrypoints.container import Portal
from entrypoints.http import csrf
from entrypoints.http.answers import show
from entrypoints.http.forms import Sent
from entrypoints.http.languages import speaking
from entrypoints.http.routes import form as form_route
from entrypoints.http.routes import page
from entrypoints.web.closed import bare_page
from entrypoints.web.guard import Asking, Guard, Guarded, SignInNeeded, Wired
from entrypoints.wording.refusals import sentence
from read_models import entry as entries


class TypedProof(msgspec.Struct):
    """What the page sends: the code that was typed, or the secret that a script moved there."""

    code: str = ""
    secret: str = ""


@page("/billing-email/{change_id:uuid}")
def open_confirmation(
    request: Asking, portal: Wired, guard: Guarded, change_id: FromPath[UUID]
) -> Response[Any]:
    """Say what is about to be confirmed, or why that is over."""
    change = portal.billing_emails().get(change_id)
    if change is None or change.state(portal.clock().now()) != "waiting":
        return _over(request, portal, change)
    return _waiting(request, portal, guard, change)


@form_route("/billing-email/{change_id:uuid}")
def confirm(
    request: Asking, portal: Wired, guard: Guarded, change_id: FromPath[UUID], form: Sent
) -> Response[Any]:
    """Confirm it, and say so."""
    csrf.check(portal.csrf_key(), _form_of(change_id), form.one(csrf.FIELD))
    change = portal.billing_emails().get(change_id)
    if change is None:
        return _over(request, portal, change)
    typed = form.bind(TypedProof)
    by_link = bool(typed.secret) and _is_in(request, portal, guard, change)
    by: Literal["link", "code"] = "link" if by_link else "code"
    command = ConfirmBillingEmail(change_id, by, typed.secret if by_link else typed.code)
    try:
        handler = confirming_billing_email(portal.contact_desk())
        portal.bus().execute(handler, command, System("web"))
    except (CodeWrong, TriesUsedUp) as refused:
        return _waiting(request, portal, guard, change, typed.code, refused)
    except BillingEmailChangeOver:
        return _over(request, portal, portal.billing_emails().get(change_id))
    inside = _is_in(request, portal, guard, change)
    page_ = _page(request, portal, change)
    return show("web/billing_email/confirmed.html", page_, change=change, inside=inside)


def _is_in(request: Asking, portal: Portal, guard: Guard, change: BillingEmailChange) -> bool:
    """Whether this browser is signed in to the bill group."""
    now = portal.clock().now()
    try:
        found = guard.session(request, change.bill_group_id, now)
    except SignInNeeded:
        return False
    here = found.portal(change.bill_group_id)
    return here is not None and here.is_open(now)


def _page(request: Asking, portal: Portal, change: BillingEmailChange | None) -> Any:
    here = None
    if change is not None:
        with portal.reading() as connection:
            here = entries.portal_of_bill_group(connection, change.bill_group_id)
    token = csrf.token(portal.csrf_key(), _form_of(change.change_id)) if change else ""
    return bare_page(request, portal, here, token)


def _waiting(  # noqa: PLR0913, PLR0917 - what the page keeps and says
    request: Asking,
    portal: Portal,
    guard: Guard,
    change: BillingEmailChange,
    code: str = "",
    refused: Refusal | None = None,
) -> Response[Any]:
    page_ = _page(request, portal, change)
    with speaking(page_.language):
        errors = {"code": sentence(refused)} if refused else {}
    return show(
        "web/billing_email/confirm.html",
        page_,
        422 if refused else 200,
        change=change,
        inside=_is_in(request, portal, guard, change),
        values={"code": code},
        errors=errors,
    )


def _over(request: Asking, portal: Portal, change: BillingEmailChange | None) -> Response[Any]:
    """Say why it cannot be confirmed; an unknown change is answered like one that is long over."""
    state = change.state(portal.clock().now()) if change else "expired"
    page_ = _page(request, portal, change if state == "waiting" else None)
    return show("web/billing_email/over.html", page_, 410, state=state)


def _form_of(change_id: UUID) -> str:
    return f"billing-email:{change_id}"


ROUTES = (open_confirmation, confirm)
