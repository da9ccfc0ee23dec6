"""Staff set up who may enter: every rule of a grant, through the forms of the panel."""

from uuid import UUID

import pytest

from read_models import access_panel, entry
from tests.entrypoints.admin.books import ACME, customer, seller, signed_in
from tests.entrypoints.admin.desk import Desk, staff_member

PANEL = f"/bill-groups/{ACME}/access"


@pytest.fixture
def panel(desk: Desk) -> Desk:
    """A billing member of the staff at the panel of ACME."""
    seller(desk.portal)
    customer(desk.portal)
    desk.come_in(staff_member(desk.portal, "mara@seller.example", "billing"))
    desk.open(PANEL)
    return desk


def grants(desk: Desk) -> list[str]:
    """Who can sign in, as the panel's table says."""
    with desk.portal.reading() as connection:
        return [grant.value for grant in access_panel.grants(connection, ACME)]


def grant_id(desk: Desk, value: str) -> UUID:
    """The grant of a domain or address."""
    with desk.portal.reading() as connection:
        found = {one.value: one.grant_id for one in access_panel.grants(connection, ACME)}
    return found[value]


def add_domain(desk: Desk, domain: str, **more: str) -> int:
    return desk.send(f"{PANEL}/domains", domain=domain, **more).status_code


def add_address(desk: Desk, address: str, **more: str) -> int:
    return desk.send(f"{PANEL}/addresses", address=address, **more).status_code


def test_a_portal_is_off_and_empty_until_it_is_set_up(panel: Desk) -> None:
    assert "The portal is off. Nobody can enter." in panel.words
    assert "Nobody can sign in yet" in panel.words


def test_who_may_only_look_is_not_told_to_set_anything_up(panel: Desk) -> None:
    panel.come_in(staff_member(panel.portal, "audra@seller.example", "auditor"))
    panel.open(PANEL)
    assert "The portal is off. Nobody can enter." in panel.words
    assert "No domain and no address is granted." in panel.words
    for advice in ("Set up who may sign in", "Add the company's email domain", "Turn on"):
        assert advice not in panel.words


def test_turning_on_makes_the_link_which_stays_the_same_until_it_is_rotated(panel: Desk) -> None:
    panel.send(f"{PANEL}/on")
    assert "The portal is on." in panel.words
    first = link(panel)
    panel.open(f"{PANEL}/off")
    panel.send(f"{PANEL}/off", reason="not paid")
    assert "The portal is off." in panel.words
    assert "Portal switched off by Mara Okafor “not paid”" in panel.words
    panel.send(f"{PANEL}/on")
    assert link(panel) == first
    panel.open(f"{PANEL}/rotate")
    panel.send(f"{PANEL}/rotate")
    assert link(panel) != first
    with panel.portal.reading() as connection:
        assert entry.portal_of_link(connection, first.rpartition("/")[2]) is None


def link(desk: Desk) -> str:
    assert desk.page is not None
    return desk.page.text.partition('id="portal-link" readonly value="')[2].partition('"')[0]


def test_the_link_is_hard_to_guess_and_says_nothing_about_the_customer(panel: Desk) -> None:
    panel.send(f"{PANEL}/on")
    base, _, token = link(panel).rpartition("/")
    assert base == "http://portal.localhost:8000/p"
    assert len(token) >= 22
    assert "acme" not in token.lower()


def test_a_domain_lets_everyone_there_in_with_who_granted_it_and_why(panel: Desk) -> None:
    add_domain(panel, "@ACME.example", domain_reason="onboarding")
    assert grants(panel) == ["acme.example"]
    assert "Mara Okafor 2 Nov 2026 · onboarding" in panel.words


