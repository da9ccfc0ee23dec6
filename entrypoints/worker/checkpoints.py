"""Signs the record as it grows, and sends what was signed to the places outside."""

import structlog

from application.checkpoints import make_due_checkpoints, push_checkpoints
from application.ports.checkpoints import RecordBroken
from entrypoints.container import Portal

log = structlog.get_logger("portal.worker")


def sign_the_record(portal: Portal) -> int:
    """Make the checkpoints that are due; a record with a gap is told, and signed no more."""
    try:
        return make_due_checkpoints(portal.checkpoints(), portal.clock().now())
    except RecordBroken as broken:
        log.error("record_broken", after=broken.after)  # noqa: TRY400 - the place says it all
        return 0


def send_checkpoints(portal: Portal) -> int:
    """Send the newest checkpoint wherever it is due; gives how many places took it."""
    places = portal.checkpoint_places()
    if not places:
        return 0
    now = portal.clock().now()
    return push_checkpoints(places, portal.checkpoints(), portal.checkpoint_copies(), now)
