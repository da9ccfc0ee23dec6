"""Whose rows a customer may see: every query that a customer can reach takes this first."""

from datetime import date
from uuid import UUID

import msgspec


class Scope(msgspec.Struct, frozen=True):
    """One bill group, and today's date in the time zone of its entity.

    Made only from a session with a covering grant, or from a preview.
    """

    bill_group_id: UUID
    entity_id: UUID
    today: date
