"""One spelling for every domain."""

import pytest

from application.domains import canonical_domain, readable_domain, standing
from domain.aggregate import Refusal
from domain.portal_access import DomainStanding


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("acme.com", "acme.com"),
        ("  Acme.COM\n", "acme.com"),
        ("@acme.com", "acme.com"),
        ("mail.acme.co.uk", "mail.acme.co.uk"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("Bücher.DE", "xn--bcher-kva.de"),
        ("XN--Bcher-KVA.de", "xn--bcher-kva.de"),
        ("straße.de", "xn--strae-oqa.de"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_a_domain_is_stored_in_one_spelling(typed: str, stored: str) -> None:
    assert canonical_domain(typed) == stored
    assert canonical_domain(stored) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "domain_missing"),
        (" @ ", "domain_missing"),
        ("*", "domain_pattern"),
        ("*.acme.com", "domain_pattern"),
        ("*@acme.com", "domain_pattern"),
        ("acme.com, beta.com", "one_domain_at_a_time"),
        ("acme.com;beta.com", "one_domain_at_a_time"),
        ("acme.com\nbeta.com", "one_domain_at_a_time"),
        ("acme .com", "domain_spaces"),
        ("acme.com\u00a0gmbh", "domain_spaces"),
        ("https://acme.com", "domain_web_address"),
        ("acme.com/portal", "domain_web_address"),
        ("192.0.2.7", "domain_ip_address"),
        ("[192.0.2.7]", "domain_ip_address"),
        ("2001:db8::1", "domain_ip_address"),
        ("[IPv6:2001:db8::1]", "domain_ip_address"),
        ("acme.com:8080", "domain_port"),
        ("jane@acme.com", "domain_email_address"),
        ("@@acme.com", "domain_email_address"),
        ("acme", "domain_no_dot"),
        ("localhost", "domain_no_dot"),
        ("acme..com", "domain_invalid"),
        (".acme.com", "domain_invalid"),
        ("acme.com.", "domain_invalid"),
        ("-acme.com", "domain_invalid"),
        ("ac_me.com", "domain_invalid"),
        ("acme.local", "domain_invalid"),
        ("acme.123", "domain_invalid"),
        ("ab--cd.com", "domain_invalid"),
        ("xn--zzzzzzzzzzz.com", "domain_invalid"),
        ("a" * 64 + ".com", "domain_invalid"),
        (".".join(["a" * 60] * 5) + ".com", "domain_invalid"),
    ],
)
def test_what_could_never_match_is_refused_with_a_word_that_helps(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        canonical_domain(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "typed",
    [
        "acme。com.de",
        "\uff41cme.com",
        "BÜCHER.de",
        "bu\u0308cher.de",
        "\u212aeller.de",
        "a\u200bcme.com",
        "a\u202ecme.com",
        "ac\u0000me.com",
    ],
)
def test_no_letter_is_quietly_taken_for_another(typed: str) -> None:
    with pytest.raises(Refusal) as refusal:
        canonical_domain(typed)
    assert refusal.value.code == "domain_invalid"


def test_a_domain_is_shown_with_the_letters_its_owner_chose() -> None:
    assert readable_domain("xn--bcher-kva.de") == "bücher.de"
    assert readable_domain("acme.com") == "acme.com"
    assert readable_domain("xn--.de") == "xn--.de"


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("acme.com", "ordinary"),
        ("mail.acme.co.uk", "ordinary"),
        ("acme.github.io", "ordinary"),
        ("xn--bcher-kva.de", "ordinary"),
        ("northwind.example", "ordinary"),
        ("co.uk", "public_suffix"),
        ("github.io", "public_suffix"),
        ("herokuapp.com", "public_suffix"),
        ("gmail.com", "free_mail"),
        ("gmx.de", "free_mail"),
        ("mailinator.com", "free_mail"),
        ("guerrillamail.com", "free_mail"),
        ("1secmail.com", "free_mail"),
        ("tuta.com", "free_mail"),
        ("privaterelay.appleid.com", "free_mail"),
    ],
)
def test_a_domain_belongs_to_one_company_or_a_registry_or_everybody(
    domain: str, expected: DomainStanding
) -> None:
    assert standing(domain) == expected
