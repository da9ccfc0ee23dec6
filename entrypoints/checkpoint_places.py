"""Tells where copies of signed checkpoints go, by the settings, and writes the mail for one."""

from pathlib import Path

from adapters.checkpoints_folder import CheckpointsFolder
from adapters.checkpoints_mail import CheckpointsMail
from adapters.checkpoints_s3 import CheckpointsS3
from adapters.counts import counted
from application.ports.checkpoint_places import CheckpointPlace
from application.ports.clock import Clock
from application.ports.mail import MailPort, OutgoingMail
from entrypoints.settings import Settings


def places_of(settings: Settings, mail: MailPort, clock: Clock) -> dict[str, CheckpointPlace]:
    """Give the places by name: `folder`, `mail`, `s3`; none that is not set."""
    places: dict[str, CheckpointPlace] = {}
    if settings.checkpoints_folder:
        places["folder"] = CheckpointsFolder(Path(settings.checkpoints_folder))
    if settings.checkpoints_mail:
        places["mail"] = CheckpointsMail(
            mail, lambda size, note: _letter(settings, clock, size, note)
        )
    if settings.checkpoints_s3:
        places["s3"] = CheckpointsS3(settings.checkpoints_s3, settings.checkpoints_s3_endpoint)
    return places


def _letter(settings: Settings, clock: Clock, size: int, note: str) -> OutgoingMail:
    """Write it for an archive: in English, whoever reads it, with the note as it is."""
    words = (
        f"This is what {settings.record_name} has signed about the first "
        f"{counted(size, 'event')}.\n"
        "Keep it where nobody who runs the portal can change it. With an export of the record,\n"
        "verify.py checks that nothing was rewritten since.\n"
    )
    return OutgoingMail(
        envelope_to=settings.checkpoints_mail,
        from_name="",
        from_address=settings.mail_from,
        reply_to=settings.mail_from,
        subject=f"Checkpoint of {settings.record_name}: {counted(size, 'event')}",
        text=f"{words}\n{note}",
        html=f"<p>{words}</p><pre>{note}</pre>",
        message_id=f"<checkpoint-{size}@{settings.mail_from.rpartition('@')[2]}>",
        dated=clock.now(),
        language="en",
    )
