"""Figures for people to read: noisy days added up, with how wrong the sum can be."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from bot.charts import Charts, bars
from bot.counter import SCALE
from content.model import Language
from handlers.stats import PERIODS, SHOWN, SMALLEST_WEEK, Figure, View
from handlers.types import Request
from storage import coordinators, statistics
from storage.database import Database
from storage.statistics import Total

SURE = 1.96
"""Standard deviations within which nineteen of twenty sums lie."""
WEEK = 7
TOTAL = "total"
MOSTLY = 0.9
"""The part of a period's days that must have been counted for another period to be compared with it."""


def _today() -> date:
    return datetime.now(UTC).date()


def margin(days: int) -> int:
    """How wrong a sum of so many noisy figures can be, nineteen times in twenty: each has a variance of 2 SCALE²."""
    return math.ceil(SURE * SCALE * math.sqrt(2 * max(days, 1)))


def is_small(total: int, blur: int, days: int) -> bool:
    """Whether a noisy total may come from a group that is too small for detail."""
    return total - blur < SMALLEST_WEEK * days / WEEK and total < 2 * blur


class Wrong(NamedTuple):
    """How wrong figures of a period can be: one alone, so many together, and the total from which details are shown."""

    days: int
    one: int
    together: int
    detail_from: int


def wrong(labels: int) -> tuple[Wrong, ...]:
    """For each period that can be asked for, of a metric with so many labels."""
    return tuple(
        Wrong(days, margin(days), blur, next(total for total in count() if not is_small(total, blur, days)))
        for days in PERIODS.values()
        for blur in (margin(days * labels),)
    )


class Figures:
    """What handlers and pages are handed of the statistics. The day that is still open is never in it."""

    def __init__(self, database: Database, charts: Charts, today: Callable[[], date] = _today) -> None:
        self._database = database
        self._charts = charts
        self._today = today

    async def view(self, metric: str, days: int) -> View:
        """A metric over so many closed days, and over as many before where most of those were counted."""
        until = self._today()
        first = until - timedelta(days=days)
        now = await statistics.totals(self._database, metric, first, until)
        before = await statistics.totals(self._database, metric, first - timedelta(days=days), first)
        figures = sorted((figure(label, one) for label, one in now.items()), key=lambda one: -one.number)
        total = whole(now)
        small = is_small(total.number, total.margin, days)
        earlier = {label: figure(label, one) for label, one in before.items() if one.days >= MOSTLY * days}
        return View(metric, days, tuple(figures), earlier, total, small)

    async def weeks(self, metric: str, label: str, many: int) -> list[tuple[date, Figure]]:
        """(first day, sum) of the last closed weeks, the oldest first; of all labels where `label` is empty.

        Weeks end yesterday. Those that nothing was kept of are left out.
        """
        until = self._today()
        first = until - timedelta(days=WEEK * many)
        summed: dict[date, list[int]] = {}
        for day, name, number in await statistics.daily(self._database, metric, first, until):
            if label in ("", name):
                start = first + timedelta(days=(day - first).days // WEEK * WEEK)
                summed.setdefault(start, []).append(number)
        return [(start, figure(label, Total(sum(numbers), len(numbers)))) for start, numbers in sorted(summed.items())]

    async def svg(self, specification: dict[str, Any]) -> bytes | None:
        """A chart for a page; None where it cannot be drawn."""
        return await self._charts.svg(specification)

    async def pdf(self, svg: str) -> bytes | None:
        """A sheet of paper; None where it cannot be made."""
        return await self._charts.pdf(svg)

    async def digest(self, request: Request, *, wanted: bool) -> bool:
        """Whether this coordinator wants the weekly digest, from now on."""
        await coordinators.change(self._database, request.coordinator, digest=wanted)
        return wanted

    async def picture(self, view: View, words: Language, names: Mapping[str, str]) -> bytes | None:
        """The largest figures as bars, with their margins."""
        rows = [(names[one.label], max(0, one.number), one.margin) for one in view.figures[:SHOWN]]
        return await self._charts.png(bars(rows, words.direction))


def figure(label: str, total: Total) -> Figure:
    """A label's sum; what the noise made negative is nothing."""
    return Figure(label, max(0, total.figure), margin(total.days))


def whole(totals: Mapping[str, Total]) -> Figure:
    """All labels of a metric together."""
    summed, many = sum(one.figure for one in totals.values()), sum(one.days for one in totals.values())
    return Figure(TOTAL, max(0, summed), margin(many))
