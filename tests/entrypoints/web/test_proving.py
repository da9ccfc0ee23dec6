"""A sensitive change after an hour: only the mailbox of whoever is signed in proves it."""

from datetime import timedelta
from typing import Any

import pytest

from application.ports.sign_in_requests import SignInSpent
from application.sign_in import AskToSignIn, Redeem, ask, redeeming
from domain.actor import System
from domain.bill_group import AutoPaySwitched, ContactChanged, PaymentMethodRemoved
from domain.customer_session import SessionEnded, SignedIn
from tests.entrypoints.web.customers import (
    JANE,
    Browser,
    Seller,
    code_in,
    link_of,
    sign_in,
    token_in,
)
from tests.read_models.books import named

ROOT = f"/b/{named('Acme')}"
BILLING = f"{ROOT}/contacts/billing"
CONTACT = {
    "name": "Ane of Acme",
    "email": "invoices@acme.example",
    "country": "GB",
    "lines": "Acme Street 1",
    "city": "London",
    "postal_code": "N1 9GU",
}
DEEDS: list[tuple[str, dict[str, str]]] = [
    (BILLING, CONTACT),
    (f"{ROOT}/payment-methods/{named('Acme card')}/remove", {}),
    (f"{ROOT}/auto-pay", {"collection": "manual"}),
]


@pytest.fixture
def inside(seller: Seller, browser: Browser) -> Browser:
    """Jane, who signed in more than an hour ago, beside another company."""
    seller.customer("Acme", "acme.com")
    seller.customer("Harbour", "harbour.com", JANE)
    sign_in(seller, browser, "Acme")
    seller.portal.clock().advance(timedelta(minutes=61))
    return browser


def ask_elsewhere(seller: Seller, address: str) -> str:
    """Ask for a mail at the other company's link; gives what the browser keeps."""
    asking = AskToSignIn(
        bill_group_id=named("Harbour"),
        link=link_of("Harbour"),
        address=address,
        language="en",
        network="192.0.2.1",
    )
    return ask(asking, seller.portal.sign_in_desk())


def changes(seller: Seller) -> list[Any]:
    """What became of Acme's contacts, methods and auto-pay, and of sign-ins."""
    kinds = (ContactChanged, PaymentMethodRemoved, AutoPaySwitched, SessionEnded, SignedIn)
    return [event for kind in kinds for event in seller.told(kind)]


@pytest.mark.parametrize(("path", "typed"), DEEDS)
@pytest.mark.parametrize("address", ["mallory@harbour.com", JANE])
def test_a_code_of_another_mailbox_or_another_portal_proves_nothing(
    seller: Seller, inside: Browser, path: str, typed: dict[str, str], address: str
) -> None:
    inside.cookies["portal-asked"] = ask_elsewhere(seller, address)
    seller.works()
    code, before = code_in(seller.mails[-1]), inside.cookies["portal-session"]
    token, told = token_in(inside.get(BILLING).text), changes(seller)
    refused = inside.post(path, token=token, proof_code=code, **typed)
    assert refused.status_code == 422
    assert "can no longer be used" in refused.text
    assert inside.cookies["portal-session"] == before
    assert changes(seller) == told

    again = inside.post(path, token=token, proof_again="yes", **typed)
    assert again.status_code == 403
    seller.works()
    assert seller.mails[-1].envelope_to == JANE
    inside.post(path, token=token, proof_code=code_in(seller.mails[-1]), **typed)
    assert inside.cookies["portal-session"] != before
    assert [event.address for event in seller.told(SignedIn)] == [JANE, JANE]


def test_the_proof_itself_refuses_whom_it_does_not_expect(seller: Seller, inside: Browser) -> None:
    del inside
    desk, address = seller.portal.sign_in_desk(), "mallory@harbour.com"
    secret = ask_elsewhere(seller, address)
    seller.works()
    code = code_in(seller.mails[-1])
    for expected in ((JANE, link_of("Harbour")), (address, link_of("Acme"))):
        command = Redeem(by="code", proof=code, asked=secret, expected=expected)
        with pytest.raises(SignInSpent):
            seller.portal.bus().execute(redeeming(desk), command, System("web"))
    right = Redeem(by="code", proof=code, asked=secret, expected=(address, link_of("Harbour")))
    assert seller.portal.bus().execute(redeeming(desk), right, System("web")).address == address


@pytest.mark.parametrize("times", [1, 2])
def test_another_code_within_the_minute_keeps_the_one_that_was_mailed(
    seller: Seller, inside: Browser, times: int
) -> None:
    asked = inside.press(BILLING, BILLING, **CONTACT)
    seller.works()
    code = code_in(seller.mails[-1])
    for _ in range(times):
        again = inside.post(BILLING, token=token_in(asked.text), proof_again="yes", **CONTACT)
        assert again.status_code == 403
    seller.works()
    right = inside.post(BILLING, token=token_in(asked.text), proof_code=code, **CONTACT)
    assert right.status_code == 303


def test_a_change_that_is_sent_twice_at_once_asks_for_one_code(
    seller: Seller, inside: Browser
) -> None:
    token = token_in(inside.get(BILLING).text)
    for _ in range(2):
        inside.cookies.pop("portal-asked", None)  # the second leaves before the first's answer
        inside.post(BILLING, token=token, **CONTACT)
    seller.works()
    code = code_in(seller.mails[-1])
    assert inside.post(BILLING, token=token, proof_code=code, **CONTACT).status_code == 303
