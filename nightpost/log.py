"""Logging: structlog, key=value events on standard error. No secrets, and no market's text at INFO or above."""

import logging
import sys

import structlog


def configure_log(level: str) -> None:
    """Send events of at least this level to standard error, and the libraries' own log records with them."""
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr, force=True)
    for handler in logging.getLogger().handlers:
        # A library that sets its own logger's level (stem: to all) passes by the root's level, not by the handler's.
        handler.setLevel(level)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Looked up at each event, so that who puts another stream in its place gets the events.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
