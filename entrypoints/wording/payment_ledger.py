"""Payments of a bill group in words for staff: through which door, how each stands, what became."""

from entrypoints.http.formats import day, money
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import phrase, spoken
from entrypoints.wording.payment_attention import STATES
from entrypoints.wording.payment_failures import failed_shortly
from read_models.payment_ledger import Entry, Returned, Stands, State, Through

PILLS: dict[State, tuple[str, str]] = {
    **STATES,  # type: ignore[dict-item]  # the states of an attempt
    "refunded": ("none", phrase("Refunded")),
}
"""The pill of each line."""

STANDS: dict[Stands, str] = {
    "open": phrase("Under way"),
    "succeeded": phrase("Succeeded"),
    "failed": phrase("Failed or given up"),
    "went_back": phrase("Refunded or disputed"),
}

THROUGH: dict[Through, str] = {
    "hand": phrase("Customers"),
    "auto_pay": phrase("Auto-pay"),
    "outside": phrase("Billing system"),
}
"""What the list can be narrowed to."""

_RETURNED: dict[str, str] = {
    "refund": phrase("%(amount)s refunded on %(date)s"),
    "dispute_open": phrase("Disputed since %(date)s"),
    "dispute_won": phrase("Dispute won on %(date)s"),
    "dispute_lost": phrase("Dispute lost on %(date)s: %(amount)s went back"),
}


def became(entry: Entry) -> list[str]:
    """Say why it failed, and what went back or is contested, in the language of the moment."""
    told = []
    if entry.state == "failed" and entry.code:
        words = _("came back: %(why)s") if entry.late else "%(why)s"
        told.append(words % {"why": failed_shortly(entry.code)})
    return told + [_of_return(each, entry.currency) for each in entry.returned]


def _of_return(returned: Returned, currency: str) -> str:
    language = spoken()
    amount, on = money(returned.amount, currency, language), day(returned.on, language)
    return _(_RETURNED[returned.kind]) % {"amount": amount, "date": on}
