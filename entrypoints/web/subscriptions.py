"""The page of subscriptions: those that run, and behind a filter those that are over."""

from typing import get_args

from litestar import Response

from entrypoints.http.answers import show
from entrypoints.http.routes import page
from entrypoints.web.guard import Asking, Entered, Wired
from entrypoints.wording.subscription_lines import Shown
from read_models import subscription_list
from read_models.subscription_list import Show


@page("/subscriptions")
def list_subscriptions(request: Asking, entry: Entered, portal: Wired) -> Response[str]:
    """Show the subscriptions of the bill group."""
    chosen = request.query_params.get("show")
    wanted: Show = next((each for each in get_args(Show) if each == chosen), "running")
    with portal.reading() as connection:
        rows = subscription_list.of_bill_group(connection, entry.scope, wanted)
        over = subscription_list.count_over(connection, entry.scope)
    return show(
        "web/subscriptions/list.html",
        entry.page("subscriptions"),
        rows=[Shown.of(row.facts) for row in rows],
        over=over,
        wanted=wanted,
    )


ROUTES = (list_subscriptions,)
