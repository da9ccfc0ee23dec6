"""Whether an invoice is paid by itself, as its mail says, and its documents when they are made."""

from datetime import date

from domain.auto_pay import On
from entrypoints.container import Portal
from read_models import overview, payments
from read_models.scope import Scope


def is_collected(portal: Portal, scope: Scope, due_on: date | None) -> bool:
    """Whether auto-pay is on and can collect on that day, so that there is nothing to do."""
    with portal.reading() as connection:
        shown = overview.of_bill_group(connection, scope)
        rules = payments.rules(connection, scope)
    if due_on is None and rules.collector is not None:
        return False  # the portal collects on due dates
    return isinstance(shown.auto_pay(rules, due_on, scope.today), On)
