"""The id of the record, and the backups that were made of it."""

import sqlalchemy as sa
from alembic import op

revision = "backups"
down_revision = "checkpoints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "store_identity",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("store_id"),
    )
    op.create_table(
        "backups",
        sa.Column("backup_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("record_file", sa.Text(), nullable=False),
        sa.Column("keys_file", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("backup_id"),
    )
    op.create_index("ix_backups_made_at", "backups", ["made_at"])
