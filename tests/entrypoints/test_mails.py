"""The portal's mails: who may be linked to, what names may do, what every message says."""

import re
from datetime import UTC, date, datetime
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from babel.messages.extract import extract_from_dir
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from entrypoints.http import languages
from entrypoints.http.accent import ENOUGH, contrast
from entrypoints.http.page import Brand
from entrypoints.mails import compose as composing
from entrypoints.mails.compose import Changed, Composed, Message, compose
from entrypoints.mails.letterhead import Letterhead, LinkLeadsElsewhere
from entrypoints.wording.changes import Difference

HERE = "https://billing.northwind.example"
BRAND = Brand(
    name="Northwind Ltd",
    logo="/logos/0a1b2c.png",
    accent="#0f766e",
    email="billing@northwind.example",
    phone="+44 20 7946 0000",
)
LETTERHEAD = Letterhead(brand=BRAND, base_url=HERE, zone="Europe/London")
TOKEN = "aB3_" * 11
FACTS: dict[str, dict[str, Any]] = {
    "sign_in": {
        "address": "jane@acme.com",
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "link": f"{HERE}/sign-in#{TOKEN}",
        "code": "7K3M9QXT",
    },
    "staff_sign_in": {
        "address": "maria@northwind.example",
        "link": f"{HERE}/sign-in#{TOKEN}",
        "code": "7K3M9QXT",
    },
    "access_granted": {
        "address": "jane@acme.com",
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "link": f"{HERE}/p/Zk3",
    },
    "billing_email_confirm": {
        "asker": "jane@acme.com",
        "address": "ap@acme.com",
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "link": f"{HERE}/billing-email/1#{TOKEN}",
        "code": "7K3M 9QXT",
    },
    "billing_email_asked": {
        "asker": "jane@acme.com",
        "new": "ap@acme.com",
        "earlier": "old@acme.com",
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "link": f"{HERE}/p/Zk3",
    },
    "billing_email_changed": {
        "asker": "jane@acme.com",
        "new": "ap@acme.com",
        "earlier": "old@acme.com",
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "link": f"{HERE}/p/Zk3",
    },
    "invoice_available": {
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "number": "NW-7",
        "minor": 11_900,
        "open": 11_900,
        "currency": "EUR",
        "issued_on": date(2026, 3, 2),
        "due_on": date(2026, 4, 1),
        "by_itself": False,
        "link": f"{HERE}/p/Zk3",
    },
    "details_changed": {
        "asker": "jane@acme.com",
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "changed": [Changed("PO number", False, [Difference("PO number", "PO-1", "PO-2")])],
        "link": f"{HERE}/p/Zk3",
    },
    "methods_changed": {
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "news": "saved",
        "method": "Visa ending 4242",
        "collection": None,
        "collected": [],
        "link": f"{HERE}/p/Zk3",
    },
    "review_reminder": {
        "title": "Yearly review",
        "left": 3,
        "due": "1 Apr 2026",
        "overdue": False,
        "link": f"{HERE}/audit/reviews/1",
    },
    "receipt": {
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "minor": 23_800,
        "currency": "EUR",
        "paid_on": date(2026, 3, 2),
        "method": "Visa 4242",
        "reference": "pay_7f3a",
        "invoices": [("NW-1", 11_900), (None, 11_900)],
        "link": f"{HERE}/p/Zk3",
    },
    "payment_taken_back": {
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "minor": 11_900,
        "currency": "EUR",
        "invoices": [("NW-1", 11_900)],
        "link": f"{HERE}/p/Zk3",
    },
    "payment_failed": {
        "account_name": "Acme Industries",
        "bill_group_name": "EU subscriptions",
        "minor": 11_900,
        "currency": "EUR",
        "method": "Sandbox Bank 3001",
        "invoices": [("NW-1", 11_900)],
        "plan": None,
        "why": "The bank returned the direct debit.",
        "link": f"{HERE}/p/Zk3",
    },
    "new_browser": {
        "address": "jane@acme.com",
        "browser": "Firefox on Linux",
        "at": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        "link": f"{HERE}/sessions",
    },
}
MESSAGES: tuple[Message, ...] = get_args(Message)
every_message = pytest.mark.parametrize("message", MESSAGES)
every_language = pytest.mark.parametrize("language", languages.SUPPORTED)


