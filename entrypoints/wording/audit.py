"""What the record says to auditors in words: what happened, to whom, by whom, by which rule.

Phrases are marked here and translated where they are shown (`languages.speaking`).
"""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from application.ports.event_log import RecordNewer
from domain.actor import Actor, ApiKey, Customer, ImportRun, Operator, Staff
from entrypoints.http.formats import as_datetime, day, zone_name
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import ngettext, phrase, phrases, spoken
from entrypoints.http.names import readable, reasoned, unerased
from entrypoints.wording.mail_kinds import KINDS as KINDS_OF_MAILS
from read_models.audit_history import HistoryRow
from read_models.audit_revocations import RevokedSession

WHAT: dict[str, tuple[str, str]] = {
    "portal_access.turned_on.v1": ("ok", phrase("Portal switched on")),
    "portal_access.turned_off.v1": ("bad", phrase("Portal switched off")),
    "portal_access.link_rotated.v1": ("info", phrase("Portal link made")),
    "portal_access.domain_granted.v1": ("ok", phrase("Domain granted")),
    "portal_access.address_granted.v1": ("ok", phrase("Email granted")),
    "portal_access.grant_revoked.v2": ("bad", phrase("Grant revoked")),
    "customer_session.signed_in.v1": ("info", phrase("Signed in")),
    "customer_session.entered.v1": ("info", phrase("Entered")),
    "customer_session.ended.v2": ("none", phrase("Session ended")),
    "sign_in.refused.v1": ("warn", phrase("Sign-in refused")),
    "preview.opened.v1": ("info", phrase("Preview opened")),
    "preview.ended.v1": ("none", phrase("Preview ended")),
    "staff.member_added.v1": ("ok", phrase("Staff member added")),
    "staff.roles_changed.v1": ("info", phrase("Roles changed")),
    "staff.member_deactivated.v1": ("bad", phrase("Staff member deactivated")),
    "staff.member_reactivated.v1": ("ok", phrase("Staff member reactivated")),
    "staff.second_factor_enrolled.v1": ("ok", phrase("Second factor set up")),
    "staff.second_factor_reset.v1": ("warn", phrase("Second factor reset")),
    "staff_session.signed_in.v1": ("info", phrase("Staff signed in")),
    "staff_session.ended.v1": ("none", phrase("Staff session ended")),
    "entity.brand_changed.v1": ("none", phrase("Brand changed")),
    "entity.payment_rules_changed.v1": ("info", phrase("Payment rules changed")),
    "mail.sent_again.v1": ("info", phrase("Mail sent again")),
    "audit.read.v1": ("none", phrase("Record read")),
    "audit.exported.v1": ("none", phrase("Record exported")),
    "access_review.opened.v1": ("info", phrase("Access review started")),
    "access_review.grants_listed.v1": ("none", phrase("Grants put under review")),
    "access_review.grant_reviewed.v1": ("info", phrase("Grant reviewed")),
    "access_review.reminded.v1": ("none", phrase("Reminded of an access review")),
    "access_review.repetition_changed.v1": ("none", phrase("Repetition of reviews changed")),
    "access_review.completed.v1": ("ok", phrase("Access review completed")),
    "person.hold_placed.v1": ("warn", phrase("Legal hold placed")),
    "person.hold_released.v1": ("none", phrase("Legal hold released")),
    "person.erased.v1": ("bad", phrase("Person erased")),
    "person.erased_again.v1": ("bad", phrase("Person erased again after a restore")),
}
"""The kind of pill and the words of every event in the history."""

KINDS: tuple[tuple[str, str], ...] = (
    ("", phrase("Everything")),
    ("access", phrase("Access set up")),
    ("grants", phrase("Granted and revoked")),
    ("sign_ins", phrase("Sign-ins")),
    ("refused", phrase("Refused sign-ins")),
    ("previews", phrase("Previews")),
    ("staff", phrase("Staff")),
    ("brand", phrase("Brand and payment rules")),
    ("privacy", phrase("Erasures and holds")),
    ("mails", phrase("Mails sent again")),
    ("readings", phrase("Audit readings")),
    ("exports", phrase("Exports")),
    ("reviews", phrase("Access reviews")),
)
"""What the history can be narrowed to."""

_CODES: dict[str, str] = {
    "link": phrase("with the mailed link"),
    "code": phrase("with the mailed code"),
    "no_grant": phrase("no rule covered the address"),
    "portal_off": phrase("the portal was off"),
    "revoked": phrase("the grant was revoked"),
    "no_contract": phrase("there was no active contract"),
    "rotated": phrase("the portal link was made anew"),
    "signed_out": phrase("signed out"),
    "ended_elsewhere": phrase("ended from another session"),
    "expired": phrase("its time was over"),
    "restored": phrase("the record was restored from a backup"),
    "erased": phrase("the person was erased"),
    "replaced": phrase("a new sign-in took its place"),
    "closed": phrase("closed"),
    "deactivated": phrase("the staff member was deactivated"),
    "totp": phrase("with the authenticator app"),
    "recovery_code": phrase("with a recovery code"),
    "demo": phrase("by the demo's link"),
    "viewer": phrase("Viewer"),
    "billing": phrase("Billing"),
    "admin": phrase("Admin"),
    "auditor": phrase("Auditor"),
    "history": phrase("what happened"),
    "history.access": phrase("how access was set up"),
    "history.grants": phrase("what was granted and revoked"),
    "history.sign_ins": phrase("who signed in"),
    "history.refused": phrase("which sign-ins were refused"),
    "history.previews": phrase("the previews"),
    "history.staff": phrase("the staff"),
    "history.brand": phrase("the brand and the payment rules"),
    "history.mails": phrase("which mails were sent again"),
    "history.readings": phrase("who read the record"),
    "history.exports": phrase("what was exported"),
    "history.reviews": phrase("the access reviews"),
    "access_review": phrase("an access review"),
    "keep": phrase("kept"),
    "revoke": phrase("taken back"),
    "revocations": phrase("which sessions revocations ended"),
    "staff_at": phrase("who was staff"),
    "history.privacy": phrase("erasures and holds"),
    "person_found": phrase("what is held of a person"),
    "person_exported": phrase("everything held of a person"),
    "bundle": phrase("the whole record, with its proof"),
    "bundle_disclosed": phrase("the whole record, with its proof and personal values in clear"),
    "proof": phrase("the proof of one event"),
    "who_could_enter": phrase("who could enter"),
    "difference": phrase("what differs between two moments"),
}


