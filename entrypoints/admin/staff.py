"""Staff and their roles, for admins."""

ROUTES = ()
