"""One spelling for every email address: it authorises, is stored, and is the mail's recipient.

A narrow grammar on top of email-validator (RFC 5321 without quotes, comments and literals): what
one mail program could read as another mailbox is not an address here. Small letters; `+tags` stay.
"""

import re
import unicodedata
from typing import Literal, TypeAlias

from email_validator import EmailNotValidError, validate_email

from application.domains import canonical_domain
from domain.aggregate import Refusal

Why: TypeAlias = Literal["missing", "only_the_address", "no_at", "characters", "domain", "form"]
"""What is wrong: nothing typed; a name beside the address; no `@`; characters that no address of
a company has; the domain (`domain_code` says what); anything else, such as two dots or length."""

_LOCAL_PART = re.compile(r"[a-z0-9.+_'&#$/=?^{}|~-]+")


class AddressInvalid(Refusal):
    """This is no address that the portal sends mail to; `why` is one of `Why`."""

    code = "address_invalid"


class OneAddressAtATime(Refusal):
    """A list was typed."""

    code = "one_address_at_a_time"


def canonical_address(text: str) -> str:
    """Give the one spelling of an address, or raise AddressInvalid or OneAddressAtATime."""
    typed = text.strip()
    _refuse_lists(typed)
    _refuse_company(typed)
    local, _, domain = typed.rpartition("@")
    spelled = f"{_local_part(local)}@{_domain(domain)}"
    try:
        validate_email(spelled, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as never:
        raise AddressInvalid(why="form") from never
    return spelled


def domain_of(address: str) -> str:
    """The domain of a canonical address."""
    return address.rpartition("@")[2]


def _refuse_lists(typed: str) -> None:
    several = typed.count("@") > 1 and any(letter.isspace() for letter in typed)
    if several or any(mark in typed for mark in ",;\uff0c\uff1b\u3001"):
        raise OneAddressAtATime
    if not typed:
        raise AddressInvalid(why="missing")


def _refuse_company(typed: str) -> None:
    """Refuse what stands beside an address: names, brackets, control characters."""
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in typed):
        raise AddressInvalid(why="characters")
    if any(mark in typed for mark in "<>") or typed.lower().startswith("mailto:"):
        raise AddressInvalid(why="only_the_address")
    if any(letter.isspace() for letter in typed):
        raise AddressInvalid(why="characters")
    if "@" not in typed:
        raise AddressInvalid(why="no_at")


def _local_part(typed: str) -> str:
    if not typed.isascii():
        raise AddressInvalid(why="characters")
    small = typed.lower()
    if small and (not _LOCAL_PART.fullmatch(small) or "=?" in small):
        raise AddressInvalid(why="characters")
    return small


def _domain(typed: str) -> str:
    try:
        return canonical_domain(typed)
    except Refusal as refusal:
        raise AddressInvalid(why="domain", domain_code=refusal.code) from refusal
