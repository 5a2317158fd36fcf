"""Days that are drawn once, whoever draws and whatever dies; and a file that tells one moment only."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.counter import Counter
from handlers.metrics import Metric
from handlers.types import Count
from storage import noise, statistics
from storage.database import Database

TODAY = date(2026, 11, 24)
LABELS = tuple(f"label-{number:02}" for number in range(60))
THEME = Metric("theme", "themes", LABELS)
DRAWING = """
import asyncio, os, signal, sys
from datetime import date
from pathlib import Path
from storage import statistics
from storage.database import Database

async def main(file, figure, end):
    database = Database(Path(file))
    labels = [("theme", f"label-{number:02}") for number in range(60)]
    await statistics.begin_day(database, date(2026, 11, 24), dict.fromkeys(labels, int(figure)), 10.0)
    if end == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    await database.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "beside.sqlite3"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    opened = Database(file)
    await opened.migrate()
    yield opened
    await opened.close()


async def drawing(file: Path, figure: int, end: str = "closed") -> int:
    """Another process that draws the day with a figure of its own; how it ended."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", DRAWING, str(file), str(figure), end)
    return await child.wait()


async def figures(database: Database) -> list[int]:
    """The day's figures, looked at when it is closed."""
    return [row[3] for row in await statistics.closed_days(database, TODAY, TODAY + timedelta(days=1))]


async def test_two_processes_draw_a_day_once(database: Database, file: Path) -> None:
    assert sum(await asyncio.gather(drawing(file, 1111), drawing(file, 2222))) == 0
    found = await figures(database)
    assert len(found) == len(LABELS)
    assert len(set(found)) == 1


async def test_a_process_killed_after_its_draw_leaves_that_draw(database: Database, file: Path) -> None:
    assert await drawing(file, 3333, "killed") == -signal.SIGKILL
    counter = Counter(database, lambda: (THEME,), lambda: TODAY)
    counter.add("web", "somebody", [Count("theme", LABELS[0])])
    await counter.draw()
    await counter.flush()
    assert sorted(await figures(database)) == [3333] * (len(LABELS) - 1) + [3334]


async def test_one_copy_of_the_files_tells_one_moment(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two versions of one figure would give the exact answers in between: no earlier one may lie anywhere."""
    begun = [0x5A5A5A00 + 256 * number for number in range(2 * len(LABELS))]

    async def draw(many: int, scale: float) -> list[int]:
        return [begun.pop(0) for _ in range(many)]

    earlier = [figure + answers for figure in begun[: len(LABELS)] for answers in range(3)]
    now = [figure + 3 for figure in begun[: len(LABELS)]]
    monkeypatch.setattr(noise, "draw", draw)
    counter = Counter(database, lambda: (THEME,), lambda: TODAY)
    await counter.draw()
    for second in range(3):
        for label in LABELS:
            counter.add("web", f"{label} {second}", [Count("theme", label)])
        await counter.flush()
    copy = b"".join(each.read_bytes() for each in sorted(file.parent.iterdir()))
    assert [figure for figure in earlier if figure.to_bytes(4, "big") in copy] == []
    assert all(figure.to_bytes(4, "big") in copy for figure in now)


async def test_what_is_written_beside_the_figures_tells_of_no_one(tmp_path: Path) -> None:
    written = []
    for asked in (True, False):
        file = tmp_path / f"{asked}.sqlite3"
        opened = Database(file)
        await opened.migrate()
        counter = Counter(opened, lambda: (Metric("theme", "themes", ("borders",)),), lambda: TODAY)
        if asked:
            counter.add("web", "somebody", [Count("theme", "borders")])
        await counter.draw()
        await counter.flush()
        await opened.close()
        with sqlite3.connect(file) as connection:
            written.append(connection.execute("SELECT * FROM days").fetchall())
        connection.close()
    assert written[0] == written[1] == [("2026-11-24", 10.0, 1), ("2026-11-25", 10.0, 0)]