def test_a_domain_is_kept_as_its_a_label_and_shown_readable(panel: Desk) -> None:
    add_domain(panel, "bücher.example")
    assert grants(panel) == ["xn--bcher-kva.example"]
    assert "bücher.example" in panel.words


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("*.acme.example", "A domain stands for itself alone."),
        ("acme example", "A domain has no spaces."),
        ("ap@acme.example", "This is an email address."),
        ("https://acme.example/", "This is a web address."),
        ("acme", "A domain has a dot in it"),
        ("a.example, b.example", "Add one domain at a time."),
        ("co.uk", "Anybody can register a name under co.uk."),
        ("github.io", "Anybody can register a name under github.io."),
        ("gmail.com", "Anybody can get a mailbox at gmail.com."),
        ("mailinator.com", "Anybody can get a mailbox at mailinator.com."),
        ("", "Please type a domain"),
    ],
)
def test_a_domain_that_could_never_match_or_lets_anybody_in_is_refused_at_its_field(
    panel: Desk, typed: str, says: str
) -> None:
    assert add_domain(panel, typed) == 422
    assert says in panel.words
    assert panel.page is not None
    assert f'name="domain" type="text" value="{typed}"' in panel.page.text
    assert grants(panel) == []


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("a@acme.example, b@acme.example", "Add one address at a time."),
        ("a@acme.example;b@acme.example", "Add one address at a time."),
        ("a@acme.example b@acme.example", "Add one address at a time."),
        ("Ane <a@acme.example>", "Please type only the address"),
        ("acme.example", "An email address has an @ in it"),
        ("", "Please type an email address."),
    ],
)
def test_an_address_is_added_alone_and_complete(panel: Desk, typed: str, says: str) -> None:
    assert add_address(panel, typed) == 422
    assert says in panel.words
    assert grants(panel) == []


def test_an_address_is_kept_in_its_one_spelling(panel: Desk) -> None:
    add_address(panel, " Ane@ACME.example ")
    assert grants(panel) == ["ane@acme.example"]


def test_an_address_is_refused_while_its_domain_is_granted_naming_the_grant(panel: Desk) -> None:
    add_domain(panel, "acme.example")
    assert add_address(panel, "ane@acme.example") == 422
    words = "Everyone at acme.example can already sign in (granted 2 Nov 2026 by Mara Okafor)."
    assert words in panel.words


def test_a_sub_domain_is_another_domain(panel: Desk) -> None:
    add_domain(panel, "acme.example")
    assert add_address(panel, "ane@mail.acme.example") == 200
    assert add_domain(panel, "eu.acme.example") == 200
    assert len(grants(panel)) == 3


def test_the_same_grant_twice_is_refused(panel: Desk) -> None:
    add_domain(panel, "acme.example")
    assert add_domain(panel, "ACME.example") == 422
    add_address(panel, "ane@other.example")
    assert add_address(panel, "Ane@other.example") == 422
    assert "ane@other.example can already sign in (granted 2 Nov 2026" in panel.words


def test_a_domain_is_refused_while_its_addresses_are_granted_and_replaces_them_in_one_step(
    panel: Desk,
) -> None:
    for name in ("ane", "bo"):
        add_address(panel, f"{name}@acme.example")
    assert add_domain(panel, "acme.example") == 422
    assert "ane@acme.example, bo@acme.example" in panel.words
    assert panel.page is not None
    assert f'href="{PANEL}/replace?domain=acme.example"' in panel.page.text
    panel.open(f"{PANEL}/replace?domain=acme.example")
    assert "The domain takes the place of these 2 addresses." in panel.words
    panel.send(f"{PANEL}/replace", domain="acme.example", domain_reason="grown")
    assert grants(panel) == ["acme.example"]
    assert "ane@acme.example revoked by Mara Okafor “replaced by the domain”" in panel.words


def test_only_an_admin_insists_on_a_free_mail_domain_and_only_with_a_reason(panel: Desk) -> None:
    assert add_domain(panel, "gmail.com", insist="yes", domain_reason="a sole trader") == 422
    assert "Grant it all the same" not in panel.words
    panel.come_in(staff_member(panel.portal, "ada@seller.example", "admin"))
    panel.open(PANEL)
    assert add_domain(panel, "gmail.com") == 422
    assert "Grant it all the same" in panel.words
    assert add_domain(panel, "gmail.com", insist="yes") == 422
    assert "Please give a reason." in panel.words
    assert add_domain(panel, "gmail.com", insist="yes", domain_reason="a sole trader") == 200
    assert "a sole trader · free mail, by override" in panel.words


