"""What whoever knows every store promises about traces of a person, kept by every adapter."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select

from adapters.database import reading, writing
from adapters.memory.erasures import MemoryErasures
from adapters.memory.personal_traces import MemoryPersonalTraces
from adapters.moments import micros
from adapters.schema import metadata
from application.ports.erasures import ErasedKey, Erasures
from application.ports.personal_traces import PersonalTraces
from domain.access_review import GrantReviewed
from domain.actor import Staff
from domain.event import Act, Event
from domain.identity import portal_access_id
from domain.payment_attention import AttentionHandled
from domain.person import Person, Subject
from domain.portal_access import PortalAccess
from entrypoints.container import Portal
from read_models.registry import MODELS
from tests.databases import Databases
from tests.domain.samples import SAMPLES
from tests.entrypoints.customers import Told
from tests.wiring import STARTED, wired

JANE, OLE = "jane@acme.example", "ole@acme.example"
GROUP, MARA, NINA = UUID(int=4), UUID(int=7), UUID(int=8)


class Kept(msgspec.Struct):
    """An adapter with its keys, and how something is told, kept and shown there."""

    traces: PersonalTraces
    erasures: Erasures
    tell: Callable[[list[Event]], object]
    keep: Callable[[str, dict[str, Any]], None]
    shown: Callable[[], str]


def in_memory() -> Kept:
    erasures = MemoryErasures()
    traces = MemoryPersonalTraces(erasures)

    def tell(events: list[Event]) -> None:
        for event in events:
            traces.tell(event, STARTED)

    def keep(table: str, row: dict[str, Any]) -> None:
        traces.tables.setdefault(table, []).append(row)

    return Kept(traces, erasures, tell, keep, lambda: repr(sorted(traces.pages.items())))


def in_database(portal: Portal) -> Kept:
    def keep(table: str, row: dict[str, Any]) -> None:
        with writing(portal.engine()) as connection:
            connection.execute(metadata.tables[table].insert(), row)

    def shown() -> str:
        with reading(portal.engine()) as connection:
            tables = [table for model in MODELS for table in model.tables]
            rows = [tuple(row) for table in tables for row in connection.execute(select(table))]
        return repr(sorted(rows, key=repr))

    log = portal.log()
    return Kept(portal.traces(), portal.erasures(), lambda told: log.save(Told(told)), keep, shown)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "memory":
        yield in_memory()
        return
    with (
        databases.fresh(request.param, tmp_path) as url,
        wired(url, tmp_path) as portal,
    ):
        yield in_database(portal)


def act() -> Act:
    """Something Mara does."""
    return Act(at=STARTED, actor=Staff(MARA), command_id=uuid4())


def granted(kept: Kept, address: str, reason: str | None = None) -> UUID:
    """Let an address in; gives its key."""
    group = uuid4()
    access = PortalAccess(portal_access_id(group))
    access.grant_address(group, uuid4(), address, reason=reason, by=act())
    kept.tell(list(access.pending))
    return kept.erasures.make_key(f"address:{address}")


def domain_granted(kept: Kept, reason: str) -> str:
    """Let a domain in for a reason; gives whose key seals it."""
    group, grant_id = uuid4(), uuid4()
    access = PortalAccess(portal_access_id(group))
    access.grant_domain(group, grant_id, "acme.example", "ordinary", reason=reason, by=act())
    kept.tell(list(access.pending))
    return f"grant:{grant_id}"


def session_of(kept: Kept, address: str) -> None:
    """Keep a session."""
    row = {
        "session_id": uuid4(),
        "session_hash": uuid4().bytes,
        "address": address,
        "domain": address.partition("@")[2],
        "bill_group_id": GROUP,
        "signed_in_at": micros(STARTED),
        "last_used_at": micros(STARTED),
        "ends_at": micros(STARTED),
    }
    kept.keep("sessions", row)


def recovery_code_of(kept: Kept, staff_id: UUID) -> None:
    """Keep a row of a staff member."""
    kept.keep("staff_recovery_codes", {"staff_id": staff_id, "code_hash": uuid4().hex})


def destroy(kept: Kept, address: str) -> None:
    """Destroy the key of an address."""
    person = f"address:{address}"
    key = ErasedKey(
        key_id=kept.erasures.make_key(person),
        person=kept.erasures.hash_of(person),
        stream_id=kept.erasures.stream_of(person),
        erased_at=STARTED,
    )
    kept.erasures.destroy([key])


def test_1_facts_are_what_the_keys_sealed_and_no_more(kept: Kept) -> None:
    jane, ole = granted(kept, JANE, "pays"), granted(kept, OLE, "signs")
    (fact,) = kept.traces.facts([jane])
    assert (JANE in repr(fact), fact.position, OLE in repr(fact)) == (True, 1, False)
    assert [each.position for each in kept.traces.facts([ole, jane])] == [1, 2]
    assert kept.traces.facts([uuid4()]) == kept.traces.facts([]) == []
    held = Person(kept.erasures.stream_of(f"address:{JANE}"))
    held.place_hold(Subject("address", JANE), "a dispute", by=act())
    kept.tell(list(held.pending))
    *_, hold = kept.traces.facts([jane])
    assert JANE in repr(hold), "the address is sealed with hers"
    assert "a dispute" not in repr(hold), "the reason with another's"


def test_2_mentions_are_reasons_that_say_it_whoever_else_they_are_about(kept: Kept) -> None:
    said = domain_granted(kept, f"Asked for by {JANE.upper()}")
    domain_granted(kept, "Asked for by their lawyers")
    granted(kept, OLE, f"a colleague of {JANE}")
    assert kept.traces.mentions([JANE]) == [said, f"address:{OLE}"]
    assert kept.traces.mentions(["nobody@acme.example"]) == []


@pytest.mark.parametrize("kind", [GrantReviewed, AttentionHandled])
def test_2_mentions_are_found_wherever_a_reason_has_a_key_of_its_own(
    kept: Kept, kind: type[GrantReviewed | AttentionHandled]
) -> None:
    sample = next(event for event in SAMPLES.values() if isinstance(event, kind))
    nobodys = {"address": None} if isinstance(sample, GrantReviewed) else {}
    told = msgspec.structs.replace(sample, reason=f"{JANE} said so", **nobodys)
    kept.tell([told])
    assert kept.traces.mentions([JANE]) == [told.person]


def test_3_rows_are_those_that_name_one_of_the_words(kept: Kept) -> None:
    for address in (JANE, OLE):
        session_of(kept, address)
    assert [(row.table, row.values["address"]) for row in kept.traces.rows([JANE])] == [
        ("sessions", JANE)
    ]
    assert len(kept.traces.rows([JANE, OLE])) == 2
    assert kept.traces.rows(["nobody@acme.example"]) == kept.traces.rows([]) == []


def test_4_find_counts_rows_and_what_is_shown(kept: Kept) -> None:
    granted(kept, JANE)
    session_of(kept, JANE)
    session_of(kept, OLE)
    found = {trace.place: trace.count for trace in kept.traces.find([JANE])}
    assert found.pop("sessions") == 1
    assert found, "and what pages show"
    assert kept.traces.find(["nobody@acme.example"]) == []


def test_5_what_would_go_is_counted_and_stays(kept: Kept) -> None:
    jane = granted(kept, JANE)
    session_of(kept, JANE)
    recovery_code_of(kept, NINA)
    before = kept.shown()
    counted = kept.traces.would_go([jane], [JANE], [NINA])
    assert (counted.pop("sessions"), counted.pop("staff_recovery_codes")) == (1, 1)
    assert counted, "and what pages show"
    assert (kept.shown(), len(kept.traces.rows([JANE]))) == (before, 1)


def test_6_after_a_purge_nothing_shown_or_kept_names_them(kept: Kept) -> None:
    jane, ole = granted(kept, JANE), granted(kept, OLE)
    for address in (JANE, OLE):
        session_of(kept, address)
    for member in (NINA, MARA):
        recovery_code_of(kept, member)
    kept.traces.purge([jane], [JANE], [NINA])
    assert JANE not in kept.shown()
    assert OLE in kept.shown()
    assert kept.traces.rows([JANE]) == []
    assert len(kept.traces.rows([OLE])) == 1
    assert kept.traces.would_go((), (), [NINA]) == {}
    assert kept.traces.would_go((), (), [MARA]) == {"staff_recovery_codes": 1}
    assert len(kept.traces.facts([jane, ole])) == 2, "no event was changed"
    shown = kept.shown()
    kept.traces.purge([jane], [JANE], [NINA])
    assert kept.shown() == shown
    destroy(kept, JANE)
    kept.traces.rebuild()
    assert kept.shown() == shown


def test_7_addresses_that_were_erased_are_purged_and_no_others(kept: Kept) -> None:
    for address in (JANE, OLE):
        session_of(kept, address)
    kept.traces.purge_addresses(lambda address: address == JANE)
    assert [row.values["address"] for row in kept.traces.rows(["@acme.example"])] == [OLE]


def test_8_erasures_are_listed_with_their_keys(kept: Kept) -> None:
    jane, again = granted(kept, JANE), uuid4()
    person = Person(kept.erasures.stream_of(f"address:{JANE}"))
    person.erase(Subject("address", JANE), (jane,), "she asked", by=act())
    person.erase_again((again,), STARTED, by=act())
    kept.tell(list(person.pending))
    told = [(each.position, each.stream_id, each.key_ids) for each in kept.traces.erasures()]
    assert told == [(2, person.id, (jane,)), (3, person.id, (again,))]


def test_9_a_rebuild_shows_what_todays_keys_read(kept: Kept) -> None:
    granted(kept, JANE)
    shown = kept.shown()
    kept.traces.rebuild()
    assert kept.shown() == shown
    destroy(kept, JANE)
    assert JANE in kept.shown(), "nothing was purged yet"
    kept.traces.rebuild()
    assert JANE not in kept.shown()
