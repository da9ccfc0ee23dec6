"""Which mails the person who is signed in wants about a bill group."""

from typing import Any

import msgspec
from litestar import Response
from litestar.params import FromQuery

from application.notifications import ChooseNotifications, choose_notifications
from domain.notifications import NOTIFICATIONS, Notification
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import form as form_route
from entrypoints.http.routes import page
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Entered, Wired
from entrypoints.wording.notifications import NOTIFICATIONS as WORDS
from read_models import details, notification_choices

SAVED = phrase("Your choice is saved.")


class Chosen(msgspec.Struct):
    """The boxes that are ticked; none is a choice too."""

    wanted: list[Notification] = []


@page("/notifications")
def show_notifications(
    entry: Entered, portal: Wired, saved: FromQuery[str | None] = None
) -> Response[str]:
    """Show what is mailed, to whom, and what of it can be turned off."""
    with portal.reading() as connection:
        contact = details.of_bill_group(connection, entry.scope).billing_contact
    with speaking(entry.language):
        notice = gettext(SAVED) if saved == "yes" else None
    billing = contact.email if contact and not is_erased(contact.email) else None
    return show(
        "web/notifications/choose.html",
        entry.page("notifications", notice),
        choices=[(kind, *WORDS[kind]) for kind in NOTIFICATIONS],
        off=_off(entry, portal),
        billing=billing,
        is_reader=billing is not None and entry.address == billing.lower(),
    )


@form_route("/notifications")
def choose(entry: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Take the whole choice."""
    actor, chosen = entry.actor, form.bind(Chosen)
    command = ChooseNotifications(entry.scope.bill_group_id, actor.address, chosen.wanted)
    portal.bus().execute(choose_notifications, command, actor)
    return go(f"{entry.root}/notifications?saved=yes")


def _off(entry: Entry, portal: Portal) -> set[Notification]:
    """Give what is turned off; a preview has no address and shows everything on."""
    if entry.address is None:
        return set()
    with portal.reading() as connection:
        return notification_choices.of_address(connection, entry.scope, entry.address)


ROUTES = (show_notifications, choose)
