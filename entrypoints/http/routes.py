"""Two kinds of routes: pages that are looked at (GET and HEAD), and forms that are sent (POST)."""

from functools import partial

from litestar import post, route

page = partial(route, http_method=["GET", "HEAD"], sync_to_thread=True, media_type="text/html")
"""A page: safe, answers HEAD too, runs in a thread."""

form = partial(post, sync_to_thread=True, media_type="text/html", status_code=200)
"""A form: carries the session's token, ends in a 303 to a page or shows itself with errors."""
