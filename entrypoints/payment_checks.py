"""Looks at the payment provider accounts of the settings, for staff and for `portal doctor`."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from application.ports.payments import (
    PaymentKeyRefused,
    PaymentRefused,
    PaymentUnavailable,
    Sought,
)
from entrypoints.container import Portal

NOBODY = "cus_doctor"
"""A customer that no provider knows: whoever refuses or finds nothing has answered."""

AccountState: TypeAlias = Literal["answers", "away", "key_refused"]


class AccountStanding(msgspec.Struct, frozen=True):
    """How one account answers now; `why` is the provider's trouble, in a sentence for staff."""

    name: str
    state: AccountState
    webhooks: bool
    why: str = ""

    @property
    def key_setting(self) -> str:
        """The setting that holds its key."""
        return f"PORTAL_PAYMENTS_{self.name.upper()}_KEY"

    @property
    def webhook_setting(self) -> str:
        """The setting that holds what its webhooks are signed with."""
        return f"PORTAL_PAYMENTS_{self.name.upper()}_WEBHOOK_SECRETS"


def standings(portal: Portal) -> Iterator[AccountStanding]:
    """Ask each account for what it cannot know, and look whether it may send webhooks."""
    for name, account in sorted(portal.settings().payments.items()):
        sought = Sought(portal.ids().uuid7(), "payment", NOBODY, portal.clock().now())
        state, why = _answer(portal, name, sought)
        yield AccountStanding(name, state, any(account.webhook_secrets), why)


def checks(portal: Portal) -> Iterator[tuple[bool, str]]:
    """Say of each account how it stands, and what to mend."""
    for one in standings(portal):
        yield one.state == "answers", _words(one)
        yield (
            one.webhooks,
            f"The provider account {one.name} may send webhooks to /webhooks/{one.name}."
            if one.webhooks
            else f"The provider account {one.name} cannot send webhooks: {one.webhook_setting} is "
            "empty.",
        )


def _answer(portal: Portal, name: str, sought: Sought) -> tuple[AccountState, str]:
    try:
        portal.payment_providers().of(name).look_up(sought)
    except PaymentRefused:
        pass
    except PaymentKeyRefused as barred:
        return "key_refused", barred.why
    except PaymentUnavailable as away:
        return "away", away.why
    return "answers", ""


def _words(one: AccountStanding) -> str:
    match one.state:
        case "answers":
            return f"The provider account {one.name} answers."
        case "away":
            return f"The provider account {one.name} cannot be asked: {one.why}"
        case "key_refused":
            return (
                f"Nobody can pay through the provider account {one.name}: {one.why} See "
                f"{one.key_setting}."
            )