class Reading(HTMLParser):
    """What a mail program sees: the tags with their attributes, and the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def addresses(self) -> list[str]:
        """Everything that would be opened or fetched."""
        kinds = ("href", "src", "action", "background")
        return [value for _, attrs in self.tags for kind in kinds if (value := attrs.get(kind))]


def written(message: Message, language: str = "en", **changes: Any) -> Composed:
    return compose(message, language, LETTERHEAD, **FACTS[message] | changes)


@every_language
@every_message
def test_links_and_pictures_come_from_our_own_host_only(message: Message, language: str) -> None:
    mail = written(message, language)
    assert set(Reading(mail.html).addresses()) == {
        FACTS[message]["link"],
        f"{HERE}/logos/0a1b2c.png",
    }
    assert re.findall(r"\S+://\S+", mail.text) == [FACTS[message]["link"]]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.com/",
        "https://billing.northwind.example.evil.com/",
        "https://billing.northwind.example@evil.com/",
        "http://billing.northwind.example/",
        "//evil.com/",
        "javascript:alert(1)",
        f'{HERE}/"><img src=x>',
        f"{HERE}/ https://evil.com/",
        f"{HERE}/\nhttps://evil.com/",
    ],
)
@every_message
def test_a_link_to_anywhere_else_is_refused(message: Message, link: str) -> None:
    with pytest.raises(LinkLeadsElsewhere):
        written(message, link=link)


def test_a_logo_from_anywhere_else_is_refused() -> None:
    elsewhere = Letterhead(brand=Brand(name="N", logo="https://evil.com/x.png"), base_url=HERE)
    with pytest.raises(LinkLeadsElsewhere):
        compose("sign_in", "en", elsewhere, **FACTS["sign_in"])


HOSTILE = (
    '<a href="https://evil.com">Pay now</a>\r\nBcc: x@evil.com https://evil.com www.evil.com '
    "evil.com mailto:x@evil.com \u202e\u200b {{ link }} %(entity)s"
)


@pytest.mark.parametrize(
    "message",
    [
        "sign_in",
        "access_granted",
        "receipt",
        "payment_failed",
        "invoice_available",
        "details_changed",
        "methods_changed",
    ],
)
def test_a_name_never_becomes_a_link_or_markup(message: Message) -> None:
    mail = written(message, account_name=HOSTILE, bill_group_name=HOSTILE)
    plain = written(message)
    assert Reading(mail.html).addresses() == Reading(plain.html).addresses()
    assert [tag for tag, _ in Reading(mail.html).tags] == [t for t, _ in Reading(plain.html).tags]
    for part in (mail.text, mail.html):
        assert "evil.com" not in part
        assert "\u202e" not in part
    assert len(mail.text.splitlines()) == len(plain.text.splitlines())


def test_the_sellers_name_cannot_break_a_subject() -> None:
    brand = Brand(name="North\r\nBcc: x@evil.com\u202e")
    mail = compose("sign_in", "en", Letterhead(brand=brand, base_url=HERE), **FACTS["sign_in"])
    assert "\n" not in mail.subject
    assert "\u202e" not in mail.subject


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_name_at_all_adds_a_tag_or_a_link(account: str, group: str) -> None:
    mail = written("sign_in", account_name=account, bill_group_name=group)
    seen = Reading(mail.html)
    assert set(seen.addresses()) == set(Reading(written("sign_in").html).addresses())
    assert {tag for tag, _ in seen.tags} <= {
        tag for tag, _ in Reading(written("sign_in").html).tags
    } | {"bdi"}


@every_language
@every_message
def test_every_mail_names_the_seller_whom_to_ask_and_who_is_meant(
    message: Message, language: str
) -> None:
    mail = written(message, language)
    html = Reading(mail.html).words
    assert "Northwind Ltd" in mail.subject or message == "review_reminder", "staff know"
    for said in ("Northwind Ltd", "billing@northwind.example", "+44 20 7946 0000"):
        assert said in mail.text
        assert said in html
    facts = FACTS[message]
    meant = facts.get("address") or facts.get("account_name") or facts["title"]
    assert meant in mail.text
    assert meant in html


def test_the_sign_in_mail_says_who_signs_in_to_what_with_link_and_code() -> None:
    mail = written("sign_in")
    for said in (
        TOKEN,
        "7K3M9QXT",
        "Acme Industries · EU subscriptions",
        "ten minutes",
        "Not you?",
    ):
        assert said in mail.text
    words = Reading(mail.html).words
    for said in ("7K3M9QXT", "Acme Industries · EU subscriptions", "ten minutes", "Not you?"):
        assert said in words


def test_the_code_is_one_word_when_it_is_copied() -> None:
    assert "7K3M9QXT" in Reading(written("sign_in").html).words


def test_a_sign_in_link_and_code_are_not_in_subjects() -> None:
    subject = written("sign_in").subject
    assert TOKEN not in subject
    assert "7K3M" not in subject


@pytest.mark.parametrize(
    "message",
    ["access_granted", "new_browser", "invoice_available", "details_changed", "methods_changed"],
)
def test_without_access_a_mail_names_the_support_contact_instead_of_a_link(
    message: Message,
) -> None:
    mail = written(message, link=None)
    assert "://" not in mail.text
    assert "a" not in {tag for tag, _ in Reading(mail.html).tags}
    assert "support contact" in mail.text
    assert "support contact" in Reading(mail.html).words


def test_a_moment_is_told_in_the_sellers_time_zone() -> None:
    at = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
    assert "2 Jul 2026, 10:00" in written("new_browser", at=at).text


def test_an_unknown_browser_is_called_unknown() -> None:
    assert "Browser: unknown" in written("new_browser", browser=None).text


@every_message
def test_a_missing_fact_is_a_mistake_and_not_a_gap(message: Message) -> None:
    facts = {"link": FACTS[message]["link"]}
    with pytest.raises(UndefinedError):
        compose(message, "en", LETTERHEAD, **facts)


@every_message
def test_text_has_no_markup_and_no_more_than_one_empty_line_at_once(message: Message) -> None:
    text = written(message).text
    assert not re.search(r"</?[a-z]+|&[a-z]+;", text)
    assert "\n\n\n" not in text
    assert text.endswith(".\n")


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffdd00", "#0f766e", "nonsense"])
def test_a_button_is_readable_in_any_accent(colour: str) -> None:
    colours = Letterhead(brand=Brand(name="N", accent=colour), base_url=HERE).colours
    assert contrast(colours["accent"], colours["on_accent"]) >= ENOUGH


@pytest.mark.parametrize(
    ("email", "phone", "said"),
    [
        ("a@b.example", None, "Questions? Write to a@b.example."),
        (None, "+44 1", "Questions? Call +44 1."),
        (None, None, "sent this mail automatically"),
    ],
)
def test_whom_to_ask_is_said_as_far_as_it_is_known(
    email: str | None, phone: str | None, said: str
) -> None:
    brand = Brand(name="Northwind Ltd", email=email, phone=phone)
    mail = compose("sign_in", "en", Letterhead(brand=brand, base_url=HERE), **FACTS["sign_in"])
    assert said in mail.text
    assert said in Reading(mail.html).words


def test_a_language_that_nobody_translated_is_answered_in_english() -> None:
    assert compose("sign_in", "tlh", LETTERHEAD, **FACTS["sign_in"]) == written("sign_in")


def sentences() -> set[tuple[str, ...]]:
    """Every text of the mails that is to be translated; one with a number has its plural too."""
    folder = Path(composing.__file__).parent
    ways = [("**.txt", "jinja2"), ("**.html", "jinja2")]
    options = {"**.txt": {"silent": "false"}, "**.html": {"silent": "false"}}
    texts = (found[2] for found in extract_from_dir(folder, ways, options))
    return {(text,) if isinstance(text, str) else text[:2] for text in texts}


@pytest.mark.parametrize("language", [one for one in languages.SUPPORTED if one != "en"])
def test_every_sentence_of_the_mails_is_translated(language: str) -> None:
    catalogue = languages.words(language)
    untranslated = {text for text in sentences() if _said(catalogue, text) == text[-1]}
    assert sentences()
    assert untranslated <= {("Browser:",)}


def _said(catalogue: NullTranslations, text: tuple[str, ...]) -> str:
    if len(text) == 1:
        return catalogue.gettext(text[0])
    return catalogue.ngettext(text[0], text[1], 2)
