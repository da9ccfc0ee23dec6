"""Whatever event held something of a person, read models without their key equal a rebuild."""

from uuid import uuid4

import msgspec
import pytest

from adapters.database import reading
from adapters.event_store.sealing import persons_in
from adapters.trace_search import tables_with
from application.ports.erasures import ErasedKey
from domain.event import Event
from domain.payment import PaymentBegun
from domain.payment_attention import AttentionHandled, AttentionNeeded
from entrypoints.container import Portal
from tests.application.test_erasure import rows
from tests.domain.samples import SAMPLES
from tests.entrypoints.customers import tell

PERSONS = sorted({person for event in SAMPLES.values() for person in persons_in(event)})


def test_events_of_every_kind_of_person_are_among_the_samples() -> None:
    kinds = {person.partition(":")[0] for person in PERSONS}
    assert {"address", "staff", "grant", "access", "privacy"} <= kinds


def erase(portal: Portal, person: str) -> None:
    erasures = portal.erasures()
    key_id = erasures.key_of(person)
    assert key_id is not None
    portal.traces().purge([key_id], (), ())
    key = ErasedKey(
        key_id=key_id,
        person=erasures.hash_of(person),
        stream_id=erasures.stream_of(person),
        erased_at=portal.clock().now(),
    )
    erasures.destroy([key])


def assert_rows_equal_a_rebuild(portal: Portal) -> None:
    live = rows(portal)
    portal.traces().rebuild()
    assert rows(portal) == live


@pytest.mark.parametrize("person", PERSONS)
def test_live_rows_without_a_persons_key_equal_a_rebuild(portal: Portal, person: str) -> None:
    told = [
        msgspec.structs.replace(event, stream_id=uuid4(), version=1) for event in SAMPLES.values()
    ]
    sealed = {
        other for event in told for other in persons_in(event) if other.startswith(person[:8])
    }
    mine = person if person in sealed else next(iter(sealed))
    tell(portal, told)

    erase(portal, mine)

    assert_rows_equal_a_rebuild(portal)
    address = mine.partition(":")[2]
    with reading(portal.engine()) as connection:
        assert "@" not in address or tables_with(connection, [address]) == {}


def test_a_row_that_is_found_by_what_the_event_changed_is_rewritten_too(portal: Portal) -> None:
    samples = {type(event): event for event in SAMPLES.values()}
    payment_id = uuid4()
    kinds: tuple[type[Event], ...] = (PaymentBegun, AttentionNeeded, AttentionHandled)
    told = [
        msgspec.structs.replace(samples[kind], stream_id=payment_id, version=version)
        for version, kind in enumerate(kinds, 1)
    ]
    [reasons_key] = persons_in(told[-1])
    tell(portal, told)

    erase(portal, reasons_key)

    assert_rows_equal_a_rebuild(portal)
