"""Counting over midnights, restarts, clocks set back and stops."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.counter import CAP, Counter
from handlers.metrics import Metric
from handlers.types import Count
from storage import noise, statistics
from storage.database import Database, DatabaseError

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
LATER = MONDAY + timedelta(days=9)
BORDERS = Count("theme", "borders")


class Calendar:
    """A day that somebody sets."""

    def __init__(self) -> None:
        self.day = MONDAY

    def __call__(self) -> date:
        return self.day


@pytest.fixture(autouse=True)
def drawn_as_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise that is nothing, so that sums can be looked at."""

    async def draw(many: int, scale: float) -> list[int]:
        return [0] * many

    monkeypatch.setattr(noise, "draw", draw)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "beside.sqlite3"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    opened = Database(file)
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def counter(database: Database, calendar: Calendar) -> Counter:
    return counting(database, calendar)


def counting(database: Database, calendar: Calendar, *labels: str) -> Counter:
    """A counter of themes, `borders` and others, that begins now."""
    return Counter(database, lambda: (Metric("theme", "themes", ("borders", *labels)),), calendar)


async def figures(database: Database) -> dict[tuple[date, str], int]:
    """(day, label) → figure."""
    return {(day, label): figure for day, _, label, figure in await statistics.closed_days(database, MONDAY, LATER)}


def starts(file: Path) -> list[int]:
    """How often each day's cap began."""
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT starts FROM days ORDER BY day").fetchall()
    connection.close()
    return [row[0] for row in rows]


async def test_each_day_says_how_often_its_cap_began(
    database: Database, file: Path, counter: Counter, calendar: Calendar
) -> None:
    await counter.draw()
    await counter.flush()
    calendar.day = TUESDAY
    await counter.flush()
    assert starts(file) == [1, 1]
    restarted = counting(database, calendar)
    await restarted.draw()
    await restarted.flush()
    assert starts(file) == [1, 2, 0]


async def test_a_clock_set_back_begins_the_cap_anew_and_says_so(
    database: Database, file: Path, counter: Counter, calendar: Calendar
) -> None:
    await counter.draw()
    for calendar.day in (MONDAY, TUESDAY, MONDAY):
        for _ in range(2 * CAP):
            counter.add("web", "somebody", [BORDERS])
    await counter.flush()
    assert starts(file) == [2, 1]
    assert await figures(database) == {(MONDAY, "borders"): 2 * CAP, (TUESDAY, "borders"): CAP}


async def test_the_last_answers_before_midnight_belong_to_their_day(
    database: Database, counter: Counter, calendar: Calendar
) -> None:
    await counter.draw()
    counter.add("web", "somebody", [BORDERS])
    calendar.day = TUESDAY
    await counter.purge()
    await counter.flush()
    assert await figures(database) == {(MONDAY, "borders"): 1, (TUESDAY, "borders"): 0}


async def test_a_day_that_never_got_its_noise_is_forgotten(
    database: Database, counter: Counter, calendar: Calendar
) -> None:
    counter.add("web", "somebody", [BORDERS])
    calendar.day = MONDAY + timedelta(days=2)
    await counter.purge()
    calendar.day = MONDAY
    await counter.draw()
    await counter.flush()
    assert set((await figures(database)).values()) == {0}


async def test_what_is_declared_during_the_day_is_counted_from_then_on(
    database: Database, counter: Counter, calendar: Calendar
) -> None:
    await counter.draw()
    upgraded = counting(database, calendar, "debate")
    await upgraded.draw()
    upgraded.add("web", "somebody", [BORDERS, Count("theme", "debate")])
    await upgraded.flush()
    assert await figures(database) == {
        (day, label): int(day == MONDAY) for day in (MONDAY, TUESDAY) for label in ("borders", "debate")
    }


async def test_answers_wait_while_the_log_keeps_earlier_figures(
    database: Database, file: Path, counter: Counter
) -> None:
    await counter.draw()
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM days").fetchone()
    for _ in range(2):
        counter.add("web", "somebody", [BORDERS])
        with pytest.raises(DatabaseError):
            await counter.flush()
    assert (await figures(database))[MONDAY, "borders"] == 1
    reader.close()
    await counter.flush()
    assert (await figures(database))[MONDAY, "borders"] == 2


async def test_a_flush_cut_short_counts_nothing_twice(database: Database, file: Path, counter: Counter) -> None:
    await counter.draw()
    counter.add("web", "somebody", [BORDERS])
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(counter.flush(), 0.05)
    other.close()
    counter.add("web", "somebody", [BORDERS])
    await counter.flush()
    assert (await figures(database))[MONDAY, "borders"] in (1, 2)
