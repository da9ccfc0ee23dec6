"""Sign-ins of staff that are under way: asked for, mailed, proven, and then a session."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from application.ports.event_log import Beside, Job
from domain.aggregate import Refusal

LIFE = timedelta(minutes=10)
"""How long a mailed secret is good after asking, and how long a proven mailbox waits for the
second factor."""

CODE_TRIES = 5
MAILS_A_MINUTE = 1
MAILS_AN_HOUR = 5
ASKED_AN_HOUR_PER_NETWORK = 100


class StaffSignInOver(Refusal):
    """There is no such sign-in in this browser, or it was used, replaced, or is too old."""

    code = "staff_sign_in_over"


class StaffSignInCodeWrong(Refusal):
    """The code is not one that was mailed for this sign-in: `tries_left`."""

    code = "staff_sign_in_code_wrong"


class AskedSignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asked to sign in with this canonical address; nothing is known about them yet."""

    request_id: UUID
    address: str
    language: str
    network: str
    asked_at: datetime
    known_browser: bool = False
    """Whether this browser signed in with this address before: it has a budget of its own."""


class StaffSignIns(Protocol):
    """What keeping these sign-ins promises.

    1. `ask` keeps the request and its job in one transaction; secrets are kept as hashes only.
    2. Past one mail a minute or five an hour for an address (known browsers apart from others), or
       a hundred an hour from a network, the request is kept without its job; an older request of
       the browser for that address goes on.
    3. `asked` and `waiting` give a request that is not proven and not over; otherwise
       StaffSignInOver.
    4. `arm` adds the secrets of one sending; all of one request are good for ten minutes after
       asking, until one is used.
    5. Proving needs the browser that asked, serves once even in a race, and moves the sign-in to a
       new browser secret.
    6. A code has five tries, counted before they are evaluated.
    7. A newer request of the same browser that is mailed ends the older one.
    8. `proven` and `finish` hold for ten minutes after proving; `finish` serves once.
    9. `forget` deletes what was asked before a moment.
    """

    def ask(self, asked: AskedSignIn, browser: str, job: Job, replaces: str = "") -> str:
        """Keep a request of the browser with this secret, with the job that mails it.

        Gives the secret that the browser goes on with: this one, or `replaces`.
        """

    def asked(self, request_id: UUID, at: datetime) -> AskedSignIn:
        """Give a request that still waits to be proven."""

    def waiting(self, browser: str, at: datetime) -> AskedSignIn:
        """Give the request of a browser that still waits to be proven."""

    def arm(self, request_id: UUID, link: str, code: str) -> None:
        """Keep the hashes of a mail's link secret and code."""

    def prove_by_link(self, browser: str, link: str, renewed: str, at: datetime) -> AskedSignIn:
        """Use a link; raises StaffSignInOver."""

    def prove_by_code(self, browser: str, code: str, renewed: str, at: datetime) -> AskedSignIn:
        """Use a code; raises StaffSignInCodeWrong or StaffSignInOver."""

    def proven(self, browser: str, at: datetime) -> AskedSignIn:
        """Give the sign-in whose mailbox this browser proved; raises StaffSignInOver."""

    def finish(self, browser: str, at: datetime) -> Beside:
        """Use up a proven sign-in beside the session's event; raises StaffSignInOver then."""

    def forget(self, before: datetime) -> None:
        """Delete old requests with their secrets."""
