"""Details that customers change in place: their checks, what is said, and what staff see of it."""

import pytest

from domain.bill_group import BillGroup, DetailChanged
from tests.entrypoints.web.customers import Browser, Seller, sign_in, token_in
from tests.read_models.books import named

ROOT = f"/b/{named('Acme')}"
DETAILS = f"{ROOT}/details"


@pytest.fixture
def inside(seller: Seller, browser: Browser) -> Browser:
    """Jane, signed in to a bill group in the United Kingdom."""
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    return browser


@pytest.mark.parametrize(
    ("path", "name", "typed", "kept"),
    [
        ("po-number", "po_number", "  PO  2027/1 ", "PO 2027/1"),
        ("vat-number", "vat_number", "gb 980 7806 84", "GB980780684"),
        ("registration-number", "registration_number", "09876543", "09876543"),
    ],
)
def test_a_detail_is_changed_in_its_place_and_cleared_again(  # noqa: PLR0917 - one line of the table
    seller: Seller, inside: Browser, path: str, name: str, typed: str, kept: str
) -> None:
    url = f"{DETAILS}/{path}"
    assert f'name="{name}"' in inside.get(url).text
    saved = inside.press(url, url, **{name: typed})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{DETAILS}?saved={name}")
    shown = inside.get(saved.headers["location"]).text
    assert kept in shown
    assert "saved" in shown

    inside.press(url, url, **{name: ""})
    told = seller.told(DetailChanged)
    assert [event.value for event in told] == [kept, None]
    assert told[0].actor.address == "jane@acme.com"
    assert told[0].actor.bill_group_id == named("Acme")


def test_a_wrong_vat_number_is_explained_and_kept_as_typed(seller: Seller, inside: Browser) -> None:
    url = f"{DETAILS}/vat-number"
    answer = inside.press(url, url, vat_number="GB980780685")
    assert answer.status_code == 422
    assert 'value="GB980780685"' in answer.text
    assert "United Kingdom" in answer.text
    assert "GB980780684" in answer.text
    assert f'href="{ROOT}/contacts/billing"' in answer.text
    assert seller.told(DetailChanged) == []

    foreign = inside.press(url, url, vat_number="DE136695976")
    assert "begins like a number of another country" in foreign.text


def test_an_imported_number_that_does_not_fit_is_marked_and_stays(inside: Browser) -> None:
    shown = inside.get(DETAILS).text
    assert "VAT-Acme" in shown
    assert "Please check" in shown


def test_a_po_number_of_256_characters_is_too_long_and_one_of_255_is_not(inside: Browser) -> None:
    url = f"{DETAILS}/po-number"
    assert inside.press(url, url, po_number="7" * 256).status_code == 422
    assert inside.press(url, url, po_number="7" * 255).status_code == 303


def test_card_like_digits_are_a_good_po_number(inside: Browser) -> None:
    url = f"{DETAILS}/po-number"
    assert inside.press(url, url, po_number="4242 4242 4242 4242").status_code == 303


def test_the_default_is_chosen_among_the_methods_known(seller: Seller, inside: Browser) -> None:
    url = f"{DETAILS}/default-payment-method"
    assert str(named("Acme card")) in inside.get(url).text
    needed = inside.press(url, url, default_payment_method="")
    assert needed.status_code == 422
    assert "Auto-pay collects with the default method." in needed.text
    group = seller.portal.log().get(BillGroup, named("Acme"))
    group.switch_auto_pay("manual", by=seller.by())
    seller.portal.log().save(group)
    none = inside.press(url, url, default_payment_method="")
    assert none.status_code == 303
    foreign = inside.press(url, url, default_payment_method=str(named("Globex card")))
    assert foreign.status_code == 422
    again = inside.press(url, url, default_payment_method=str(named("Acme card")))
    assert again.status_code == 303
    assert [event.value for event in seller.told(DetailChanged)] == [
        None,
        str(named("Acme card")),
    ]
    assert ">Default<" in inside.get(f"{ROOT}/payment-methods").text


def test_with_javascript_only_the_card_is_exchanged(inside: Browser) -> None:
    url = f"{DETAILS}/vat-number"
    token = token_in(inside.get(url).text)
    part = _part(inside, "GET", url)
    assert part.startswith('<section class="card" id="details"')
    assert "<html" not in part
    wrong = inside.client.request(
        "POST",
        url,
        data={"token": token, "vat_number": "GB980780685"},
        headers={**_HTMX, "Cookie": _cookies(inside), "Sec-Fetch-Site": "same-origin"},
    )
    assert wrong.status_code == 422
    assert wrong.text.lstrip().startswith('<section class="card" id="details"')
    assert 'value="GB980780685"' in wrong.text
    saved = _part(inside, "GET", f"{DETAILS}?saved=vat_number")
    assert "The VAT number is saved" in saved


_HTMX = {"HX-Request": "true"}


def _cookies(browser: Browser) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def _part(browser: Browser, method: str, url: str) -> str:
    browser.client.cookies.clear()
    headers = {**_HTMX, "Cookie": _cookies(browser)}
    return browser.client.request(method, url, headers=headers).text.lstrip()


def test_unknown_fields_are_refused(inside: Browser) -> None:
    url = f"{DETAILS}/po-number"
    assert inside.press(url, url, vat_number="GB980780684").status_code == 400
