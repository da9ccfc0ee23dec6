"""Tells the billing contact what was changed: a detail, a contact, a way to pay, auto-pay."""

import msgspec

from application.ports.mail import OutgoingMail
from application.reactions import SendDetailsChanged, SendMethodsChanged
from domain.actor import Customer
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.languages import phrase, speaking
from entrypoints.wording.changes import differences, method_called, what
from entrypoints.worker.contact_mail import billing_contact, mail_to, must_be_wanted
from entrypoints.worker.jobs import JobExpired
from read_models import change_history
from read_models.change_history import ChangeRow


def send_details_changed(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail what a detail or a contact became. Raises JobExpired, MailRefused, MailUnavailable."""
    job = msgspec.json.decode(payload, type=SendDetailsChanged)
    reader = billing_contact(portal, job.bill_group_id)
    with portal.reading() as connection:
        row = change_history.one(connection, job.bill_group_id, job.version)
    if row is None:
        raise JobExpired
    if _changes_the_email(row):
        raise JobExpired(phrase("The mails about the new billing email told of it."))
    must_be_wanted(portal, reader, "details_changed")
    with speaking(reader.language):
        told, changed = what(row), differences(row, {}, reader.language)
    mail = mail_to(
        portal,
        reader,
        "details_changed",
        f"{job.bill_group_id}.{job.version}",
        notification="details_changed",
        place="/details",
        asker=_asker(row),
        what_changed=told,
        removed=row.what in {"billing", "shipping"} and row.contact is None,
        changes=changed,
    )
    portal.mail().send(mail)
    return mail


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
    )
    portal.mail().send(mail)
    return mail


def _changes_the_email(row: ChangeRow) -> bool:
    before = row.contact_before.email if row.contact_before else None
    return row.what == "billing" and row.contact is not None and row.contact.email != before


def _asker(row: ChangeRow) -> str | None:
    """Name the customer who changed it; of staff, only that it was somebody of the seller."""
    if isinstance(row.by, Customer) and not is_erased(row.by.address):
        return row.by.address
    return None
