"""Looks whether the record is whole: its order, its read models' positions, its keys, its files."""

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, select, text

from adapters.counts import counted
from adapters.event_proof.checkpoints import newest_size
from adapters.event_proof.live import altered
from adapters.event_store.sealing import keys_in
from adapters.health import Check
from adapters.person_keys import ERASURES, PERSON_KEYS
from adapters.schema import DOCUMENTS, EVENTS
from adapters.store_identity import KEYS_IDENTITY, PORTAL_IDENTITY, identity

AT_ONCE = 5_000


def of_order(record: Connection) -> Iterator[Check]:
    """Check that positions, versions and moments go up without a gap."""
    first, last, count = record.execute(_EXTENT).one()
    whole = (first, last) == (min(count, 1), count)
    gaps = "without a gap" if whole else f"with gaps from position {first} to {last}"
    yield whole, f"The record has {counted(count, 'event')}, {gaps}."
    streams = record.execute(_BROKEN_STREAMS).scalar_one()
    yield streams == 0, f"{counted(streams, 'stream lacks', 'streams lack')} a version."
    back = record.execute(_BACKWARDS).scalar_one()
    yield (
        back == 0,
        f"{counted(back, 'event is', 'events are')} recorded earlier than the one before.",
    )


def of_positions(record: Connection, models: tuple[str, ...]) -> Iterator[Check]:
    """Check that every read model of this version stands at the head of the record."""
    head = record.execute(_EXTENT).one().last
    rows = record.execute(text("SELECT model, position FROM read_models"))
    at: dict[str, int] = {row.model: row.position for row in rows}
    for model in models:
        if at.get(model) != head:
            yield False, f"The read model {model} is at {at.get(model)}, the record at {head}."


def of_keys(record: Connection, keys: Connection) -> Iterator[Check]:
    """Check that the keys are this record's, and that none is missing that was not erased."""
    same = identity(record, PORTAL_IDENTITY) == identity(keys, KEYS_IDENTITY)
    yield same, "The keys are those of this record." if same else "The keys are another record's."
    known = set(keys.execute(select(PERSON_KEYS.c.key_id)).scalars())
    erased = set(keys.execute(select(ERASURES.c.key_id)).scalars())
    states = record.execution_options(yield_per=AT_ONCE).execute(select(EVENTS.c.state))
    missing = set(keys_in(bytes(state) for state in states.scalars())) - known - erased
    yield not missing, f"{counted(len(missing), 'key is', 'keys are')} missing that nobody erased."


def of_documents(record: Connection) -> Check:
    """Check every kept file against its hash."""
    rows = record.execution_options(yield_per=10).execute(select(DOCUMENTS))
    bad = sum(sha256(bytes(row.content)).hexdigest() != row.sha256 for row in rows)
    return bad == 0, f"{bad} kept documents differ from their hash."


def of_chain(record: Connection, verifier_key: str) -> Iterator[Check]:
    """Check the record against every checkpoint that was signed of it."""
    size = newest_size(record)
    if not size:
        yield True, "No checkpoint was signed yet: nothing to compare the record with."
        return
    found = altered(record, verifier_key)
    words = f"The record is what was signed of it, up to position {size}."
    yield not found, " ".join(finding.words for finding in found) or words


_EXTENT = text(
    "SELECT coalesce(min(position), 0) AS first, coalesce(max(position), 0) AS last, count(*) "
    "FROM events"
)
_BROKEN_STREAMS = text(
    "SELECT count(*) FROM (SELECT stream_id FROM events GROUP BY stream_id "
    "HAVING min(version) <> 1 OR max(version) <> count(*)) AS broken"
)
_BACKWARDS = text(
    "SELECT count(*) FROM (SELECT recorded_at, lag(recorded_at) OVER (ORDER BY position) AS before "
    "FROM events) AS pairs WHERE recorded_at < before"
)
