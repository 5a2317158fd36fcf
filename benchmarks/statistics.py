"""What the statistics cost: counting, a year on the disk, the overview over three years, charts.

`python -m benchmarks.statistics`. Beside the counter stands the usual way: one INSERT for each request.
"""

import asyncio
import random
import sqlite3
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import aiosqlite

from bot.charts import Charts, bars
from bot.counter import SCALE, Counter
from bot.figures import Figures
from content.loader import LANGUAGES, load
from handlers.metrics import Metric, register
from handlers.stats import VIEWS
from handlers.types import Count
from storage.database import Database

TODAY = date(2026, 11, 25)
YEARS = 3
ANSWERS = 20_000


def resident() -> float:
    """Megabytes that this process and its children hold."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text(encoding="utf-8")
        except OSError:
            continue
        mine = f"\nPPid:\t{Path('/proc/self').resolve().name}\n"
        if mine in text or status.parent.name == Path("/proc/self").resolve().name:
            total += int(text.split("VmRSS:")[1].split()[0]) / 1024 if "VmRSS:" in text else 0.0
    return total


def filled(file: Path, metrics: tuple[Metric, ...], years: int) -> None:
    """So many years of every metric."""
    dice = random.Random(7)
    with sqlite3.connect(file) as connection:
        for back in range(1, 365 * years + 1):
            day = (TODAY - timedelta(days=back)).isoformat()
            connection.execute("INSERT INTO days VALUES (?, ?, 1)", (day, SCALE))
            rows = [(day, one.name, label, dice.randint(-30, 60)) for one in metrics for label in one.labels]
            connection.executemany("INSERT INTO counts VALUES (?, ?, ?, ?)", rows)
    connection.close()


async def counting(metrics: tuple[Metric, ...]) -> None:
    """Microseconds of counting one answer, and of the usual way."""
    counter = Counter(Database(Path("unused")), lambda: metrics)
    counts = (Count("theme", "borders"), Count("card", "borders-1"), Count("channel", "telegram"), Count("hour", "03"))
    begun = time.perf_counter()
    for number in range(ANSWERS):
        counter.add("telegram", str(number % 5000), counts)
    ours = (time.perf_counter() - begun) / ANSWERS * 1e6
    with tempfile.TemporaryDirectory() as folder:
        async with aiosqlite.connect(Path(folder) / "usual.sqlite3") as database:
            await database.execute("PRAGMA journal_mode = WAL")
            await database.execute("CREATE TABLE requests (at, theme, card, channel)")
            begun = time.perf_counter()
            for number in range(ANSWERS // 10):
                await database.execute("INSERT INTO requests VALUES (?, 'borders', 'borders-1', 'telegram')", (number,))
                await database.commit()
            usual = (time.perf_counter() - begun) / (ANSWERS // 10) * 1e6
    print(f"counting an answer: {ours:.1f} µs; one INSERT each: {usual:.0f} µs")


async def overview(metrics: tuple[Metric, ...]) -> None:
    """A year on the disk, and every view over three years."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "beside.sqlite3"
        database = Database(file)
        await database.migrate()
        await asyncio.to_thread(filled, file, metrics, YEARS)
        labels = sum(len(metric.labels) for metric in metrics)
        print(f"a year of {labels} labels: {file.stat().st_size / YEARS / 1e6:.1f} MB")
        figures = Figures(database, Charts(), lambda: TODAY)
        took = []
        for _ in range(5):
            begun = time.perf_counter()
            for metric in VIEWS:
                await figures.view(metric, 365 * YEARS // 2)  # with as long a time before: three years are read
            took.append((time.perf_counter() - begun) * 1000)
        print(f"the overview over {YEARS} years, {len(VIEWS)} views: {median(took):.0f} ms")
        await database.close()


async def charts() -> None:
    """The first chart, the next ones, and the memory while drawing and afterwards."""
    drawing = Charts(idle=1.0)
    before = resident()
    rows = [(f"Theme {number}", 120 - 10 * number, 73) for number in range(8)]
    took = []
    for _ in range(6):
        begun = time.perf_counter()
        await drawing.png(bars(rows))
        took.append((time.perf_counter() - begun) * 1000)
    during = resident()
    await asyncio.sleep(2)
    print(
        f"first chart {took[0]:.0f} ms, later ones {median(took[1:]):.0f} ms; "
        f"memory +{during - before:.0f} MB while drawing, +{resident() - before:.0f} MB afterwards"
    )
    await drawing.close()


async def main() -> None:
    """Measure and print."""
    metrics = register(load(LANGUAGES))
    await counting(metrics)
    await overview(metrics)
    await charts()


if __name__ == "__main__":
    asyncio.run(main())
