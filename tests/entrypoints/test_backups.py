"""A backup brings everything back: the record, who can enter, and nobody who was signed in."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Uuid, bindparam, select, text

from adapters.backups.manifest import BackupUnusable
from adapters.database import open_database, sqlite_module, writing
from adapters.schema import OUTBOX
from application.checkpoints import cover_everything
from application.erasure import ErasePerson, erase_person
from application.mail_queue import SendMailAgain, sending_again
from application.staff import DeactivateStaffMember, deactivate_staff_member
from application.staff_session import open_demo_door
from domain.actor import Operator as OperatorActor
from domain.actor import System
from domain.customer_session import SessionEnded
from domain.identity import portal_access_id
from domain.person import Subject
from domain.personal import is_erased
from domain.portal_access import AddressGranted, PortalAccess
from domain.staff_session import StaffSessionEnded
from entrypoints.container import Portal
from entrypoints.settings import Settings
from tests.databases import Databases
from tests.entrypoints.admin.desk import staff_member
from tests.entrypoints.backing import Operator, elsewhere, stored
from tests.entrypoints.web.customers import JANE, Browser, Seller, sign_in, street
from tests.importing import rows_of_read_models
from tests.read_models.books import named
from tests.wiring import SECRET

ROOT = OperatorActor("root", "machine")


@pytest.fixture
def seller(portal: Portal) -> Seller:
    """Acme's domain and two addresses of Bolt are let in."""
    seller = Seller(portal)
    seller.customer("Acme", "acme.com")
    seller.customer("Bolt", "ann@bolt.com", "bob@bolt.com")
    return seller


@pytest.fixture
def operator(seller: Seller, databases: Databases, tmp_path: Path) -> Operator:
    return Operator(seller.portal, databases, tmp_path)


@pytest.fixture
def browser(seller: Seller) -> Iterator[Browser]:
    with street(seller.portal) as open_street:
        yield open_street.browser()


def test_what_is_restored_elsewhere_is_what_was_backed_up(
    operator: Operator, databases: Databases, tmp_path: Path
) -> None:
    files = operator.backs_up()
    before = stored(operator.portal)
    rows = rows_of_read_models(operator.portal)
    kind = operator.portal.engine().dialect.name
    with elsewhere(databases, kind, tmp_path) as place:
        said = operator.restores(files, **place)
        assert f"{len(before)} events" in said
        assert "MEND" not in said
        settings = Settings(
            data=Path(place["PORTAL_DATA"]),
            database_url=place["PORTAL_DATABASE_URL"],
            keys_url=place["PORTAL_KEYS_URL"],
            secret=SECRET,
        )
        restored = Portal(settings=settings)
        assert stored(restored)[: len(before)] == before
        assert rows_of_read_models(restored) == rows
        access = restored.log().get(PortalAccess, portal_access_id(named("Bolt")))
        assert access.covering("ann@bolt.com") is not None
        restored.engine().dispose()
        restored.keys_engine().dispose()


def test_the_files_of_a_backup_are_readable_by_their_owner_only(operator: Operator) -> None:
    for path in operator.backs_up():
        assert path.stat().st_mode & 0o077 == 0


def test_folders_of_a_backup_are_made(operator: Operator, tmp_path: Path) -> None:
    record, keys = tmp_path / "away" / "record", tmp_path / "away" / "keys"
    operator.types("backup", record, "--keys", keys)
    assert sorted(path.suffix for path in record.iterdir()) in [
        [".db", ".json"],
        [".dump", ".json"],
    ]
    assert len(list(keys.iterdir())) == 1


def test_a_backup_is_not_restored_without_its_secrets(
    operator: Operator, databases: Databases, tmp_path: Path
) -> None:
    record, keys = operator.backs_up()
    kind = operator.portal.engine().dialect.name
    with elsewhere(databases, kind, tmp_path) as place:
        place["PORTAL_SECRET"] = ""
        said = operator.types("restore", record, "--keys", keys, "--dry-run", code=1, **place)
        assert "put the kept copy there" in said


def test_record_and_keys_do_not_go_to_one_place(operator: Operator, tmp_path: Path) -> None:
    said = operator.types("backup", tmp_path / "a.db", "--keys", tmp_path / "b.db", code=1)
    assert "Keep the keys in another place" in said


def test_nothing_is_overwritten_unless_it_is_asked_for(operator: Operator) -> None:
    files = operator.backs_up()
    before = stored(operator.portal)
    said = operator.restores(files, code=1)
    assert "add --replace" in said
    assert stored(operator.portal) == before


def test_a_dry_run_says_what_would_be_done_and_does_nothing(operator: Operator) -> None:
    files = operator.backs_up()
    before = stored(operator.portal)
    said = operator.restores(files, "--replace", "--dry-run")
    assert "What is there now is set aside" in said
    assert stored(operator.portal) == before


