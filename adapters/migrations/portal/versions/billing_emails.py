"""New billing emails that wait for their mailbox to confirm them."""

import sqlalchemy as sa
from alembic import op

revision = "billing_emails"
down_revision = "append_only"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "billing_email_changes",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("bill_group_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("earlier", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.Text(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("change_id"),
    )
    for column in ("bill_group_id", "asked_at"):
        name = op.f(f"ix_billing_email_changes_{column}")
        op.create_index(name, "billing_email_changes", [column], unique=False)
    op.create_table(
        "billing_email_proofs",
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("link_hash"),
    )
    name = op.f("ix_billing_email_proofs_change_id")
    op.create_index(name, "billing_email_proofs", ["change_id"], unique=False)
