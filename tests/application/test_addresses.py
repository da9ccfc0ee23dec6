"""One spelling for every address, and nothing that could be read as another mailbox."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.addresses import (
    AddressInvalid,
    OneAddressAtATime,
    canonical_address,
    domain_of,
)
from domain.aggregate import Refusal


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("jane@acme.com", "jane@acme.com"),
        (" Jane.Doe@ACME.com\r\n", "jane.doe@acme.com"),
        ("jane+invoices@acme.com", "jane+invoices@acme.com"),
        ("o'brien@acme.ie", "o'brien@acme.ie"),
        ("jane@bücher.de", "jane@xn--bcher-kva.de"),
        ("postmaster@acme.com", "postmaster@acme.com"),
        ("a=b@acme.com", "a=b@acme.com"),
    ],
)
def test_an_address_is_stored_in_one_spelling(typed: str, stored: str) -> None:
    assert canonical_address(typed) == stored
    assert canonical_address(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "jane@acme.com, joe@acme.com",
        "jane@acme.com;joe@acme.com",
        "jane@acme.com joe@acme.com",
        "jane@acme.com\njoe@acme.com",
        "jane@acme.com\uff0cjoe@acme.com",
    ],
)
def test_a_list_is_refused_one_address_at_a_time(typed: str) -> None:
    with pytest.raises(OneAddressAtATime):
        canonical_address(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "address_missing"),
        ("   ", "address_missing"),
        ("jane", "address_no_at"),
        ("Jane Doe <jane@acme.com>", "address_not_alone"),
        ("mailto:jane@acme.com", "address_not_alone"),
        ('"jane doe"@acme.com', "address_characters"),
        ("jane(work)@acme.com", "address_characters"),
        ("jane%evil.com@acme.com", "address_characters"),
        ("evil.com!jane@acme.com", "address_characters"),
        ("jäne@acme.com", "address_characters"),
        ("jane\u200b@acme.com", "address_characters"),
        ("ja\x00ne@acme.com", "address_characters"),
        ("jane\r\nBcc:x@acme.com", "address_characters"),
        ("=?utf-8?q?=61=40evil.com=3e?=x@corp.com", "address_characters"),
        ("=?utf-8?q?x?=@corp.com", "address_characters"),
        ("jane doe@acme.com", "address_characters"),
        ("jane`x`@acme.com", "address_characters"),
        ("jane\\@acme.com", "address_characters"),
        ("jane@evil.com@acme.com", "address_characters"),
        ("@acme.com", "address_invalid"),
        ("jane@@acme.com", "address_characters"),
        (".jane@acme.com", "address_invalid"),
        ("jane.@acme.com", "address_invalid"),
        ("ja..ne@acme.com", "address_invalid"),
        ("j" * 65 + "@acme.com", "address_invalid"),
        ("jane@acme", "address_domain"),
        ("jane@[192.0.2.7]", "address_domain"),
        ("jane@acme.com:25", "address_domain"),
        ("jane@acme。com", "address_domain"),
        ("jane@*.com", "address_domain"),
        ("jane@", "address_domain"),
        ("jane@ acme.com", "address_characters"),
        ("jane@acme.com?x", "address_domain"),
    ],
)
def test_anything_else_is_refused_and_says_why(typed: str, code: str) -> None:
    with pytest.raises(AddressInvalid) as refusal:
        canonical_address(typed)
    assert refusal.value.code == code


def test_a_domain_that_is_wrong_says_what_is_wrong_with_it() -> None:
    with pytest.raises(AddressInvalid) as refusal:
        canonical_address("jane@acme")
    assert refusal.value.facts["domain_code"] == "domain_no_dot"


def test_the_domain_of_an_address_is_what_a_domain_grant_compares() -> None:
    assert domain_of("jane@acme.com") == "acme.com"


@given(
    st.text(alphabet=st.sampled_from("aZ.@+=?%!'\"()<>, ;:\\\r\n-_#xé_{|}~/8") | st.characters())
)
def test_whatever_is_accepted_is_read_as_the_same_mailbox_everywhere(typed: str) -> None:
    try:
        address = canonical_address(f"{typed}@corp.com")
    except Refusal:
        return
    assert canonical_address(address) == address
    assert parseaddr(address) == ("", address)
    message = EmailMessage(policy=SMTP)
    message["To"] = address
    read = message_from_bytes(message.as_bytes(), policy=default)
    assert [one.addr_spec for one in read["To"].addresses] == [address]
