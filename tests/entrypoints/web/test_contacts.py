"""Contacts that customers change: fields of the country, and the billing email's confirmation."""

import re
from datetime import timedelta
from html import unescape

import pytest
from msgspec.structs import replace

from application.ports.mail import OutgoingMail
from domain.bill_group import BillGroup, ContactChanged
from entrypoints.worker.changes_together import MAILED_AFTER
from tests.entrypoints.web.customers import (
    Browser,
    Seller,
    Street,
    code_in,
    sign_in,
    token_in,
)
from tests.read_models.books import named

ROOT = f"/b/{named('Acme')}"
BILLING, SHIPPING = f"{ROOT}/contacts/billing", f"{ROOT}/contacts/shipping"
HERE = {
    "name": "Ane of Acme",
    "company": "Acme Ltd",
    "email": "ap@acme.example",
    "country": "GB",
    "lines": "Acme Street 1",
    "city": "London",
    "postal_code": "N1 9GU",
}
BERLIN = {**HERE, "country": "DE", "lines": "Ring 1", "city": "Berlin", "postal_code": "10115"}
TOKYO = {
    "name": "\u5c71\u7530\u592a\u90ce",
    "email": "yamada@acme.example",
    "phone": "03-1234-5678",
    "country": "JP",
    "postal_code": "1000001",
    "region": "\u6771\u4eac\u90fd",
    "lines": "\u5343\u4ee3\u7530\u533a\u5343\u4ee3\u75301-1",
}
NEW = "invoices@acme.example"


@pytest.fixture
def inside(seller: Seller, browser: Browser) -> Browser:
    """Jane, signed in."""
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    return browser


def words(html: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"<[^>]+>|[\u2066-\u2069]", "", html)


def press(browser: Browser, url: str, **fields: str) -> str:
    """Send a contact's form; gives where it leads."""
    answer = browser.press(url, url, **fields)
    assert answer.status_code == 303, answer.text
    location: str = answer.headers["location"]
    return location


def test_a_japanese_shipping_contact_is_added_shown_and_removed(
    seller: Seller, inside: Browser
) -> None:
    assert press(inside, SHIPPING, **TOKYO) == f"{ROOT}/details?saved=shipping"
    shown = inside.get(f"{ROOT}/details").text
    for line in ("\u3012100-0001", "+81 3-1234-5678", "Japan"):
        assert line in shown
    form = inside.get(SHIPPING).text
    assert form.index('name="postal_code"') < form.index('name="region"')
    assert form.index('name="region"') < form.index('name="lines"')
    inside.press(SHIPPING, f"{SHIPPING}/remove")
    assert [event.contact is None for event in seller.told(ContactChanged)] == [False, True]


def test_a_brazilian_address_has_its_district_between_street_and_city(
    seller: Seller, inside: Browser
) -> None:
    there = {"country": "BR", "lines": "Rua 1", "district": "Bela Vista", "city": "S\u00e3o Paulo"}
    typed = {**HERE, **there, "region": "SP", "postal_code": "01310-100"}
    assert press(inside, SHIPPING, **typed) == f"{ROOT}/details?saved=shipping"
    form = inside.get(SHIPPING).text
    names = ["lines", "district", "city", "region", "postal_code"]
    places = [form.index(f'name="{name}"') for name in names]
    assert places == sorted(places)
    assert "Neighborhood" in form
    assert 'value="Bela Vista"' in form
    assert "Bela Vista" in inside.get(f"{ROOT}/details").text
    (event,) = seller.told(ContactChanged)
    assert event.contact.address.district == "Bela Vista"


