"""Counting answers in memory; once a second they are added to figures that began as noise.

What one chat can add to a day is capped, so that the noise hides whether it was there at all: with at most CAP counts
and noise of scale CAP / EPSILON, a day's figures tell at most EPSILON about any one chat. The cap's memory is a keyed
hash under a key that lives for the day and is never written. A restart, or a clock set back over midnight, begins it
anew; the day's row says how often it began, and EPSILON holds for each time.
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
ONE_DAY = timedelta(days=1)
DISTINCT = Count("chats", "distinct")
"""Counted for a chat's first answer of a day, within its cap."""


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
        self._starts: Tally[date] = Tally()
        self._drawn: set[date] = set()
        self._begin(today())

    def _begin(self, day: date) -> None:
        """A new day: a new key, and nobody has added anything."""
        self._day = day
        self._key = secrets.token_bytes(32)
        self._added: dict[bytes, int] = {}
        self._starts[day] += 1
        self._declared = self._labels()

    def _labels(self) -> set[tuple[str, str]]:
        return {(metric.name, label) for metric in self._metrics() for label in metric.labels}

    def add(self, channel: str, chat: str, counts: Iterable[Count], *, asked: bool = True) -> None:
        """Count one answer, or something else that happened to a chat without its asking.

        What is not declared, or beyond the chat's cap, is dropped.
        """
        if (day := self._today()) != self._day:
            self._begin(day)
        who = hmac.digest(self._key, f"{channel} {chat}".encode(), hashlib.sha256)[:12]
        before = added = self._added.get(who, 0)
        waiting = self._waiting.setdefault(day, {})
        if asked and not added:
            counts = (DISTINCT, *counts)
        for count in counts:
            if added < CAP and count in self._declared:
                added += 1
                waiting[count] = waiting.get(count, 0) + 1
        if added > before:
            self._added[who] = added

    async def flush(self) -> None:
        """Add what is waiting to the days that have their noise; what fails waits on.

        Nothing is added while the log still holds the figures from before: two versions of one give the exact answers
        in between. Cancelled in the middle, answers may be lost but never count twice.
        """
        if (day := self._today()) != self._day:  # also with nobody asking: when a day began must tell of no one
            self._begin(day)
        await self._database.truncate_log()
        for day in self._drawn & {*self._waiting, *self._starts}:
            await self._write(day)
        await self._database.truncate_log()

    async def _write(self, day: date) -> None:
        answers, starts = self._waiting.pop(day, {}), self._starts.pop(day, 0)
        if not answers and not starts:
            return
        try:
            await statistics.add(self._database, day, answers, starts)
        except Exception:
            self._waiting[day] = dict(Tally(answers) + Tally(self._waiting.get(day, {})))
            self._starts[day] += starts
            raise

    async def draw(self) -> None:
        """Give today and tomorrow their noise: every declared label that has none yet."""
        labels = self._labels()
        for day in (self._today(), self._today() + ONE_DAY):
            missing = sorted(labels - await statistics.drawn(self._database, day))
            if missing:
                drawn = await noise.draw(len(missing), SCALE)
                await statistics.begin_day(self._database, day, dict(zip(missing, drawn, strict=True)), SCALE)
            self._drawn.add(day)
        self._declared = labels
        await self._database.truncate_log()

    async def purge(self) -> None:
        """Delete days that are over their time, in the database and here: yesterday's last answers may still wait."""
        today = self._today()
        kept = {today - ONE_DAY, today, today + ONE_DAY}
        self._drawn &= kept
        self._waiting = {day: answers for day, answers in self._waiting.items() if day in kept}
        self._starts = Tally({day: starts for day, starts in self._starts.items() if day in kept})
        await statistics.purge(self._database, today - timedelta(days=365 * statistics.YEARS))
