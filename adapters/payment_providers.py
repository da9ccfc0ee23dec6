"""The payment provider accounts of the settings, each made when it is first asked for."""

import threading
from collections.abc import Callable, Mapping, Sequence

from application.ports.payments import Payments, ProviderUnknown


class NamedProviders:
    """Implements `PaymentProviders` over what makes each account."""

    def __init__(self, makers: Mapping[str, Callable[[], Payments]]) -> None:
        self._makers = makers
        self._made: dict[str, Payments] = {}
        self._lock = threading.Lock()

    def names(self) -> Sequence[str]:
        """Name them."""
        return sorted(self._makers)

    def of(self, name: str) -> Payments:
        """Give one."""
        if name not in self._makers:
            raise ProviderUnknown(f"The settings name no provider account {name}.")
        with self._lock:
            if name not in self._made:
                self._made[name] = self._makers[name]()
            return self._made[name]
