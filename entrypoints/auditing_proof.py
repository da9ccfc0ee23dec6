"""Hands auditors the record with its proof: whole as a bundle, or one event of it."""

from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO

import msgspec

from application.audit import Asked, Taken
from application.checkpoints import cover_everything
from entrypoints.container import Portal
from entrypoints.wording.audit_writing import AuditFile

Answer = tuple[Asked, AuditFile]
"""A question and the file that answers it. Whoever calls records it before handing it over."""


def bundled(portal: Portal, *, disclosed: bool) -> Answer:
    """Sign what is stored, and bundle it. Raises RecordHasGap."""
    now = portal.clock().now()
    cover_everything(portal.checkpoints(), now)
    content: IO[bytes] = TemporaryFile()  # noqa: SIM115 - whoever reads it closes
    size, digest = portal.record_bundles().write(content, now, disclose=disclosed)
    question = "bundle_disclosed" if disclosed else "bundle"
    taken = Taken("bundle", min(1, size), size, size, digest)
    return Asked(question, size), AuditFile(content, taken)


def proven_event(portal: Portal, position: int) -> Answer:
    """Prove one event. Raises RecordHasGap, and EventUnproven for a position that is not there."""
    size = cover_everything(portal.checkpoints(), portal.clock().now())
    content = _written(portal.record_proofs().of_event(position))
    digest = sha256(content).hexdigest()
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - whoever reads it closes
    file.write(content)
    file.seek(0)
    return Asked("proof", size), AuditFile(file, Taken("json", position, position, 1, digest))


def proven_growth(portal: Portal, earlier: str) -> bytes:
    """Prove that the record grew out of an earlier checkpoint; it tells nothing but hashes.

    Raises RecordHasGap, ValueError when it is no checkpoint of this record, EventUnproven.
    """
    cover_everything(portal.checkpoints(), portal.clock().now())
    return _written(portal.record_proofs().since(earlier))


def _written(proof: dict[str, object]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(proof)) + b"\n"
