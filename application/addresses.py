"""One spelling for every email address: it authorises, is stored, and is the mail's recipient.

A narrow grammar on top of email-validator (RFC 5321 without quotes, comments and literals): what
one mail program could read as another mailbox is not an address here. Small letters; `+tags` stay.
"""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from application.domains import canonical_domain
from domain.aggregate import Refusal

_LOCAL_PART = re.compile(r"[a-z0-9.+_'&#$/=?^{}|~-]+")


class AddressInvalid(Refusal):
    """This is no address that the portal sends mail to; two dots in a row, too long, and so on."""

    code = "address_invalid"


class AddressMissing(AddressInvalid):
    """Nothing was typed."""

    code = "address_missing"


class AddressNotAlone(AddressInvalid):
    """A name or `mailto:` stands beside it."""

    code = "address_not_alone"


class AddressHasNoAt(AddressInvalid):
    """There is no `@` in it."""

    code = "address_no_at"


class AddressHasOddCharacters(AddressInvalid):
    """It has characters that no company's address has, or that some programs read differently."""

    code = "address_characters"


class AddressDomainInvalid(AddressInvalid):
    """What stands after the `@` is no domain; `domain_code` says what is wrong with it."""

    code = "address_domain"


class OneAddressAtATime(Refusal):
    """A list was typed."""

    code = "one_address_at_a_time"


def canonical_address(text: str) -> str:
    """Give the one spelling of an address. Raises OneAddressAtATime or an AddressInvalid."""
    typed = text.strip()
    _refuse_lists(typed)
    _refuse_what_is_beside(typed)
    local, _, domain = typed.rpartition("@")
    spelled = f"{_local_part(local)}@{_domain(domain)}"
    try:
        validate_email(spelled, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as never:
        raise AddressInvalid from never
    return spelled


def domain_of(address: str) -> str:
    """The domain of a canonical address."""
    return address.rpartition("@")[2]


def _refuse_lists(typed: str) -> None:
    several = typed.count("@") > 1 and any(letter.isspace() for letter in typed)
    if several or any(mark in typed for mark in ",;\uff0c\uff1b\u3001"):
        raise OneAddressAtATime
    if not typed:
        raise AddressMissing


def _refuse_what_is_beside(typed: str) -> None:
    """Refuse what stands beside an address: names, brackets, control characters."""
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in typed):
        raise AddressHasOddCharacters
    if any(mark in typed for mark in "<>") or typed.lower().startswith("mailto:"):
        raise AddressNotAlone
    if any(letter.isspace() for letter in typed):
        raise AddressHasOddCharacters
    if "@" not in typed:
        raise AddressHasNoAt


def _local_part(typed: str) -> str:
    if not typed.isascii():
        raise AddressHasOddCharacters
    small = typed.lower()
    if small and (not _LOCAL_PART.fullmatch(small) or "=?" in small):
        raise AddressHasOddCharacters
    return small


def _domain(typed: str) -> str:
    try:
        return canonical_domain(typed)
    except Refusal as refusal:
        raise AddressDomainInvalid(domain_code=refusal.code) from refusal
