"""Where the portal answers is checked before it starts, and every problem is named at once."""

import pytest
from click.testing import CliRunner

from entrypoints.cli import main
from entrypoints.settings import SettingsWrong, read_settings

BARE = "is a host, with a port where it needs one, and nothing else"


def problems(**given: str) -> list[str]:
    with pytest.raises(SettingsWrong) as caught:
        read_settings(given)
    return caught.value.problems


@pytest.mark.parametrize("name", ["PORTAL_WEB_URL", "PORTAL_ADMIN_URL"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://portal.example.com", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https://portal.example.com:99999", "must begin with https://"),
        ("https://[::1", "must begin with https://"),
        ("https://portal.example.com/billing", BARE),
        ("https://portal.example.com/?a=b", BARE),
        ("https://portal.example.com?", BARE),
        ("https://portal.example.com/#a", BARE),
        ("https://admin:secret@portal.example.com", BARE),
        ("https://portal example.com", BARE),
        ("https://portal.example.com:", BARE),
    ],
)
def test_a_base_url_is_a_host_and_nothing_else(name: str, url: str, said: str) -> None:
    (problem,) = problems(**{name: url})
    assert problem.startswith(f"{name} {said}")


@pytest.mark.parametrize(
    "url",
    ["https://portal.example.com", "https://portal.example.com:8443/", "http://127.0.0.1:8000"],
)
def test_a_host_with_or_without_a_port_is_a_base_url(url: str) -> None:
    assert read_settings({"PORTAL_WEB_URL": url}).web_url == url


@pytest.mark.parametrize(
    "urls",
    [
        ("https://portal.example.com", "https://PORTAL.example.com:443/"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_staff_and_customers_have_hosts_of_their_own(urls: tuple[str, str]) -> None:
    web, admin = urls
    assert problems(PORTAL_WEB_URL=web, PORTAL_ADMIN_URL=admin) == [
        "PORTAL_ADMIN_URL is that of customers: staff have a host of their own."
    ]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("PORTAL_WEB_PORT", "99999999", "is a number from 1 to 65535."),
        ("PORTAL_ADMIN_PORT", "0", "is a number from 1 to 65535."),
        ("PORTAL_ADMIN_PORT", "8000", "is that of customers: choose another."),
        ("PORTAL_SMTP_PORT", "-25", "is a number from 1 to 65535."),
        ("PORTAL_WORKERS", "-3", "is a number from 1 to 256."),
        ("PORTAL_WORKERS", "0", "is a number from 1 to 256."),
        ("PORTAL_TEST_FOO", "1", "is not a setting of the portal."),
        ("PORTAL_REQUIRE_BROWSERS", "1", "is not a setting of the portal."),
    ],
)
def test_a_number_out_of_range_and_an_unknown_name_are_said(
    name: str, given: str, said: str
) -> None:
    assert problems(**{name: given}) == [f"{name} {said}"]


def test_what_the_tests_read_may_stand_beside_the_settings() -> None:
    assert read_settings({"PORTAL_TEST_EXAMPLES": "9", "PORTAL_REQUIRE_BROWSER": "1"}).workers == 1


@pytest.mark.parametrize("command", ["doctor", "serve", "web", "worker"])
def test_every_command_names_all_problems_and_does_nothing(
    monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("PORTAL_SMTP_HOST", "smtp.example.com")
    monkeypatch.setenv("PORTAL_WEB_URL", "https://portal.example.com/path")
    ended = CliRunner().invoke(main, [command])
    assert ended.exit_code == 2
    assert "PORTAL_SMTP_SECURITY is needed for smtp.example.com" in ended.output
    assert BARE in ended.output
