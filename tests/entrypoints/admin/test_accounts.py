"""Staff find accounts by what they have at hand, and see of them what their roles allow."""

from datetime import date

import pytest

from domain.account import Account, Contract
from tests.entrypoints.admin.books import ACME, billed, by, customer, seller
from tests.entrypoints.admin.desk import Desk, staff_member
from tests.read_models.books import named

ACCOUNT = f"/accounts/{named('ACME account')}"
GROUP = f"/bill-groups/{ACME}"


@pytest.fixture
def desk_with_customers(desk: Desk) -> Desk:
    """A billing member of the staff, and three customers."""
    seller(desk.portal)
    customer(desk.portal)
    customer(desk.portal, "Globex", "Main", account="Globex GmbH")
    customer(desk.portal, "Ōsaka", "本社", account="=cmd|大阪 %_ Trading")
    billed(desk.portal, "NW-1", "NW-2")
    desk.come_in(staff_member(desk.portal, "mara@seller.example", "billing"))
    desk.open(f"{GROUP}/access")
    desk.send(f"{GROUP}/access/domains", domain="acme-mail.example")
    desk.send(f"{GROUP}/access/on")
    return desk


@pytest.mark.parametrize("words", ["acme", "ACME ltd", "europe", "acme-mail", "ACME"], ids=repr)
def test_an_account_is_found_by_name_bill_group_id_or_who_may_sign_in(
    desk_with_customers: Desk, words: str
) -> None:
    desk_with_customers.open(f"/accounts?q={words}")
    assert "ACME Ltd" in desk_with_customers.words
    assert ("Globex" in desk_with_customers.words) == (words == "europe and globex")


def test_signs_of_patterns_are_looked_for_as_they_stand(desk_with_customers: Desk) -> None:
    desk_with_customers.open("/accounts?q=%25_")
    assert "Trading" in desk_with_customers.words
    assert "ACME Ltd" not in desk_with_customers.words


def test_what_nothing_fits_says_so_and_leads_back(desk_with_customers: Desk) -> None:
    desk_with_customers.open("/accounts?q=nothing-like-it")
    assert "No account fits" in desk_with_customers.words


def test_accounts_are_kept_by_whether_a_portal_is_on(desk_with_customers: Desk) -> None:
    desk_with_customers.open("/accounts?portals=on")
    assert "ACME Ltd" in desk_with_customers.words
    assert "Globex" not in desk_with_customers.words
    desk_with_customers.open("/accounts?portals=off")
    assert "Globex" in desk_with_customers.words


def test_a_portal_that_is_on_without_an_active_contract_is_not_called_on(
    desk_with_customers: Desk,
) -> None:
    company = desk_with_customers.portal.log().get(Account, named("ACME account"))
    over = Contract(named("ACME contract"), "C-1", "finished", date(2025, 1, 1), date(2026, 1, 1))
    company.record_contract(over, by=by(desk_with_customers.portal))
    desk_with_customers.portal.log().save(company)
    desk_with_customers.open("/accounts?q=acme")
    assert "No active contract" in desk_with_customers.words


def test_the_list_is_paged(desk_with_customers: Desk) -> None:
    for number in range(30):
        customer(desk_with_customers.portal, f"Row {number:02}")
    desk_with_customers.open("/accounts")
    assert "1 to 25 of 33" in desk_with_customers.words
    desk_with_customers.open("/accounts?at=2")
    assert "26 to 33 of 33" in desk_with_customers.words


def test_the_file_holds_the_list_and_no_formula(desk_with_customers: Desk) -> None:
    file = desk_with_customers.open("/accounts.csv")
    assert file.headers["content-type"].startswith("text/csv")
    lines = file.text.splitlines()
    assert lines[0].endswith("Account,External id,Active contract,Bill groups,Portals on,Grants")
    assert "ACME Ltd,ACME,yes,1,1,1" in lines
    assert any(line.startswith("'=cmd|") for line in lines)


def test_an_account_shows_contracts_bill_groups_balance_and_the_portal_button(
    desk_with_customers: Desk,
) -> None:
    desk_with_customers.open(ACCOUNT)
    assert "Europe Northwind · EUR On 1 grant €238.00" in desk_with_customers.words
    assert "C-1 Active 1 Jan 2025 open-ended" in desk_with_customers.words
    assert desk_with_customers.page is not None
    assert f'href="{GROUP}/access"' in desk_with_customers.page.text
    assert "Copy link" in desk_with_customers.words


def test_a_bill_group_shows_what_the_customer_sees_and_who_can_enter(
    desk_with_customers: Desk,
) -> None:
    desk_with_customers.open(GROUP)
    for words in ("€238.00", "2 open invoices", "NW-1", "acme-mail.example", "Monthly, in advance"):
        assert words in desk_with_customers.words


def test_an_auditor_sees_names_and_access_and_no_invoices(desk_with_customers: Desk) -> None:
    desk = desk_with_customers
    desk.come_in(staff_member(desk.portal, "otto@seller.example", "auditor"))
    desk.open(ACCOUNT)
    assert "Europe" in desk.words
    assert "€" not in desk.words
    assert desk.open(GROUP).status_code == 403
    desk.open(f"{GROUP}/access")
    assert "acme-mail.example" in desk.words
    assert desk.page is not None
    assert f'href="/audit/history?bill_group={ACME}"' in desk.page.text
    for button in ("Add domain", "Revoke", "Turn off", "Preview portal", "Rotate link"):
        assert button not in desk.words


def test_a_viewer_sees_everything_and_changes_nothing(desk_with_customers: Desk) -> None:
    desk = desk_with_customers
    desk.come_in(staff_member(desk.portal, "vera@seller.example", "viewer"))
    assert desk.open(GROUP).status_code == 200
    desk.open(f"{GROUP}/access")
    assert "Add domain" not in desk.words
    for path, fields in (
        ("on", {}),
        ("off", {}),
        ("rotate", {}),
        ("domains", {"domain": "b.example"}),
        ("addresses", {"address": "a@b.example"}),
        ("replace", {"domain": "b.example"}),
    ):
        desk.open(f"{GROUP}/access")
        assert desk.send(f"{GROUP}/access/{path}", **fields).status_code == 403


@pytest.mark.parametrize("path", ["/accounts", "/accounts.csv", ACCOUNT, GROUP, f"{GROUP}/access"])
def test_nobody_sees_accounts_without_signing_in(desk_with_customers: Desk, path: str) -> None:
    desk_with_customers.client.cookies.clear()
    desk_with_customers.open(path)
    assert "ACME" not in desk_with_customers.words


def test_unknown_accounts_and_bill_groups_are_not_found(desk_with_customers: Desk) -> None:
    unknown = "11111111-1111-1111-1111-111111111111"
    assert desk_with_customers.open(f"/accounts/{unknown}").status_code == 404
    assert desk_with_customers.open(f"/bill-groups/{unknown}").status_code == 404
