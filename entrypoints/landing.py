"""Where a mail leads to: the portal link, and the page that is shown to whoever gets in by it.

The page is a path of a few shapes below the link's own bill group. It opens nothing: whoever is not
signed in signs in first, and what is another bill group's is not found.
"""

import re
from urllib.parse import quote

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PLACES = re.compile(rf"/(?:(?:invoices|payments)/{_UUID}|payment-methods|details)")

HOME = "/"


def landing_link(base_url: str, link: str, place: str = HOME) -> str:
    """Give the portal link on our host that leads on to a place."""
    door = f"{base_url.rstrip('/')}/p/{link}"
    return door if place == HOME else f"{door}?to={quote(place)}"


def landing(asked: str | None) -> str:
    """Give the place that is asked for if mails lead there, else the first page."""
    return asked if asked and _PLACES.fullmatch(asked) else HOME
