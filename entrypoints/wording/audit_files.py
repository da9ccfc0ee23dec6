"""An auditor's answers as files: CSV and JSON Lines with positions, for machines and spreadsheets.

Columns are named in English whatever the reader's language, moments are UTC to the microsecond, and
lines stand in the order of positions: the same answer is the same bytes on screen and command line.
"""

from collections.abc import Iterable
from uuid import UUID

from domain.audit_reading import ExportFormat
from entrypoints.auditing import CouldEnter, Difference, Everything, PortalThen
from entrypoints.auditing_revocations import EveryRevocation
from entrypoints.auditing_staff import StaffThen
from entrypoints.wording.audit_writing import AuditFile, Line, named, utc, written
from read_models.access_as_of import Rule
from read_models.access_review import ReviewedGrant
from read_models.audit_history import HistoryRow
from read_models.audit_revocations import Revocation, RevokedSession

HISTORY = (
    "position",
    "recorded_at",
    "at",
    "topic",
    "bill_group_id",
    "bill_group",
    "account",
    "domain",
    "address",
    "staff_id",
    "staff",
    "grant_id",
    "rule",
    "reason",
    "actor_kind",
    "actor",
    "door",
    "details",
)
AS_OF = (
    "at",
    "position",
    "bill_group_id",
    "bill_group",
    "account",
    "portal_on",
    "available",
    "change",
    "rule_kind",
    "rule",
    "grant_id",
    "granted_at",
    "granted_by",
    "reason",
    "override",
    "revoked_at",
    "revoked_by",
    "revoked_because",
)


REVOCATIONS = (
    "position",
    "revoked_at",
    "bill_group_id",
    "bill_group",
    "account",
    "rule",
    "grant_id",
    "reason",
    "revoked_by",
    "session_id",
    "address",
    "entered_at",
    "last_used_at",
    "ended_at",
    "ended_because",
)
STAFF = (
    "at",
    "position",
    "staff_id",
    "name",
    "email",
    "roles",
    "active",
    "second_factor",
    "added_at",
)

REVIEW = (
    "position",
    "bill_group_id",
    "bill_group",
    "account",
    "rule_kind",
    "rule",
    "grant_id",
    "granted_at",
    "granted_by",
    "granted_because",
    "outcome",
    "at",
    "by",
    "reason",
)


def of_history(answer: Everything, form: ExportFormat) -> AuditFile:
    """Write what happened, one line for each thing, as it is read."""
    return written(HISTORY, (_happened(row, answer.names) for row in answer.rows), form)


def of_revocations(answer: EveryRevocation, form: ExportFormat) -> AuditFile:
    """Write revocations: one line for each session that one met, or one without any."""
    lines = (
        _revocation(answer, row, session)
        for row in answer.rows
        for session in row.sessions or (None,)
    )
    return written(REVOCATIONS, lines, form)


def of_staff(answer: StaffThen, form: ExportFormat) -> AuditFile:
    """Write who was staff, one line for each member."""
    lines = [
        {
            "at": utc(answer.at),
            "position": answer.last_position,
            "staff_id": row.staff_id,
            "name": row.name,
            "email": row.email,
            "roles": " ".join(row.roles),
            "active": row.is_active,
            "second_factor": row.has_second_factor,
            "added_at": utc(row.added_at),
        }
        for row in answer.rows
    ]
    return written(STAFF, lines, form)


def of_review(
    position: int, grants: Iterable[ReviewedGrant], names: dict[UUID, str], form: ExportFormat
) -> AuditFile:
    """Write the grants of a review as they stand: `at`, `by` and `reason` tell the outcome."""
    return written(REVIEW, (_reviewed(position, each, names) for each in grants), form)


def of_entering(answer: CouldEnter, form: ExportFormat) -> AuditFile:
    """Write who could enter: for each bill group its portal, then its rules."""
    return written(AS_OF, _lines_of(answer), form)


