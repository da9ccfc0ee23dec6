"""Setting up who may enter a bill group's portal: on and off, grants, the portal link.

Addresses and domains arrive as typed and become their one spelling here. A link or an id that is
new arrives in the command, so that a command decided again means the same.
"""

from uuid import UUID

import msgspec

from application.addresses import canonical_address
from application.card_numbers import holds_card_number
from application.domains import canonical_domain, standing
from application.ports.event_log import EventLog, Job
from domain.aggregate import Refusal
from domain.event import Act
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess

LINK_BITS = 128
LONGEST_REASON = 500


class AccessReasonInvalid(Refusal):
    """A reason has at most 500 characters and holds no card number."""

    code = "access_reason_invalid"


class TurnPortalOn(msgspec.Struct, frozen=True):
    """Let those whom grants cover enter; `link` becomes the portal link if there is none."""

    bill_group_id: UUID
    link: str


def turn_portal_on(command: TurnPortalOn, act: Act, log: EventLog) -> None:
    """Switch the portal on. Raises LinkGuessable."""
    access = _access(log, command.bill_group_id)
    access.turn_on(command.bill_group_id, command.link, by=act)
    log.save(access)


class TurnPortalOff(msgspec.Struct, frozen=True):
    """Let nobody enter; grants and link stay."""

    bill_group_id: UUID
    reason: str | None = None


def turn_portal_off(command: TurnPortalOff, act: Act, log: EventLog) -> None:
    """Switch the portal off. Raises AccessReasonInvalid."""
    reason = access_reason(command.reason)
    access = _access(log, command.bill_group_id)
    access.turn_off(command.bill_group_id, reason, by=act)
    log.save(access)


class RotatePortalLink(msgspec.Struct, frozen=True):
    """Replace the portal link, or make the first one."""

    bill_group_id: UUID
    link: str


def rotate_portal_link(command: RotatePortalLink, act: Act, log: EventLog) -> None:
    """Rotate the link; sign-ins under way end, sessions go on. Raises LinkGuessable."""
    access = _access(log, command.bill_group_id)
    access.rotate_link(command.bill_group_id, command.link, by=act)
    log.save(access)


class GrantDomain(msgspec.Struct, frozen=True):
    """Let every address of exactly one domain in; `domain` as typed, `override` by an admin."""

    bill_group_id: UUID
    grant_id: UUID
    domain: str
    reason: str | None = None
    override: bool = False


def grant_domain(command: GrantDomain, act: Act, log: EventLog) -> UUID:
    """Grant a domain. Raises what `application.domains` and `PortalAccess` refuse."""
    domain, reason = canonical_domain(command.domain), access_reason(command.reason)
    access = _access(log, command.bill_group_id)
    access.grant_domain(
        command.bill_group_id,
        command.grant_id,
        domain,
        standing(domain),
        reason=reason,
        override=command.override,
        by=act,
    )
    log.save(access)
    return command.grant_id


class GrantAddress(msgspec.Struct, frozen=True):
    """Let one address in, as typed; with `invite` a mail tells them."""

    bill_group_id: UUID
    grant_id: UUID
    address: str
    reason: str | None = None
    invite: bool = False


class SendAccessGranted(msgspec.Struct, frozen=True):
    """The worker's job: tell the address of a grant that it may enter, while it still may."""

    bill_group_id: UUID
    grant_id: UUID


def grant_address(command: GrantAddress, act: Act, log: EventLog) -> UUID:
    """Grant an address. Raises what `application.addresses` and `PortalAccess` refuse."""
    address, reason = canonical_address(command.address), access_reason(command.reason)
    bill_group_id, grant_id = command.bill_group_id, command.grant_id
    access = _access(log, bill_group_id)
    access.grant_address(bill_group_id, grant_id, address, reason=reason, by=act)
    invite = SendAccessGranted(bill_group_id, grant_id)
    jobs = [Job("send_access_granted", invite, bill_group_id)] if command.invite else []
    log.save(access, jobs=jobs)
    return grant_id


class ReplaceAddressesByDomain(msgspec.Struct, frozen=True):
    """Take back the grants of a domain's addresses and grant the domain instead."""

    bill_group_id: UUID
    grant_id: UUID
    domain: str
    reason: str | None = None
    override: bool = False


def replace_addresses_by_domain(command: ReplaceAddressesByDomain, act: Act, log: EventLog) -> UUID:
    """Replace them in one step. Raises as `grant_domain` does."""
    domain, reason = canonical_domain(command.domain), access_reason(command.reason)
    access = _access(log, command.bill_group_id)
    access.replace_addresses_by_domain(
        command.bill_group_id,
        command.grant_id,
        domain,
        standing(domain),
        reason=reason,
        override=command.override,
        by=act,
    )
    log.save(access)
    return command.grant_id


class RevokeGrant(msgspec.Struct, frozen=True):
    """Take a grant back, with a reason."""

    bill_group_id: UUID
    grant_id: UUID
    reason: str


def revoke_grant(command: RevokeGrant, act: Act, log: EventLog) -> None:
    """Revoke; what no other grant covers is out with the next request. Raises ReasonMissing."""
    access = _access(log, command.bill_group_id)
    take_back(access, command, act)
    log.save(access)


def take_back(access: PortalAccess, command: RevokeGrant, act: Act) -> None:
    """Revoke without storing it yet, for whoever stores something beside it."""
    reason = access_reason(command.reason) or ""
    access.revoke(command.bill_group_id, command.grant_id, reason=reason, by=act)


def _access(log: EventLog, bill_group_id: UUID) -> PortalAccess:
    return log.get(PortalAccess, portal_access_id(bill_group_id))


def access_reason(typed: str | None) -> str | None:
    """Read why access is given or taken, as typed. Raises AccessReasonInvalid."""
    reason = (typed or "").strip()
    if len(reason) > LONGEST_REASON or holds_card_number(reason):
        raise AccessReasonInvalid
    return reason or None
