"""Counting answers in memory; once a second they are added to figures that began as noise.

What one chat can add to a day is capped, so that the noise hides whether it was there at all: with at most CAP counts
and noise of scale CAP / EPSILON, a day's figures tell at most EPSILON about any one chat. The cap's memory is a keyed
hash under a key that lives for the day and is never written.
"""

import hashlib
import hmac
import secrets
from collections import Counter as Tally
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from handlers.metrics import Metric
from handlers.types import Count
from storage import noise, statistics
from storage.database import Database

CAP = 20
"""Counts that one chat may add to a day, over all metrics together."""
EPSILON = 2.0
SCALE = CAP / EPSILON


def _today() -> date:
    return datetime.now(UTC).date()


class Counter:
    """The day's answers that are not yet in the database, and how much each chat has added."""

    def __init__(
        self, database: Database, metrics: Callable[[], tuple[Metric, ...]], today: Callable[[], date] = _today
    ) -> None:
        self._database = database
        self._metrics = metrics
        self._today = today
        self._waiting: dict[date, dict[tuple[str, str], int]] = {}
        self._drawn: set[date] = set()
        self._begin(today())

    def _begin(self, day: date) -> None:
        """A new day: a new key, and nobody has added anything."""
        self._day = day
        self._key = secrets.token_bytes(32)
        self._added: dict[bytes, int] = {}
        self._declared = {(metric.name, label) for metric in self._metrics() for label in metric.labels}

    def add(self, channel: str, chat: str, counts: Iterable[Count]) -> None:
        """Count one answer; what is not declared, or beyond the chat's cap, is dropped."""
        if (day := self._today()) != self._day:
            self._begin(day)
        who = hmac.digest(self._key, f"{channel} {chat}".encode(), hashlib.sha256)[:12]
        before = added = self._added.get(who, 0)
        waiting = self._waiting.setdefault(day, {})
        for count in counts:
            if added < CAP and count in self._declared:
                added += 1
                waiting[count] = waiting.get(count, 0) + 1
        if added > before:
            self._added[who] = added

    async def flush(self) -> None:
        """Add what is waiting to the days that have their noise; what fails waits on."""
        for day in [day for day in self._waiting if day in self._drawn]:
            answers = self._waiting.pop(day)
            if not answers:
                continue
            try:
                await statistics.add(self._database, day, answers)
            except Exception:
                since = self._waiting.get(day, {})
                self._waiting[day] = dict(Tally(answers) + Tally(since))
                raise

    async def draw(self) -> None:
        """Give today and tomorrow their noise, unless they have it."""
        for day in (self._today(), self._today() + timedelta(days=1)):
            if day in self._drawn:
                continue
            if not await statistics.is_drawn(self._database, day):
                labels = [(metric.name, label) for metric in self._metrics() for label in metric.labels]
                drawn = await noise.draw(len(labels), SCALE)
                await statistics.begin_day(self._database, day, dict(zip(labels, drawn, strict=True)), SCALE)
            if not self._drawn:
                await statistics.started(self._database, day)
            self._drawn.add(day)

    async def purge(self) -> None:
        """Delete days that are over their time, here and in the database."""
        today = self._today()
        self._drawn = {day for day in self._drawn if day >= today}
        await statistics.purge(self._database, date(today.year - statistics.YEARS, today.month, 1))