def of_difference(answer: Difference, form: ExportFormat) -> AuditFile:
    """Write what differs: the portal at both moments, then rules that are gone, then new ones."""
    earlier, later = answer.earlier, answer.later
    lines = [
        _portal(earlier, earlier.portals[0], "before"),
        _portal(later, later.portals[0], "after"),
    ]
    lines += [_rule(earlier, earlier.portals[0], rule, "gone") for rule in answer.gone]
    lines += [_rule(later, later.portals[0], rule, "new") for rule in answer.new]
    return written(AS_OF, lines, form)


def _reviewed(position: int, grant: ReviewedGrant, names: dict[UUID, str]) -> Line:
    outcome = grant.outcome
    return {
        "position": position,
        "bill_group_id": grant.bill_group_id,
        "bill_group": grant.bill_group,
        "account": grant.account,
        "rule_kind": grant.kind,
        "rule": grant.value,
        "grant_id": grant.grant_id,
        "granted_at": utc(grant.granted_at),
        "granted_by": named(grant.granted_by, names),
        "granted_because": grant.granted_because,
        "outcome": grant.standing,
        "at": None if outcome is None else utc(outcome.at),
        "by": None if outcome is None else named(outcome.by, names),
        "reason": None if outcome is None else outcome.reason,
    }


def _revocation(answer: EveryRevocation, row: Revocation, met: RevokedSession | None) -> Line:
    group = answer.bill_groups.get(row.bill_group_id)
    line: Line = {
        "position": row.position,
        "revoked_at": utc(row.at),
        "bill_group_id": row.bill_group_id,
        "bill_group": group.name if group else None,
        "account": group.account if group else None,
        "rule": row.rule,
        "grant_id": row.grant_id,
        "reason": row.reason,
        "revoked_by": named(row.by, answer.names),
    }
    if met is None:
        return line
    moments = {name: getattr(met, name) for name in ("entered_at", "last_used_at", "ended_at")}
    return {
        **line,
        "session_id": met.session_id,
        "address": met.address,
        "ended_because": met.cause,
        **{name: None if at is None else utc(at) for name, at in moments.items()},
    }


def _happened(row: HistoryRow, names: dict[UUID, str]) -> Line:
    same = {name: getattr(row, name) for name in HISTORY if hasattr(row, name)}
    return {
        **same,
        "recorded_at": utc(row.recorded_at),
        "at": utc(row.at),
        "staff": None if row.staff_id is None else names.get(row.staff_id),
        "actor_kind": type(row.actor).__struct_config__.tag,
        "actor": named(row.actor, names),
        "details": row.details,
    }


def _lines_of(answer: CouldEnter) -> list[Line]:
    lines = []
    for each in answer.portals:
        lines.append(_portal(answer, each))
        lines += [_rule(answer, each, rule) for rule in each.access.rules]
    return lines


def _portal(answer: CouldEnter, then: PortalThen, change: str | None = None) -> Line:
    access, named = then.access, then.bill_group
    return {
        "at": utc(answer.at),
        "position": access.position,
        "bill_group_id": access.bill_group_id,
        "bill_group": named.name,
        "account": named.account,
        "portal_on": access.is_on,
        "available": access.is_open,
        "change": change,
    }


def _rule(answer: CouldEnter, then: PortalThen, rule: Rule, change: str | None = None) -> Line:
    ended = rule.ended
    return {
        **_portal(answer, then, change),
        "rule_kind": rule.kind,
        "rule": rule.value,
        "grant_id": rule.grant_id,
        "granted_at": utc(rule.granted_at),
        "granted_by": named(rule.granted_by, answer.names),
        "reason": rule.reason,
        "override": rule.override,
        "revoked_at": None if ended is None else utc(ended.at),
        "revoked_by": None if ended is None else named(ended.by, answer.names),
        "revoked_because": None if ended is None else ended.reason,
    }
