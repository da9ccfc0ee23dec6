"""An invitation goes to an address that staff typed, while its grant stands."""

from uuid import UUID

import pytest

from application.portal_access import (
    GrantAddress,
    RevokeGrant,
    TurnPortalOn,
    grant_address,
    revoke_grant,
    turn_portal_on,
)
from application.ports.mail_queue import Wanted
from domain.actor import Staff
from entrypoints.container import Portal
from entrypoints.worker import work_once
from tests.entrypoints.admin.books import ACME, customer, seller

MARA = Staff(UUID(int=5))
LINK = "a-link-of-the-portal-that-nobody-guesses"


@pytest.fixture
def invited(portal: Portal) -> Portal:
    """A portal with an address that is to be invited."""
    seller(portal)
    customer(portal, language="de")
    command = GrantAddress(ACME, UUID(int=6), "Ane@acme.example", invite=True)
    portal.bus().execute(grant_address, command, MARA)
    return portal


def test_an_invitation_links_to_an_open_portal_in_the_bill_groups_language(
    invited: Portal,
) -> None:
    invited.bus().execute(turn_portal_on, TurnPortalOn(ACME, LINK), MARA)
    work_once(invited)
    [mail] = invited.mail().sent
    assert mail.envelope_to == "ane@acme.example"
    assert mail.language == "de"
    assert f"http://portal.localhost:8000/p/{LINK}" in mail.text
    assert mail.message_id == "<00000000-0000-0000-0000-000000000006@localhost>"


def test_while_the_portal_is_off_an_invitation_names_whom_to_ask(invited: Portal) -> None:
    work_once(invited)
    [mail] = invited.mail().sent
    assert "/p/" not in mail.text
    assert "billing@northwind.example" in mail.text


def test_a_revoked_grant_is_not_invited(invited: Portal) -> None:
    invited.bus().execute(revoke_grant, RevokeGrant(ACME, UUID(int=6), "a mistake"), MARA)
    work_once(invited)
    assert invited.mail().sent == []
    [mail] = invited.mail_queue().page(Wanted(bill_group_ids=(ACME,)), 9)
    assert mail.status == "expired"
