"""In which language staff signed in, so that mails to them are written in it."""

import sqlalchemy as sa
from alembic import op

revision = "staff_language"
down_revision = "lanes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of sessions that run already it is not known."""
    op.add_column("staff_sessions", sa.Column("language", sa.Text(), nullable=True))
