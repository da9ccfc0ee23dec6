"""Runs the migrations of the portal store on the connection that is handed in."""

from alembic import context

from adapters.migrations import VERSION_TABLES

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLES["portal"],
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
