"""Reads `PORTAL_*` from the environment and `.env`, once; names what is unknown or wrong.

Every setting may come from a file instead: `PORTAL_SECRET_FILE=/run/secrets/portal`. An `http://`
address is accepted on loopback only, because cookies and sign-in links would travel in the open.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from entrypoints import host_settings, mail_settings, payment_settings, proxies
from entrypoints.payment_settings import ProviderSettings

PREFIX = "PORTAL_"
OF_THE_TESTS = {"PORTAL_TEST_DATABASE_URL", "PORTAL_TEST_EXAMPLES", "PORTAL_REQUIRE_BROWSER"}
"""What our own tests read; it stands in the environment of the commands that they start."""


class SettingsWrong(Exception):  # noqa: N818 - named after the fact
    """Some settings cannot be used; `problems` says each in a sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator can set. Defaults serve one machine with an embedded database."""

    data: Path = Path("portal-data")
    """Folder of the embedded database, its keys and the secrets file."""
    database_url: str = ""
    """`postgresql://…` for production; empty is SQLite in `data`."""
    keys_url: str = ""
    """Where the keys of persons are kept, apart from the events; empty is SQLite in `data`."""
    secret: str = ""
    """At least 32 characters; empty is made at first start in `data/portal.secrets`."""
    web_url: str = "http://localhost:8000"
    """What customers type: the base of every link in mails."""
    admin_url: str = "http://admin.localhost:8001"
    """What staff type."""
    bind: str = "127.0.0.1"
    """Address to listen on."""
    web_port: int = 8000
    admin_port: int = 8001
    workers: int = 1
    """Web processes on this machine."""
    mail_kind: str = "smtp"
    """`smtp`, or `mailgun` for its HTTP API."""
    mail_api_token: str = ""
    """The sending key of the domain at the mail provider."""
    mail_api_domain: str = ""
    """The sending domain there; empty is that of `mail_from`."""
    mail_api_url: str = ""
    """Where its API answers; empty is Mailgun's own, https://api.eu.mailgun.net for the EU."""
    mail_webhook_key: str = ""
    """What the provider signs its webhooks by; empty takes none."""
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_security: str = "none"
    """`none`, `starttls` or `tls`."""
    mail_from: str = "billing@localhost"
    """The sender of every mail."""
    postgresql_tools: str = ""
    """The folder of `pg_dump` and `pg_restore`; empty is the PATH."""
    checkpoints_name: str = ""
    """What signs the record's checkpoints; empty is the host of `web_url` and `/record`."""
    checkpoints_folder: str = ""
    """A folder outside this machine, where a copy of signed checkpoints is kept."""
    checkpoints_mail: str = ""
    """A mailbox that gets the newest checkpoint, once an hour at most."""
    checkpoints_s3: str = ""
    """`s3://bucket/prefix` of an object store with copies; credentials as boto3 finds them."""
    checkpoints_s3_endpoint: str = ""
    """The address of an S3-compatible store; empty is Amazon's."""
    language: str = "en"
    """What staff are mailed in whose own language is not known from a sign-in."""
    keep_requests_days: int = 1
    """How long requests to sign in are kept."""
    keep_sessions_days: int = 90
    """How long sessions and previews are kept after they ended."""
    keep_mails_days: int = 30
    """How long mails are kept after they were sent, and changes of a billing email."""
    keep_imports_days: int = 365
    """How long reports of imports are kept."""
    keep_webhooks_days: int = 90
    """How long messages of payment providers are kept."""
    keep_bounces_days: int = 90
    """How long an address is kept whose mails came back and were not taken since."""
    trusted_proxies: str = ""
    """Addresses and networks whose `X-Forwarded-For` is believed, separated by spaces."""

    payments: dict[str, ProviderSettings] = {}
    """The payment provider accounts by name, from `PORTAL_PAYMENTS_<NAME>_…`."""
    allow_sandbox: bool = False
    """Whether a portal on `https://` may use the sandbox provider, where no money moves."""

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data / 'portal.db'}"

    @property
    def keys(self) -> str:
        """The key store's URL."""
        return self.keys_url or f"sqlite:///{self.data / 'portal-keys.db'}"

    @property
    def record_name(self) -> str:
        """The name that checkpoints of the record are signed by."""
        return self.checkpoints_name or f"{urlsplit(self.web_url).netloc}/record"

    @property
    def secure(self) -> bool:
        """Whether cookies carry `__Host-` and Secure: on `https://` base URLs."""
        return self.web_url.startswith("https://")


