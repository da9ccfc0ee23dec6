"""An auditor's answers as files: CSV and JSON Lines with positions, for machines and spreadsheets.

Columns are named in English whatever the reader's language, moments are UTC to the microsecond, and
lines stand in the order of positions: the same answer is the same bytes on screen and command line.
"""

import csv
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from io import StringIO
from typing import Any
from uuid import UUID

import msgspec

from application.audit import Taken
from domain.actor import Actor, ApiKey, Customer, ImportRun, Operator, Staff, System
from domain.audit_reading import ExportFormat
from entrypoints.auditing import CouldEnter, Difference, Happened, PortalThen
from entrypoints.http.spreadsheet import cell
from read_models.access_as_of import Rule
from read_models.audit_history import HistoryRow
from read_models.columns import moment

_MARK = "\ufeff"

Line = dict[str, Any]

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


class AuditFile(msgspec.Struct, frozen=True):
    """A file to take: its bytes, and what the record says of it."""

    content: bytes
    taken: Taken


def of_history(answer: Happened, form: ExportFormat) -> AuditFile:
    """Write what happened, one line for each thing."""
    lines = [_happened(row, answer.names) for row in reversed(answer.rows)]
    return _file(HISTORY, lines, form)


def of_entering(answer: CouldEnter, form: ExportFormat) -> AuditFile:
    """Write who could enter: for each bill group its portal, then its rules."""
    return _file(AS_OF, _lines_of(answer), form)


def of_difference(answer: Difference, form: ExportFormat) -> AuditFile:
    """Write what differs: the portal at both moments, then rules that are gone, then new ones."""
    earlier, later = answer.earlier, answer.later
    lines = [
        _portal(earlier, earlier.portals[0], "before"),
        _portal(later, later.portals[0], "after"),
    ]
    lines += [_rule(earlier, earlier.portals[0], rule, "gone") for rule in answer.gone]
    lines += [_rule(later, later.portals[0], rule, "new") for rule in answer.new]
    return _file(AS_OF, lines, form)


def _happened(row: HistoryRow, names: dict[UUID, str]) -> Line:
    same = {name: getattr(row, name) for name in HISTORY if hasattr(row, name)}
    return {
        **same,
        "recorded_at": _utc(row.recorded_at),
        "at": _utc(row.at),
        "staff": None if row.staff_id is None else names.get(row.staff_id),
        "actor_kind": type(row.actor).__struct_config__.tag,
        "actor": _actor(row.actor, names),
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
        "at": _utc(answer.at),
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
        "granted_at": _utc(rule.granted_at),
        "granted_by": _actor(rule.granted_by, answer.names),
        "reason": rule.reason,
        "override": rule.override,
        "revoked_at": None if ended is None else _utc(ended.at),
        "revoked_by": None if ended is None else _actor(ended.by, answer.names),
        "revoked_because": None if ended is None else ended.reason,
    }


def _file(columns: Sequence[str], lines: list[Line], form: ExportFormat) -> AuditFile:
    content = _csv(columns, lines) if form == "csv" else _jsonl(columns, lines)
    positions = [line["position"] for line in lines] or [0]
    digest = sha256(content).hexdigest()
    return AuditFile(content, Taken(form, min(positions), max(positions), len(lines), digest))


def _csv(columns: Sequence[str], lines: list[Line]) -> bytes:
    written = StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(columns)
    rows.writerows([_cell(line.get(name)) for name in columns] for line in lines)
    return (_MARK + written.getvalue()).encode()


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return _ENCODER.encode(value).decode() if value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cell(value)


def _jsonl(columns: Sequence[str], lines: list[Line]) -> bytes:
    return b"".join(
        _ENCODER.encode({name: line.get(name) for name in columns}) + b"\n" for line in lines
    )


_ENCODER = msgspec.json.Encoder()


def _utc(value: int | datetime) -> str:
    at = moment(value) if isinstance(value, int) else value
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _actor(actor: Actor, names: dict[UUID, str]) -> str:
    """Name an actor plainly; staff by their name, or their id once nobody knows it."""
    match actor:
        case Staff():
            return names.get(actor.staff_id, str(actor.staff_id))
        case Customer():
            return actor.address
        case ApiKey():
            return actor.name
        case Operator():
            return f"{actor.account}@{actor.machine}"
        case ImportRun():
            return actor.source
        case System():
            return actor.part