_TAKEN = phrases("%(num)s line, SHA-256 %(begin)s…", "%(num)s lines, SHA-256 %(begin)s…")


def what(topic: str) -> tuple[str, str]:
    """Give the pill's kind and the words for an event. Raises RecordNewer."""
    if topic not in WHAT:
        raise RecordNewer(topic)
    kind, words = WHAT[topic]
    return kind, _(words)


def subject(row: HistoryRow, names: dict[UUID, str]) -> str:
    """Say whom or what it happened to."""
    if row.address:
        return unerased(readable(row.address))
    if row.domain:
        return readable(row.domain)
    if row.staff_id:
        return unerased(names.get(row.staff_id, _("a staff member")))
    return ""


def by_whom(actor: Actor | None, names: dict[UUID, str]) -> str:
    """Say who did it, and through which door where that is not plain."""
    match actor:
        case Staff():
            return unerased(names.get(actor.staff_id, _("a staff member")))
        case Customer():
            return unerased(readable(actor.address))
        case ApiKey():
            return _("API key “%(name)s”", name=actor.name)
        case Operator():
            return _("%(account)s at the command line", account=unerased(actor.account))
        case ImportRun():
            return _("the import from %(source)s", source=actor.source)
        case _:
            return _("the portal")


def because(row: HistoryRow, zone: str) -> list[str]:
    """Say why and how, in short sentences: the reason, the rule, what else is known."""
    told = [reasoned(row.reason)] if row.reason else []
    if row.rule and row.topic.startswith("customer_session."):
        told.append(_("by the rule for %(rule)s", rule=unerased(readable(row.rule))))
    details = row.details
    named = [
        details[name] for name in ("how", "why", "cause", "factor", "question") if name in details
    ]
    told += [_(_CODES.get(code, code)) for code in named]
    if "mail" in details:
        told.append(_(KINDS_OF_MAILS.get(details["mail"], details["mail"])))
    if "roles" in details:
        told.append(", ".join(_(_CODES[role]) for role in details["roles"]))
    if details.get("override"):
        told.append(_("a free-mail domain, by an admin's override"))
    if "rules" in details:
        provider = details["rules"].get("provider")
        words = _("through the provider account %(name)s") % {"name": provider}
        told.append(words if provider else _("without a provider account"))
    if "browser" in details:
        told.append(unerased(details["browser"]))
    return told + _measured(details, zone)


def _measured(details: dict[str, Any], zone: str) -> list[str]:
    """Say what has a moment or a number: last use, the period of a question, an export."""
    told = []
    if "last_used_at" in details:
        told.append(_("last used %(at)s", at=_written(details["last_used_at"], zone)))
    if "since" in details:
        told.append(_("from %(at)s", at=_written(details["since"], zone)))
    if "until" in details:
        at_once = details["question"] in {"who_could_enter", "staff_at"}
        words = _("at %(at)s") if at_once else _("until %(at)s")
        told.append(words % {"at": _written(details["until"], zone)})
    if "sha256" in details:
        lines, begin = details["count"], details["sha256"][:16]
        told.append(ngettext(*_TAKEN, lines, begin=begin))
    return told


def _written(iso: str, zone: str) -> str:
    return at(datetime.fromisoformat(iso), zone)


def at(value: datetime | int, zone: str) -> str:
    """Write a moment with its seconds, in a zone that it names: auditors compare moments."""
    language = spoken()
    local = as_datetime(value).astimezone(ZoneInfo(zone))
    locale = "en_GB" if language == "en" else language
    clock = format_datetime(local, "HH:mm:ss", locale=locale)
    return f"{day(local.date(), language)}, {clock} {zone_name(local, locale)}"


def end_of(session: RevokedSession, zone: str) -> tuple[str, str]:
    """Say what became of a session that a revocation met: a kind of pill, and words."""
    if session.ended_at is None or session.cause is None:
        return "info", _("goes on: another rule covers the address")
    when = at(session.ended_at, zone)
    if session.cause == "revoked":
        return "bad", _("ended %(at)s", at=when)
    return "none", _("went on until %(at)s: %(why)s", at=when, why=_(_CODES[session.cause]))


def machine(value: datetime | int) -> str:
    """Write a moment for machines: UTC, ISO 8601."""
    return as_datetime(value).isoformat()
