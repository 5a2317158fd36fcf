"""Logs of what the machine does; never an id, a text, a topic, a language or a country."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

FIELDS = frozenset(
    {"event", "level", "timestamp", "kind", "channel", "seconds", "count", "status", "job", "file", "line"}
)
"""What a log line may hold. Anything else is dropped, whoever logged it."""

LOUD = (
    "httpx",
    "httpcore",
    "aiohttp",
    "telegram",
    "uvicorn",
    "uvicorn.access",
    "uvicorn.error",
    "asyncio",
    "sqlalchemy",
)
"""Libraries whose own lines can hold addresses, tokens or whole requests."""


def allowed_only(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Drop every field that is not on the list."""
    return {key: value for key, value in event.items() if key in FIELDS}


def start(level: str = "info") -> None:
    """Set up logging for this process; libraries speak only through our own lines."""
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        allowed_only,
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
