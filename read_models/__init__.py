"""What people look at: one file per screen, with its table, its event handlers and its queries.

It may import `domain`, msgspec and SQLAlchemy Core. Read models know neither use cases nor each
other; `read_models.projection` holds the small machinery that they share.
"""