def test_everything_wrong_is_said_at_once_and_kept(seller: Seller, inside: Browser) -> None:
    wrong = {**BERLIN, "name": "4242 4242 4242 4242", "email": "nobody", "phone": "12"}
    answer = inside.press(SHIPPING, SHIPPING, **{**wrong, "postal_code": "1011", "city": ""})
    assert answer.status_code == 422
    for words in ("payment card", "called at this number", "postal code (Germany)"):
        assert words in answer.text
    for words in ("Name: ", "Phone: Nobody", "Postal code: This", "City: "):
        assert words in answer.text
    for kept in ('value="nobody"', 'value="12"', 'value="1011"'):
        assert kept in answer.text
    assert seller.told(ContactChanged) == []


@pytest.mark.parametrize("phone", ["ask for Jane, ext. 12", "+44 20 7946 001", "020  79 46"])
def test_an_imported_phone_number_that_is_none_blocks_nothing_until_it_is_changed(
    seller: Seller, inside: Browser, phone: str
) -> None:
    group = seller.portal.log().get(BillGroup, named("Acme"))
    contact = group.contacts["billing"]
    assert contact is not None
    group.receive_contact("billing", replace(contact, phone=phone), by=seller.by())
    seller.portal.log().save(group)
    shown = re.search(r'name="phone"[^>]* value="([^"]*)"', inside.get(BILLING).text)
    assert shown
    kept = {**HERE, "phone": unescape(shown[1]), "name": "Bo of Acme"}
    assert press(inside, BILLING, **kept) == f"{ROOT}/details?saved=billing"
    (event,) = seller.told(ContactChanged)
    assert (event.contact.name, event.contact.phone) == ("Bo of Acme", phone)

    wrong = inside.press(BILLING, BILLING, **{**kept, "phone": "12"})
    assert wrong.status_code == 422
    assert "called at this number" in wrong.text


def test_choosing_a_country_shows_its_fields_keeps_what_fits_and_saves_nothing(
    seller: Seller, inside: Browser
) -> None:
    answer = inside.press(SHIPPING, SHIPPING, **{**BERLIN, "country": "JP", "use_country": "yes"})
    assert answer.status_code == 200
    assert "Prefecture" in answer.text
    assert "Berlin\nRing 1" in answer.text
    assert 'name="city"' not in answer.text
    assert seller.told(ContactChanged) == []

    odd = inside.press(SHIPPING, SHIPPING, **{**BERLIN, "country": "QQ"})
    assert odd.status_code == 422


def test_changing_the_country_checks_the_vat_number_again_and_says_so(inside: Browser) -> None:
    url = f"{ROOT}/details/vat-number"
    inside.press(url, url, vat_number="GB980780684")
    where = press(inside, BILLING, **BERLIN)
    assert where == f"{ROOT}/details?saved=billing&checked=again"
    said = words(inside.get(where).text)
    assert "checked again: GB980780684 is no number of Germany" in said
    assert "Please check" in said


def change_email(browser: Browser, address: str = NEW) -> str:
    """Ask for another billing email."""
    return press(browser, BILLING, **{**HERE, "email": address, "phone": "020 7946 0018"})


def confirmation(seller: Seller, address: str = NEW) -> OutgoingMail:
    """The newest mail that confirms an address."""
    seller.works()
    mails = [mail for mail in seller.mails if "/billing-email/" in mail.text]
    return [mail for mail in mails if mail.envelope_to == address][-1]


def link_of_mail(mail: OutgoingMail) -> tuple[str, str]:
    """The path of the mail's link, and its secret."""
    found = re.search(r"http://portal\.localhost:8000(/billing-email/[^#\s]+)#(\S+)", mail.text)
    assert found
    return found[1], found[2]


def emails(seller: Seller) -> list[str]:
    """The billing emails that changes have made, one after another."""
    return [event.contact.email for event in seller.told(ContactChanged)]


