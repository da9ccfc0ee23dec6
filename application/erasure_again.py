"""Carrying out erasures that were decided: after a crash, and after a restore from a backup."""

from datetime import timedelta

import msgspec

from application.erasure import clear_counts
from application.personal_holdings import Registrar, staff_in, words_in
from application.ports.erasures import ErasedKey
from application.ports.event_log import EventLog
from application.ports.personal_traces import RecordedErasure
from domain.actor import System
from domain.event import Act
from domain.person import Person

RESTORED = System("restore")
LATE = timedelta(hours=2)
"""Nobody remembers a key for longer than a second; so far back a look at the record reaches."""


def finish_erasures(desk: Registrar) -> int:
    """Carry out what was decided and not done yet, as after a crash; gives how many keys.

    What another process wrote with a key that it still remembered is cleared by a rebuild.
    """
    erasures = desk.traces.erasures()
    recorded = {key_id: erasure for erasure in erasures for key_id in erasure.key_ids}
    standing = desk.erasures.standing(recorded)
    for key_id in standing:
        erasure = recorded[key_id]
        key = ErasedKey(key_id=key_id, person="", stream_id=erasure.stream_id, erased_at=erasure.at)
        _erase_key(key, desk)
    if any(_was_written_late(erasure, desk) for erasure in erasures):
        desk.traces.rebuild()
    return len(standing)


def _was_written_late(erasure: RecordedErasure, desk: Registrar) -> bool:
    """Whether an event after a recent erasure is sealed with one of its keys."""
    if desk.bus.clock.now() - erasure.at > LATE:
        return False
    facts = desk.traces.facts(erasure.key_ids)
    return any(fact.position > erasure.position for fact in facts)


def apply_erasures_again(desk: Registrar) -> int:
    """Carry out every erasure again after a restore; gives how many keys it had brought back.

    Safe to repeat. Restored may be the record, the key store or both: keys that came back are
    destroyed, erasures that the record forgot are noted in it, and read models that still know what
    no key opens are made anew.
    """
    listed = desk.erasures.erased()
    recorded = {key_id for erasure in desk.traces.erasures() for key_id in erasure.key_ids}
    standing = desk.erasures.standing([key.key_id for key in listed])
    for key in listed:
        if key.key_id in standing:
            _erase_key(key, desk)
    forgotten = [key for key in listed if key.key_id not in recorded]
    for key in forgotten:
        desk.bus.execute(_noting, key, RESTORED)
    desk.erasures.destroy(listed)
    hashes = {key.person for key in listed}
    desk.traces.purge_addresses(lambda word: _hash(word, desk) in hashes)
    if any(key.key_id not in standing for key in forgotten):
        desk.traces.rebuild()
    return len(standing) + finish_erasures(desk)


def _erase_key(key: ErasedKey, desk: Registrar) -> None:
    """Carry out one erasure from its key alone: whose it was is told by what it sealed."""
    facts = desk.traces.facts([key.key_id])
    words = tuple(words_in(facts))
    address = next((word for word in words if "@" in word), None)
    hashed = key.person or (desk.erasures.hash_of(f"address:{address}") if address else "")
    clear_counts(address, desk)
    desk.traces.purge([key.key_id], words, staff_in(facts))
    desk.erasures.destroy([msgspec.structs.replace(key, person=hashed)])


def _noting(key: ErasedKey, act: Act, log: EventLog) -> None:
    person = log.get(Person, key.stream_id)
    if key.key_id not in person.erased_keys:
        person.erase_again((key.key_id,), key.erased_at, by=act)
        log.save(person)


def _hash(word: str, desk: Registrar) -> str:
    return desk.erasures.hash_of(f"address:{word}")
