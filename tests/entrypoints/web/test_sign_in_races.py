"""Signing in when many do the same thing at the same instant."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from application.ports.sign_in_requests import SignInSpent
from application.sign_in import AskToSignIn, CodeWrong, Redeem, TriesUsedUp, ask, redeeming
from domain.actor import System
from domain.aggregate import Refusal
from domain.customer_session import SignedIn
from entrypoints.container import Portal
from tests.entrypoints.web.customers import JANE, Seller, code_in, link_in, link_of
from tests.read_models.books import named


def at_once(times: int, work: Callable[[], Any]) -> list[Any]:
    """Do the same in many threads that start together; gives results and refusals."""
    ready, outcomes = threading.Barrier(times), []

    def one() -> None:
        ready.wait()
        try:
            outcomes.append(work())
        except Refusal as refusal:
            outcomes.append(refusal)

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def asked(
    portal: Portal, network: str = "192.0.2.1", address: str = JANE, offered: str | None = None
) -> str:
    """Ask for a mail."""
    command = AskToSignIn(
        bill_group_id=named("Acme"),
        link=link_of("Acme"),
        address=address,
        language="en",
        network=network,
        earlier=offered,
        offered=offered,
    )
    return ask(command, portal.sign_in_desk())


def redeem(portal: Portal, by: Any, proof: str, secret: str) -> Any:
    """Try to sign in."""
    command = Redeem(by=by, proof=proof, asked=secret)
    return portal.bus().execute(redeeming(portal.sign_in_desk()), command, System("web"))


def test_fifty_presses_on_one_link_make_one_session(seller: Seller) -> None:
    seller.customer("Acme", "acme.com")
    secret = asked(seller.portal)
    seller.works()
    token = link_in(seller.mails[0]).partition("#")[2]
    outcomes = at_once(50, lambda: redeem(seller.portal, "link", token, secret))
    assert sum(isinstance(outcome, SignInSpent) for outcome in outcomes) == 49
    assert len(seller.told(SignedIn)) == 1
    now = seller.portal.clock().now()
    assert len(seller.portal.sessions().of_address(JANE, now)) == 1


def test_of_a_hundred_guesses_at_once_five_are_looked_at(seller: Seller) -> None:
    seller.customer("Acme", "acme.com")
    secret = asked(seller.portal)
    seller.works()
    outcomes = at_once(100, lambda: redeem(seller.portal, "code", "00000000", secret))
    assert sum(isinstance(outcome, CodeWrong) for outcome in outcomes) == 5
    assert sum(isinstance(outcome, TriesUsedUp) for outcome in outcomes) == 95
    assert isinstance(_late(seller, secret), TriesUsedUp)


def _late(seller: Seller, secret: str) -> Any:
    try:
        return redeem(seller.portal, "code", code_in(seller.mails[0]), secret)
    except Refusal as refusal:
        return refusal


def test_asking_twenty_times_at_once_sends_one_mail(seller: Seller) -> None:
    seller.customer("Acme", "acme.com")
    at_once(20, lambda: asked(seller.portal))
    seller.works()
    assert len(seller.mails) == 1


def test_a_form_sent_twice_at_once_is_one_request_of_its_browser(seller: Seller) -> None:
    seller.customer("Acme", "acme.com")
    offered = seller.portal.ids().secret(256)
    secrets = at_once(8, lambda: asked(seller.portal, offered=offered))
    seller.works()
    [mail] = seller.mails
    assert set(secrets) == {offered}
    assert redeem(seller.portal, "code", code_in(mail), offered).address == JANE


def test_a_network_gets_a_hundred_mails_an_hour(seller: Seller) -> None:
    seller.customer("Acme", "acme.com")
    for number in range(105):
        asked(seller.portal, address=f"jane{number}@acme.com")
    asked(seller.portal, "198.51.100.7", "joe@acme.com")
    seller.works()
    assert len(seller.mails) == 101
    since = seller.portal.clock().now() - timedelta(hours=1)
    assert seller.portal.sign_in_requests().networks(since) == (2, 106)