def test_a_new_billing_email_waits_while_the_rest_is_saved_and_both_are_told(
    seller: Seller, inside: Browser
) -> None:
    assert change_email(inside) == f"{ROOT}/details?saved=billing_waits"
    (event,) = seller.told(ContactChanged)
    assert (event.contact.email, event.contact.phone) == ("ap@acme.example", "+442079460018")
    assert f"{NEW} becomes the billing email" in words(inside.get(f"{ROOT}/details").text)

    path, secret = link_of_mail(confirmation(seller))
    seller.portal.clock().advance(MAILED_AFTER)
    seller.works()
    asked, changed = [mail for mail in seller.mails if mail.envelope_to == "ap@acme.example"]
    assert "Nothing has changed yet" in asked.text
    assert "Your details at Northwind have changed: Billing contact" in changed.subject
    assert inside.get(path).status_code == 200
    assert emails(seller) == ["ap@acme.example"], "opening it changes nothing"

    assert inside.press(path, path, secret=secret).status_code == 200
    assert emails(seller)[-1] == NEW
    assert seller.told(ContactChanged)[-1].actor.address == "jane@acme.com"
    seller.works()
    assert {mail.envelope_to for mail in seller.mails[-2:]} == {NEW, "ap@acme.example"}
    assert all("from now on" in mail.text for mail in seller.mails[-2:])
    assert "becomes the billing email" not in inside.get(f"{ROOT}/details").text
    assert inside.press(path, path, secret=secret).status_code in {403, 410}
    assert "confirmed already" in inside.get(path).text


def test_without_a_session_the_link_is_not_enough_and_the_code_is(
    seller: Seller, inside: Browser, browsers: Street
) -> None:
    change_email(inside)
    mail = confirmation(seller)
    path, secret = link_of_mail(mail)
    mailbox = browsers.browser()
    assert 'id="by-link"' not in mailbox.get(path).text
    assert mailbox.press(path, path, secret=secret).status_code == 422
    assert emails(seller) == ["ap@acme.example"]
    assert mailbox.press(path, path, code="0000 0000").status_code == 422
    assert mailbox.press(path, path, code=code_in(mail)).status_code == 200
    assert emails(seller)[-1] == NEW


def test_five_wrong_codes_are_all_there_are(
    seller: Seller, inside: Browser, browsers: Street
) -> None:
    change_email(inside)
    mail = confirmation(seller)
    path, _ = link_of_mail(mail)
    mailbox = browsers.browser()
    for _wrong in range(5):
        mailbox.press(path, path, code="0000 0000")
    assert mailbox.press(path, path, code=code_in(mail)).status_code == 422
    assert emails(seller) == ["ap@acme.example"]


def test_of_two_pending_changes_the_newest_wins_and_the_older_link_says_so(
    seller: Seller, inside: Browser
) -> None:
    change_email(inside, "first@acme.example")
    older, secret = link_of_mail(confirmation(seller, "first@acme.example"))
    change_email(inside, "second@acme.example")
    newer, right = link_of_mail(confirmation(seller, "second@acme.example"))
    token = token_in(inside.get(newer).text)
    assert "Only the newest one" in inside.get(older).text
    assert inside.post(older, token=token, secret=secret).status_code == 403
    inside.press(newer, newer, secret=right)
    assert emails(seller)[-1] == "second@acme.example"


def test_a_change_is_good_for_a_day(seller: Seller, inside: Browser, browsers: Street) -> None:
    change_email(inside)
    mail = confirmation(seller)
    path, _ = link_of_mail(mail)
    mailbox = browsers.browser()
    token = token_in(mailbox.get(path).text)
    seller.portal.clock().advance(timedelta(hours=24))
    assert mailbox.get(path).status_code == 410
    assert mailbox.post(path, token=token, code=code_in(mail)).status_code == 410
    assert emails(seller) == ["ap@acme.example"]
    sign_in(seller, inside, "Acme")
    assert "was not confirmed within a day" in inside.get(f"{ROOT}/details").text


