"""Attacks on the statistics: what somebody sees who has the figures, the file, a backup, or the machine's own figures.

The promise (docs/privacy.md): whatever is suspected about one chat, a day's figures make it at most e^EPSILON times
likelier or less likely. Each label of a day is an experiment of its own, so one day with many labels, made by the real
counter in a real file, is enough to see whether the promise holds; with the noise switched off it must not.
"""

import asyncio
import math
import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from bot.charts import Charts
from bot.counter import CAP, EPSILON, Counter
from bot.figures import Figures
from content.model import Content
from handlers import stats
from handlers.metrics import Metric
from handlers.types import Count
from storage import backup, noise
from storage.database import Database
from tests.journeys.running import beside

TODAY = date(2026, 11, 24)
YESTERDAY = TODAY - timedelta(days=1)
MANY = 1500
"""Experiments of each kind."""
OTHERS = 7
"""What everybody else adds to each label."""
SIGMAS = 4.0
"""How far chance may carry a share before it counts as a leak: less than one false alarm in a thousand runs."""


def metrics() -> tuple[Metric, ...]:
    """Labels in which one chat took part, and labels in which it did not."""
    return tuple(
        Metric(kind, "an experiment", tuple(f"{number}" for number in range(MANY))) for kind in ("with", "without")
    )


async def day(file: Path) -> None:
    """One day: in every label others ask; in half of them one more chat asks as much as it may."""
    database = Database(file)
    await database.migrate()
    counter = Counter(database, metrics, lambda: YESTERDAY)
    await counter.draw()
    for kind in ("with", "without"):
        for number in range(MANY):
            for other in range(OTHERS):
                counter.add("web", f"{kind} {number} {other}", [Count(kind, str(number))])
            if kind == "with":
                counter.add("telegram", f"suspect {number}", [Count(kind, str(number))] * (3 * CAP))
    await counter.flush()
    await database.close()


def seen(file: Path, kind: str) -> list[int]:
    """What stands in the file, read as a thief reads it."""
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT figure FROM counts WHERE metric = ? AND day = ?", (kind, str(YESTERDAY)))
        figures = [row[0] for row in rows]
    connection.close()
    return figures


def assert_tells_little(with_it: Sequence[int], without: Sequence[int]) -> None:
    """No way of drawing a line between the figures tells more than EPSILON allows."""
    bound = math.exp(EPSILON)
    for line in range(min(without) - 1, max(with_it) + 2):
        for side in (lambda figure, line=line: figure >= line, lambda figure, line=line: figure < line):
            one = sum(map(side, with_it)) / len(with_it)
            other = sum(map(side, without)) / len(without)
            for here, there in ((one, other), (other, one)):
                chance = SIGMAS * (math.sqrt(here / MANY) + bound * math.sqrt(there / MANY)) + SIGMAS**2 / MANY
                assert here <= bound * there + chance, (line, here, there)


async def test_a_day_with_and_without_one_chat_cannot_be_told_apart_better_than_stated(tmp_path: Path) -> None:
    await day(tmp_path / "beside.sqlite3")
    assert_tells_little(seen(tmp_path / "beside.sqlite3", "with"), seen(tmp_path / "beside.sqlite3", "without"))


async def test_without_noise_the_same_test_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(many: int, scale: float) -> list[int]:
        return [0] * many

    monkeypatch.setattr(noise, "draw", silent)
    await day(tmp_path / "beside.sqlite3")
    with pytest.raises(AssertionError):
        assert_tells_little(seen(tmp_path / "beside.sqlite3", "with"), seen(tmp_path / "beside.sqlite3", "without"))


async def test_with_a_third_of_the_noise_the_same_test_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = noise.draw

    async def weak(many: int, scale: float) -> list[int]:
        return await draw(many, scale / 3)

    monkeypatch.setattr(noise, "draw", weak)
    await day(tmp_path / "beside.sqlite3")
    with pytest.raises(AssertionError):
        assert_tells_little(seen(tmp_path / "beside.sqlite3", "with"), seen(tmp_path / "beside.sqlite3", "without"))


async def test_one_chat_moves_a_day_by_its_cap_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(many: int, scale: float) -> list[int]:
        return [0] * many

    monkeypatch.setattr(noise, "draw", silent)
    await day(tmp_path / "beside.sqlite3")
    assert set(seen(tmp_path / "beside.sqlite3", "with")) == {OTHERS + CAP}


