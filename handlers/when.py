"""Times as coordinators type and read them, in the deployment's time zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from handlers import names

CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
TYPED = (
    re.compile(rf"{CLOCK}"),
    re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?:[ T,]+{CLOCK})?"),
    re.compile(rf"(?P<day>\d{{1,2}})[./](?P<month>\d{{1,2}})(?:[./](?P<year>\d{{4}})?)?(?:[ ,]+{CLOCK})?"),
)
END_OF_DAY = time(23, 59)
SLIP = timedelta(days=180)
"""A day without a year that is longer ago means the next year's; one that is not is a slip."""


class WhenError(ValueError):
    """What was typed is no time that can be meant; `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read(typed: str, now: datetime, zone: ZoneInfo) -> int:
    """A time in seconds since 1970: `18:30`, `3.12. 18:30`, `2026-12-03`. A day alone means its end.

    An hour alone is the next one there is. Raises WhenError, also for what is past.
    """
    found = next((match for pattern in TYPED if (match := pattern.fullmatch(typed.strip()))), None)
    if found is None:
        raise WhenError("unreadable")
    parts = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    local = now.astimezone(zone)
    try:
        meant = datetime.combine(_day(parts, local.date()), _clock(parts), tzinfo=zone)
        if "day" not in parts and meant <= local:
            meant += timedelta(days=1)
        if "day" in parts and "year" not in parts and local - meant > SLIP:
            meant = meant.replace(year=meant.year + 1)
    except ValueError:
        raise WhenError("no_such_day") from None
    if meant <= local:
        raise WhenError("past")
    return int(meant.astimezone(UTC).timestamp())


def _day(parts: dict[str, int], today: date) -> date:
    if "day" not in parts:
        return today
    return date(parts.get("year", today.year), parts["month"], parts["day"])


def _clock(parts: dict[str, int]) -> time:
    return time(parts["hour"], parts["minute"]) if "hour" in parts else END_OF_DAY


def said(when: int, language: str, zone: ZoneInfo) -> str:
    """A time as people read it: `Thu 3 Dec, 18:30`."""
    return str(format_datetime(datetime.fromtimestamp(when, zone), "EEE d MMM, HH:mm", locale=names.locale(language)))


def minutes(seconds: float) -> int:
    """Whole minutes, at least one."""
    return max(1, round(seconds / 60))
