"""Makes the demo: a fresh database with the company in it, wired, and the key of its doors."""

import gc
import secrets
from base64 import b64encode
from datetime import date
from pathlib import Path

from entrypoints.container import Portal, demo_portal, sandbox_room
from entrypoints.demo.company.loading import load_company
from entrypoints.demo.company.sellers import PROVIDER
from entrypoints.demo.links import DemoLinks
from entrypoints.demo.sandbox_methods import save_methods
from entrypoints.installing import install
from entrypoints.logs import set_up_logs
from entrypoints.payment_settings import ProviderSettings
from entrypoints.secret_file import make_secret
from entrypoints.settings import Settings

KEY_BITS = 128


def made(folder: Path, port: int, today: date | None = None) -> tuple[Portal, DemoLinks]:
    """Make everything in an empty folder; settings of the environment do not count."""
    set_up_logs()
    settings = Settings(
        data=folder,
        web_url=f"http://localhost:{port}",
        admin_url=f"http://admin.localhost:{port + 1}",
        web_port=port,
        admin_port=port + 1,
        mail_from="no-reply@billing-mail.example",
        payments={PROVIDER: _sandbox(port + 2)},
    )
    install(settings.database, settings.keys)
    make_secret(settings)
    portal = demo_portal(settings, folder / "mails.db")
    gc.disable()  # nothing of the company is garbage yet
    load_company(portal, today or portal.clock().now().date())
    gc.enable()
    save_methods(sandbox_room(settings, PROVIDER), portal.bus())
    return portal, DemoLinks.of(portal.ids().secret(KEY_BITS), settings)


def _sandbox(port: int) -> ProviderSettings:
    """Name the sandbox beside the demo, with keys that end with it."""
    return ProviderSettings(
        kind="sandbox",
        key=secrets.token_urlsafe(32),
        webhook_secrets=(f"whsec_{b64encode(secrets.token_bytes(32)).decode()}",),
        url=f"http://localhost:{port}",
    )