def test_after_a_restore_nobody_is_signed_in_and_the_record_says_why(
    operator: Operator, seller: Seller, browser: Browser
) -> None:
    sign_in(seller, browser, "Acme")
    page = f"/b/{named('Acme')}/sessions"
    assert browser.get(page).status_code == 200
    staff_id = staff_member(seller.portal, "mara@northwind.example", "admin")
    open_demo_door(staff_id, seller.portal.staff_door())
    said = operator.restores(operator.backs_up(), "--replace")
    assert "Signed out 1 customer and 1 staff" in said
    assert browser.get(page).status_code != 200
    assert seller.portal.staff_sessions().live(seller.portal.clock().now()) == []
    assert [event.cause for event in seller.told(SessionEnded)] == ["restored"]
    assert [event.cause for event in seller.told(StaffSessionEnded)] == ["restored"]


def test_a_sign_in_under_way_ends_and_its_mail_is_never_sent(
    operator: Operator, seller: Seller, browser: Browser
) -> None:
    browser.ask("Acme")
    seller.works()
    browser.ask("Acme", "joe@acme.com")
    operator.restores(operator.backs_up(), "--replace")
    seller.works()
    assert len(seller.mails) == 1
    browser.press_link(seller.mails[0])
    assert seller.portal.sessions().of_address(JANE, seller.portal.clock().now()) == []


def test_a_mail_that_may_have_been_sent_since_is_held_for_staff(
    operator: Operator, seller: Seller
) -> None:
    with writing(seller.portal.engine()) as connection:
        row = {"job_id": named("job"), "kind": "send_access_granted", "payload": b"{}"}
        times = dict.fromkeys(("attempts", "created_at", "due_at", "leased_until"), 0)
        connection.execute(OUTBOX.insert().values({**row, **times, "status": "waiting"}))
    said = operator.restores(operator.backs_up(), "--replace")
    assert "Held 1 mail that may" in said
    seller.works()
    assert seller.mails == []
    with seller.portal.reading() as connection:
        job = connection.execute(select(OUTBOX).where(OUTBOX.c.job_id == named("job"))).one()
    assert job.status == "held"
    queue, bus = seller.portal.mail_queue(), seller.portal.bus()
    bus.execute(sending_again(queue), SendMailAgain(job.job_id), System("test"))


def test_who_can_enter_again_and_who_no_longer_is_printed(
    operator: Operator, seller: Seller
) -> None:
    staff_id = staff_member(seller.portal, "left@northwind.example", "admin")
    staff_member(seller.portal, "stays@northwind.example", "admin")
    files = operator.backs_up()
    seller.revoke("Bolt")
    seller.grant("Acme", "new@partner.com")
    left = DeactivateStaffMember(staff_id)
    deactivate_staff_member(left, ROOT, seller.portal.staff_door())
    said = operator.restores(files, "--replace")
    again = said.partition("can enter again:")[2].partition("can no longer enter:")
    for who in ("ann@bolt.com", "bob@bolt.com", "left@northwind.example"):
        assert who in again[0]
    assert "new@partner.com" in again[2]
    assert "stays@northwind.example" not in said


def test_portals_switched_since_the_backup_are_named_also_without_a_grant(
    operator: Operator, seller: Seller
) -> None:
    seller.customer("Coil")
    seller.turn_off("Coil")
    files = operator.backs_up()
    seller.turn_off("Acme")
    seller.turn_on("Coil")
    said = operator.restores(files, "--replace")
    on, _, off = said.partition("Portals switched off since the backup, and on again:")[
        2
    ].partition("Portals switched on since the backup, and off again:")
    assert on.split("\n") == ["", "  Acme Ltd, Acme", ""]
    assert off.strip().startswith("Coil Ltd, Coil")
    assert "Bolt" not in on + off.partition("ok ")[0]
    assert "acme.com  (Acme Ltd, Acme)" in said, "and the rule that lets in again"


def test_whoever_was_erased_since_the_backup_is_erased_again(
    operator: Operator, seller: Seller
) -> None:
    files = operator.backs_up()
    portal = seller.portal
    asked = ErasePerson(Subject("address", "ann@bolt.com"), "asked for it", revoke=True)
    erase_person(asked, ROOT, portal.registrar())
    (portal.settings().data / "erasures.jsonl").unlink()  # the replaced key store knows it too
    said = operator.restores(files, "--replace")
    assert "Erased again: 1" in said
    portal.keys().forget()
    addresses = [event.address for event in seller.told(AddressGranted)]
    assert sorted(map(is_erased, addresses)) == [False, True]
    assert "bob@bolt.com" in addresses