def test_nobody_insists_on_a_public_suffix(panel: Desk) -> None:
    panel.come_in(staff_member(panel.portal, "ada@seller.example", "admin"))
    panel.open(PANEL)
    assert add_domain(panel, "co.uk", insist="yes", domain_reason="they asked") == 422


def test_revoking_asks_says_who_is_signed_in_and_needs_a_reason(panel: Desk) -> None:
    add_domain(panel, "acme.example")
    one = grant_id(panel, "acme.example")
    signed_in(panel.portal, ACME, one, "ane@acme.example")
    signed_in(panel.portal, ACME, one, "bo@acme.example")
    panel.open(f"{PANEL}/grants/{one}/revoke")
    assert "2 open sessions lose access to ACME Ltd" in panel.words
    assert panel.send(f"{PANEL}/grants/{one}/revoke", reason="  ").status_code == 422
    assert "Please give a reason." in panel.words
    panel.send(f"{PANEL}/grants/{one}/revoke", reason="left the company")
    assert grants(panel) == []
    assert "acme.example revoked by Mara Okafor “left the company”" in panel.words
    assert panel.open(f"{PANEL}/grants/{one}/revoke").status_code == 404


def test_a_reason_with_a_card_number_is_refused_and_kept_on_the_page(panel: Desk) -> None:
    assert add_domain(panel, "acme.example", domain_reason="card 4242 4242 4242 4242") == 422
    assert "without a card number" in panel.words
    assert grants(panel) == []


def test_the_panel_shows_who_signed_in_by_which_grant_and_how_many(panel: Desk) -> None:
    add_domain(panel, "acme.example")
    one = grant_id(panel, "acme.example")
    signed_in(panel.portal, ACME, one, "ane@acme.example")
    signed_in(panel.portal, ACME, one, "ane@acme.example")
    signed_in(panel.portal, ACME, one, "bo@acme.example")
    panel.open(PANEL)
    assert "2 people have signed in" in panel.words
    assert (
        "ane@acme.example signed in by the grant of acme.example, Firefox on Linux" in panel.words
    )


def test_why_an_address_has_access_is_answered_with_the_grant_who_gave_it_and_why(
    panel: Desk,
) -> None:
    add_domain(panel, "acme.example", domain_reason="onboarding")
    panel.send(f"{PANEL}/why", asked="Ane@ACME.example")
    assert "ane@acme.example is covered by acme.example." in panel.words
    assert "Granted 2 Nov 2026 by Mara Okafor. Reason: onboarding" in panel.words
    panel.send(f"{PANEL}/why", asked="ane@other.example")
    assert "No grant covers ane@other.example. It cannot sign in." in panel.words
    assert panel.send(f"{PANEL}/why", asked="nobody").status_code == 422


def test_who_can_sign_in_is_given_to_a_spreadsheet_but_not_to_auditors(panel: Desk) -> None:
    add_domain(panel, "acme.example", domain_reason="=onboarding")
    add_address(panel, "ole@other.example")
    file = panel.open(f"{PANEL}/grants.csv").text.splitlines()
    assert "Grant,Kind,Granted (UTC),Granted by,Reason,By override" in file[0]
    assert any("acme.example,Domain,2026-" in line for line in file)
    assert any(",Mara Okafor,'=onboarding,no,0," in line for line in file)
    assert any("ole@other.example,Address," in line for line in file)
    panel.come_in(staff_member(panel.portal, "ada@seller.example", "auditor"))
    assert panel.open(f"{PANEL}/grants.csv").status_code == 403


def test_an_unknown_bill_group_is_not_found_on_any_page(panel: Desk) -> None:
    unknown = "/bill-groups/11111111-1111-1111-1111-111111111111/access"
    for path in ("", "/off", "/rotate", "/replace?domain=acme.example"):
        assert panel.open(unknown + path).status_code == 404
    panel.open(PANEL)
    for path in ("/on", "/off", "/rotate", "/domains", "/addresses", "/why"):
        assert panel.send(unknown + path).status_code in {404, 422}
        panel.open(PANEL)
