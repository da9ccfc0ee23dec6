"""Puts into the log what payment providers refuse, and when they do not answer."""

from collections.abc import Callable
from typing import Any, cast

import structlog

from application.ports.payments import (
    PaymentKeyRefused,
    PaymentRefused,
    Payments,
    PaymentUnavailable,
)

log = structlog.get_logger("portal.payments")


class _Logged:
    """Asks an account as it is asked; whatever goes wrong is logged and raised again."""

    def __init__(self, name: str, account: Payments) -> None:
        self._name = name
        self._account = account

    def __getattr__(self, what: str) -> Callable[..., Any]:
        ask: Callable[..., Any] = getattr(self._account, what)

        def asked(*given: Any) -> Any:
            try:
                return ask(*given)
            except PaymentRefused as refused:
                log.warning("payment_refused", provider=self._name, asked=what, why=refused.why)
                raise
            except PaymentKeyRefused as barred:
                log.error("payment_key_refused", provider=self._name, asked=what, why=barred.why)  # noqa: TRY400 - no bug
                raise
            except PaymentUnavailable as away:
                log.warning("payment_unavailable", provider=self._name, asked=what, why=away.why)
                raise

        return asked


def logged(name: str, make: Callable[[], Payments]) -> Payments:
    """Make an account whose refusals and silences stand in the log."""
    return cast("Payments", _Logged(name, make()))