async def figures_of(file: Path) -> tuple[Database, Figures]:
    """The figures as handlers are handed them."""
    database = Database(file)
    await database.migrate()
    return database, Figures(database, Charts(), lambda: TODAY)


async def test_asking_again_and_again_shows_nothing_new(tmp_path: Path) -> None:
    await day(tmp_path / "beside.sqlite3")
    database, figures = await figures_of(tmp_path / "beside.sqlite3")
    first = await figures.view("with", 7)
    assert all([await figures.view("with", 7) == first for _ in range(20)])
    await database.close()


async def test_totals_minus_parts_is_nothing(tmp_path: Path) -> None:
    await day(tmp_path / "beside.sqlite3")
    database, figures = await figures_of(tmp_path / "beside.sqlite3")
    view = await figures.view("with", 7)
    assert view.total.number == sum(seen(tmp_path / "beside.sqlite3", "with"))
    assert (await figures.view("with", 30)).total.number == view.total.number, "a longer period adds no noise anew"
    await database.close()


async def test_of_a_small_group_only_the_total_is_shown(tmp_path: Path, content: Content) -> None:
    database = Database(tmp_path / "beside.sqlite3")
    await database.migrate()
    counter = Counter(database, lambda: (Metric("theme", "themes", ("borders", "debate")),), lambda: YESTERDAY)
    await counter.draw()
    counter.add("telegram", "one", [Count("theme", "borders")])
    await counter.flush()
    view = await Figures(database, Charts(), lambda: TODAY).view("theme", 7)
    words = content.languages["en"]
    shown = stats.to_csv(view, {"borders": "Borders", "debate": "Debate"})
    assert view.small
    assert "Borders" not in shown
    assert "Debate" not in shown
    said = " ".join(getattr(block, "text", "") for block in stats.sentences(view, words, {}))
    assert "too small a group" in said
    await database.close()


def test_small_figures_are_shown_as_small_and_none_below_nothing(content: Content) -> None:
    words = content.languages["en"]
    assert stats.shown(stats.Figure("x", 4, 20), words) == "fewer than 5"
    assert stats.shown(stats.Figure("x", 5, 20), words) == "5"


async def test_the_open_day_is_neither_shown_nor_in_a_backup(tmp_path: Path) -> None:
    file = tmp_path / "beside.sqlite3"
    database = Database(file)
    await database.migrate()
    counter = Counter(database, lambda: (Metric("theme", "themes", ("borders",)),), lambda: TODAY)
    await counter.draw()
    counter.add("telegram", "one", [Count("theme", "borders")])
    await counter.flush()
    view = await Figures(database, Charts(), lambda: TODAY).view("theme", 7)
    assert view.figures == ()
    plain = backup.opened(backup.sealed(file, b"k" * 32, TODAY), b"k" * 32)
    (tmp_path / "copy").write_bytes(plain)
    assert seen_any(tmp_path / "copy") == 0
    await database.close()


def seen_any(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT count(*) FROM counts").fetchone()[0]
    connection.close()
    return int(rows)


async def test_file_log_and_backup_of_one_moment_hold_one_version_of_a_figure(tmp_path: Path) -> None:
    """Two versions of one figure would give the answers in between, exactly."""
    file = tmp_path / "beside.sqlite3"
    database = Database(file)
    await database.migrate()
    counter = Counter(database, lambda: (Metric("theme", "themes", ("borders",)),), lambda: YESTERDAY)
    await counter.draw()
    for number in range(5):
        counter.add("telegram", str(number), [Count("theme", "borders")])
        await counter.flush()
        log = Path(f"{file}-wal")
        assert not log.exists() or log.stat().st_size == 0
    await database.close()


async def test_the_machines_own_figures_do_not_count_answers(tmp_path: Path) -> None:
    async with beside(tmp_path) as address, httpx.AsyncClient() as client:
        before = names_in((await client.get(f"{address}/metrics")).text)
        for _ in range(12):
            await client.post(address, data={"choice": "guidance:borders-1"})
        await asyncio.sleep(0)
        after = names_in((await client.get(f"{address}/metrics")).text)
    assert before.keys() == after.keys()
    grown = {name for name in after if name.startswith("beside") and after[name] - before[name] >= 1}
    assert grown == set()


def names_in(page: str) -> dict[str, float]:
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in page.splitlines() if line[0] != "#"}
