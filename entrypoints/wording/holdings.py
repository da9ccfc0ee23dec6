"""What is held of a person, in words: what goes with an erasure, what stays, and on what ground."""

from collections.abc import Sequence

from application.ports.personal_traces import Trace, TraceFate
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import ngettext, phrase, phrases
from read_models.registry import MODELS

FATES: tuple[tuple[TraceFate, str], ...] = (
    ("goes", phrase("Goes with an erasure")),
    ("stays_by_law", phrase("Stays by law: accounting records (GDPR Art. 17(3)(b))")),
    ("stays", phrase("Stays: business facts, such as a company's name, and files of others")),
)
"""Each fate with its heading, in the order in which they are read."""


PLACES: dict[str, tuple[str, str]] = {
    "events": phrases(
        "%(num)s event of the record, by destroying its key",
        "%(num)s events of the record, by destroying their key",
    ),
    "reasons": phrases(
        "reasons about %(num)s other address that name this person; they go with its erasure",
        "reasons about %(num)s other addresses that name this person; they go with their erasure",
    ),
    "documents": phrases("%(num)s PDF: %(names)s", "%(num)s PDFs: %(names)s"),
    "sessions": phrases("%(num)s session", "%(num)s sessions"),
    "sign_in_requests": phrases("%(num)s request to sign in", "%(num)s requests to sign in"),
    "outbox": phrases(
        "%(num)s mail that waits or was sent", "%(num)s mails that wait or were sent"
    ),
    "import_runs": phrases("%(num)s report of an import", "%(num)s reports of imports"),
    "import_refusals": phrases(
        "%(num)s refused row in a report of an import",
        "%(num)s refused rows in reports of imports",
    ),
    "session_entries": phrases(
        "%(num)s entry into a bill group", "%(num)s entries into bill groups"
    ),
    "billing_email_changes": phrases(
        "%(num)s billing email that was to be confirmed",
        "%(num)s billing emails that were to be confirmed",
    ),
    "bouncing_addresses": phrases(
        "%(num)s address that refused a mail", "%(num)s addresses that refused a mail"
    ),
    "previews": phrases("%(num)s preview by staff", "%(num)s previews by staff"),
    "staff_sessions": phrases("%(num)s session of staff", "%(num)s sessions of staff"),
    "staff_sign_ins": phrases(
        "%(num)s request of staff to sign in", "%(num)s requests of staff to sign in"
    ),
    "staff_recovery_codes": phrases(
        "%(num)s recovery code of staff", "%(num)s recovery codes of staff"
    ),
    "staff_second_factors": phrases(
        "%(num)s second factor of staff", "%(num)s second factors of staff"
    ),
    "webhook_inbox": phrases(
        "%(num)s message of a payment provider", "%(num)s messages of payment providers"
    ),
}
"""What a row of these is called."""

PAGES = {
    "entry": phrase("Sign-in"),
    "overview": phrase("Overview"),
    "invoice_list": phrase("Invoices"),
    "outstanding": phrase("Overview"),
    "invoice_page": phrase("Invoices"),
    "invoice_views": phrase("Invoices"),
    "invoice_document": phrase("Invoices"),
    "credit_note_page": phrase("Credit notes"),
    "subscription_list": phrase("Subscriptions"),
    "statement": phrase("Statement of account"),
    "payment_methods": phrase("Payment methods"),
    "payments": phrase("Payments"),
    "payment_ledger": phrase("Payments"),
    "payment_attention": phrase("Payments"),
    "collecting": phrase("Auto-pay"),
    "details": phrase("Details"),
    "staff_entry": phrase("Staff"),
    "staff_list": phrase("Staff"),
    "mail_queue": phrase("Mail"),
    "notification_choices": phrase("Notifications"),
    "access_panel": phrase("Customer Portal access"),
    "account_list": phrase("Accounts"),
    "account_overview": phrase("Accounts"),
    "bill_group_page": phrase("Bill groups"),
    "change_history": phrase("Changes"),
    "entity_list": phrase("Entities"),
    "audit_history": phrase("Audit"),
    "audit_revocations": phrase("Audit"),
    "access_review": phrase("Access reviews"),
}
"""The page that each read model is for."""

_PAGE_OF = {table.name: PAGES.get(model.name) for model in MODELS for table in model.tables}
_ON_PAGES = phrases(
    "%(num)s row of what pages show: %(place)s", "%(num)s rows of what pages show: %(place)s"
)
_OWN_FILES = phrases(
    "%(num)s file of the portal's own database", "%(num)s files of the portal's own database"
)
_OTHERS = phrases(
    "%(num)s row of the portal's own bookkeeping", "%(num)s rows of the portal's own bookkeeping"
)
_IN_CLEAR = phrases(
    "%(num)s event that says it in a business fact, such as a line of an invoice",
    "%(num)s events that say it in a business fact, such as a line of an invoice",
)
_UNREAD = phrases(
    "%(num)s PDF was not searched: it is of another bill group, or older. The command portal "
    "privacy find reads it too.",
    "%(num)s PDFs were not searched: they are of other bill groups, or older. The command portal "
    "privacy find reads them too.",
)


def told(found: Sequence[Trace]) -> list[str]:
    """Say how many of what; what reads the same is counted together."""
    named = [each for each in found if _is_file(each) and each.fate != "goes"]
    counts: dict[tuple[tuple[str, str], str, str], int] = {}
    for trace in found:
        if trace not in named:
            page = _PAGE_OF.get(trace.place)
            what = (_called(trace), _(page) if page else "", ", ".join(trace.names))
            counts[what] = counts.get(what, 0) + trace.count
    lines = [
        ngettext(*one_or_more, count, place=place, names=names)
        for (one_or_more, place, names), count in counts.items()
    ]
    return lines + [_("the file %(name)s", name=each.place) for each in named]


def unread(pdfs: int) -> str:
    """Say how many PDFs a page did not wait for."""
    return ngettext(*_UNREAD, pdfs)


def _called(trace: Trace) -> tuple[str, str]:
    if trace.place == "events" and trace.fate != "goes":
        return _IN_CLEAR
    if _is_file(trace):
        return _OWN_FILES
    if _PAGE_OF.get(trace.place):
        return _ON_PAGES
    return PLACES.get(trace.place, _OTHERS)


def _is_file(trace: Trace) -> bool:
    return "/" in trace.place
