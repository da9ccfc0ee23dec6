"""What a staff page knows of who is looking: name, roles, session, and where they may go."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.ports.staff_sessions import KeptStaffSession
from domain.actor import Staff
from domain.staff import Role
from entrypoints.http.languages import phrase
from entrypoints.http.page import AdminPage, Link

INCLUDES: dict[Role, frozenset[Role]] = {
    "viewer": frozenset({"viewer"}),
    "billing": frozenset({"viewer", "billing"}),
    "admin": frozenset({"viewer", "billing", "admin"}),
    "auditor": frozenset({"auditor"}),
}
"""What each role may do besides: billing sees what viewers see, admins do what billing does."""

NAV: tuple[tuple[Link, frozenset[Role]], ...] = (
    (Link("accounts", phrase("Accounts"), "/accounts"), frozenset({"viewer", "auditor"})),
    (Link("entities", phrase("Entities"), "/entities"), frozenset({"viewer"})),
    (Link("payments", phrase("Payments"), "/payments"), frozenset({"billing"})),
    (Link("mail", phrase("Mail"), "/mail"), frozenset({"billing"})),
    (Link("staff", phrase("Staff"), "/staff"), frozenset({"admin"})),
    (Link("privacy", phrase("Privacy"), "/privacy"), frozenset({"admin"})),
    (Link("audit", phrase("Audit"), "/audit"), frozenset({"auditor"})),
)
"""The pages of the admin, each with the roles that may open it."""

SEARCH: str | None = "/accounts"
"""Where the search field at the top goes."""


class StaffEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A staff member who is signed in, at one request."""

    staff_id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    session: KeptStaffSession
    token: str
    now: datetime
    language: str
    path: str

    @property
    def actor(self) -> Staff:
        """Who acts by what is done on this page."""
        return Staff(self.staff_id)

    def holds(self, *roles: Role) -> bool:
        """Whether one of the roles held is, or includes, one of these."""
        return any(INCLUDES[held] & set(roles) for held in self.roles)

    def page(self, current: str = "", notice: str | None = None, sought: str = "") -> AdminPage:
        """Give what `admin_base.html` needs; `current` is a key of NAV."""
        return AdminPage(
            language=self.language,
            now=self.now,
            path=self.path,
            current=current,
            token=self.token,
            staff_name=self.name,
            nav=tuple(link for link, roles in NAV if self.holds(*roles)),
            search=SEARCH if self.holds("viewer", "auditor") else None,
            sought=sought,
            notice=notice,
        )

    def bare_page(self) -> AdminPage:
        """Give the page of one step, without the way to other pages."""
        return AdminPage(language=self.language, now=self.now, path="/", token=self.token)


Entered: TypeAlias = NamedDependency[SkipValidation[StaffEntry]]
"""What a handler's parameter `staff` is annotated with."""
