"""How an entity lets its customers pay: the provider account, and what they may do."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from application.entity_payments import (
    ChangePaymentRules,
    PaymentProviderUnknown,
    changing_payment_rules,
    retry_days,
)
from domain.payment_rules import PaymentRules, RetryScheduleInvalid
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.said import said
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Form, FormRefused, Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from read_models import entity_list
from read_models.entity_list import EntityRow

SAVED = phrase("These rules count from now on.")


class Typed(msgspec.Struct):
    """The form; a box that is not ticked is not sent."""

    provider: str = ""
    part_payments: str = ""
    auto_pay_by_customers: str = ""
    bank_transfer: str = ""
    collects: str = ""
    retry_after_days: str = ""


class Account(msgspec.Struct, frozen=True):
    """A provider account as staff see it; without a secret there is no address for webhooks."""

    name: str
    kind: str
    webhooks: str | None


@page("/entities/{entity_id:uuid}/payments", guards=[allow("viewer")])
def payments(
    staff: Entered,
    portal: Wired,
    entity_id: FromPath[UUID],
    done: FromQuery[str | None] = None,
) -> Response[str]:
    """Show the rules, with a form for who may change them."""
    return _shown(staff, portal, _one(portal, entity_id), saved=done == "saved")


@sends("/entities/{entity_id:uuid}/payments", guards=[allow("billing")])
def change(staff: Entered, portal: Wired, entity_id: FromPath[UUID], form: Sent) -> Response[Any]:
    """Change the rules."""
    row = _one(portal, entity_id)
    try:
        rules = _rules(form)
        handler = changing_payment_rules(portal.payment_providers().names())
        try:
            portal.bus().execute(handler, ChangePaymentRules(entity_id, rules), staff.actor)
        except PaymentProviderUnknown as unknown:
            raise form.refuse("provider", unknown) from unknown
        except RetryScheduleInvalid as invalid:
            raise form.refuse("retry_after_days", invalid) from invalid
    except FormRefused as refused:
        return _shown(staff, portal, row, form.typed, said(refused, staff.language))
    return go(f"/entities/{entity_id}/payments?done=saved")


def _rules(form: Form) -> PaymentRules:
    typed = form.bind(Typed)
    try:
        days = retry_days(typed.retry_after_days)
    except RetryScheduleInvalid as invalid:
        raise form.refuse("retry_after_days", invalid) from invalid
    return PaymentRules(
        provider=typed.provider or None,
        part_payments=bool(typed.part_payments),
        auto_pay_by_customers=bool(typed.auto_pay_by_customers),
        bank_transfer=bool(typed.bank_transfer),
        collects=bool(typed.collects),
        retry_after_days=days,
    )


def _shown(  # noqa: PLR0913 - the page with or without what was typed
    staff: StaffEntry,
    portal: Portal,
    row: EntityRow,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    *,
    saved: bool = False,
) -> Response[str]:
    rules, accounts = row.payment_rules or PaymentRules(), _accounts(portal)
    with speaking(staff.language):
        notice = gettext(SAVED) if saved else None
    return show(
        "admin/entities/payments.html",
        replace(staff.page("entities"), zone=row.facts.time_zone, notice=notice),
        422 if errors else 200,
        entity=row,
        rules=rules,
        accounts=accounts,
        choices=_choices(accounts, rules.provider),
        missing=rules.provider is not None and rules.provider not in {a.name for a in accounts},
        typed=_kept(rules) if typed is None else typed,
        errors=errors or {},
        may_change=staff.holds("billing"),
    )


def _kept(rules: PaymentRules) -> dict[str, str]:
    boxes = ("part_payments", "collects", "auto_pay_by_customers", "bank_transfer")
    return {
        "provider": rules.provider or "",
        "retry_after_days": ", ".join(str(day) for day in rules.retry_after_days),
        **{box: "yes" for box in boxes if getattr(rules, box)},
    }


def _choices(accounts: Sequence[Account], chosen: str | None) -> list[str]:
    """Name the accounts, and the chosen one even when the settings name it no more."""
    names = [account.name for account in accounts]
    return names if chosen is None or chosen in names else [*names, chosen]


def _accounts(portal: Portal) -> list[Account]:
    settings = portal.settings()
    base = settings.web_url.rstrip("/")
    return [
        Account(name, one.kind, f"{base}/webhooks/{name}" if any(one.webhook_secrets) else None)
        for name, one in sorted(settings.payments.items())
    ]


def _one(portal: Portal, entity_id: UUID) -> EntityRow:
    with portal.reading() as connection:
        row = entity_list.one(connection, entity_id)
    if row is None:
        raise NotFoundException
    return row


ROUTES = (payments, change)
