"""Wires the portal: the one place that picks adapters."""

import os
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import msgspec
from dependency_injector import containers, providers

from adapters import import_files, stripe_files
from adapters.billing_emails import SqlBillingEmails
from adapters.bounces import SqlBounces
from adapters.checkpoint_copies import SqlCheckpointCopies
from adapters.clock import SystemClock
from adapters.database import asking, open_database, reading
from adapters.documents import SqlDocuments
from adapters.e_invoice_facturx import FacturxEInvoices
from adapters.email_mailbox import EmailMailbox
from adapters.email_mailgun import EmailMailgun, MailgunDomain
from adapters.email_mailgun_events import MailgunEvents
from adapters.email_smtp import EmailSmtp, SmtpServer
from adapters.erasures import SqlErasures
from adapters.event_proof.bundle import RecordBundles
from adapters.event_proof.checkpoints import SqlCheckpoints
from adapters.event_proof.live import RecordProofs
from adapters.event_proof.signing import NoteSigner
from adapters.event_store.log import SqlEventLog
from adapters.event_store.replay import empty_database
from adapters.ids import RandomIds
from adapters.import_runs import SqlImportRuns
from adapters.logo_images import PillowLogoImages
from adapters.mail_queue import SqlMailQueue
from adapters.outbox import SqlOutbox
from adapters.payment_providers import NamedProviders
from adapters.payments_sandbox.client import SandboxPayments
from adapters.payments_sandbox.ledger import Ledger
from adapters.person_keys import SqlPersonKeys
from adapters.personal_traces import NoMailsKept, Pages, SqlPersonalTraces
from adapters.previews import SqlPreviews
from adapters.rate_limits import SqlRateLimits
from adapters.second_factors import SqlSecondFactors
from adapters.sessions import SqlSessions
from adapters.sign_in_requests import SqlSignInRequests
from adapters.staff_sessions import SqlStaffSessions
from adapters.staff_sign_ins import SqlStaffSignIns
from adapters.webhook_inbox import SqlWebhookInbox
from application.bus import Bus
from application.contact import ContactDesk
from application.importing.originals import Cabinet
from application.payment_attempts import PayingRoom
from application.personal_holdings import Registrar
from application.ports.billing_emails import BillingEmailChange, BillingEmailChangeOver
from application.ports.event_log import Beside
from application.ports.mail import MailPort
from application.ports.payments import Payments
from application.ports.pdf import InvoicePdf
from application.ports.personal_pdf import PersonalPdf
from application.ports.review_pdf import ReviewPdf
from application.ports.sign_in_requests import EntryRefused, SignInRequest
from application.preview import PreviewRoom
from application.reactions import reactions_to
from application.restore import RestoredRooms
from application.sign_in import Desk
from application.staff_door import StaffDoor
from domain.sign_in import SignInObstacle
from entrypoints.checkpoint_places import places_of
from entrypoints.erasing import rebuilt, rewritten, to_rewrite
from entrypoints.installing import read_log, read_streams
from entrypoints.payment_settings import ProviderSettings
from entrypoints.provider_log import logged
from entrypoints.sandbox.room import SandboxRoom
from entrypoints.secret_file import derived, root_secret
from entrypoints.settings import Settings
from read_models import entry
from read_models.live import LiveModels
from read_models.registry import MODELS


def erasure_list(settings: Settings) -> Path:
    """Say where erased keys are listed once more, for a restore."""
    return settings.data / "erasures.jsonl"


def _mail(settings: Settings) -> MailPort:
    if settings.mail_kind == "mailgun":
        return mailgun(settings)
    return EmailSmtp(smtp_server(settings))


def smtp_server(settings: Settings, timeout: float = 20.0) -> SmtpServer:
    """Give the mail server of the settings; `timeout` in seconds, for each of its answers."""
    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=msgspec.convert(settings.smtp_security, Literal["starttls", "tls", "none"]),
        name=settings.smtp_user or None,
        password=settings.smtp_password or None,
        timeout=timeout,
    )


def mailgun(settings: Settings) -> EmailMailgun:
    """Give the mail provider's account of the settings."""
    domain = settings.mail_api_domain or settings.mail_from.rpartition("@")[2]
    account = MailgunDomain(domain=domain, token=settings.mail_api_token)
    if settings.mail_api_url:
        account = msgspec.structs.replace(account, url=settings.mail_api_url)
    return EmailMailgun(account)


def _log(engine: Any, keys: SqlPersonKeys) -> SqlEventLog:
    """Tie the log to the read models, which need the log's own mapper to read it."""
    log = SqlEventLog(engine, keys, lambda *_: lambda: None, reactions_to)
    log.inline = LiveModels(MODELS, read_log(log.mapper)).store
    return log


def _may_enter(
    transaction: Any, request: SignInRequest, grant_id: UUID, at: datetime
) -> SignInObstacle | None:
    """Ask the access table in the transaction of a redemption."""
    return entry.obstacle(
        transaction,
        request.bill_group_id,
        request.address,
        link=request.link,
        asked_at=request.asked_at,
        grant_id=grant_id,
        now=at,
    )


