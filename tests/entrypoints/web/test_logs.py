"""What is logged while somebody signs in, fails, and meets a bug: no secret, no address."""

import re
from io import StringIO

import pytest
from sqlalchemy.exc import DataError

from tests.entrypoints.web.customers import (
    JANE,
    Browser,
    Seller,
    code_in,
    link_in,
    link_of,
    sign_in,
)
from tests.read_models.books import named


def test_nothing_that_opens_anything_is_logged(
    seller: Seller,
    browser: Browser,
    logs: StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    browser.get(f"/b/{named('Acme')}/invoices?words=confidential")
    browser.post(f"/p/{link_of('Acme')}/code", code="AAAAAAAA", unknown="field")
    browser.post("/sign-out", token="0" * 64)
    browser.get("/preview/open/a-ticket-of-somebody")

    def broken(*_: object) -> None:
        raise DataError("SELECT 1", {"address": JANE}, OSError("a bug"), hide_parameters=True)

    with monkeypatch.context() as patch:
        patch.setattr("read_models.invoice_list.of_bill_group", broken)
        page = browser.get(f"/b/{named('Acme')}/invoices?words=confidential")
        assert page.status_code == 500
        patch.setattr("entrypoints.web.preview.open_preview", broken)
        assert browser.get("/preview/open/a-ticket-of-somebody").status_code == 500
    told = logs.getvalue()
    reference = re.search(r"[0-9a-f]{8}", page.text.partition("Reference")[2])
    assert reference
    assert reference[0] in told
    mail = next(one for one in seller.mails if "Sign in" in one.subject)
    secrets = [
        code_in(mail),
        code_in(mail).replace(" ", ""),
        link_in(mail).partition("#")[2],
        *(value for name, value in browser.cookies.items() if name != "portal-language"),
        JANE,
        "confidential",
        "a-ticket-of-somebody",
    ]
    assert len(secrets) > 6
    for secret in secrets:
        assert secret not in told, secret


def test_a_statement_that_fails_is_logged_without_its_values(
    seller: Seller, browser: Browser
) -> None:
    assert seller.portal.engine().hide_parameters
    assert seller.portal.keys_engine().hide_parameters
    assert browser.get("/").status_code == 200
