"""The event table refuses every change but an addition, whoever asks."""

from alembic import op

revision = "append_only"
down_revision = "first"
branch_labels = None
depends_on = None

NOT_UPDATED = """
    CREATE TRIGGER events_not_updated BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events is append-only: UPDATE is refused'); END
"""
NOT_DELETED = """
    CREATE TRIGGER events_not_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events is append-only: DELETE is refused'); END
"""
NOT_REPLACED = """
    CREATE TRIGGER events_not_replaced BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position) OR EXISTS
        (SELECT 1 FROM events WHERE stream_id = NEW.stream_id AND version = NEW.version)
    BEGIN SELECT RAISE(ABORT, 'events is append-only: there is such an event already'); END
"""
"""INSERT OR REPLACE deletes without asking the trigger before it."""

REFUSE = """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
    MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused'; END $$
"""
APPEND_ONLY = """
    CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
SQLITE = (NOT_UPDATED, NOT_DELETED, NOT_REPLACED)
POSTGRESQL = (REFUSE, APPEND_ONLY)


def upgrade() -> None:
    """Set the triggers."""
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
