"""The id of the record whose keys these are."""

import sqlalchemy as sa
from alembic import op

revision = "keys_identity"
down_revision = "erasures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "keys_identity",
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("store_id"),
    )
