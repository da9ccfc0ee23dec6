"""Which mail a job handed over, and the addresses whose mails come back."""

import sqlalchemy as sa
from alembic import op

revision = "bounces"
down_revision = "webhook_inbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("outbox", sa.Column("message_id", sa.Text(), nullable=True))
    op.create_index("outbox_message", "outbox", ["message_id"], unique=False)
    op.create_table(
        "bouncing_addresses",
        sa.Column("bounce_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("bounced_at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bounce_id"),
        sa.UniqueConstraint("address"),
    )
