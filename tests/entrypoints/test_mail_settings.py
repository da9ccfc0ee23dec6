"""How mail goes out is read from the settings, with what is wrong, and the doctor looks at it."""

from pathlib import Path

import pytest
from dependency_injector import providers
from msgspec.structs import replace

from adapters.email_mailgun import EmailMailgun
from adapters.email_smtp import EmailSmtp
from entrypoints.container import Portal
from entrypoints.mail_checks import checks
from entrypoints.settings import Settings, SettingsWrong, read_settings
from tests.adapters.smtp_server import Postmaster
from tests.adapters.smtp_server import running as server_running
from tests.mail_provider import DOMAIN, KEY, TOKEN, PostOffice, running

MAILGUN = {"PORTAL_MAIL_KIND": "mailgun", "PORTAL_MAIL_API_TOKEN": TOKEN}


def problems(**given: str) -> list[str]:
    with pytest.raises(SettingsWrong) as caught:
        read_settings(given)
    return caught.value.problems


def test_mail_goes_over_smtp_unless_a_provider_is_named(tmp_path: Path) -> None:
    assert isinstance(Portal(settings=Settings(data=tmp_path)).mail(), EmailSmtp)
    assert isinstance(Portal(settings=read_settings(MAILGUN)).mail(), EmailMailgun)


def test_the_token_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    file = {"PORTAL_MAIL_API_TOKEN_FILE": str(tmp_path / "token")}
    assert read_settings({"PORTAL_MAIL_KIND": "mailgun", **file}).mail_api_token == TOKEN


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PORTAL_LANGUAGE": "tlh"}, "PORTAL_LANGUAGE is one of en, de."),
        ({"PORTAL_MAIL_KIND": "pigeon"}, "PORTAL_MAIL_KIND is smtp or mailgun."),
        ({"PORTAL_MAIL_KIND": "mailgun"}, "PORTAL_MAIL_API_TOKEN is missing"),
        ({**MAILGUN, "PORTAL_MAIL_API_URL": "http://api.example"}, "PORTAL_MAIL_API_URL must"),
        ({"PORTAL_SMTP_SECURITY": "ssl"}, "PORTAL_SMTP_SECURITY is none, starttls or tls."),
        ({"PORTAL_SMTP_HOST": "mx.example"}, "PORTAL_SMTP_SECURITY is needed for mx.example"),
        ({"PORTAL_SMTP_PASSWORD": "schl\u00fcssel"}, "PORTAL_SMTP_USER and PORTAL_SMTP_PASSWORD"),
        ({"PORTAL_MAIL_FROM": "garbage"}, "PORTAL_MAIL_FROM is one email address"),
        ({"PORTAL_MAIL_FROM": "Us <us@example.com>"}, "PORTAL_MAIL_FROM is one email address"),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, str], said: str) -> None:
    (problem,) = problems(**given)
    assert problem.startswith(said)


def test_what_the_settings_let_through_can_be_wired() -> None:
    for given in (
        {"PORTAL_SMTP_HOST": "mx.example", "PORTAL_SMTP_SECURITY": "starttls"},
        {"PORTAL_SMTP_HOST": "127.0.0.1", "PORTAL_MAIL_FROM": "billing@intranet"},
        {**MAILGUN, "PORTAL_SMTP_HOST": "mx.example"},
    ):
        Portal(settings=read_settings(given)).mail()


def test_the_doctor_talks_to_the_mail_server_as_a_mail_would(portal: Portal) -> None:
    postmaster = Postmaster()
    with server_running(postmaster) as server:
        settings = replace(
            portal.settings(), mail_kind="smtp", smtp_host=server.host, smtp_port=server.port
        )
        said: list[tuple[bool, str]] = []
        for security in ("none", "starttls", "tls"):
            changed = replace(settings, smtp_security=security)
            portal.settings.override(providers.Object(changed))
            said += checks(portal)
    assert [good for good, _ in said] == [True, False, False]
    at = f"The mail server 127.0.0.1:{server.port}"
    assert said[0][1] == f"{at} lets the portal in."
    assert said[1][1] == f"{at}: The mail server could not be talked to (SMTPNotSupportedError)."
    assert postmaster.envelopes == []


def test_the_doctor_asks_the_provider_and_names_what_to_mend(portal: Portal) -> None:
    office = PostOffice()
    with running(office) as account:
        settings = replace(
            portal.settings(),
            mail_kind="mailgun",
            mail_api_token=TOKEN,
            mail_api_domain=DOMAIN,
            mail_api_url=account.url,
            mail_webhook_key=KEY,
        )
        portal.settings.override(providers.Object(settings))
        assert [good for good, _ in checks(portal)] == [True, True]
        portal.settings.override(
            providers.Object(replace(settings, mail_api_token="old", mail_webhook_key=""))
        )
        (takes, why), (reports, how) = checks(portal)
    assert (takes, reports) == (False, False)
    assert "its token is not known" in why
    assert "PORTAL_MAIL_WEBHOOK_KEY is empty" in how
    assert office.letters == []
