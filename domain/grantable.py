"""What may be granted at all: canonical names that not just anybody can get."""

import re
from typing import Literal, TypeAlias

from domain.aggregate import Refusal

DomainStanding: TypeAlias = Literal["ordinary", "public_suffix", "free_mail"]

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z)(?!.*\.[0-9]+\Z){_LABEL}(?:\.{_LABEL})+")
_LOCAL = re.compile(r"(?!.*=\?)[a-z0-9#$&'*+/=?^_`{|}~.-]{1,64}")


class DomainMalformed(Refusal):
    """A domain is a lower-case A-label name with at least one dot."""

    code = "domain_malformed"


class AddressMalformed(Refusal):
    """An address is one canonical mailbox."""

    code = "address_malformed"


class DomainIsPublicSuffix(Refusal):
    """Anybody can register below this name."""

    code = "domain_is_public_suffix"


class DomainIsFreeMail(Refusal):
    """Anybody can get a mailbox there; an admin may insist with a reason."""

    code = "domain_is_free_mail"


class ReasonMissing(Refusal):
    """This needs a reason."""

    code = "reason_missing"


def reason_of(reason: str | None) -> str | None:
    """Blank words are no reason."""
    return (reason or "").strip() or None


def domain_must_stand(
    domain: str, standing: DomainStanding, reason: str | None, *, override: bool
) -> None:
    """Refuse public suffixes always, and free-mail domains without an override and a reason."""
    if not _DOMAIN.fullmatch(domain):
        raise DomainMalformed(domain=domain)
    if standing == "public_suffix":
        raise DomainIsPublicSuffix(domain=domain)
    if standing == "free_mail":
        if not override:
            raise DomainIsFreeMail(domain=domain)
        if reason is None:
            raise ReasonMissing(domain=domain)


def domain_of_mailbox(address: str) -> str:
    """Give the domain of one canonical mailbox; refuse anything else."""
    local, _, domain = address.rpartition("@")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise AddressMalformed(address=address)
    return domain
