"""What `portal audit` does about proof: the key, the bundle of the record, proofs of parts."""

from pathlib import Path

import click

from adapters.counts import counted
from adapters.event_proof.live import EventUnproven
from domain.aggregate import Refusal
from entrypoints import auditing_proof
from entrypoints.cli.audit_answers import opened, record
from entrypoints.container import Portal
from entrypoints.wording.refusals import sentence


def key() -> None:
    """Print the key that checks the record's checkpoints."""
    with opened() as portal:
        click.echo(_key_of(portal))


def bundle(output: Path, *, disclosed: bool) -> None:
    """Write the whole record with its proof."""
    with opened() as portal:
        try:
            asked, file = auditing_proof.bundled(portal, disclosed=disclosed)
        except Refusal as refusal:
            raise click.ClickException(sentence(refusal)) from refusal
        record(portal, asked, file)
        with output.open("xb") as target:
            output.chmod(0o600)
            target.writelines(file.chunks())
        click.echo(f"Wrote {counted(file.taken.count, 'event')} and the proof to {output}.")
        click.echo(f"SHA-256 {file.taken.sha256}")
        click.echo(f"Check it: python -I verify.py {output.name} --key '{_key_of(portal)}'")


def prove(output: Path, position: int | None, since: Path | None) -> None:
    """Write the proof of one event, or that the record grew out of a checkpoint."""
    with opened() as portal:
        try:
            if position is not None:
                asked, file = auditing_proof.proven_event(portal, position)
                record(portal, asked, file)
                content = b"".join(file.chunks())
            else:
                assert since is not None
                content = auditing_proof.proven_growth(portal, since.read_bytes().decode())
        except EventUnproven as unproven:
            raise click.ClickException("The record is not that long.") from unproven
        except Refusal as refusal:
            raise click.ClickException(sentence(refusal)) from refusal
        except ValueError as wrong:
            raise click.ClickException(f"{since} is no checkpoint of this record.") from wrong
        output.write_bytes(content)
        click.echo(f"Wrote the proof to {output}.")
        click.echo(f"Check it: python -I verify.py {output.name} --key '{_key_of(portal)}'")


def _key_of(portal: Portal) -> str:
    return portal.record_signer().verifier_key
