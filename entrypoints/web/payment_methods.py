"""The page of payment methods: what is on file, auto-pay, and where to transfer to."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from application.bill_group import ChangeDetail, change_detail
from application.payment_methods import RemoveMethod, remove_method
from domain.aggregate import Refusal
from domain.auto_pay import Off
from domain.bill_group import PaymentMethodUnknown
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.web.auto_pay import auto_pay_of, begins
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, Entered, Wired
from entrypoints.web.paying_choice import collected_by_itself, payable_now, transfer_of
from entrypoints.web.proving import prove
from entrypoints.wording.payment_failures import why_failed
from entrypoints.wording.refusals import SENTENCES, sentence
from read_models import overview, payment_methods

PROVIDER_AWAY = phrase(
    "The payment provider does not answer just now. Nothing was changed. Please try again in a "
    "minute."
)
SAID = {
    "default": phrase("The default payment method is saved."),
    "removed": phrase("The payment method is removed. It cannot be charged any more."),
    "auto_pay_on": phrase("Auto-pay is on. Invoices are collected on their due date."),
    "auto_pay_on_now": phrase(
        "Auto-pay is on. What is due is being collected now, the rest on its due date."
    ),
    "auto_pay_off": phrase("Auto-pay is off. Please pay each invoice by its due date."),
}
"""What the page says after a change, by the word in the address."""

REFUSED = {
    "auto_pay_not_offered",
    "auto_pay_needs_method",
    "payment_method_unknown",
    "paying_not_offered",
}
"""The refusals whose sentence it says."""

AWAY = "provider_away"
NOT_SET_UP = "provider_not_set_up"


@page("/payment-methods")
def list_payment_methods(
    entry: Entered, portal: Wired, said: FromQuery[str | None] = None
) -> Response[str]:
    """Show the payment methods, how auto-pay stands, and the seller's bank account."""
    with speaking(entry.language):
        notice = gettext(SAID[said]) if said in SAID else None
        problem = gettext(SENTENCES[said]) if said in REFUSED else None
        problem = gettext(PROVIDER_AWAY) if said == AWAY else problem
        problem = why_failed("not_set_up") if said == NOT_SET_UP else problem
    return _list(portal, entry, notice=notice, problem=problem)


@sends("/payment-methods/{method_id:uuid}/default")
def make_default(entry: Entered, portal: Wired, method_id: FromPath[UUID]) -> Response[Any]:
    """Collect with this one from now on."""
    command = ChangeDetail(entry.scope.bill_group_id, "default_payment_method", str(method_id))
    try:
        portal.bus().execute(change_detail, command, entry.actor)
    except PaymentMethodUnknown as unknown:
        return go(f"{entry.root}/payment-methods?said={unknown.code}")
    return go(f"{entry.root}/payment-methods?said=default")


@page("/payment-methods/{method_id:uuid}/remove")
def ask_to_remove(entry: Entered, portal: Wired, method_id: FromPath[UUID]) -> Response[str]:
    """Say what removing it means, and ask."""
    return _asked(portal, entry, method_id)


@sends("/payment-methods/{method_id:uuid}/remove")
def remove(
    request: Asking, entry: Entered, portal: Wired, form: Sent, method_id: FromPath[UUID]
) -> Response[Any]:
    """Remove it; whoever signed in more than an hour ago proves their mailbox again."""
    proof = prove(request, portal, entry, form)
    if isinstance(proof, Response):
        return proof
    command = RemoveMethod(entry.scope.bill_group_id, method_id)
    try:
        portal.bus().execute(remove_method, command, proof.entry.actor)
    except PaymentMethodUnknown:
        return proof.hand_over(go(f"{entry.root}/payment-methods"))
    except Refusal as refusal:
        with speaking(entry.language):
            answer = _asked(portal, proof.entry, method_id, sentence(refusal))
        return proof.hand_over(answer)
    return proof.hand_over(go(f"{entry.root}/payment-methods?said=removed"))


def _asked(
    portal: Portal, entry: Entry, method_id: UUID, problem: str | None = None
) -> Response[str]:
    with portal.reading() as connection:
        shown = overview.of_bill_group(connection, entry.scope)
        collected = auto_pay_of(connection, entry, shown)
        rows = payment_methods.of_bill_group(connection, entry.scope)
    row = next((one for one in rows if one.method_id == method_id), None)
    if row is None:
        raise NotFoundException
    return show(
        "web/payment_methods/remove.html",
        entry.page("payment_methods"),
        422 if problem else 200,
        row=row,
        problem=problem,
        collects=not isinstance(collected.standing, Off),
    )


def _list(
    portal: Portal, entry: Entry, *, notice: str | None, problem: str | None
) -> Response[str]:
    with portal.reading() as connection:
        shown = overview.of_bill_group(connection, entry.scope)
        collected = auto_pay_of(connection, entry, shown)
        rows = payment_methods.of_bill_group(connection, entry.scope)
        bank = payment_methods.bank_of_seller(connection, entry.scope)
        is_off = shown.facts.collection == "manual"
        asks_first = is_off and bool(begins(connection, entry).now)
        currency = shown.facts.currency
        owed = [row for row in payable_now(connection, entry) if row.currency == currency]
        by_itself = collected_by_itself(connection, entry, owed)
    with speaking(entry.language):
        reasons = {
            plan.invoice_id: why_failed(plan.failed.code) for plan in collected.plans if plan.failed
        }
    offered = bank if collected.rules.bank_transfer else None
    return show(
        "web/payment_methods/list.html",
        entry.page("payment_methods", notice),
        rows=rows,
        transfer=transfer_of(owed, by_itself, offered, entry.portal.entity_name, currency),
        by_itself=by_itself,
        auto_pay=collected,
        default=shown.default_method,
        reasons=reasons,
        provider=collected.rules.provider,
        set_up_id=portal.ids().uuid7(),
        asks_first=asks_first,
        problem=problem,
    )


ROUTES = (list_payment_methods, make_default, ask_to_remove, remove)
