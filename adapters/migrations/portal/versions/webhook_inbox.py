"""The inbox of webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "webhook_inbox"
down_revision = "backups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "webhook_inbox",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", "event_id"),
    )
    name = op.f("ix_webhook_inbox_received_at")
    op.create_index(name, "webhook_inbox", ["received_at"], unique=False)
