from datetime import date

import msgspec

from domain.credit_note import Applied, CreditNote, CreditNoteFacts, CreditNoteRecorded
from tests.domain.telling import BY, LATER, given, name, told

GROUP, ACCOUNT = name("group"), name("account")
FACTS = CreditNoteFacts("CN-1", "EUR", date(2026, 3, 2), 1_000)


def test_a_credit_note_is_recorded_only_when_its_facts_or_its_place_differ() -> None:
    note = given(
        CreditNote,
        name("note"),
        lambda it: it.record_facts("erp", "N-1", GROUP, ACCOUNT, FACTS, by=BY),
    )
    note.record_facts("erp", "N-1", GROUP, ACCOUNT, FACTS, by=LATER)
    assert told(note) == []

    applied = msgspec.structs.replace(FACTS, applied=(Applied(name("invoice"), 400),))
    note.record_facts("erp", "N-1", GROUP, ACCOUNT, applied, by=LATER)
    note.record_facts("erp", "N-1", name("other"), ACCOUNT, applied, by=LATER)
    first, second = told(note)
    assert isinstance(first, CreditNoteRecorded)
    assert first.facts.available == 600
    assert isinstance(second, CreditNoteRecorded)
    assert second.bill_group_id == name("other")


def test_available_is_what_is_not_applied_and_nothing_of_a_void_credit_note() -> None:
    assert FACTS.available == 1_000
    assert msgspec.structs.replace(FACTS, status="void").available == 0
