"""Signs staff in without mail and second factor: the demo alone has these doors."""

from uuid import UUID

from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from application.staff_session import open_demo_door
from entrypoints.admin.guard import anyone, session_jar
from entrypoints.container import Portal
from entrypoints.demo.links import DemoLinks
from entrypoints.http.answers import go
from entrypoints.http.routes import page


def staff_door(portal: Portal, links: DemoLinks, who: str, staff_id: UUID) -> HTTPRouteHandler:
    """Make the route that signs this staff member in; the record says that it was the demo."""

    @page(f"/demo/{{key:str}}/{who}", guards=[anyone])
    def enter_as_staff(key: FromPath[str]) -> Redirect:
        """Begin a session without any factor."""
        links.check(key)
        answer = go("/")
        answer.set_cookie(session_jar(portal).set(open_demo_door(staff_id, portal.staff_door())))
        return answer

    return enter_as_staff
