"""Who staff are, as the guard and the admins see it; and whom mails are about."""

from uuid import UUID

from sqlalchemy import Engine

from domain.event import Event
from domain.identity import STAFF_DIRECTORY, portal_access_id
from domain.portal_access import PortalAccess
from domain.staff import Staff
from domain.staff_session import StaffSession
from read_models import mail_queue, staff_entry, staff_list
from read_models.columns import micros
from read_models.mail_queue import Subject
from read_models.staff_list import Sought
from tests.read_models.books import (
    BY,
    asked,
    bill_group,
    keep,
    named,
    same_rows_when_told_twice,
    told_of,
)

ANN, MARA = UUID(int=1), UUID(int=2)


def staffed() -> list[Event]:
    """Two members; one of them changed, signed in, and was deactivated."""
    directory = Staff(STAFF_DIRECTORY)
    directory.add_member(ANN, "Ann Berg", "ann@seller.example", ["admin"], by=BY)
    directory.add_member(MARA, "Mara Økafor", "mara@seller.example", ["viewer"], by=BY)
    directory.change_roles(MARA, ["billing", "auditor"], by=BY)
    directory.enroll_second_factor(MARA, by=BY)
    session = StaffSession(UUID(int=3))
    session.sign_in(MARA, "totp", by=BY)
    directory.deactivate(MARA, by=BY)
    return [*directory.pending, *session.pending]


def test_staff_told_twice_leave_the_same_rows(database: Engine) -> None:
    for model in (staff_entry.MODEL, staff_list.MODEL):
        assert same_rows_when_told_twice(database, model, staffed())


def test_only_active_staff_enter(database: Engine) -> None:
    keep(database, staffed())
    with asked(database) as connection:
        (ann,) = staff_entry.active(connection, ANN)
        assert (ann.name, ann.email, ann.roles) == ("Ann Berg", "ann@seller.example", ("admin",))
        assert staff_entry.active(connection, MARA) == []
        assert staff_entry.active(connection, UUID(int=9)) == []


def test_who_is_reactivated_enters_with_the_roles_they_have(database: Engine) -> None:
    directory = Staff.replay(STAFF_DIRECTORY, staffed()[:5])
    directory.reactivate(MARA, by=BY)
    keep(database, [*staffed(), *directory.pending])
    with asked(database) as connection:
        (mara,) = staff_entry.active(connection, MARA)
    assert mara.roles == ("billing", "auditor")


def test_the_list_tells_roles_second_factor_and_the_last_sign_in(database: Engine) -> None:
    keep(database, staffed())
    with asked(database) as connection:
        ann, mara = staff_list.found(connection, Sought(), 0, 10)
        names = staff_list.names(connection)
    assert (ann.signed_in_at, ann.has_second_factor, ann.is_active) == (None, False, True)
    assert mara.roles == ("billing", "auditor")
    assert (mara.signed_in_at, mara.has_second_factor) == (micros(BY.at), True)
    assert not mara.is_active
    assert names == {ANN: "Ann Berg", MARA: "Mara Økafor"}


def test_the_list_is_searched_filtered_and_paged(database: Engine) -> None:
    keep(database, staffed())
    with asked(database) as connection:

        def ids(sought: Sought, first: int = 0, size: int = 10) -> list[UUID]:
            found = [row.staff_id for row in staff_list.found(connection, sought, first, size)]
            assert first or size < 10 or len(found) == staff_list.count(connection, sought)
            return found

        assert ids(Sought("økaf")) == [MARA]
        assert ids(Sought("ANN@")) == [ANN]
        assert ids(Sought("%")) == []
        assert ids(Sought(role="auditor")) == [MARA]
        assert ids(Sought(is_active=True)) == [ANN]
        assert ids(Sought(), 1, 1) == [MARA]


def test_mails_are_about_bill_groups_by_name_and_addresses_that_stand(database: Engine) -> None:
    access = PortalAccess(portal_access_id(named("ACME")))
    for number, address in ((1, "jane@acme.com"), (2, "joe@acme.com")):
        access.grant_address(named("ACME"), UUID(int=number), address, reason=None, by=BY)
    access.revoke(named("ACME"), UUID(int=2), reason="left", by=BY)
    story = [*told_of(bill_group("ACME"), bill_group("Umbrella")), *access.pending]
    assert same_rows_when_told_twice(database, mail_queue.MODEL, story)
    keep(database, story)
    with asked(database) as connection:
        subjects = mail_queue.subjects(connection, {named("ACME"), UUID(int=9)})
        assert list(subjects) == [named("ACME")]
        assert isinstance(subjects[named("ACME")], Subject)
        assert mail_queue.addresses(connection, {UUID(int=1), UUID(int=2)}) == {
            UUID(int=1): "jane@acme.com"
        }
        for words in ("acme", "JANE@"):
            assert mail_queue.bill_groups_like(connection, words) == (named("ACME"),)
        assert mail_queue.bill_groups_like(connection, "joe@") == ()
