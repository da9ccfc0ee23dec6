"""Keeps second factors of staff: keys sealed (AES-256-GCM), recovery codes as keyed hashes."""

import hmac
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from adapters import totp
from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import metadata
from application.ports.event_log import Beside
from application.ports.second_factors import (
    TRIES,
    WAIT,
    SecondFactorMissing,
    SecondFactorNotConfirmed,
    SecondFactorUsed,
    SecondFactorWaits,
    SecondFactorWrong,
)

SECOND_FACTORS = Table(
    "staff_second_factors",
    metadata,
    Column("staff_id", Uuid, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried_at", BigInteger, nullable=False),
)

PROPOSALS = Table(
    "staff_second_factor_proposals",
    metadata,
    Column("proposal_id", Uuid, primary_key=True),
    Column("staff_id", Uuid, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

RECOVERY_CODES = Table(
    "staff_recovery_codes",
    metadata,
    Column("staff_id", Uuid, primary_key=True),
    Column("code_hash", Text, primary_key=True),
)
_FACTOR = SECOND_FACTORS.c
_WAIT = WAIT // timedelta(microseconds=1)
_NONCE = 12


class SqlSecondFactors:
    """Implements `SecondFactors` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine, key: bytes) -> None:
        self.engine = engine
        self._key = key

    def propose(self, proposal_id: UUID, staff_id: UUID, at: datetime) -> str:
        """Give a key to scan or type, the same again for the same proposal."""
        query = select(PROPOSALS.c.sealed).where(PROPOSALS.c.proposal_id == proposal_id)
        with writing(self.engine) as connection:
            sealed = connection.execute(query).scalar()
            if sealed is not None:
                return self._opened(bytes(sealed), staff_id)
            key = totp.new_key()
            row = {
                "proposal_id": proposal_id,
                "staff_id": staff_id,
                "sealed": self._sealed(key, staff_id),
                "made_at": micros(at),
            }
            connection.execute(insert(PROPOSALS).values(row))
        return key

    def enrol(self, proposal_id: UUID, code: str, recovery: Sequence[str], at: datetime) -> Beside:
        """Put a proposal in force."""
        query = select(PROPOSALS).where(PROPOSALS.c.proposal_id == proposal_id)

        def enrolled(connection: Connection) -> None:
            proposal = connection.execute(query).first()
            if proposal is None:
                raise SecondFactorMissing
            key = self._opened(bytes(proposal.sealed), proposal.staff_id)
            step = totp.accepted_step(key, code, at)
            if step is None:
                raise SecondFactorNotConfirmed
            _forget(connection, proposal.staff_id)
            row = {
                "staff_id": proposal.staff_id,
                "sealed": bytes(proposal.sealed),
                "last_step": step,
                "tries": 0,
                "tried_at": 0,
            }
            connection.execute(insert(SECOND_FACTORS).values(row))
            self._keep_codes(connection, proposal.staff_id, recovery)

        return enrolled

    def check(self, staff_id: UUID, code: str, at: datetime) -> None:
        """Accept a code once."""
        key, tries = self._count_try(staff_id, at)
        step = totp.accepted_step(key, code, at)
        if step is None:
            raise SecondFactorWrong(tries_left=TRIES - tries)
        used = update(SECOND_FACTORS).where(_FACTOR.staff_id == staff_id, _FACTOR.last_step < step)
        with writing(self.engine) as connection:
            if connection.execute(used.values(last_step=step, tries=0)).rowcount != 1:
                raise SecondFactorUsed

    def redeem(self, staff_id: UUID, recovery_code: str, at: datetime) -> None:
        """Use a recovery code up."""
        _, tries = self._count_try(staff_id, at)
        used = delete(RECOVERY_CODES).where(
            RECOVERY_CODES.c.staff_id == staff_id,
            RECOVERY_CODES.c.code_hash == self._keyed(staff_id, recovery_code),
        )
        with writing(self.engine) as connection:
            if connection.execute(used).rowcount != 1:
                raise SecondFactorWrong(tries_left=TRIES - tries)
            right = update(SECOND_FACTORS).where(_FACTOR.staff_id == staff_id)
            connection.execute(right.values(tries=0))

    def replace_recovery_codes(self, staff_id: UUID, recovery: Sequence[str]) -> None:
        """Make other recovery codes good instead."""
        with writing(self.engine) as connection:
            self._keep_codes(connection, staff_id, recovery)

    def recovery_codes_left(self, staff_id: UUID) -> int:
        """Count those that were not used."""
        query = select(func.count()).select_from(RECOVERY_CODES)
        with reading(self.engine) as connection:
            return connection.execute(
                query.where(RECOVERY_CODES.c.staff_id == staff_id)
            ).scalar_one()

    def forget(self, before: datetime) -> None:
        """Delete proposals that nobody took."""
        with writing(self.engine) as connection:
            connection.execute(delete(PROPOSALS).where(PROPOSALS.c.made_at < micros(before)))

    def remove(self, staff_id: UUID) -> Beside:
        """Take the second factor away."""
        return lambda connection: _forget(connection, staff_id)

    def _keep_codes(self, connection: Connection, staff_id: UUID, recovery: Sequence[str]) -> None:
        connection.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.staff_id == staff_id))
        rows = [
            {"staff_id": staff_id, "code_hash": self._keyed(staff_id, code)} for code in recovery
        ]
        connection.execute(insert(RECOVERY_CODES), rows)

    def _count_try(self, staff_id: UUID, at: datetime) -> tuple[str, int]:
        """Count a try in a transaction of its own, before the code is looked at."""
        now = micros(at)
        rested = _FACTOR.tried_at <= now - _WAIT
        counted = (
            update(SECOND_FACTORS)
            .where(_FACTOR.staff_id == staff_id, or_(rested, _FACTOR.tries < TRIES))
            .values(tries=case((rested, 1), else_=_FACTOR.tries + 1), tried_at=now)
            .returning(_FACTOR.sealed, _FACTOR.tries)
        )
        with writing(self.engine) as connection:
            row = connection.execute(counted).first()
            if row is None:
                raise self._waiting(connection, staff_id, at)
        return self._opened(bytes(row.sealed), staff_id), row.tries

    def _waiting(
        self, connection: Connection, staff_id: UUID, at: datetime
    ) -> SecondFactorWaits | SecondFactorMissing:
        query = select(_FACTOR.tried_at).where(_FACTOR.staff_id == staff_id)
        tried_at = connection.execute(query).scalar()
        if tried_at is None:
            return SecondFactorMissing()
        left = moment(tried_at) + WAIT - at
        return SecondFactorWaits(minutes=-(-left // timedelta(minutes=1)))

    def _sealed(self, key: str, staff_id: UUID) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, key.encode(), staff_id.bytes)

    def _opened(self, sealed: bytes, staff_id: UUID) -> str:
        nonce, rest = sealed[:_NONCE], sealed[_NONCE:]
        return AESGCM(self._key).decrypt(nonce, rest, staff_id.bytes).decode()

    def _keyed(self, staff_id: UUID, code: str) -> str:
        return hmac.new(self._key, staff_id.bytes + code.encode(), sha256).hexdigest()


def _forget(connection: Connection, staff_id: UUID) -> None:
    for table in (SECOND_FACTORS, PROPOSALS, RECOVERY_CODES):
        connection.execute(delete(table).where(table.c.staff_id == staff_id))
