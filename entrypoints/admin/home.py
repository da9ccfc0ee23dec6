"""The start page: the first page that the roles may open."""

from litestar.response import Redirect

from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import everybody
from entrypoints.http.answers import go
from entrypoints.http.routes import page


@page("/", guards=[everybody])
def home(staff: Entered) -> Redirect:
    """Lead on; somebody whose roles open no page yet sees their own sessions."""
    nav = staff.page().nav
    return go(nav[0].url if nav else "/sessions")


ROUTES = (home,)
