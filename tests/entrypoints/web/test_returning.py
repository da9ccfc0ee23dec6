"""A session that ended leads back to where it was, after signing in."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.entrypoints.web.customers import (
    JANE,
    Browser,
    Seller,
    link_of,
    sign_in,
    token_in,
)
from tests.read_models.books import named

ACME, BETA = f"/b/{named('Acme')}", f"/b/{named('Beta')}"
NW_7 = f"{ACME}/invoices/{named('Acme NW-7')}"
CARD = f"{ACME}/payment-methods/{named('Acme card')}"


@pytest.fixture
def inside(seller: Seller, browser: Browser) -> Browser:
    """Jane, signed in to Acme, who may open Beta too."""
    seller.customer("Acme", "acme.com")
    seller.customer("Beta", JANE)
    seller.customer("Gamma", "gamma.com")
    sign_in(seller, browser, "Acme")
    return browser


def end(seller: Seller) -> None:
    """Let every session run out."""
    seller.portal.clock().advance(timedelta(hours=4))


@pytest.mark.parametrize(
    "path",
    [
        f"{ACME}/",
        f"{ACME}/invoices?status=overdue&q=NW%207",
        f"{ACME}/invoices?q=a%26b%2B50%25",
        f"{ACME}/statement",
        f"{ACME}/sessions",
        NW_7,
        f"{BETA}/details",
    ],
)
def test_a_page_is_shown_again_with_what_it_was_asked(
    seller: Seller, inside: Browser, path: str
) -> None:
    end(seller)
    gone = inside.get(path)
    assert (gone.status_code, gone.headers["location"]) == (303, f"/p/{link_of('Acme')}")
    assert sign_in(seller, inside, "Acme").headers["location"] == path
    assert "portal-back" not in inside.cookies


@pytest.mark.parametrize(
    ("path", "page"),
    [
        (f"{NW_7}/pdf", NW_7),
        (f"{NW_7}/cii.xml", NW_7),
        (f"{ACME}/invoices.csv?status=paid", f"{ACME}/invoices"),
        (f"{ACME}/statement.pdf", f"{ACME}/statement"),
    ],
)
def test_a_file_leads_back_to_the_page_that_offers_it(
    seller: Seller, inside: Browser, path: str, page: str
) -> None:
    end(seller)
    assert inside.get(path).status_code == 303
    assert sign_in(seller, inside, "Acme").headers["location"] == page


@pytest.mark.parametrize(
    ("path", "page"),
    [
        (f"{ACME}/contacts/billing", f"{ACME}/contacts/billing"),
        (f"{CARD}/remove", f"{CARD}/remove"),
        (f"{CARD}/default", f"{ACME}/payment-methods"),
        (f"{ACME}/auto-pay", f"{ACME}/"),
        (f"{ACME}/sign-out", f"{ACME}/"),
    ],
)
def test_a_form_leads_back_to_its_page(
    seller: Seller, inside: Browser, path: str, page: str
) -> None:
    token = token_in(inside.get(f"{ACME}/sessions").text)
    end(seller)
    assert inside.post(path, token=token).status_code == 303
    assert sign_in(seller, inside, "Acme").headers["location"] == page
    assert inside.get(page).status_code == 200


def test_a_mails_page_goes_before_where_a_session_ended(seller: Seller, inside: Browser) -> None:
    end(seller)
    inside.get(f"{ACME}/statement")
    door = f"/p/{link_of('Acme')}"
    asked = inside.get(f"{door}?to=/details")
    inside.post(door, address=JANE, token=token_in(asked.text), to="/details")
    seller.works()
    assert inside.press_link(seller.mails[-1]).headers["location"] == f"{ACME}/details"
    assert "portal-back" not in inside.cookies


@pytest.mark.parametrize(
    "forged",
    [
        "//evil.com",
        "https://evil.com/",
        f"/b/{named('Gamma')}/invoices",
        f"{ACME}/../../switch",
        f"{ACME}/\\evil.com",
        f"{ACME}\r\nX: y",
        "/switch",
        "/b/nonsense/",
    ],
)
def test_nothing_but_a_page_that_one_may_enter_is_gone_back_to(
    seller: Seller, inside: Browser, forged: str
) -> None:
    end(seller)
    inside.cookies["portal-back"] = quote(forged, safe="")
    assert sign_in(seller, inside, "Acme").headers["location"] == f"{ACME}/"


def test_outside_a_bill_group_and_at_too_long_an_address_nothing_is_kept(
    seller: Seller, inside: Browser
) -> None:
    end(seller)
    inside.get("/switch")
    inside.get(f"{ACME}/invoices?q={'7' * 1000}")
    assert "portal-back" not in inside.cookies
