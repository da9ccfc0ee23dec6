"""Tells the billing contact what was changed: a detail, a contact, a way to pay, auto-pay."""

import msgspec
from msgspec.structs import replace

from application.ports.mail import OutgoingMail
from application.reactions import SendDetailsChanged, SendMethodsChanged
from domain.actor import Customer
from domain.money import Money
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.languages import phrase, speaking
from entrypoints.mails.compose import Changed
from entrypoints.wording.changes import differences, method_called, what
from entrypoints.worker.changes_together import (
    LOOKED_BACK,
    from_first_to_last,
    mailed_at,
    told_together,
)
from entrypoints.worker.contact_mail import Reader, billing_contact, mail_to, must_be_wanted
from entrypoints.worker.jobs import JobExpired, JobLater
from read_models import change_history, collecting
from read_models.change_history import ChangeRow
from read_models.columns import micros, moment


def send_details_changed(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail what details and contacts became, a few minutes later: one mail for what one person did.

    The first change's job sends it; those of the others have nothing left to do. Raises JobExpired,
    JobLater, MailRefused, MailUnavailable.
    """
    job = msgspec.json.decode(payload, type=SendDetailsChanged)
    reader = billing_contact(portal, job.bill_group_id)
    together = _together(portal, job)
    first, told = together[0], list(from_first_to_last(together))
    if first.version != job.version:
        raise JobExpired(phrase("The mail about the change before tells of it."))
    if portal.clock().now() < mailed_at(together):
        raise JobLater(mailed_at(together), phrase("What else is changed goes into the same mail."))
    if not told:
        raise JobExpired(phrase("It was changed back within minutes."))
    must_be_wanted(portal, reader, "details_changed")
    with speaking(reader.language):
        changed = [_news(row, reader.language) for row in told]
    mail = mail_to(
        portal,
        reader,
        "details_changed",
        f"{job.bill_group_id}.{job.version}",
        notification="details_changed",
        place="/details",
        asker=_asker(first),
        changed=changed,
    )
    portal.mail().send(mail)
    return mail


def _together(portal: Portal, job: SendDetailsChanged) -> list[ChangeRow]:
    """Give the changes that one mail tells. Raises JobExpired where other mails told of it."""
    with portal.reading() as connection:
        row = change_history.one(connection, job.bill_group_id, job.version)
        since = micros(moment(row.at) - LOOKED_BACK) if row else 0
        rows = change_history.since(connection, job.bill_group_id, since, ("details", "contacts"))
    if row is None:
        raise JobExpired
    if _changes_the_email(row):
        raise JobExpired(phrase("The mails about the new billing email told of it."))
    return told_together([each for each in rows if not _changes_the_email(each)], job.version)


def _news(row: ChangeRow, language: str) -> Changed:
    removed = row.what in {"billing", "shipping"} and row.contact is None
    return Changed(what(row), removed, differences(row, {}, language))


def send_methods_changed(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail what was done with the ways to pay. Raises JobExpired, MailRefused, MailUnavailable.

    It is about security, so it cannot be turned off.
    """
    job = msgspec.json.decode(payload, type=SendMethodsChanged)
    reader = billing_contact(portal, job.bill_group_id)
    with portal.reading() as connection:
        methods = change_history.methods(connection, job.bill_group_id)
    with speaking(reader.language):
        called = method_called(str(job.method_id), methods) if job.method_id else None
    mail = mail_to(
        portal,
        reader,
        "methods_changed",
        f"{job.bill_group_id}.{job.version}",
        place="/payment-methods",
        news=job.news,
        method=called,
        collection=job.collection,
        collected=_collected_now(portal, reader) if job.collection == "automatic" else [],
    )
    portal.mail().send(mail)
    return mail


def _collected_now(portal: Portal, reader: Reader) -> list[Money]:
    """Add up what auto-pay is collecting already, or will within a minute."""
    with portal.reading() as connection:
        plans = collecting.of_bill_group(connection, reader.here.scope(portal.clock().now()))
    return collecting.sums(plan for plan in plans if plan.stage in {"due", "trying"})


def _changes_the_email(row: ChangeRow) -> bool:
    """Whether other mails tell of it: a new billing email was confirmed, or staff undid that."""
    before, after = row.contact_before, row.contact
    if row.what != "billing" or after is None or before == after:
        return False
    if isinstance(row.by, Customer):
        return before is None or before.email != after.email
    return before is not None and replace(before, email=after.email) == after


def _asker(row: ChangeRow) -> str | None:
    """Name the customer who changed it; of staff, only that it was somebody of the seller."""
    if isinstance(row.by, Customer) and not is_erased(row.by.address):
        return row.by.address
    return None
