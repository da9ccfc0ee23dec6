"""Signed checkpoints of the record, as append-only as the record, and where copies of them are."""

import sqlalchemy as sa
from alembic import op

revision = "checkpoints"
down_revision = "billing_emails"
branch_labels = None
depends_on = None

NOT_UPDATED = """
    CREATE TRIGGER checkpoints_not_updated BEFORE UPDATE ON checkpoints
    BEGIN SELECT RAISE(ABORT, 'checkpoints is append-only: UPDATE is refused'); END
"""
NOT_DELETED = """
    CREATE TRIGGER checkpoints_not_deleted BEFORE DELETE ON checkpoints
    BEGIN SELECT RAISE(ABORT, 'checkpoints is append-only: DELETE is refused'); END
"""
NOT_REPLACED = """
    CREATE TRIGGER checkpoints_not_replaced BEFORE INSERT ON checkpoints
    WHEN EXISTS (SELECT 1 FROM checkpoints WHERE size = NEW.size)
    BEGIN SELECT RAISE(ABORT, 'checkpoints is append-only: there is such a one already'); END
"""
APPEND_ONLY = """
    CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
SQLITE = (NOT_UPDATED, NOT_DELETED, NOT_REPLACED)
POSTGRESQL = (APPEND_ONLY,)


def upgrade() -> None:
    """Make the tables and set the triggers."""
    op.create_table(
        "checkpoints",
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("verifier_key", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_table(
        "checkpoint_copies",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("place"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