def test_what_is_replaced_is_set_aside_and_comes_back_when_the_restore_fails(
    operator: Operator, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = operator.backs_up()
    seller.customer("Since", "since.com")
    before = stored(seller.portal)

    def broken(*_: object) -> None:
        raise BackupUnusable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("entrypoints.restoring.install", broken)
        operator.restores(files, "--replace", code=1)
    assert stored(seller.portal) == before
    said = operator.restores(files, "--replace")
    assert "Set aside: " in said
    assert len(stored(seller.portal)) < len(before)


def test_a_file_that_is_not_the_backups_is_refused(operator: Operator) -> None:
    record, keys = operator.backs_up()
    with record.open("r+b") as file:
        file.seek(200)
        file.write(b"x")
    assert "its bytes differ" in operator.restores((record, keys), "--replace", code=1)


def test_keys_of_another_record_are_refused(operator: Operator, tmp_path: Path) -> None:
    strange = f"sqlite:///{tmp_path / 'strange.db'}"
    engine = open_database(strange)
    engine.dispose()
    said = operator.types("rebuild", "--missing", PORTAL_KEYS_URL=strange, code=1)
    assert "There is a record, and no store of keys" in said
    keys = tmp_path / "keys.db"
    with closing(sqlite_module().connect(keys)) as own:
        own.execute("UPDATE keys_identity SET store_id = ?", ("0" * 32,))
        own.commit()
    said = operator.types("rebuild", "--missing", code=1)
    assert "The keys are those of another record" in said


def test_a_portal_in_use_is_not_replaced(operator: Operator, seller: Seller) -> None:
    record, keys = operator.backs_up()
    with seller.portal.reading() as connection:
        connection.execute(text("SELECT 1 FROM events LIMIT 1"))
        said = operator.types("restore", record, "--keys", keys, "--replace", code=1)
    assert "Stop the portal first" in said


def test_verify_finds_nothing_wrong_and_changes_nothing(operator: Operator) -> None:
    before = stored(operator.portal)
    said = operator.types("verify")
    assert "MEND" not in said
    assert "read models are what the record makes of them" in said
    assert stored(operator.portal) == before


@pytest.mark.parametrize(
    ("statement", "named_table"),
    [
        ("UPDATE entry_grants SET value = 'evil.com' WHERE value = 'acme.com'", "entry_grants"),
        ("DELETE FROM access_panel_grants WHERE value = 'ann@bolt.com'", "access_panel"),
    ],
)
def test_verify_names_the_table_that_is_not_what_the_record_says(
    operator: Operator, seller: Seller, statement: str, named_table: str
) -> None:
    with writing(seller.portal.engine()) as connection:
        assert connection.execute(text(statement)).rowcount == 1
    said = operator.types("verify", code=1)
    assert f"MEND  Read models differ from the record, run `portal rebuild`: {named_table}" in said


def test_verify_names_keys_that_are_missing_and_documents_that_were_changed(
    operator: Operator, seller: Seller
) -> None:
    seller.portal.documents().keep(b"a PDF", "pdf")
    with writing(seller.portal.engine()) as connection:
        connection.execute(text("UPDATE documents SET size = size, content = :new"), {"new": b"x"})
    with writing(seller.portal.keys_engine()) as connection:
        connection.execute(text("DELETE FROM person_keys"))
    said = operator.types("verify", code=1)
    assert "keys are missing that nobody erased" in said.split("MEND")[1]
    assert "1 kept documents differ from their hash" in said


@pytest.mark.parametrize(
    ("command", "statement", "said"),
    [
        (
            "web",
            "UPDATE read_models SET position = position + 1",
            "knows events that the record has not",
        ),
        ("admin", "UPDATE read_models SET position = -2000", "run `portal rebuild`"),
        ("worker", "DELETE FROM read_models", "run `portal rebuild --missing`"),
        (
            "worker",
            "UPDATE portal_version SET version_num = 'first'",
            "of another version of the portal",
        ),
        (
            "worker",
            "UPDATE store_identity SET store_id = :other",
            "The keys are those of another record",
        ),
    ],
)
def test_nothing_starts_on_tables_that_do_not_belong_together(
    operator: Operator, seller: Seller, command: str, statement: str, said: str
) -> None:
    with writing(seller.portal.engine()) as connection:
        named_id = text(statement).bindparams(
            *([bindparam("other", UUID(int=1), Uuid)] if ":other" in statement else [])
        )
        connection.execute(named_id)
    assert said in operator.types(command, code=1)


def test_the_doctor_says_when_the_last_backup_was_made_and_where_the_keys_went(
    operator: Operator, tmp_path: Path
) -> None:
    said = operator.types("doctor", code=1)
    assert "No backup was made with `portal backup" in said
    operator.backs_up()
    said = operator.types("doctor", code=1)
    assert " UTC, 0 events ago." in said
    assert f"record went to {tmp_path / 'record'}, its keys to {tmp_path / 'keys'}." in said
    assert "ok    The keys have a database of their own." in said


def test_verify_names_an_event_that_is_not_as_it_was_signed(
    operator: Operator, seller: Seller
) -> None:
    portal = seller.portal
    cover_everything(portal.checkpoints(), portal.clock().now())
    assert "ok    The record is what was signed of it" in operator.types("verify")
    on_sqlite = portal.engine().dialect.name == "sqlite"
    guard = "DROP TRIGGER events_not_updated" if on_sqlite else _OFF
    with writing(portal.engine()) as connection:
        connection.execute(text(guard))
        connection.execute(
            text("UPDATE events SET recorded_at = recorded_at - 1 WHERE position = 1")
        )
    said = operator.types("verify", code=1)
    [named_event] = [line for line in said.splitlines() if "MEND  " in line and "vent 1" in line]
    assert "changed" in named_event


_OFF = "ALTER TABLE events DISABLE TRIGGER ALL"
