"""Whom a job waits for, so that what waits for one holds up nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "lanes"
down_revision = "bounces"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what waits already is anybody's."""
    lane = sa.Column("lane", sa.Text(), nullable=False, server_default="")
    op.add_column("outbox", lane)
