"""What is altered in the database itself is named, and what was rewritten does not fit outside."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from adapters.database import writing
from adapters.event_proof.live import EventUnproven, altered
from adapters.event_proof.signing import NoteSigner
from adapters.event_proof.verify import Finding, Key, verify_proof
from application.checkpoints import cover_everything
from entrypoints.container import Portal
from tests.read_models.access_stories import Story
from tests.wiring import STARTED

LIFT = {
    "sqlite": (
        "DROP TRIGGER {table}_not_updated",
        "DROP TRIGGER {table}_not_deleted",
        "DROP TRIGGER {table}_not_replaced",
    ),
    "postgresql": ("ALTER TABLE {table} DISABLE TRIGGER {table}_append_only",),
}


@pytest.fixture
def record(portal: Portal) -> Portal:
    """A portal with a dozen events, signed in two parts."""
    told = Story(portal)
    told.seller()
    told.bill_group()
    told.turn()
    cover_everything(portal.checkpoints(), STARTED)
    for number in range(3):
        told.revoke(told.grant(f"acme{number}.example", reason="kick-off"), "over")
    cover_everything(portal.checkpoints(), STARTED + timedelta(minutes=1))
    return portal


def check(portal: Portal, *elsewhere: str) -> list[Finding]:
    with portal.reading() as connection:
        return altered(connection, portal.record_signer().verifier_key, elsewhere)


def tampered(portal: Portal, *statements: str) -> list[Finding]:
    """Do as somebody would who rules the database, and check."""
    with writing(portal.engine()) as connection:
        for table in ("events", "checkpoints"):
            for statement in LIFT[connection.dialect.name]:
                connection.execute(text(statement.format(table=table)))
        for statement in statements:
            connection.execute(text(statement))
    return check(portal)


def test_a_record_that_nobody_touched_is_whole(record: Portal) -> None:
    assert check(record) == []


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE events SET recorded_at = recorded_at + 1 WHERE position = 6", "changed"),
        ("UPDATE events SET topic = 'account.recorded.v1' WHERE position = 6", "changed"),
        ("UPDATE events SET state = '{}' WHERE position = 6", "changed"),
        ("UPDATE events SET version = 99 WHERE position = 6", "changed"),
        ("DELETE FROM events WHERE position = 6", "missing"),
    ],
)
def test_an_event_that_was_altered_in_the_database_is_named(
    record: Portal, statement: str, kind: str
) -> None:
    if record.engine().dialect.name == "postgresql":
        statement = statement.replace("'{}'", "'{}'::bytea")
    (finding,) = tampered(record, statement)
    assert (finding.kind, finding.first) == (kind, 6)


def test_hashes_that_were_altered_with_the_event_leave_the_stretch(record: Portal) -> None:
    with record.reading() as connection:
        first, last = connection.execute(text("SELECT size FROM checkpoints ORDER BY 1")).scalars()
    findings = tampered(
        record,
        f"UPDATE events SET version = 99 WHERE position = {last - 1}",
        f"UPDATE checkpoints SET hashes = peaks WHERE size = {last}",
    )
    assert [(each.kind, each.first, each.last) for each in findings] == [
        ("unclear", first + 1, last)
    ]


def test_a_checkpoint_that_somebody_else_has_signed_is_not_believed(record: Portal) -> None:
    signer = NoteSigner(record.record_signer().name, b"another key of thirty-two bytes!")
    note = signer.checkpoint(1, b"r" * 32)
    findings = tampered(record, f"UPDATE checkpoints SET note = '{note}'")
    assert {each.kind for each in findings} == {"checkpoint"}


def test_a_record_that_was_rewritten_and_signed_again_does_not_fit_what_is_elsewhere(
    record: Portal,
) -> None:
    kept = record.checkpoints().newest()
    assert kept is not None
    change = "UPDATE events SET version = version + 50 WHERE position = 6"
    tampered(record, change, "DELETE FROM checkpoints")
    (nothing,) = check(record, kept.note)
    assert "nothing is proven" in nothing.words
    cover_everything(record.checkpoints(), STARTED)
    assert check(record) == []
    (finding,) = check(record, kept.note)
    assert (finding.kind, finding.first, finding.last) == ("rewritten", 1, kept.size)


def test_a_record_that_was_cut_does_not_reach_what_is_elsewhere(record: Portal) -> None:
    kept = record.checkpoints().newest()
    assert kept is not None
    cut = "DELETE FROM {table} WHERE {column} > 7"
    tampered(
        record,
        cut.format(table="events", column="position"),
        cut.format(table="checkpoints", column="size"),
    )
    cover_everything(record.checkpoints(), STARTED)
    (finding,) = check(record, kept.note)
    assert (finding.kind, finding.first, finding.last) == ("cut", 8, kept.size)


def test_one_event_is_proven_without_the_others(record: Portal) -> None:
    keys = [Key(record.record_signer().verifier_key)]
    for position in (1, 6, 12):
        proven = verify_proof(record.record_proofs().of_event(position), keys)
        assert proven.startswith(f"Event {position} stands in the record")


def test_a_later_record_is_proven_to_begin_with_the_earlier(record: Portal) -> None:
    keys = [Key(record.record_signer().verifier_key)]
    with record.reading() as connection:
        query = text("SELECT size, note FROM checkpoints ORDER BY 1")
        kept = connection.execute(query).all()
    for size, note in kept:
        assert f"begins with the {size}" in verify_proof(record.record_proofs().since(note), keys)


_UNKNOWN: list[Callable[[Portal], object]] = [
    lambda portal: portal.record_proofs().of_event(0),
    lambda portal: portal.record_proofs().of_event(99),
    lambda portal: portal.record_proofs().since(portal.record_signer().checkpoint(99, b"r" * 32)),
]


@pytest.mark.parametrize("ask", _UNKNOWN)
def test_what_is_not_there_is_not_proven(record: Portal, ask: Callable[[Portal], object]) -> None:
    with pytest.raises(EventUnproven):
        ask(record)
