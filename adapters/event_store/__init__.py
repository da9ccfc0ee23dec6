"""The event log: the `eventsourcing` library over a recorder of our own on SQLAlchemy Core."""
