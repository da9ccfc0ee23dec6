"""While the database is away, pages say so and recover by themselves."""

import json
from io import StringIO

import pytest
from sqlalchemy.exc import OperationalError

from tests.entrypoints.web.customers import Browser, Seller, link_of, sign_in
from tests.read_models.books import named


def test_while_the_database_is_away_pages_say_so_and_recover(
    seller: Seller, browser: Browser, logs: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")

    def away() -> None:
        driver = OSError("connection refused\nDETAIL: jane@acme.com")
        raise OperationalError("SELECT 1", {"address": "jane@acme.com"}, driver) from driver

    with monkeypatch.context() as patch:
        patch.setattr(seller.portal.engine(), "connect", away)
        for path in (f"/p/{link_of('Acme')}", f"/b/{named('Acme')}/sessions"):
            answer = browser.get(path)
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "30"
            assert "Reference" in answer.text
            [line] = [json.loads(each) for each in logs.getvalue().splitlines()][-1:]
            assert line["because"] == "OSError: connection refused"
            assert "jane@acme.com" not in logs.getvalue()
    assert browser.get(f"/b/{named('Acme')}/sessions").status_code == 200
