"""Access reviews for every door: what is put under review, and the signed result.

The result is JSON whose `result` is signed in its RFC 8785 form (keys in order, no spaces), by a
note (C2SP signed-note) that names its SHA-256. The key is the one that signs checkpoints.
"""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from application.audit import Asked, Taken
from domain.access_review import ListedGrant, ReviewScope
from domain.actor import Actor
from domain.audit_reading import TakenFormat
from entrypoints.container import Portal
from entrypoints.wording.audit_writing import named, utc
from read_models import access_review, audit_history
from read_models.access_review import ReviewedGrant, ReviewRow
from read_models.live import lowest_position

SAID = "access-review"
"""What the note is about, in its first line after the name of the record."""


class Result(msgspec.Struct, frozen=True):
    """The result of a completed review: its facts, their hash, the note and the key that checks."""

    review: ReviewRow
    grants: list[ReviewedGrant]
    names: dict[UUID, str]
    sha256: str
    note: str
    key: str
    content: bytes
    position: int

    @property
    def asked(self) -> Asked:
        """Say which question it answers."""
        return Asked("access_review", self.position, review_id=self.review.review_id)

    def taken(self, content: bytes, form: TakenFormat) -> Taken:
        """Say what is taken with these bytes."""
        digest = sha256(content).hexdigest()
        first, last = self.review.position, self.position
        return Taken(form, first, last, len(self.grants), digest)


def listed_now(portal: Portal, scope: ReviewScope) -> tuple[int, tuple[ListedGrant, ...]]:
    """Give the grants that stand now, and the position of the record at which they do."""
    with portal.reading() as connection:
        return lowest_position(connection), tuple(access_review.granted_now(connection, scope))


def result_of(portal: Portal, review: ReviewRow) -> Result:
    """Sign the result of a completed review. Whoever calls this records it before showing it."""
    with portal.reading() as connection:
        position = lowest_position(connection)
        grants = list(access_review.every_grant(connection, review.review_id))
        names = audit_history.staff_names(connection)
    facts = _facts(review, grants, names)
    digest = sha256(canonical(facts)).hexdigest()
    signer = portal.record_signer()
    note = signer.sign(f"{signer.name}/{SAID}", str(review.review_id), f"sha256 {digest}")
    signed = {"result": facts, "note": note, "key": signer.verifier_key}
    content = json.dumps(signed, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"
    return Result(review, grants, names, digest, note, signer.verifier_key, content, position)


def canonical(facts: dict[str, Any]) -> bytes:
    """Give the bytes that are hashed: RFC 8785, for texts, whole numbers, lists and objects."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _facts(
    review: ReviewRow, grants: list[ReviewedGrant], names: dict[UUID, str]
) -> dict[str, Any]:
    assert review.completed_at is not None
    assert review.completed_by is not None
    counts = review.counts
    return {
        "review_id": str(review.review_id),
        "title": review.title,
        "scope": msgspec.to_builtins(review.scope),
        "position": review.position,
        "opened_at": utc(review.opened_at),
        "opened_by": _by(review.opened_by, names),
        "due_on": review.due_on.isoformat(),
        "completed_at": utc(review.completed_at),
        "completed_by": _by(review.completed_by, names),
        "kept": counts.keep,
        "revoked": counts.revoke,
        "gone": counts.gone,
        "grants": [_grant(each, names) for each in grants],
    }


def _grant(grant: ReviewedGrant, names: dict[UUID, str]) -> dict[str, Any]:
    """Tell how a grant came out; of one that is gone, how it was revoked otherwise."""
    outcome = grant.outcome
    return {
        "grant_id": str(grant.grant_id),
        "bill_group_id": str(grant.bill_group_id),
        "bill_group": grant.bill_group,
        "account": grant.account,
        "kind": grant.kind,
        "rule": grant.value,
        "granted_at": utc(grant.granted_at),
        "granted_by": _by(grant.granted_by, names),
        "granted_because": grant.granted_because,
        "outcome": grant.standing,
        "at": None if outcome is None else utc(outcome.at),
        "by": None if outcome is None else _by(outcome.by, names),
        "reason": None if outcome is None else outcome.reason,
    }


def _by(actor: Actor, names: dict[UUID, str]) -> dict[str, str]:
    kind = str(type(actor).__struct_config__.tag)
    return {"kind": kind, "name": named(actor, names)}
