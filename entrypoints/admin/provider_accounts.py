"""The payment provider accounts, asked when somebody looks: whether they let us in."""

from litestar import Response

from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.http.answers import show
from entrypoints.http.languages import phrase
from entrypoints.http.routes import page
from entrypoints.payment_checks import AccountState, standings

STATES: dict[AccountState, tuple[str, str, str]] = {
    "answers": ("ok", phrase("Answers"), phrase("It accepts the key of the settings.")),
    "away": (
        "warn",
        phrase("Does not answer"),
        phrase("Whoever pays is told to try again in a minute. Nothing is charged twice."),
    ),
    "key_refused": (
        "bad",
        phrase("Key not accepted"),
        phrase(
            "Nobody can pay through it, and auto-pay waits. Make a new key at the provider and put "
            "it in the setting %(setting)s, or give this one the permissions it lacks."
        ),
    ),
}
"""Each state with the kind of its pill, its name, and what it means."""


@page("/payments/accounts", guards=[allow("billing")])
def provider_accounts(staff: Entered, portal: Wired) -> Response[str]:
    """Ask every account how it stands, and show it; one that is away takes its time."""
    return show(
        "admin/payments/accounts.html",
        staff.page("payments"),
        accounts=list(standings(portal)),
        states=STATES,
    )


ROUTES = (provider_accounts,)
