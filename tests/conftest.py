"""What many tests need."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog
from structlog.testing import LogCapture

from bot import logs
from content.loader import load
from content.model import Content

os.environ.setdefault("BESIDE_LANGUAGES", "en")  # tests speak English unless they say otherwise

NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
"""A Tuesday, half past two in the morning."""


@pytest.fixture(scope="session")
def content() -> Content:
    """The content as shipped."""
    return load()


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[dict[str, object]]]:
    """Every line that is logged, as it would be written."""
    capture = LogCapture()
    structlog.configure(processors=[structlog.processors.add_log_level, logs.allowed_only, capture])
    yield capture.entries  # type: ignore[misc]  # its entries are dicts
    structlog.reset_defaults()