def read_settings(environment: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """Read the settings; raises SettingsWrong with every problem at once."""
    given = {**_dotenv(dotenv), **environment}
    named = {name: value for name, value in given.items() if name.startswith(PREFIX)}
    known = {field.name: field for field in msgspec.structs.fields(Settings)}
    problems: list[str] = []
    values: dict[str, Any] = {"payments": _payments(named, problems)}
    for name, text in sorted(named.items()):
        value = text
        field = name.removeprefix(PREFIX).lower()
        if field.endswith("_file") and field.removesuffix("_file") in known:
            field, value = field.removesuffix("_file"), _contents(name, value, problems)
        if name in OF_THE_TESTS:
            continue
        if field not in known:
            problems.append(f"{name} is not a setting of the portal.")
            continue
        try:
            values[field] = msgspec.convert(
                value, known[field].type, strict=False, dec_hook=lambda kind, text: kind(text)
            )
        except msgspec.ValidationError as error:
            problems.append(f"{name}: {error}.")
    if problems:
        raise SettingsWrong(problems)
    settings = Settings(**values)
    problems = [
        *_unsafe(settings),
        *payment_settings.unsafe_providers(
            settings.payments, public=settings.secure and not settings.allow_sandbox
        ),
    ]
    if problems:
        raise SettingsWrong(problems)
    return settings


def _payments(named: dict[str, str], problems: list[str]) -> dict[str, ProviderSettings]:
    """Take the provider accounts' settings out of those that were given, and read them."""
    given = {}
    for name in [name for name in named if name.startswith(payment_settings.PREFIX)]:
        text = named.pop(name)
        if name.endswith("_FILE"):
            name, text = name.removesuffix("_FILE"), _contents(name, text, problems)  # noqa: PLW2901
        given[name] = text
    return payment_settings.read_providers(given, problems)


def _unsafe(settings: Settings) -> list[str]:
    problems = list(host_settings.problems_of(settings))
    if settings.secret and len(settings.secret) < 32:  # noqa: PLR2004 - said in the sentence below
        problems.append("PORTAL_SECRET needs at least 32 characters.")
    problems += [
        f"PORTAL_KEEP_{name.upper()}_DAYS is at least 1."
        for name in ("requests", "sessions", "mails", "imports", "webhooks", "bounces")
        if getattr(settings, f"keep_{name}_days") < 1
    ]
    problems += mail_settings.problems_of(settings)
    problems += _unknown_language(settings.language)
    problems += proxies.problems_of(settings.trusted_proxies)
    if set(settings.checkpoints_name) & set("+ "):
        problems.append("PORTAL_CHECKPOINTS_NAME has neither spaces nor plus signs.")
    if settings.checkpoints_s3 and not settings.checkpoints_s3.startswith("s3://"):
        problems.append("PORTAL_CHECKPOINTS_S3 begins with s3://, as in s3://bucket/prefix.")
    if settings.database_url.startswith("postgresql") and not settings.keys_url:
        problems.append(
            "PORTAL_KEYS_URL is needed with PostgreSQL: a second database for the keys of persons, "
            "so that every machine has them and they are backed up apart from the events."
        )
    return problems


def _unknown_language(language: str) -> list[str]:
    from entrypoints.http.languages import SUPPORTED  # noqa: PLC0415 - help answers at once

    known = ", ".join(SUPPORTED)
    return [] if language in SUPPORTED else [f"PORTAL_LANGUAGE is one of {known}."]


def _contents(name: str, path: str, problems: list[str]) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        problems.append(f"{name}: {path} cannot be read ({error.strerror}).")
        return ""


def _dotenv(path: Path | None) -> dict[str, str]:
    if path is None or not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}


def from_process() -> Settings:
    """Read the settings of this process."""
    return read_settings(os.environ, Path(".env"))
