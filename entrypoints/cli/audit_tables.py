"""An auditor's answers as tables of plain text: the words of the screen, in English."""

from collections.abc import Sequence
from uuid import UUID

from entrypoints.auditing import CouldEnter, Difference, Happened, PortalThen
from entrypoints.auditing_revocations import EveryRevocation
from entrypoints.auditing_staff import StaffThen
from entrypoints.http.names import cleaned, readable, unerased
from entrypoints.wording import audit as say
from read_models.access_as_of import Rule
from read_models.audit_revocations import RevokedSession


def history_table(answer: Happened, zone: str) -> str:
    """Write what happened."""
    rows = [
        (
            say.at(row.at, zone),
            f"#{row.position}",
            say.what(row.topic)[1],
            say.subject(row, answer.names),
            " / ".join(name for name in (row.account, row.bill_group) if name),
            say.by_whom(row.actor, answer.names),
            "; ".join(say.because(row, zone)),
        )
        for row in answer.rows
    ]
    header = ("When", "Position", "What", "Whom", "Bill group", "By", "Why and how")
    last = f"{answer.total} in all, answered up to position {answer.position}."
    return f"{table(header, rows)}\n\n{last}" if rows else "Nothing happened that fits."


def entering_table(answer: CouldEnter, zone: str) -> str:
    """Write who could enter."""
    parts = [_portal(each, answer, zone) for each in answer.portals]
    if not parts:
        return f"{answer.whom} could enter nowhere at {say.at(answer.at, zone)}."
    return "\n\n".join(parts)


def difference_table(answer: Difference, zone: str) -> str:
    """Write what differs between two moments."""
    names = answer.later.names
    parts = []
    for words, rules in (("New", answer.new), ("Gone", answer.gone)):
        parts.append(f"{words}: {_rules(rules, names, zone) if rules else 'none'}")
    return "\n\n".join([*(_state(each, zone) for each in (answer.earlier, answer.later)), *parts])


def staff_table(answer: StaffThen, zone: str) -> str:
    """Write who was staff."""
    rows = [
        (
            unerased(row.name),
            unerased(row.email),
            ", ".join(row.roles),
            "set up" if row.has_second_factor else "not set up",
            "active" if row.is_active else "deactivated",
            say.at(row.added_at, zone),
        )
        for row in answer.rows
    ]
    header = ("Name", "Email", "Roles", "Second factor", "State", "Added")
    head = f"Staff at {say.at(answer.at, zone)}, answered up to position {answer.position}."
    return f"{head}\n{table(header, rows)}" if rows else f"{head}\nNobody."


def revocations_table(answer: EveryRevocation, zone: str) -> str:
    """Write which sessions revocations ended."""
    parts = []
    for row in answer.rows:
        group = answer.bill_groups.get(row.bill_group_id)
        where = f" of {group.account} / {group.name}" if group else ""
        by = say.by_whom(row.by, answer.names)
        head = f"{unerased(readable(row.rule))}{where}, revoked {say.at(row.at, zone)}"
        parts.append(cleaned(f"{head} by {by}: {unerased(row.reason)} (#{row.position})"))
        parts.append(_sessions(row.sessions, zone) if row.sessions else "No session was open.")
        parts.append("")
    return "\n".join(parts).rstrip() or "Nothing was revoked that fits."


def _sessions(sessions: Sequence[RevokedSession], zone: str) -> str:
    rows = [
        (
            unerased(readable(each.address)),
            say.at(each.entered_at, zone),
            say.at(each.last_used_at, zone) if each.last_used_at else "still in use",
            say.end_of(each, zone)[1],
        )
        for each in sessions
    ]
    return table(("Session of", "Entered", "Last used", "What became of it"), rows)


def _portal(then: PortalThen, answer: CouldEnter, zone: str) -> str:
    rules = then.access.rules
    state = _state(CouldEnter(answer.at, answer.position, [then], answer.names), zone)
    listed = _rules(rules, answer.names, zone) if rules else "No rule stood."
    return f"{state}\n{listed}"


def _state(answer: CouldEnter, zone: str) -> str:
    (then,) = answer.portals
    named, access = then.bill_group, then.access
    how = "on" if access.is_on else "off"
    contract = "an active contract" if access.has_contract else "no active contract"
    return (
        f"{cleaned(named.account or '')} / {cleaned(named.name)} at {say.at(answer.at, zone)} "
        f"(position {access.position}): portal {how}, {contract}."
    )


def _rules(rules: Sequence[Rule], names: dict[UUID, str], zone: str) -> str:
    rows = [
        (
            unerased(readable(rule.value)),
            say.at(rule.granted_at, zone),
            say.by_whom(rule.granted_by, names),
            unerased(rule.reason or ""),
            say.at(rule.ended.at, zone) if rule.ended else "still stands",
            unerased(rule.ended.reason) if rule.ended else "",
        )
        for rule in rules
    ]
    return table(("Rule", "Granted", "By", "Why", "Until", "Why no longer"), rows)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table of plain text, each column as wide as it has to be."""
    lines = [[cleaned(cell) for cell in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)
