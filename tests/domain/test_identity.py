from uuid import UUID

from domain.identity import STAFF_DIRECTORY, document_id, imported_id, portal_access_id
from tests.domain.telling import name


def test_the_same_row_gives_the_same_id_through_every_door_for_ever() -> None:
    assert imported_id("erp", "invoice", "I-1") == UUID("95b5c5a5-04c6-5ba6-a371-de5dd62e40c7")
    assert UUID("04c19728-14ea-5936-9ea3-ac0d7c932af7") == STAFF_DIRECTORY


def test_source_kind_and_external_id_all_count_and_do_not_run_together() -> None:
    ids = {
        imported_id("erp", "invoice", "1"),
        imported_id("stripe", "invoice", "1"),
        imported_id("erp", "account", "1"),
        imported_id("erp", "invoice", "2"),
        imported_id("erpi", "nvoice", "1"),
    }

    assert len(ids) == 5


def test_what_belongs_to_something_has_an_id_of_its_own() -> None:
    assert len({name("x"), portal_access_id(name("x")), document_id(name("x"))}) == 3
    assert portal_access_id(name("x")) != portal_access_id(name("y"))
