"""Reads the payment provider accounts: `PORTAL_PAYMENTS_<NAME>_KIND`, `_KEY` and the others.

Each account has a name of its own, which an entity chooses and which stands in the address that the
provider sends its webhooks to: `/webhooks/<name>`.
"""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

from entrypoints.safe_urls import is_safe

PREFIX = "PORTAL_PAYMENTS_"
FIELDS = ("KIND", "KEY", "WEBHOOK_SECRETS", "URL", "PAGES_URL")
KINDS = ("sandbox", "stripe")

STRIPE_CONFIRMS = "https://hooks.stripe.com"
"""Where Stripe lets a payer confirm. Source: https://docs.stripe.com/security/guide, CSP."""

Kind: TypeAlias = Literal["sandbox", "stripe"]

_SETTING = re.compile(rf"{PREFIX}([A-Z][A-Z0-9_]{{0,38}}?)_({'|'.join(FIELDS)})")


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One account. Without webhook secrets its endpoint does not exist."""

    kind: Kind
    key: str
    webhook_secrets: tuple[str, ...] = ()
    url: str = ""
    """Where its API answers; empty is Stripe's own."""
    pages_url: str = ""
    """Where its hosted pages are; empty is Stripe's own, or the sandbox's `url`."""

    @property
    def pages_origins(self) -> tuple[str, ...]:
        """The origins of its pages, as a form's targets in the content policy.

        Stripe's authentication of a saved card (3-D Secure) is on a host of its own, whatever the
        domain of its Checkout.
        """
        own = "https://checkout.stripe.com" if self.kind == "stripe" else self.url
        parts = urlsplit(self.pages_url or own)
        confirming = (STRIPE_CONFIRMS,) if self.kind == "stripe" else ()
        return (f"{parts.scheme}://{parts.netloc}", *confirming)


def read_providers(given: Mapping[str, str], problems: list[str]) -> dict[str, ProviderSettings]:
    """Read the accounts out of `PORTAL_PAYMENTS_…`; what is wrong is added to the problems."""
    accounts: dict[str, dict[str, str]] = {}
    for name, text in sorted(given.items()):
        match = _SETTING.fullmatch(name)
        if match is None:
            problems.append(f"{name} is not a setting of a payment provider ({_endings()}).")
        else:
            accounts.setdefault(match[1].lower(), {})[match[2]] = text.strip()
    return {
        name: account
        for name, fields in accounts.items()
        if (account := _account(name, fields, problems)) is not None
    }


def unsafe_providers(accounts: Mapping[str, ProviderSettings], *, public: bool) -> list[str]:
    """Name what must not run where customers come; `public` is a portal on https."""
    return [
        f"PORTAL_PAYMENTS_{name.upper()}_KIND is the sandbox, where no money moves. Use a real "
        "provider, or set PORTAL_ALLOW_SANDBOX=true on a portal for trying out."
        for name, account in accounts.items()
        if public and account.kind == "sandbox"
    ]


def _account(name: str, fields: dict[str, str], problems: list[str]) -> ProviderSettings | None:
    own = f"{PREFIX}{name.upper()}"
    wrong = [
        *([f"{own}_KIND is {' or '.join(KINDS)}."] if fields.get("KIND") not in KINDS else []),
        *([f"{own}_KEY is missing."] if not fields.get("KEY") else []),
    ]
    if fields.get("KIND") == "sandbox" and not fields.get("URL"):
        wrong.append(f"{own}_URL is missing: where `portal sandbox` answers.")
    wrong += [
        f"{own}_{field} must begin with https:// (http:// is for localhost only)."
        for field in ("URL", "PAGES_URL")
        if fields.get(field) and not is_safe(fields[field])
    ]
    problems += wrong
    if wrong:
        return None
    return ProviderSettings(
        kind=msgspec.convert(fields["KIND"], Kind),
        key=fields["KEY"],
        webhook_secrets=tuple(fields.get("WEBHOOK_SECRETS", "").split()),
        url=fields.get("URL", "").rstrip("/"),
        pages_url=fields.get("PAGES_URL", "").rstrip("/"),
    )


def _endings() -> str:
    return ", ".join(f"…_{field}" for field in FIELDS)
