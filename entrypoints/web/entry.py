"""What a page of a bill group knows of who is looking: the session, the scope, the look."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.actor import Customer
from entrypoints.http.brands import brand_of
from entrypoints.http.languages import phrase
from entrypoints.http.page import BillGroupChoice, Link, Page, PreviewBanner
from read_models.entry import BillGroupPortal
from read_models.scope import Scope

NAV = (
    Link("overview", phrase("Overview"), "/"),
    Link("invoices", phrase("Invoices"), "/invoices"),
    Link("statement", phrase("Statement"), "/statement"),
    Link("subscriptions", phrase("Subscriptions"), "/subscriptions"),
    Link("payment_methods", phrase("Payment methods"), "/payment-methods"),
    Link("details", phrase("Details & contacts"), "/details"),
)
"""The pages of a bill group; addresses stand behind the entry's `root`."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may see one bill group now: a customer with a session, or staff in a preview.

    `scope` goes into every query. `root` stands before every path of the bill group's pages. A
    preview has neither address nor session, and is never let through with an unsafe method.
    """

    scope: Scope
    portal: BillGroupPortal
    now: datetime
    language: str
    path: str
    root: str
    token: str
    address: str | None = None
    session_id: UUID | None = None
    signed_in_at: datetime | None = None
    choices: tuple[BillGroupChoice, ...] = ()
    banner: PreviewBanner | None = None

    @property
    def preview(self) -> bool:
        """Whether this is staff looking: nothing counts as a customer's view."""
        return self.banner is not None

    @property
    def actor(self) -> Customer:
        """Who acts by what is done on this page."""
        if self.address is None or self.session_id is None:
            raise PermissionError("a preview does nothing")
        return Customer(self.address, self.scope.bill_group_id, self.session_id)

    def page(self, current: str = "", notice: str | None = None) -> Page:
        """Give what `base.html` needs; `current` is a key of NAV."""
        return Page(
            brand=brand_of(self.portal),
            language=self.language,
            now=self.now,
            zone=self.portal.time_zone,
            path=self.path,
            root=self.root,
            current=current,
            token=self.token,
            address=self.address,
            nav=NAV,
            bill_groups=self.choices or (choice_of(self.portal, current=True),),
            preview=self.banner,
            notice=notice,
        )


def choice_of(portal: BillGroupPortal, *, current: bool) -> BillGroupChoice:
    """Give one line of the switcher."""
    return BillGroupChoice(
        account=portal.account_name,
        name=portal.bill_group_name,
        url=f"/b/{portal.bill_group_id}/",
        current=current,
    )
