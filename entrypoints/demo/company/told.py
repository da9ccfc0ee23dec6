"""What a billing system tells, and on which day: the demo's history is a list of these."""

from datetime import date

import msgspec

from application.importing.rows import Row


class Told(msgspec.Struct, frozen=True):
    """A row, known from this day on."""

    on: date
    row: Row
