"""A coordinator's phone, and a deployment that has seen three busy months."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}
USUAL = {
    "theme": {
        "borders": 240,
        "partnerships": 30,
        "civil-society": 90,
        "integration": 120,
        "communities": 60,
        "discrimination": 45,
        "debate": 0,
    },
    "urgent": {"self-harm": 20, "danger": 35, "detained": 90},
    "referral": {"emergency": 20, "mental-health": 140, "legal-protection": 210, "digital-security": 1},
    "country": {"PL": 180, "UA": 90, "DE": 40, "none": 10},
    "language": {"en": 300},
    "understood": {"yes": 400, "smalltalk": 30, "out-of-scope": 25, "not-helped": 60},
    "missed-theme": {"borders": 12, "debate": 3, "integration": 20},
    "missed-language": {"en": 25, "uk": 30},
    "update": {"reached": 500, "failed": 12, "acknowledged": 210, "corrected": 40, "taken-back": 0},
}
"""Answers of an ordinary day."""


def fill(file: Path, days: int = 100, times: float = 1.0) -> None:
    """Closed days, busier in the last week."""
    today = datetime.now(UTC).date()
    with sqlite3.connect(file) as connection:
        for back in range(1, days + 1):
            day, more = (today - timedelta(days=back)).isoformat(), 1.4 if back <= 7 else 1.0
            connection.execute("INSERT OR IGNORE INTO days VALUES (?, 10, 1)", (day,))
            rows = [
                (day, metric, label, round(number * times * more) + (back * 7 + len(label)) % 11 - 5)
                for metric, labels in USUAL.items()
                for label, number in labels.items()
            ]
            connection.executemany("INSERT OR REPLACE INTO counts VALUES (?, ?, ?, ?)", rows)
    connection.close()