def still_covered(bill_group_id: UUID, address: str, grant_id: UUID) -> Beside:
    """Refuse in a transaction what a grant no longer lets an address do. Raises EntryRefused."""

    def check(transaction: Any) -> None:
        here = entry.covering(transaction, bill_group_id, address)
        if here is None or here.grant_id != grant_id:
            raise EntryRefused(why="revoked")

    return check


def _asker_is_in(change: BillingEmailChange) -> Beside:
    """Refuse in a transaction what somebody asked for whom no grant lets in any more."""

    def check(transaction: Any) -> None:
        if entry.covering(transaction, change.bill_group_id, change.asked_by) is None:
            raise BillingEmailChangeOver

    return check


def _pdf(settings: Settings) -> InvoicePdf:
    """Make the renderer when the first PDF is asked for; the processes share the cores."""
    from adapters.pdf_typst.renderer import TypstPdf  # noqa: PLC0415 - its fonts take their time

    return TypstPdf(at_once=max(1, (os.cpu_count() or 1) // settings.workers))


def _review_pdf() -> ReviewPdf:
    """Make the printer of access reviews, when it is asked for."""
    from adapters.pdf_typst.review import TypstReviewPdf  # noqa: PLC0415

    return TypstReviewPdf()


def _personal_pdf() -> PersonalPdf:
    """Make the printer of what is held of a person, when it is asked for."""
    from adapters.pdf_typst.person import TypstPersonalPdf  # noqa: PLC0415

    return TypstPersonalPdf()


def _provider(account: ProviderSettings) -> Payments:
    """Make a provider account of the settings."""
    if account.kind == "stripe":
        from adapters.payments_stripe.account import StripePayments  # noqa: PLC0415 - seldom used

        return StripePayments(account.key, account.webhook_secrets, account.url)
    return SandboxPayments(account.url, account.key, account.webhook_secrets)


def _providers(settings: Settings) -> NamedProviders:
    """Give the provider accounts of the settings by their names."""
    accounts = settings.payments
    return NamedProviders(
        {
            name: partial(logged, name, partial(_provider, account))
            for name, account in accounts.items()
        }
    )


def sandbox_room(settings: Settings, name: str) -> SandboxRoom:
    """Wire the sandbox of an account: it shares the key and the secret, and nothing else."""
    account = settings.payments[name]
    return SandboxRoom(
        ledger=Ledger(settings.data / f"sandbox-{name}.db"),
        clock=SystemClock(),
        key=account.key,
        url=account.url,
        secret=account.webhook_secrets[0] if account.webhook_secrets else "",
        webhooks_to=f"{settings.web_url.rstrip('/')}/webhooks/{name}",
    )


class Portal(containers.DeclarativeContainer):
    """Everything an entrypoint may ask for, made when first asked for."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    secret = providers.ThreadSafeSingleton(root_secret, settings)

    clock: providers.Provider[Any] = providers.ThreadSafeSingleton(SystemClock)
    ids: providers.Provider[Any] = providers.ThreadSafeSingleton(RandomIds)

    payment_providers: providers.Provider[Any] = providers.ThreadSafeSingleton(_providers, settings)
    mail: providers.Provider[Any] = providers.ThreadSafeSingleton(_mail, settings)
    mail_events: providers.Provider[Any] = providers.ThreadSafeSingleton(
        MailgunEvents, settings.provided.mail_webhook_key
    )
    csrf_key = providers.ThreadSafeSingleton(derived, secret, "csrf")

    engine = providers.ThreadSafeSingleton(open_database, settings.provided.database)
    reading = providers.Factory(reading, engine)
    asking = providers.Factory(asking, engine)
    keys_engine = providers.ThreadSafeSingleton(open_database, settings.provided.keys, pool_size=2)
    keys = providers.ThreadSafeSingleton(
        SqlPersonKeys, keys_engine, providers.ThreadSafeSingleton(derived, secret, "person-keys")
    )
    log = providers.ThreadSafeSingleton(_log, engine, keys)
    bus = providers.ThreadSafeSingleton(Bus, log, clock, ids)
    read_streams = providers.ThreadSafeSingleton(read_streams, log.provided.mapper)
    empty_database = providers.Factory(empty_database)

    paying_room = providers.ThreadSafeSingleton(PayingRoom, bus, payment_providers)
    documents = providers.ThreadSafeSingleton(SqlDocuments, engine, clock)
    logo_images = providers.ThreadSafeSingleton(PillowLogoImages)
    pdf: providers.Provider[Any] = providers.ThreadSafeSingleton(_pdf, settings)

    e_invoices: providers.Provider[Any] = providers.ThreadSafeSingleton(FacturxEInvoices)

    import_runs = providers.ThreadSafeSingleton(SqlImportRuns, engine)
    import_rows = providers.Object(import_files.raw_rows)
    import_stripe = providers.Object(stripe_files.raw_objects)
    import_cabinet = providers.ThreadSafeSingleton(
        Cabinet, providers.Object(import_files.original), documents.provided.keep
    )

    sessions = providers.ThreadSafeSingleton(SqlSessions, engine)
    sign_in_requests = providers.ThreadSafeSingleton(
        SqlSignInRequests, engine, providers.Object(_may_enter)
    )
    rate_limits = providers.ThreadSafeSingleton(
        SqlRateLimits, engine, providers.ThreadSafeSingleton(derived, secret, "rate-limits")
    )
    outbox = providers.ThreadSafeSingleton(SqlOutbox, engine)
    stop_mail_key = providers.ThreadSafeSingleton(derived, secret, "stop-mail")
    device_key = providers.ThreadSafeSingleton(derived, secret, "devices")
    sign_in_desk = providers.ThreadSafeSingleton(
        Desk,
        sign_in_requests,
        sessions,
        rate_limits,
        outbox,
        clock,
        ids,
        providers.ThreadSafeSingleton(derived, secret, "sign-in-codes"),
    )

    webhook_inbox = providers.ThreadSafeSingleton(SqlWebhookInbox, engine)
    billing_emails = providers.ThreadSafeSingleton(SqlBillingEmails, engine)
    contact_desk = providers.ThreadSafeSingleton(
        ContactDesk,
        billing_emails,
        rate_limits,
        outbox,
        clock,
        ids,
        providers.ThreadSafeSingleton(derived, secret, "billing-email-codes"),
        providers.Object(_asker_is_in),
    )

    staff_sign_ins = providers.ThreadSafeSingleton(
        SqlStaffSignIns, engine, providers.ThreadSafeSingleton(derived, secret, "staff-sign-ins")
    )
    second_factors = providers.ThreadSafeSingleton(
        SqlSecondFactors, engine, providers.ThreadSafeSingleton(derived, secret, "second-factors")
    )
    staff_sessions = providers.ThreadSafeSingleton(SqlStaffSessions, engine)
    bounces = providers.ThreadSafeSingleton(SqlBounces, engine)
    mail_queue = providers.ThreadSafeSingleton(SqlMailQueue, engine)
    staff_door = providers.ThreadSafeSingleton(
        StaffDoor, bus, staff_sign_ins, second_factors, staff_sessions
    )

    erasures = providers.ThreadSafeSingleton(
        SqlErasures, keys, providers.Callable(erasure_list, settings)
    )
    kept_mails: providers.Provider[Any] = providers.ThreadSafeSingleton(NoMailsKept)
    traces = providers.ThreadSafeSingleton(
        SqlPersonalTraces,
        engine,
        keys,
        settings.provided.data,
        providers.Callable(
            Pages,
            providers.Object(rewritten),
            providers.Object(to_rewrite),
            providers.Callable(rebuilt, engine, log.provided.mapper),
        ),
        kept_mails,
    )
    registrar = providers.ThreadSafeSingleton(
        Registrar, bus, erasures, traces, sessions, rate_limits
    )

    review_pdf: providers.Provider[Any] = providers.ThreadSafeSingleton(_review_pdf)
    personal_pdf: providers.Provider[Any] = providers.ThreadSafeSingleton(_personal_pdf)

    record_signer = providers.ThreadSafeSingleton(
        NoteSigner,
        settings.provided.record_name,
        providers.ThreadSafeSingleton(derived, secret, "checkpoints"),
    )
    checkpoints = providers.ThreadSafeSingleton(SqlCheckpoints, engine, record_signer)
    record_bundles = providers.ThreadSafeSingleton(RecordBundles, engine, record_signer, keys)
    record_proofs = providers.ThreadSafeSingleton(RecordProofs, engine, record_signer)
    checkpoint_copies = providers.ThreadSafeSingleton(SqlCheckpointCopies, engine)
    checkpoint_places = providers.ThreadSafeSingleton(places_of, settings, mail, clock)

    previews = providers.ThreadSafeSingleton(SqlPreviews, engine)
    preview_room = providers.ThreadSafeSingleton(PreviewRoom, bus, previews, staff_sessions)
    restored_rooms = providers.ThreadSafeSingleton(
        RestoredRooms, sessions, staff_door, preview_room
    )


def demo_portal(settings: Settings, mailbox: Path) -> Portal:
    """Wire the demo: mails stay in a file that can be looked at, and nothing has to last."""
    portal = Portal(settings=settings)
    kept = providers.ThreadSafeSingleton(EmailMailbox, mailbox)
    portal.mail.override(kept)
    portal.kept_mails.override(kept)
    portal.engine.override(
        providers.ThreadSafeSingleton(open_database, settings.database, throwaway=True)
    )
    portal.keys_engine.override(
        providers.ThreadSafeSingleton(open_database, settings.keys, pool_size=2, throwaway=True)
    )
    return portal
