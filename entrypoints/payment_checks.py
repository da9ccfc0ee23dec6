"""Looks at the payment provider accounts of the settings, for `portal doctor`."""

from collections.abc import Iterator

from application.ports.payments import (
    PaymentKeyRefused,
    PaymentRefused,
    PaymentUnavailable,
    Sought,
)
from entrypoints.container import Portal

NOBODY = "cus_doctor"
"""A customer that no provider knows: whoever refuses or finds nothing has answered."""


def checks(portal: Portal) -> Iterator[tuple[bool, str]]:
    """Ask each account for what it cannot know, and look whether it may send webhooks."""
    for name, account in sorted(portal.settings().payments.items()):
        yield _answers(portal, name)
        setting = f"PORTAL_PAYMENTS_{name.upper()}_WEBHOOK_SECRETS"
        yield (
            any(account.webhook_secrets),
            f"The provider account {name} may send webhooks to /webhooks/{name}."
            if any(account.webhook_secrets)
            else f"The provider account {name} cannot send webhooks: {setting} is empty.",
        )


def _answers(portal: Portal, name: str) -> tuple[bool, str]:
    sought = Sought(portal.ids().uuid7(), "payment", NOBODY, portal.clock().now())
    try:
        portal.payment_providers().of(name).look_up(sought)
    except PaymentRefused:
        pass
    except PaymentKeyRefused as barred:
        setting = f"PORTAL_PAYMENTS_{name.upper()}_KEY"
        return (
            False,
            f"Nobody can pay through the provider account {name}: {barred.why} ({setting})",
        )
    except PaymentUnavailable as away:
        return False, f"The provider account {name} cannot be asked: {away.why}"
    return True, f"The provider account {name} answers."
