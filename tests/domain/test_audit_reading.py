from domain.audit_reading import AuditExported, AuditRead, AuditReading
from tests.domain.telling import BY, facts, name, told


def test_a_question_is_recorded_with_what_it_was_about_and_up_to_where() -> None:
    reading = AuditReading(name("reading"))
    reading.read(
        "who_could_enter",
        120,
        bill_group_id=name("group"),
        address="ada@acme.example",
        domain="acme.example",
        staff_id=name("mara"),
        since=BY.at,
        until=BY.at,
        by=BY,
    )

    (event,) = told(reading)
    assert isinstance(event, AuditRead)
    assert facts(event) == {
        "question": "who_could_enter",
        "position": 120,
        "bill_group_id": name("group"),
        "address": "ada@acme.example",
        "domain": "acme.example",
        "staff_id": name("mara"),
        "since": BY.at,
        "until": BY.at,
        "review_id": None,
    }
    assert event.person == "address:ada@acme.example"


def test_an_export_is_recorded_with_its_extent_and_its_hash() -> None:
    reading = AuditReading(name("reading"))
    reading.export("csv", 1, 120, 98, "c" * 64, by=BY)

    (event,) = told(reading)
    assert isinstance(event, AuditExported)
    assert facts(event) == {
        "format": "csv",
        "first_position": 1,
        "last_position": 120,
        "count": 98,
        "sha256": "c" * 64,
    }
