"""Runs the migrations of the keys store on the connection that is handed in."""

from alembic import context

from adapters.migrations import VERSION_TABLES

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLES["keys"],
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
