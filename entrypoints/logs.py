"""Structured logs, one JSON line each: no bodies, cookies, query strings or tokens.

Traces of bugs hold file, line and exception, never the values of variables.
"""

import logging
import sys

import structlog


def said_by_driver(error: BaseException) -> str | None:
    """Give the kind and first line of what a database's driver said: no statement, no values."""
    driver = error
    while driver.__cause__ is not None:
        driver = driver.__cause__
    if driver is error:
        return None
    return ": ".join([type(driver).__name__, *str(driver).splitlines()[:1]])


def set_up_logs() -> None:
    """Log as JSON lines to standard error, from INFO."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
