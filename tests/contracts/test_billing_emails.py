"""What new billing emails that wait promise, kept by every adapter."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from adapters.billing_emails import SqlBillingEmails
from adapters.database import open_database, writing
from adapters.memory.billing_emails import MemoryBillingEmails
from application.ports.billing_emails import (
    LIFE,
    BillingEmailChange,
    BillingEmailChangeOver,
    BillingEmails,
    EmailProof,
)
from application.ports.event_log import Beside
from domain.address import PostalAddress
from domain.bill_group import Contact
from tests.databases import Databases
from tests.wiring import STARTED

SOON = timedelta(minutes=1)
GROUP = UUID(int=4)
PROOF = EmailProof(b"link", b"code")


class Kept:
    """An adapter, and how something is written beside events."""

    def __init__(self, emails: BillingEmails, engine: Engine | None) -> None:
        self.emails, self.engine = emails, engine

    def write(self, beside: Beside) -> None:
        """Write as the log does."""
        if self.engine is None:
            beside(None)
            return
        with writing(self.engine) as connection:
            beside(connection)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "memory":
        yield Kept(MemoryBillingEmails(), None)
        return
    with databases.fresh(request.param, tmp_path) as url:
        engine = open_database(url)
        yield Kept(SqlBillingEmails(engine), engine)
        engine.dispose()


def change(**facts: Any) -> BillingEmailChange:
    """Jane wants invoices to go elsewhere."""
    stated = {
        "change_id": uuid4(),
        "bill_group_id": GROUP,
        "address": "new@acme.example",
        "earlier": "old@acme.example",
        "asked_by": "jane@acme.example",
        "session_id": UUID(int=5),
        "language": "de",
        "asked_at": STARTED,
        **facts,
    }
    return BillingEmailChange(**stated)


def asked(kept: Kept, **facts: Any) -> BillingEmailChange:
    """A change that waits."""
    made = change(**facts)
    kept.write(kept.emails.asking(made))
    return made


def test_1_a_change_is_kept_as_it_is_and_replaces_the_one_that_waited(kept: Kept) -> None:
    address = PostalAddress(("Ring 1",), "DE", "Berlin", "10115")
    first = asked(kept, earlier=None, first=Contact("Ada", "new@acme.example", address=address))
    assert kept.emails.get(first.change_id) == first
    second = asked(kept)
    elsewhere = asked(kept, bill_group_id=UUID(int=6))
    assert kept.emails.get(first.change_id) == replace(first, ended="replaced")
    assert kept.emails.newest(GROUP) == second
    assert kept.emails.newest(UUID(int=6)) == elsewhere


def test_2_the_newest_is_the_one_that_waits_or_waited_in_vain(kept: Kept) -> None:
    assert kept.emails.get(uuid4()) is None
    assert kept.emails.newest(GROUP) is None
    waiting = asked(kept)
    assert kept.emails.newest(GROUP) == waiting
    assert waiting.state(STARTED + LIFE - SOON) == "waiting"
    assert waiting.state(STARTED + LIFE) == "expired"
    kept.write(kept.emails.ending(waiting.change_id, "cancelled", STARTED))
    assert kept.emails.newest(GROUP) is None
    over = kept.emails.get(waiting.change_id)
    assert over is not None
    assert over.state(STARTED) == "cancelled"


def test_3_proofs_of_several_mails_are_kept_while_it_waits(kept: Kept) -> None:
    waiting = asked(kept)
    assert kept.emails.add_proof(waiting.change_id, PROOF, STARTED)
    assert kept.emails.add_proof(waiting.change_id, EmailProof(b"link 2", b"code 2"), STARTED)
    assert not kept.emails.add_proof(waiting.change_id, EmailProof(b"3", b"3"), STARTED + LIFE)
    assert not kept.emails.add_proof(uuid4(), EmailProof(b"4", b"4"), STARTED)
    asked(kept)
    assert not kept.emails.add_proof(waiting.change_id, EmailProof(b"5", b"5"), STARTED)


def test_4_a_secret_is_of_the_change_whose_mail_had_it(kept: Kept) -> None:
    waiting, other = asked(kept), asked(kept, bill_group_id=UUID(int=6))
    kept.emails.add_proof(waiting.change_id, PROOF, STARTED)
    assert kept.emails.has_link(waiting.change_id, b"link")
    assert kept.emails.has_code(waiting.change_id, b"code")
    assert not kept.emails.has_link(waiting.change_id, b"code")
    assert not kept.emails.has_link(other.change_id, b"link")
    assert not kept.emails.has_code(other.change_id, b"code")


def test_5_five_tries_are_counted_also_in_parallel(kept: Kept) -> None:
    waiting = asked(kept)
    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(lambda _: kept.emails.count_try(waiting.change_id), range(12)))
    assert sum(counted) == 5
    assert not kept.emails.count_try(uuid4())


def test_6_a_change_ends_once_and_in_time(kept: Kept) -> None:
    waiting = asked(kept)
    with pytest.raises(BillingEmailChangeOver):
        kept.write(kept.emails.ending(waiting.change_id, "confirmed", STARTED + LIFE))
    kept.write(kept.emails.ending(waiting.change_id, "confirmed", STARTED + LIFE - SOON))
    with pytest.raises(BillingEmailChangeOver):
        kept.write(kept.emails.ending(waiting.change_id, "cancelled", STARTED))
    with pytest.raises(BillingEmailChangeOver):
        kept.write(kept.emails.ending(uuid4(), "confirmed", STARTED))


def test_7_what_is_old_is_forgotten_with_its_proofs(kept: Kept) -> None:
    old, new = asked(kept), asked(kept, asked_at=STARTED + SOON, bill_group_id=UUID(int=6))
    kept.emails.add_proof(old.change_id, PROOF, STARTED)
    assert kept.emails.forget(STARTED + SOON) == 1
    assert kept.emails.get(old.change_id) is None
    assert not kept.emails.has_link(old.change_id, b"link")
    assert kept.emails.get(new.change_id) == new
