"""The mails that were sent, wait or failed."""

ROUTES = ()
