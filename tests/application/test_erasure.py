"""Erasing a person who stands in every corner of a company's portal, on both databases (R12)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, select

from adapters import person_keys
from adapters.database import reading, recording, writing
from adapters.event_proof.verify import verify_bundle
from adapters.person_keys import PERSON_KEYS, SqlPersonKeys
from adapters.schema import metadata
from adapters.trace_search import files_with, tables_with, text_of
from application.audit import Asked, RecordReading, record_reading
from application.checkpoints import cover_everything
from application.erasure import ErasePerson, erase_person
from application.erasure_again import apply_erasures_again, finish_erasures
from application.legal_hold import PlaceHold, ReleaseHold, place_hold, release_hold
from application.personal_export import WITHHELD, export_of
from application.personal_holdings import what_is_held
from application.staff import (
    AddStaffMember,
    DeactivateStaffMember,
    add_staff_member,
    deactivate_staff_member,
)
from domain.access_review import GrantReviewed
from domain.grantable import ReasonMissing
from domain.identity import portal_access_id
from domain.person import (
    Erased,
    ErasedAgain,
    GrantStillCovers,
    LegalHoldStands,
    NothingHeld,
    StaffStillActive,
    Subject,
)
from domain.personal import erased_mark, is_erased
from domain.portal_access import PortalAccess
from domain.staff import MemberAdded
from entrypoints.auditing_proof import bundled
from entrypoints.container import Portal
from read_models.audit_tables import HISTORY
from read_models.registry import MODELS
from tests.application.erasure_story import (
    CONTACT,
    DOMAIN_GRANT,
    GROUP,
    HER,
    JUTTA,
    MARA,
    NAME,
    WORDS,
    dumps,
    fill,
    load,
    stored_events,
)
from tests.databases import Databases
from tests.entrypoints.customers import Told
from tests.wiring import wired

ASKED = ErasePerson(HER, "She asked for it by mail", revoke=True)


@pytest.fixture
def filled(portal: Portal, tmp_path: Path) -> Portal:
    """A portal in which she stands everywhere."""
    fill(portal, tmp_path)
    return portal


def rows(portal: Portal) -> dict[str, list[Any]]:
    """Every row of every read model."""
    tables = [table for model in MODELS for table in model.tables]
    with reading(portal.engine()) as connection:
        found = {table.name: connection.execute(select(table)).all() for table in tables}
    return {name: sorted(map(tuple, each), key=repr) for name, each in found.items()}


def test_after_an_erasure_nothing_names_her_but_what_the_dry_run_said_stays(
    filled: Portal, tmp_path: Path
) -> None:
    dry = what_is_held(HER, filled.registrar())
    stays = {trace.place: trace.count for trace in dry.traces if trace.fate != "goes"}
    assert {"documents", "invoice_page", "events"} <= set(stays)
    assert set(dry.words) == set(WORDS)

    erase_person(ASKED, MARA, filled.registrar())

    for engine in (filled.engine(), filled.keys_engine()):
        with reading(engine) as connection:
            for table, count in tables_with(connection, WORDS).items():
                assert count <= stays.get(table, 0), table
    left = {place for place, content in dumps(filled) if JUTTA.encode() in content.lower()}
    assert left == set(), "her address stands nowhere, not even in what stays by law"
    kept = {place for place, content in dumps(filled) if NAME.encode() in content}
    files = {place for place in kept if ".db" in place}
    assert kept - files <= set(stays)
    assert list(files_with(tmp_path, [JUTTA])) == []


def test_the_dry_run_names_every_store_that_holds_something_and_changes_nothing(
    filled: Portal,
) -> None:
    before, log = rows(filled), stored_events(filled)
    traces = what_is_held(HER, filled.registrar()).traces
    assert rows(filled) == before
    assert stored_events(filled) == log
    goes = {trace.place for trace in traces if trace.fate == "goes"}
    assert {"events", "outbox", "sessions", "sign_in_requests", "import_refusals"} <= goes
    assert {"import_runs", "details", "audit_history", "access_panel_people"} <= goes
    assert {"bouncing_addresses", "notification_choices"} <= goes
    by_law = {trace.place for trace in traces if trace.fate == "stays_by_law"}
    assert "documents" in by_law


def everything(portal: Portal) -> dict[str, dict[Any, Any]]:
    """Every row that a purge may touch, by table and key."""
    tables = [table for model in MODELS for table in model.tables]
    tables += [table for table in metadata.sorted_tables if table.name not in _LOG]
    with reading(portal.engine()) as connection:
        return {
            table.name: {
                tuple(row[column.name] for column in table.primary_key): dict(row)
                for row in connection.execute(select(table)).mappings()
            }
            for table in tables
        }


_LOG = {"events", "done_commands", "tracking", "documents"}


def test_the_dry_run_counts_exactly_the_rows_that_the_purge_changes(filled: Portal) -> None:
    add = AddStaffMember(uuid4(), NAME, JUTTA, ("viewer",))
    filled.bus().execute(add_staff_member, add, MARA)
    with writing(filled.engine()) as connection:
        code = {"staff_id": add.staff_id, "code_hash": "hers"}
        connection.execute(metadata.tables["staff_recovery_codes"].insert(), code)
    known = what_is_held(HER, filled.registrar())
    before = everything(filled)
    told = filled.traces().would_go(known.key_ids, known.words, known.staff)
    assert everything(filled) == before
    filled.traces().purge(known.key_ids, known.words, known.staff)
    after = everything(filled)
    changed = {
        name: sum(after[name].get(key) != row for key, row in rows.items())
        for name, rows in before.items()
    }
    assert told == {name: count for name, count in changed.items() if count}
    assert {"sessions", "session_entries", "staff_recovery_codes", "details"} <= set(told)


def test_the_dry_run_waits_for_nobody_who_writes(filled: Portal) -> None:
    desk = filled.registrar()
    with recording(filled.engine()), ThreadPoolExecutor(1) as another:
        held = another.submit(what_is_held, HER, desk).result()
    assert held == what_is_held(HER, desk)


def test_read_models_after_an_erasure_equal_a_rebuild(filled: Portal) -> None:
    erase_person(ASKED, MARA, filled.registrar())
    live = rows(filled)
    filled.traces().rebuild()
    assert rows(filled) == live
    assert any("erased-" in repr(row) for each in live.values() for row in each)


def test_an_erasure_changes_no_stored_event_and_others_stay_readable(filled: Portal) -> None:
    before = stored_events(filled)
    erase_person(ASKED, MARA, filled.registrar())
    after = stored_events(filled)
    assert after[: len(before)] == before
    assert {row[4] for row in after[len(before) :]} == {
        "portal_access.grant_revoked.v2",
        "customer_session.ended.v2",
        "person.erased.v1",
    }
    others = [row for row in rows(filled)["audit_staff"] if "Mara Okafor" in row]
    assert others


def test_a_checkpoint_from_before_still_proves_the_record_and_no_export_discloses_her(
    filled: Portal, tmp_path: Path
) -> None:
    cover_everything(filled.checkpoints(), filled.clock().now())
    newest = filled.checkpoints().newest()
    assert newest is not None
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(newest.note)
    assert JUTTA.encode() in _disclosed(filled, tmp_path)

    erase_person(ASKED, MARA, filled.registrar())

    assert JUTTA.encode() not in _disclosed(filled, tmp_path)
    assert verify_bundle(tmp_path / "record.zip", [kept]).findings == []


def _disclosed(portal: Portal, folder: Path) -> bytes:
    """Take the record with whatever can be opened in clear."""
    _, file = bundled(portal, disclosed=True)
    path = folder / "record.zip"
    path.write_bytes(b"".join(file.chunks()))
    with ZipFile(path) as bundle:
        return b"".join(bundle.read(name) for name in bundle.namelist())


def test_history_keeps_that_somebody_had_access_and_which_events_are_of_one_person(
    filled: Portal,
) -> None:
    erase_person(ASKED, MARA, filled.registrar())
    query = select(HISTORY.c.topic, HISTORY.c.address).where(HISTORY.c.address.is_not(None))
    with reading(filled.engine()) as connection:
        history = connection.execute(query).all()
    topics = {row.topic for row in history}
    assert {"portal_access.address_granted.v1", "customer_session.signed_in.v1"} <= topics
    assert all(is_erased(row.address) for row in history)
    assert len({erased_mark(row.address) for row in history}) == 1


def test_a_live_grant_refuses_the_erasure_unless_it_is_revoked_with_it(filled: Portal) -> None:
    command = ErasePerson(HER, "She asked", revoke=False)
    with pytest.raises(GrantStillCovers) as refused:
        erase_person(command, MARA, filled.registrar())
    assert refused.value.facts == {"count": 1}
    assert filled.erasures().key_of(HER.person) is not None

    erase_person(ASKED, MARA, filled.registrar())
    assert filled.sessions().of_address(JUTTA, filled.clock().now()) == []


def test_a_legal_hold_refuses_the_erasure_and_is_seen(filled: Portal) -> None:
    desk = filled.registrar()
    place_hold(PlaceHold(HER, "A dispute before the court"), MARA, desk)
    assert what_is_held(HER, desk).held_since == filled.clock().now()
    before = rows(filled)
    with pytest.raises(LegalHoldStands):
        erase_person(ASKED, MARA, desk)
    assert rows(filled) == before

    release_hold(ReleaseHold(HER, "Settled"), MARA, desk)
    erase_person(ASKED, MARA, desk)
    assert what_is_held(HER, desk).facts == []


def test_an_erasure_needs_a_reason_and_somebody_of_whom_something_is_held(filled: Portal) -> None:
    desk = filled.registrar()
    with pytest.raises(ReasonMissing):
        erase_person(ErasePerson(HER, " ", revoke=True), MARA, desk)
    nobody = Subject("address", "nobody@corp.example")
    with pytest.raises(NothingHeld):
        erase_person(ErasePerson(nobody, "She asked"), MARA, desk)
    assert filled.erasures().key_of(nobody.person) is None


def test_an_import_does_not_bring_an_erased_contact_back(filled: Portal, tmp_path: Path) -> None:
    erase_person(ASKED, MARA, filled.registrar())
    before = rows(filled)
    taken = load(filled, tmp_path, CONTACT)
    assert [(row.field, row.code) for row in taken.refused] == [("email", "person_erased")]
    assert rows(filled) == before

    successor = {**CONTACT, "name": "Ole Berg", "email": "ole.berg@corp.example"}
    assert load(filled, tmp_path, successor).refused == []


def test_who_is_erased_and_granted_anew_is_a_new_person_to_the_record(filled: Portal) -> None:
    old = filled.erasures().key_of(HER.person)
    erase_person(ASKED, MARA, filled.registrar())
    assert filled.erasures().key_of(HER.person) is None
    assert filled.erasures().make_key(HER.person) != old


def test_whoever_reads_with_another_process_cannot_open_the_key_a_second_later(
    filled: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = SqlPersonKeys(filled.keys_engine(), b"another process")
    key_id = filled.erasures().make_key(HER.person)
    assert elsewhere.by_id(key_id) is not None
    erase_person(ASKED, MARA, filled.registrar())
    monkeypatch.setattr(person_keys, "LOOK_EVERY", 0)  # a second has gone by
    assert elsewhere.by_id(key_id) is None


def test_a_reason_about_another_address_stays_with_it_and_the_dry_run_says_so(
    filled: Portal,
) -> None:
    ole, group = "ole@elsewhere.test", uuid4()
    access = PortalAccess(portal_access_id(group))
    act = filled.bus().act(MARA)
    access.grant_address(group, uuid4(), ole, reason=f"For {JUTTA}", by=act)
    kept = GrantReviewed(
        stream_id=uuid4(),
        version=1,
        at=act.at,
        actor=act.actor,
        command_id=act.command_id,
        bill_group_id=GROUP,
        grant_id=DOMAIN_GRANT,
        decision="keep",
        domain="elsewhere.example",
        reason=f"{JUTTA} vouches",
    )
    filled.log().save(access, Told([kept]))
    desk = filled.registrar()
    before = what_is_held(HER, desk)
    named = [trace for trace in before.traces if trace.place == "reasons"]
    assert [(trace.count, trace.fate) for trace in named] == [(1, "stays")]
    assert f"grant:{DOMAIN_GRANT}" in before.persons, "this reason goes"

    erase_person(ASKED, MARA, desk)

    stored = [fact.event for fact in desk.traces.facts([desk.erasures.make_key(f"address:{ole}")])]
    assert [getattr(event, "reason", None) for event in stored] == [f"For {JUTTA}"]
    assert "vouches" not in repr(rows(filled))


# After a crash, and after a restore


def test_an_erasure_that_was_cut_off_is_finished_from_the_record(
    filled: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = filled.registrar()
    with monkeypatch.context() as cut:
        cut.setattr(type(desk.traces), "purge", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            erase_person(ASKED, MARA, desk)
    assert filled.erasures().key_of(HER.person) is not None
    assert finish_erasures(desk) > 0
    assert filled.erasures().key_of(HER.person) is None
    _nothing_of_her_in_tables(filled)
    assert finish_erasures(desk) == 0


def test_what_was_written_with_a_key_that_somebody_still_remembered_is_cleared(
    filled: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_keys, "LOOK_EVERY", 60)  # the second has not gone by yet
    desk, key_id = filled.registrar(), filled.erasures().make_key(HER.person)
    remembered = filled.keys().of(HER.person)
    assert remembered[0] == key_id
    erase_person(ASKED, MARA, desk)
    filled.keys()._by_person[HER.person] = remembered
    asked = Asked(question="history", position=1, address=JUTTA)
    filled.bus().execute(record_reading, RecordReading(filled.ids().uuid7(), asked), MARA)
    with reading(filled.engine()) as connection:
        assert set(tables_with(connection, [JUTTA])) == {"audit_history"}

    finish_erasures(desk)
    _nothing_of_her_in_tables(filled)


def _cut_off(*_: object) -> None:
    raise KeyboardInterrupt


def test_keys_that_a_restore_brought_back_are_destroyed_again(filled: Portal) -> None:
    with reading(filled.keys_engine()) as connection:
        backup = [row._asdict() for row in connection.execute(select(PERSON_KEYS))]
    erase_person(ASKED, MARA, filled.registrar())
    with writing(filled.keys_engine()) as connection:
        connection.exec_driver_sql("DELETE FROM person_keys")
        connection.exec_driver_sql("DELETE FROM erasures")
        connection.execute(PERSON_KEYS.insert(), backup)
    filled.keys().forget()
    filled.traces().rebuild()
    assert any(JUTTA in repr(row) for row in rows(filled)["audit_history"]), "it came back"

    assert apply_erasures_again(filled.registrar()) > 0
    _nothing_of_her_in_tables(filled)
    assert filled.erasures().is_erased(HER.person)
    assert apply_erasures_again(filled.registrar()) == 0


@pytest.mark.parametrize("with_keys", [True, False])
def test_a_restored_record_that_forgot_an_erasure_is_told(
    databases: Databases, tmp_path: Path, *, with_keys: bool
) -> None:
    with databases.fresh("sqlite", tmp_path) as url, wired(url, tmp_path) as portal:
        fill(portal, tmp_path)
        stores = [portal.engine(), portal.keys_engine()] if with_keys else [portal.engine()]
        backups = [(engine, _copied(engine)) for engine in stores]
        erase_person(ASKED, MARA, portal.registrar())
        for engine, backup in backups:
            engine.dispose()
            Path(engine.url.database or "").write_bytes(backup)
        portal.keys().forget()
        assert any(JUTTA in repr(row) for row in rows(portal)["audit_history"]), "it came back"

        apply_erasures_again(portal.registrar())

        _nothing_of_her_in_tables(portal)
        topics = [row[4] for row in stored_events(portal)]
        assert ErasedAgain.topic in topics
        assert Erased.topic not in topics, "the backup knows nothing of it"
        assert apply_erasures_again(portal.registrar()) == 0


def _copied(engine: Engine) -> bytes:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(engine.url.database or "").read_bytes()


def _nothing_of_her_in_tables(portal: Portal) -> None:
    with reading(portal.engine()) as connection:
        assert tables_with(connection, [JUTTA]) == {}


# Staff


def test_staff_are_erased_after_they_were_deactivated(filled: Portal) -> None:
    desk, bus = filled.registrar(), filled.bus()
    ole = filled.ids().uuid7()
    command = AddStaffMember(ole, "Ole Berg", "ole.berg@northwind.example", ("viewer",))
    bus.execute(add_staff_member, command, MARA)
    him = Subject("address", "ole.berg@northwind.example")
    with pytest.raises(StaffStillActive):
        erase_person(ErasePerson(him, "He left"), MARA, desk)
    deactivate_staff_member(DeactivateStaffMember(ole), MARA, filled.staff_door())
    erase_person(ErasePerson(him, "He left"), MARA, desk)

    with reading(filled.engine()) as connection:
        assert tables_with(connection, ["ole.berg@northwind.example", "Ole Berg"]) == {}
    added = [row for row in rows(filled)["audit_history"] if MemberAdded.topic in row]
    assert any(ole in row for row in added), "that somebody worked here stays"
    live = rows(filled)
    filled.traces().rebuild()
    assert rows(filled) == live


# What is given to the person (GDPR Art. 15)


def test_an_export_has_everything_of_her_and_nothing_of_others(filled: Portal) -> None:
    held = what_is_held(HER, filled.registrar())
    export = export_of(held, filled.registrar())
    topics = {each.topic for each in export.record}
    assert {"bill_group.contact_received.v1", "customer_session.signed_in.v1"} <= topics
    assert {"sessions", "sign_in_requests"} <= {each.kept_in for each in export.in_use}
    assert any(each.place == "documents" for each in export.elsewhere)
    assert WITHHELD not in repr(export)
    assert "Mara" not in repr(export)
    assert str(GROUP) in repr(export)


def test_the_printed_export_says_the_same(filled: Portal) -> None:
    export = export_of(what_is_held(HER, filled.registrar()), filled.registrar())
    words = text_of(filled.personal_pdf().render(export))
    flat = " ".join(words.split())
    assert JUTTA in flat
    assert NAME in flat
    assert "customer_session.signed_in.v1" in flat
