"""What the browser keeps during a sign-in: a secret of the request, and where to go after."""

from datetime import datetime

import msgspec
from litestar import Response

from application.ports.staff_sign_ins import LIFE
from application.staff_sign_in import SECRET_BITS
from entrypoints.admin.guard import Asking, language_of
from entrypoints.container import Portal
from entrypoints.http import csrf
from entrypoints.http.cookies import CookieJar
from entrypoints.http.page import AdminPage

YEAR = 365 * 86_400
SECONDS = int(LIFE.total_seconds()) * 3


class Asked(msgspec.Struct, frozen=True):
    """A browser that is signing in."""

    browser: str
    language: str
    now: datetime
    path: str
    token: str

    def page(self) -> AdminPage:
        """Give what `admin_base.html` needs, before anybody is signed in."""
        return AdminPage(language=self.language, now=self.now, path=self.path, token=self.token)


def asked_by(portal: Portal, request: Asking) -> Asked:
    """Read the browser's secret, or make one."""
    browser = asked_jar(portal).read(request) or portal.ids().secret(SECRET_BITS)
    return Asked(
        browser=browser,
        language=language_of(request),
        now=portal.clock().now(),
        path=request.url.path,
        token=csrf.token(portal.csrf_key(), browser),
    )


def checked(portal: Portal, request: Asking, given: str) -> Asked:
    """Read the browser's secret, and refuse a form that is not of this browser."""
    asked = asked_by(portal, request)
    csrf.check(portal.csrf_key(), asked.browser, given)
    return asked


def keep(portal: Portal, answer: Response[str], browser: str) -> Response[str]:
    """Hand the browser its secret."""
    answer.set_cookie(asked_jar(portal).set(browser, SECONDS))
    return answer


def asked_jar(portal: Portal) -> CookieJar:
    """Give the cookie of a sign-in under way."""
    return CookieJar("staff-asked", secure=_secure(portal))


def device_jar(portal: Portal) -> CookieJar:
    """Give the cookie of a browser that signed in before; it says with which address, keyed."""
    return CookieJar("staff-device", secure=_secure(portal))


def device_mark(portal: Portal, address: str) -> str:
    """Give what the cookie of a known browser holds for an address."""
    return csrf.token(portal.device_key(), f"staff:{address}")


def next_jar(portal: Portal) -> CookieJar:
    """Give the cookie that says where to go after signing in."""
    return CookieJar("staff-next", secure=_secure(portal))


def _secure(portal: Portal) -> bool:
    url: str = portal.settings().admin_url
    return url.startswith("https://")