def test_a_change_is_sent_again_and_cancelled(seller: Seller, inside: Browser) -> None:
    change_email(inside)
    path, first = link_of_mail(confirmation(seller))
    assert inside.press(f"{ROOT}/details", f"{BILLING}/email/again").status_code == 303
    again, second = link_of_mail(confirmation(seller))
    assert (again, first != second) == (path, True)
    too_many = inside.press(f"{ROOT}/details", f"{BILLING}/email/again")
    assert too_many.status_code == 422
    assert "try again in an hour" in too_many.text
    inside.press(f"{ROOT}/details", f"{BILLING}/email/cancel")
    assert "was cancelled" in inside.get(path).text
    assert emails(seller) == ["ap@acme.example"]


def test_a_change_dies_with_the_access_of_whoever_asked(
    seller: Seller, inside: Browser, browsers: Street
) -> None:
    change_email(inside)
    mail = confirmation(seller)
    path, _ = link_of_mail(mail)
    mailbox = browsers.browser()
    token = token_in(mailbox.get(path).text)
    seller.revoke("Acme")
    assert mailbox.post(path, token=token, code=code_in(mail)).status_code == 410
    assert emails(seller) == ["ap@acme.example"]


def test_after_an_hour_the_mailbox_is_proven_again_and_what_was_typed_is_kept(
    seller: Seller, inside: Browser
) -> None:
    seller.portal.clock().advance(timedelta(minutes=61))
    typed = {**HERE, "email": NEW, "name": 'Ane "Q" of Acme'}
    asked = inside.press(BILLING, BILLING, **typed)
    assert asked.status_code == 403
    assert 'value="Ane &#34;Q&#34; of Acme"' in asked.text
    assert seller.told(ContactChanged) == []
    seller.works()
    token = token_in(asked.text)
    code = code_in(seller.mails[-1])

    wrong = inside.post(BILLING, token=token, proof_code="0000 0000", **typed)
    assert wrong.status_code == 422
    assert f'value="{NEW}"' in wrong.text
    before = inside.cookies["portal-session"]
    right = inside.post(BILLING, token=token, proof_code=code, **typed)
    assert right.headers["location"] == f"{ROOT}/details?saved=billing_waits"
    assert inside.cookies["portal-session"] != before
    assert confirmation(seller).envelope_to == NEW
    assert inside.get(f"{ROOT}/details").status_code == 200


def test_a_proven_sign_in_with_something_wrong_in_the_form_goes_on_with_its_new_session(
    seller: Seller, inside: Browser
) -> None:
    seller.portal.clock().advance(timedelta(minutes=61))
    typed = {**HERE, "email": NEW, "phone": "12"}
    asked = inside.press(BILLING, BILLING, **typed)
    seller.works()
    code = code_in(seller.mails[-1])
    wrong = inside.post(BILLING, token=token_in(asked.text), proof_code=code, **typed)
    assert wrong.status_code == 422
    fixed = {**typed, "phone": ""}
    assert inside.post(BILLING, token=token_in(wrong.text), **fixed).status_code == 303


def test_the_rest_of_a_contact_needs_no_fresh_sign_in(seller: Seller, inside: Browser) -> None:
    seller.portal.clock().advance(timedelta(minutes=61))
    press(inside, BILLING, **{**HERE, "name": "Bo of Acme"})
    assert seller.told(ContactChanged)[-1].contact.name == "Bo of Acme"


def test_a_bill_group_without_a_contact_gets_one_when_its_email_is_confirmed(
    seller: Seller, inside: Browser
) -> None:
    group = _group(seller)
    group.receive_contact("billing", None, by=seller.by())
    seller.portal.log().save(group)
    change_email(inside)
    assert seller.told(ContactChanged) == []
    path, secret = link_of_mail(confirmation(seller))
    inside.press(path, path, secret=secret)
    (event,) = seller.told(ContactChanged)
    assert (event.contact.email, event.contact.name) == (NEW, "Ane of Acme")


def _group(seller: Seller) -> BillGroup:
    return seller.portal.log().get(BillGroup, named("Acme"))
